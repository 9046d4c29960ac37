"""Writes files whole or not at all: beside the target, flushed to the disk, then renamed over it.

Whatever fails or is killed on the way, the target is the old file or the new one. What stands in the way (a folder of
that name, no permission, the file open in Excel or LibreOffice) is told before any work is done.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import time
from collections.abc import Callable
from pathlib import Path

from bomtool.errors import UsageError, WriteError

_ABANDONED = 3600.0
"""Seconds after which a temporary file of ours belongs to no run any more."""
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
    _sweep(target)
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
    except Exception as error:  # libraries wrap what the system said
        if error.args and isinstance(error.args[0], OSError):
            raise _sentence(path, error.args[0]) from error
        raise
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


class Sink:
    """A file to write an archive into. After the first failure it takes and forgets everything: an archive that is thrown
    away tries to write its end, and its complaint would reach the terminal."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._failed = False

    def write(self, content: bytes) -> int:
        """Write, or fail once."""
        if self._failed:
            return len(content)
        try:
            return self._file.write(content)
        except OSError:
            self._failed = True
            raise

    def flush(self) -> None:
        """Flush, or fail once."""
        if not self._failed:
            try:
                self._file.flush()
            except OSError:
                self._failed = True
                raise

    def seek(self, offset: int, whence: int = 0) -> int:
        """Move within the file."""
        return 0 if self._failed else self._file.seek(offset, whence)

    def tell(self) -> int:
        """Where the next byte goes."""
        return 0 if self._failed else self._file.tell()

    def seekable(self) -> bool:
        """Archives go back to fill in sizes."""
        return True

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError:
            if not self._failed:
                self._failed = True
                raise

    def __enter__(self) -> Sink:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _beside(path: Path) -> Path:
    """A name of our own in the same folder: renaming is atomic only within one file system."""
    return path.with_name(f".{path.stem[:80]}.{secrets.token_hex(6)}.tmp")


def _sweep(path: Path) -> None:
    """Remove what runs that were killed left beside the target, once nobody can still be writing it."""
    name = re.compile(rf"\.{re.escape(path.stem[:80])}\.[0-9a-f]{{12}}\.tmp")
    with contextlib.suppress(OSError):
        for other in path.parent.glob(".*.tmp"):
            if name.fullmatch(other.name) and time.time() - other.stat().st_mtime > _ABANDONED:
                other.unlink(missing_ok=True)


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
