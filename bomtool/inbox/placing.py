"""Moves files without ever overwriting or deleting one.

A finished file is taken out of the folder by one renaming, checked once more, and put under a free name in `done/` or
`failed/`, then its outcome files beside it. Everything that is not yet in its place lies in a hidden folder named by the
file's row in the ledger, so that a watcher that takes over finds it, and nobody lists `done/`, which grows for ever.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable
from pathlib import Path

from bomtool.inbox import names

_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EACCES, errno.EINVAL, errno.ENOTSUP}


def move_new(source: Path, target: Path) -> None:
    """Rename within one file system where nothing has the target's name yet; FileExistsError where something has.

    Cut off half-way it leaves the file under both names, or an empty file as the target; `finish_move` mends both.
    """
    if os.name == "nt":
        source.rename(target)
        return
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        source.replace(target)
        return
    source.unlink()


def finish_move(source: Path, target: Path) -> bool:
    """Mend a `move_new` that was cut off; whether the file has arrived."""
    try:
        there = target.lstat()
    except FileNotFoundError:
        return False
    try:
        here = source.lstat()
    except FileNotFoundError:
        return True
    if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino) and here.st_ino:
        source.unlink()
        return True
    if stat.S_ISREG(there.st_mode) and there.st_size == 0:
        source.replace(target)
        return True
    return False


class Staging:
    """The hidden folder of one file on its way into `place` (a folder below `done/` or `failed/`)."""

    def __init__(self, place: Path, row_id: str) -> None:
        self.place = place
        self._room = place / f".bomtool-{row_id}"
        self.file = self._room / "file"

    def open(self) -> Staging:
        """Make the hidden folder, durably, where it is missing. Raises OSError."""
        with contextlib.suppress(FileExistsError):
            self._room.mkdir()
            _flush(self.place)
        return self

    def outcome(self, ending: str) -> Path:
        """Where the outcome file of an ending (names.OUTCOMES) waits."""
        return self._room / f"outcome{ending}"

    def waiting(self) -> list[str]:
        """The endings of the outcome files that wait."""
        return [ending for ending in names.OUTCOMES if self.outcome(ending).exists()]

    def discard(self) -> None:
        """Remove the outcome files that wait: they are about content that is no longer there."""
        for ending in names.OUTCOMES:
            with contextlib.suppress(FileNotFoundError):
                self.outcome(ending).unlink()
        self.sweep()

    def sweep(self) -> None:
        """Remove what a writer that was killed left of outcome files (see `reports.atomic`), and the folder once it is empty."""
        for leftover in self._room.glob(".*.tmp"):
            with contextlib.suppress(FileNotFoundError):
                leftover.unlink()
        with contextlib.suppress(OSError):
            self._room.rmdir()

    def give_back(self, source: Path) -> None:
        """Put the file back where it came from, or under a free name beside it."""
        for name in names.candidates(source.name):
            with contextlib.suppress(FileExistsError):
                move_new(self.file, source.with_name(name))
                return

    def put(self, name: str, planned: str | None, choose: Callable[[str], None]) -> Path:
        """Put the taken file and its outcomes under a free name, like `name`.

        `choose` records a name before it is used; `planned` is the one recorded by a watcher that was cut off.
        """
        target = self._put_file(name, planned, choose)
        for ending in self.waiting():
            if finish_move(self.outcome(ending), self.place / (target.name + ending)):
                continue
            for other in names.candidates(target.name + ending):
                with contextlib.suppress(FileExistsError):
                    move_new(self.outcome(ending), self.place / other)
                    break
        self.sweep()
        _flush(self.place)
        return target

    def _put_file(self, name: str, planned: str | None, choose: Callable[[str], None]) -> Path:
        if planned is not None and (finish_move(self.file, self.place / planned) or not _there(self.file)):
            return self.place / planned
        for candidate in names.candidates(name):
            target = self.place / candidate
            if any(_there(target.with_name(candidate + ending)) for ending in ("", *names.OUTCOMES)):
                continue
            choose(candidate)
            with contextlib.suppress(FileExistsError):
                move_new(self.file, target)
                return target
        raise AssertionError("names never run out")


def _there(path: Path) -> bool:
    return os.path.lexists(path)


def _flush(folder: Path) -> None:
    """Make renamings durable where the system can."""
    if os.name != "nt":
        with contextlib.suppress(OSError):
            handle = os.open(folder, os.O_RDONLY)
            try:
                os.fsync(handle)
            finally:
                os.close(handle)
