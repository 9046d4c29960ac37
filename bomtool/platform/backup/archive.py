"""The archive of a backup: written entry by entry, read only where it is exactly what we write.

An archive may come from anybody. Nothing in it names a place on the disk: documents are told by two record ids. Sizes
are bounded before and while they are unpacked, by what the manifest says and by what the disk has room for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
import shutil
import struct
import time
import uuid
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from bomtool.errors import BomtoolError, StoreError, UsageError
from bomtool.store import versions

FORMAT, FORMAT_VERSION = "bomtool-backup", 1
MANIFEST, DATABASE = "manifest.json", "database.sqlite3"
MAX_MANIFEST = 16 * 1024 * 1024
MAX_ENTRIES = 2_000_000
MAX_RATIO = 200
"""Of unpacked to packed bytes of one entry; databases of ours come to 3 to 20."""
_SMALL = 4 * 1024 * 1024
"""Bytes that may be packed to any ratio."""
_ABANDONED = 3600.0
_SPARE = 64 * 1024 * 1024
_CHUNK = 1024 * 1024
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, struct.error, UnicodeError)
"""What reading a damaged archive may end with."""
_DOCUMENT = re.compile(r"documents/([0-9a-f-]{36})/([0-9a-f-]{36})")


@dataclass(slots=True)
class Opened:
    """An archive whose list of contents is in order: its manifest, and the (org, id) of each document."""

    archive: zipfile.ZipFile
    manifest: dict[str, Any]
    documents: list[tuple[str, str]] = field(default_factory=list)

    def unpack(self, name: str, target: Path) -> str:
        """Write an entry to a file that does not exist yet; its SHA-256. Raises UsageError for a damaged one."""
        digest = hashlib.sha256()
        left = self.archive.getinfo(name).file_size
        try:
            with target.open("xb") as out:
                for chunk in self._read(name, left):
                    left -= len(chunk)
                    digest.update(chunk)
                    out.write(chunk)
        except OSError as error:
            raise StoreError(
                f"The backup cannot be unpacked into {target.parent}: {error.strerror or error}.",
                hint="Check the disk and its space; nothing was changed.",
                code="store-full",
            ) from error
        if left:
            raise damaged(f"{name} ends early")
        return digest.hexdigest()

    def _read(self, name: str, size: int) -> Iterator[bytes]:
        """An entry in pieces, not a byte more than its size."""
        try:
            with self.archive.open(name) as source:
                while chunk := source.read(min(_CHUNK, size + 1)):
                    size -= len(chunk)
                    if size < 0:
                        raise damaged(f"{name} is larger than it says")
                    yield chunk
        except (*_BROKEN, OSError) as error:
            raise damaged(f"{name} cannot be unpacked") from error


def sweep(folder: Path, prefix: str) -> None:
    """Remove temporary folders of runs that were killed; those of the last hour may be somebody's."""
    for leftover in folder.glob(f"{prefix}*"):
        if leftover.is_dir() and time.time() - leftover.stat().st_mtime > _ABANDONED:
            shutil.rmtree(leftover, ignore_errors=True)


def damaged(what: str) -> BomtoolError:
    """The refusal of an archive."""
    return UsageError(
        f"This is not a whole backup: {what}.",
        hint="Nothing was changed. Take another copy of the file.",
        code="backup-damaged",
    )


def document_name(org_id: str, record_id: str) -> str:
    """The entry of a document."""
    return f"documents/{org_id}/{record_id}"


