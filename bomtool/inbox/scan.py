"""One look at the folder: which files lie there, and what they are."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bomtool.inbox import names


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the folder. `name` is its path inside the folder with slashes; `print` changes when the file does."""

    path: Path
    name: str
    regular: bool
    """False for links, pipes, devices: they are refused."""
    size: int
    mtime_ns: int
    inode: int

    @property
    def print(self) -> tuple[int, int, int]:
        """Size, time of change and identity."""
        return (self.size, self.mtime_ns, self.inode)


def look(folder: Path, *, recursive: bool) -> tuple[list[Entry], dict[str, str]]:
    """Every file that may be a BOM, oldest first; and those left alone by name, with the reason, hidden ones apart.

    Raises OSError where the folder itself cannot be listed.
    """
    left_alone: dict[str, str] = {}
    found = list(_entries(folder, "", recursive, left_alone, top=True))
    found.sort(key=lambda entry: (entry.mtime_ns, entry.name))
    return found, left_alone


def _entries(folder: Path, prefix: str, recursive: bool, left_alone: dict[str, str], *, top: bool) -> Iterator[Entry]:
    try:
        with os.scandir(folder) as listing:
            entries = list(listing)
    except OSError:
        if top:
            raise
        return  # removed meanwhile, or not ours to see
    for entry in entries:
        if top and entry.name.casefold() in (names.DONE, names.FAILED):
            continue
        if why := names.ignored(entry.name):
            if not entry.name.startswith(".") and entry.name.casefold() != names.SETTINGS:
                left_alone[prefix + entry.name] = why
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISDIR(status.st_mode):
            if recursive and not _reparsed(status):
                yield from _entries(Path(entry.path), f"{prefix}{entry.name}/", recursive, left_alone, top=False)
            continue
        regular = stat.S_ISREG(status.st_mode)
        yield Entry(
            Path(entry.path), prefix + entry.name, regular, status.st_size, status.st_mtime_ns, _inode(entry, status)
        )


def _reparsed(status: os.stat_result) -> bool:
    """Whether a folder is a junction of Windows, which leads elsewhere as a link does."""
    return bool(getattr(status, "st_reparse_tag", 0))


def _inode(entry: os.DirEntry[str], status: os.stat_result) -> int:
    return status.st_ino or entry.inode()


def again(entry: Entry) -> Entry | None:
    """The same file now, None where it is gone."""
    try:
        status = entry.path.lstat()
    except OSError:
        return None
    regular = stat.S_ISREG(status.st_mode)
    return Entry(entry.path, entry.name, regular, status.st_size, status.st_mtime_ns, status.st_ino)
