"""Where a database lives: URL or path, and whether that is a network share, where SQLite's WAL is not safe.

The network check is a best effort per operating system; where nothing can be told, the place is taken as local.
Source of the rule: SQLite's documentation, "Write-Ahead Logging", all processes must be on the same host.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bomtool.errors import StoreError

_NETWORK_TYPES = frozenset(
    {
        "9p",
        "afpfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "davfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb2",
        "smb3",
    }
    | {"smbfs", "webdav", "fuse.davfs2", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs"}
)
_HINT = "Set BOMTOOL_DATA_DIR to a folder on a local disk, or BOMTOOL_DATABASE_URL to a PostgreSQL server."


def parse(target: str | Path) -> URL:
    """A path or URL as a SQLAlchemy URL: SQLite through the standard driver, PostgreSQL through psycopg 3."""
    if isinstance(target, Path) or "://" not in target:
        return URL.create("sqlite", database=str(Path(target).expanduser().absolute()))
    try:
        url = make_url(target)
    except (ArgumentError, ValueError) as error:
        raise _unusable("It is not a database URL.") from error
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername in ("sqlite", "sqlite+pysqlite"):
        if not url.database or url.database == ":memory:" or url.database.startswith("file:"):
            raise _unusable("A SQLite URL must name a file.")
        return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))
    raise _unusable(f"{url.drivername!r} is not supported.")


def _unusable(why: str) -> StoreError:
    return StoreError(
        f"The database URL cannot be used. {why}",
        hint="Write sqlite:////path/to/file.sqlite3 or postgresql://user:password@host/database.",
        code="bad-database-url",
    )


def prepare_folder(path: Path) -> None:
    """Create the folder of a SQLite file, for the user alone. Raises StoreError where that cannot be or is unsafe."""
    folder = path.parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"The data folder {folder} cannot be created: {error.strerror or error}.",
            hint="Set BOMTOOL_DATA_DIR to a folder you may write to.",
            code="store-unreachable",
        ) from error
    if path.is_dir():
        raise StoreError(f"{path} is a folder, not a database.", hint=_HINT, code="not-a-database")
    kind = network_type(folder)
    if kind:
        raise StoreError(
            f"The data folder {folder} is on a network share ({kind}), where the database could be damaged.",
            hint=_HINT,
            code="store-on-network",
        )


def make_file(path: Path) -> None:
    """Make an empty SQLite file that its user alone may read, where there is none; files beside it take after it."""
    with contextlib.suppress(OSError):  # SQLite says it better
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def network_type(folder: Path) -> str | None:
    """The kind of network file system the folder is on, or None where it is local or unknown."""
    try:
        if sys.platform == "win32":
            return _windows(folder)
        if sys.platform == "darwin":
            return _from_mounts(folder, _macos_mounts())
        mounts = Path("/proc/self/mounts")
        return _from_mounts(folder, parse_mounts(mounts.read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return None


def parse_mounts(text: str) -> list[tuple[str, str]]:
    """(mount point, type) of the lines of /proc/self/mounts, in order; later lines hide earlier ones."""
    found = []
    for line in text.splitlines():
        fields = line.split()
        if len(fields) >= 3:
            found.append((_unescape(fields[1]), fields[2]))
    return found


def _unescape(text: str) -> str:
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def _from_mounts(folder: Path, mounts: list[tuple[str, str]]) -> str | None:
    place = folder.resolve()
    best: tuple[int, str] = (-1, "")
    for point, kind in mounts:
        if place.is_relative_to(point) and len(point) >= best[0]:
            best = (len(point), kind)
    return best[1] if best[1].casefold() in _NETWORK_TYPES else None


def _macos_mounts() -> list[tuple[str, str]]:
    import subprocess

    out = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=5, check=False).stdout
    found = []
    for line in out.splitlines():  # //user@host/share on /Volumes/share (smbfs, nodev, nosuid)
        head, _, options = line.rpartition(" (")
        point = head.partition(" on ")[2]
        if point and options:
            found.append((point, options.rstrip(")").split(",")[0].strip()))
    return found


def _windows(folder: Path) -> str | None:
    place = str(folder.absolute())
    if place.startswith("\\\\") and not place.startswith(("\\\\?\\", "\\\\.\\")):
        return "UNC path"
    import ctypes

    root = os.path.splitdrive(place)[0] + "\\"
    kind: int = ctypes.windll.kernel32.GetDriveTypeW(root)  # type: ignore[attr-defined,unused-ignore]
    drive_remote = 4
    return "network drive" if kind == drive_remote else None
