"""The bytes of a file, taken once: what is hashed is what is read, whatever happens to the file meanwhile."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from bomtool.inbox.ready import open_plain
from bomtool.inbox.scan import Entry

_CHUNK = 1 << 20


@contextmanager
def taken(entry: Entry, spool: Path, most: int) -> Iterator[tuple[Path, str]]:
    """A private copy of the file under its own name, and its SHA-256; removed at the end.

    A file of more than `most` bytes is copied up to there and one byte on, enough to be refused by its reader. Raises
    OSError where the file cannot be read, or is no regular file any more.
    """
    room = spool / os.urandom(8).hex()
    room.mkdir(mode=0o700, parents=True)
    try:
        copy = room / entry.path.name
        with open_plain(entry.path) as source:
            if not stat.S_ISREG(os.fstat(source.fileno()).st_mode):
                raise OSError(f"{entry.name} is no regular file any more")
            with copy.open("xb") as target:
                digest = _digest(source, most, target.write)
        yield copy, digest
    finally:
        shutil.rmtree(room, ignore_errors=True)


def sha256(path: Path, most: int) -> str | None:
    """The SHA-256 of a regular file now, of as much as `taken` takes; None where there is none to read."""
    with contextlib.suppress(OSError), open_plain(path) as file:
        return _digest(file, most, lambda data: len(data))
    return None


def _digest(source: BinaryIO, most: int, sink: Callable[[bytes], object]) -> str:
    digest, left = hashlib.sha256(), most + 1
    while left and (data := source.read(min(_CHUNK, left))):
        digest.update(data)
        sink(data)
        left -= len(data)
    return digest.hexdigest()