def add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> tuple[int, str]:
    """Pack a file under a name: its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as out:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            out.write(chunk)
    return size, digest.hexdigest()


@contextmanager
def opened(path: Path, room: Path) -> Iterator[Opened]:
    """An archive, looked through but not unpacked; `room` is the folder it is to be unpacked in.

    Raises UsageError for what is no backup, is damaged, was made by a newer bomtool, or would not fit.
    """
    with contextlib.ExitStack() as stack:
        try:
            archive = stack.enter_context(zipfile.ZipFile(path))
            found = Opened(archive, _manifest(archive))
            found.documents = _contents(archive, found.manifest)
        except FileNotFoundError as error:
            raise UsageError(f"There is no file {path}.", hint="Name a backup.", code="no-such-file") from error
        except PermissionError as error:
            raise UsageError(f"{path} may not be read.", hint="Allow reading it.", code="unreadable") from error
        except (*_BROKEN, OSError) as error:
            raise damaged("it is no zip archive, or was cut off") from error
        total = sum(entry.file_size for entry in archive.infolist())
        free = shutil.disk_usage(room).free
        if total * 2 + _SPARE > free:
            raise UsageError(
                f"The backup needs {total * 2 / 1e6:,.0f} MB to be restored, and {room} has {free / 1e6:,.0f}.",
                hint="Free some space; nothing was changed.",
                code="disk-full",
            )
        yield found


def _manifest(archive: zipfile.ZipFile) -> dict[str, Any]:
    try:
        entry = archive.getinfo(MANIFEST)
    except KeyError:
        raise damaged("it has no manifest") from None
    if entry.file_size > MAX_MANIFEST or entry.flag_bits & 1:
        raise damaged("its manifest is not one of ours")
    with archive.open(entry) as file:
        said = file.read(MAX_MANIFEST + 1)
    try:
        manifest = json.loads(said)
        kind, version = manifest["format"], manifest["format_version"]
        _check_members(manifest)
    except (ValueError, KeyError, TypeError, RecursionError):
        raise damaged("its manifest is not one of ours") from None
    if kind != FORMAT:
        raise damaged("its manifest is not one of ours")
    if version != FORMAT_VERSION or manifest["schema"] not in versions.known():
        raise UsageError(
            f"The backup was made by bomtool {str(manifest['bomtool'])[:40]} with schema {manifest['schema'][:20]}, "
            f"newer than this program's {versions.known()[-1]}.",
            hint="Update bomtool; nothing was changed.",
            code="newer-schema",
        )
    return dict(manifest)


def _check_members(manifest: dict[str, Any]) -> None:
    """Raises KeyError, TypeError or ValueError where a member is missing or of another kind."""
    shown = (manifest["schema"], manifest["bomtool"], manifest["created_at"], manifest["sha256"])
    listed = [(entry["rows"], entry["digest"]) for entry in manifest["tables"].values()]
    numbers = [manifest["size"], manifest["documents"]["count"], manifest["documents"]["bytes"]]
    if not all(isinstance(text, str) for text in shown) or not all(isinstance(n, int) for n in numbers) or not listed:
        raise ValueError("another kind")


def _contents(archive: zipfile.ZipFile, manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """The documents, once every entry is known, is there once, and is no bomb."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or len({entry.filename for entry in entries}) != len(entries):
        raise damaged("it has too many entries, or one twice")
    documents = []
    for entry in entries:
        if entry.flag_bits & 1 or entry.compress_type not in (zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED):
            raise damaged("it is encrypted, or packed in another way than ours")
        if entry.file_size > max(_SMALL, entry.compress_size * MAX_RATIO):
            raise damaged(f"{entry.filename[:80]!r} would grow beyond measure")
        match = _DOCUMENT.fullmatch(entry.filename)
        if match and all(_is_id(text) for text in match.groups()):
            documents.append((match[1], match[2]))
        elif entry.filename not in (MANIFEST, DATABASE):
            raise damaged(f"{entry.filename[:80]!r} does not belong into it")
    sizes = {entry.filename: entry.file_size for entry in entries}
    if sizes.get(DATABASE) != manifest["size"]:
        raise damaged("its database is missing or of another size")
    if len(documents) != manifest["documents"]["count"]:
        raise damaged("documents are missing, or there are too many")
    if sum(sizes[document_name(*one)] for one in documents) != manifest["documents"]["bytes"]:
        raise damaged("its documents are of another size")
    return documents


def _is_id(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False
