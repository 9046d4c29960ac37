"""Writes files whole or not at all: beside the target, flushed to the disk, then renamed over it.

Whatever fails or is killed on the way, the target is the old file or the new one. What stands in the way (a folder of
that name, no permission, the file open in Excel or LibreOffice) is told before any work is done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from bomtool.errors import UsageError, WriteError

_FULL = {errno.ENOSPC, errno.EDQUOT} if hasattr(errno, "EDQUOT") else {errno.ENOSPC}


def preflight(path: Path | str) -> None:
    """Refuse before any work what cannot be written: WriteError with a hint, UsageError for a folder of that name."""
    path = Path(path)
    folder = path.parent
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", hint="Name a file, e.g. report.xlsx.", code="is-a-folder")
    if not folder.is_dir():
        raise WriteError(
            f"The folder {folder} does not exist.", hint="Create it, or name another one.", code="no-such-folder"
        )
    _refuse_open(path)
    if path.exists() and not os.access(path, os.W_OK):
        raise WriteError(
            f"{path} is write-protected.", hint="Allow writing to it, or name another file.", code="write-protected"
        )
    probe = _beside(path)
    try:
        probe.touch(exist_ok=False)
        if path.exists() and os.name == "nt":
            path.rename(path)  # fails where another program has the file open
    except OSError as error:
        raise _sentence(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def write_atomically(path: Path | str, writer: Callable[[Path], None]) -> None:
    """Let `writer` fill a temporary file in the target's folder, then put it in the target's place.

    Raises WriteError where the disk or the target do not allow it; the old file is then untouched and the temporary one
    removed.
    """
    path = Path(path)
    preflight(path)
    target = path.resolve() if path.is_symlink() else path
    temporary = _beside(target)
    try:
        writer(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        if target.exists():
            with contextlib.suppress(OSError):
                temporary.chmod(target.stat().st_mode & 0o777)
        _refuse_open(path)
        temporary.replace(target)
        _flush_folder(target.parent)
    except OSError as error:
        raise _sentence(path, error) from error
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def _beside(path: Path) -> Path:
    """A name of our own in the same folder: renaming is atomic only within one file system."""
    return path.with_name(f".{path.stem[:80]}.{secrets.token_hex(6)}.tmp")


def _refuse_open(path: Path) -> None:
    """Excel and LibreOffice mark an open file by a lock file beside it."""
    for lock, program in ((f"~${path.name}", "Excel"), (f".~lock.{path.name}#", "LibreOffice")):
        if path.exists() and path.with_name(lock).exists():
            raise WriteError(
                f"{path} is open in {program}.",
                hint=f"Close it there, or name another file. (If it is not open, delete {path.with_name(lock)}.)",
                code="file-open",
            )


def _flush_folder(folder: Path) -> None:
    """Make the renaming itself durable where the system can."""
    if os.name != "nt":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)


def _sentence(path: Path, error: OSError) -> WriteError:
    """The failure in words, with what to do."""
    if error.errno in _FULL:
        return WriteError(
            f"The disk is full; {path} was not written.", hint="Free some space and run this again.", code="disk-full"
        )
    if error.errno == errno.EROFS:
        return WriteError(
            f"{path.parent} is on a read-only disk.", hint="Name a file on another disk.", code="read-only"
        )
    if isinstance(error, PermissionError):
        return WriteError(
            f"{path} may not be written.",
            hint="Close it where it is open (Excel), or name a folder that you may write to.",
            code="no-permission",
        )
    if error.errno == errno.ENAMETOOLONG:
        return WriteError(f"The name {path.name} is too long.", hint="Name a shorter one.", code="name-too-long")
    reason = error.strerror or str(error) or type(error).__name__
    return WriteError(f"{path} was not written: {reason}.", hint="Check the disk, or name another file.")
