"""The folder itself: that it can be used, its identity, its settings file.

The identity is a UUID in the hidden file `.bomtool-inbox`, so that watchers that reach a shared folder by different
paths know it for the same. `bomtool.toml` may set name, build, profile, sheet and map and nothing else: whoever may drop
files must not be able to approve, redirect or unlock.
"""

from __future__ import annotations

import contextlib
import os
import stat
import tomllib
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bomtool.errors import BomtoolError, UsageError, WriteError
from bomtool.inbox import names
from bomtool.inbox.ready import open_plain

_ALLOWED = {"name": str, "build": int, "profile": str, "sheet": str, "map": dict}
_MOST = 1 << 16


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """What a `bomtool.toml` sets for the files beside and below it."""

    name: str | None = None
    build: int | None = None
    profile: str | None = None
    sheet: str | None = None
    mapping: dict[str, str] = field(default_factory=dict)


def prepare(folder: Path) -> str:
    """Make `done/` and `failed/` and give the folder's identity. Raises UsageError or WriteError for one that is no use."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is not a folder.", hint="Create it, or name another one.", code="no-such-folder")
    try:
        for name in (names.DONE, names.FAILED):
            with contextlib.suppress(FileExistsError):
                (folder / name).mkdir()
            check_inside(folder, folder / name)
        return _identity(folder)
    except OSError as error:
        raise WriteError(
            f"The folder {folder} cannot be written: {error.strerror or error}.",
            hint="bomtool watch moves files to done/ and failed/ inside it: allow that.",
            code="no-permission",
        ) from error


def check_inside(folder: Path, place: Path) -> None:
    """Refuse a place below the folder that is reached through a link or lies on another disk. Raises WriteError."""
    device = folder.stat().st_dev
    while place != folder:
        status = place.lstat()
        if not stat.S_ISDIR(status.st_mode) or bool(getattr(status, "st_reparse_tag", 0)):
            raise WriteError(
                f"{place} is a link or a file, where a folder of bomtool's belongs.",
                hint="Move it away; bomtool watch makes the folder itself.",
                code="bad-folder",
            )
        if status.st_dev != device:
            raise WriteError(
                f"{place} lies on another disk than {folder}.",
                hint="Files are moved there by renaming: keep it on the same disk.",
                code="bad-folder",
            )
        place = place.parent


def make_below(folder: Path, below: str) -> Path:
    """The folder `below` (with slashes) inside the watched one, made where it is missing, never through a link."""
    place = folder
    for part in below.split("/"):
        place = place / part
        with contextlib.suppress(FileExistsError):
            place.mkdir()
    check_inside(folder, place)
    return place


def _identity(folder: Path) -> str:
    """The UUID of the folder, written on first use; whoever comes second reads the first one's."""
    path = folder / names.MARKER
    beside = folder / f"{names.MARKER}.{os.urandom(4).hex()}"
    for _ in range(2):
        try:
            with open_plain(path) as file:
                return str(uuid.UUID(file.read(100).decode("ascii").strip()))
        except FileNotFoundError:
            pass
        except ValueError as error:
            raise UsageError(f"{path} is damaged.", hint="Remove it; a new one is made.", code="bad-folder") from error
        try:
            beside.write_text(f"{uuid.uuid4()}\n", encoding="ascii")
            with contextlib.suppress(FileExistsError):
                from bomtool.inbox.placing import move_new

                move_new(beside, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                beside.unlink()
    raise OSError("its identity could not be kept")


def settings_for(folder: Path, name: str) -> FolderSettings:
    """The settings of the nearest `bomtool.toml` of a file, in its own folder or above it, up to the watched one.

    Raises UsageError for one that cannot be used.
    """
    below = name.split("/")[:-1]
    for depth in range(len(below), -1, -1):
        path = folder.joinpath(*below[:depth], names.SETTINGS)
        try:
            if stat.S_ISLNK(path.lstat().st_mode):
                raise _refused(path, "it is a link")
            with open_plain(path) as file:
                text = file.read(_MOST + 1)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise _refused(path, error.strerror or str(error)) from error
        return _parse(path, text)
    return FolderSettings()


def _parse(path: Path, text: bytes) -> FolderSettings:
    try:
        if len(text) > _MOST:
            raise ValueError("it is too long")
        found = tomllib.loads(text.decode("utf-8-sig"))
    except ValueError as error:
        raise _refused(path, str(error)) from error
    for key, value in found.items():
        kind = _ALLOWED.get(key)
        if kind is None:
            raise _refused(path, f"{key!r} may not be set there")
        if not isinstance(value, kind) or isinstance(value, bool):
            raise _refused(
                path, f"{key} must be {'a table' if kind is dict else 'a number' if kind is int else 'text'}"
            )
    mapping: dict[str, Any] = found.get("map", {})
    if not all(isinstance(header, str) for header in mapping.values()):
        raise _refused(path, "map must give a header for each field")
    build = found.get("build")
    if build is not None and not 1 <= build <= 2**31 - 1:
        raise _refused(path, "build must be 1 or more")
    return FolderSettings(found.get("name"), build, found.get("profile"), found.get("sheet"), dict(mapping))


def _refused(path: Path, why: str) -> BomtoolError:
    return UsageError(
        f"{path.name} of this folder cannot be used: {names.storable(why)}.",
        hint="It may set name, build, profile, sheet and map. Correct or remove it, then drop the file again.",
        code="bad-folder-settings",
    )
