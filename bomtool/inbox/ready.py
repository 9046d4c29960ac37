"""Why a file that looks finished is not: it does not open, its archive has no end, somebody still writes to it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import BinaryIO

from bomtool.inbox.scan import Entry

_END = b"PK\x05\x06"
_END_MOST = 22 + 65535
"""The end record of a zip archive and its longest comment (PKWARE's APPNOTE, 4.3.16)."""


def hindrance(entry: Entry) -> str | None:
    """The reason to wait for a regular file, None where it can be taken."""
    if entry.size == 0:
        return "it is empty"
    try:
        with open_plain(entry.path) as file:
            if _being_written(file, entry.path):
                return "another program still writes to it"
            if file.read(2) == b"PK" and not _archive_whole(file, entry.size):
                return "its archive is not whole yet"
    except PermissionError:
        return "it may not be read, or another program has it open"
    except OSError as error:
        return f"it does not open ({error.strerror or error})"
    return None


def open_plain(path: Path) -> BinaryIO:
    """Open a regular file for reading, never through a link and never waiting for a pipe. Raises OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags), "rb")


def _archive_whole(file: BinaryIO, size: int) -> bool:
    """Whether the end record of a zip archive stands near the end of the file."""
    file.seek(max(0, size - _END_MOST))
    return _END in file.read(_END_MOST)


def _being_written(file: BinaryIO, path: Path) -> bool:
    """Whether any process has the file open for writing, as far as the system tells."""
    if sys.platform == "linux":
        return _linux(file)
    if sys.platform == "win32":
        try:
            path.rename(path)  # fails where another program has the file open
        except OSError:
            return True
    return False


def _linux(file: BinaryIO) -> bool:
    """A read lease is granted on a file that nobody has open for writing (fcntl(2), "Leases"); it is given back at once.

    Another's file, a network share or a missing right give no lease at all, which says nothing.
    """
    import errno
    import fcntl
    import signal

    if signal.getsignal(signal.SIGIO) != signal.SIG_IGN:
        return False  # a writer that comes in this instant would end this process by its signal
    try:
        fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    fcntl.fcntl(file.fileno(), fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
