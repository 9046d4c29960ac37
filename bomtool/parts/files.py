"""Reads a catalogue file as rows of text: CSV or TSV (plain, .gz or .xz) as a stream, workbooks through `bomtool.sheets`.

What is packed is counted while it is inflated and refused beyond `Bounds`.
"""

from __future__ import annotations

import csv
import gzip
import io
import lzma
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from bomtool.errors import ReadError

_MIB = 1 << 20
_MAGIC = {b"\x1f\x8b": "gzip", b"\xfd7zXZ\x00": "xz", b"PK\x03\x04": "workbook", b"\xd0\xcf\x11\xe0": "workbook"}
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read at most: bytes after unpacking, and bytes unpacked per byte packed (from 64 MiB on);
    bytes of one cell, and of a file that has to be in memory at once."""

    inflated: int = 8 << 30
    ratio: int = 400
    cell: int = 1 << 20
    document: int = 512 << 20


@dataclass(slots=True)
class Rows:
    """The rows of a file with their 1-based numbers, and how far the reading is: `done()` of `total` bytes."""

    rows: Iterator[tuple[int, list[str]]]
    total: int
    _raw: IO[bytes] | None = None

    def done(self) -> int:
        """Bytes of the file read so far."""
        if self._raw is None:
            return self.total
        return self.total if self._raw.closed else self._raw.tell()


@contextmanager
def open_rows(path: Path, bounds: Bounds | None = None) -> Iterator[Rows]:
    """Open a catalogue file. Raises ReadError, with row where it can, for anything that cannot be read."""
    bounds = bounds or Bounds()
    with open_plain(path, bounds) as (stream, raw, total):
        if stream.kind == "workbook":
            yield Rows(_workbook(path), total)
        else:
            yield Rows(_delimited(stream, path.name, bounds), total, raw)


@contextmanager
def open_plain(path: Path, bounds: Bounds | None = None) -> Iterator[tuple[Unpacked, IO[bytes], int]]:
    """The file unpacked, the file as it is, and its size in bytes. Raises ReadError."""
    try:
        total = path.stat().st_size
        if path.is_dir():
            raise ReadError(f"{path} is a folder.", hint="Give the catalogue file inside it.", code="is-a-folder")
        raw = path.open("rb")
    except FileNotFoundError as error:
        raise ReadError(f"There is no file {path}.", hint="Check the path.", code="file-missing") from error
    except OSError as error:
        raise ReadError(f"{path} cannot be opened: {error.strerror or error}.", code="file-unreadable") from error
    with raw:
        head = raw.read(6)
        raw.seek(0)
        if not head:
            raise ReadError(f"{path.name} is empty.", hint="Export the catalogue again.", code="empty-file")
        kind = next((kind for magic, kind in _MAGIC.items() if head.startswith(magic)), "text")
        plain: IO[bytes] = raw
        if kind == "gzip":
            plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw))
        elif kind == "xz":
            plain = cast("IO[bytes]", lzma.LZMAFile(raw))  # noqa: SIM115
        yield Unpacked(plain, raw, path.name, bounds or Bounds(), kind), raw, total


def read_document(path: Path, bounds: Bounds | None = None) -> bytes:
    """A whole file, unpacked, where it has to be in memory at once. Raises ReadError beyond `Bounds.document`."""
    bounds = bounds or Bounds()
    with open_plain(path, bounds) as (stream, _, _):
        found = io.BufferedReader(stream, _MIB).read(bounds.document + 1)
    if len(found) > bounds.document:
        raise ReadError(
            f"{path.name} is larger than is read at once ({bounds.document // _MIB} MiB).",
            hint="Give it as lines of JSON (.jsonl).",
            code="too-large-inflated",
        )
    return found


def lines_of(path: Path, bounds: Bounds | None = None) -> Iterator[tuple[int, bytes]]:
    """The lines of a file, unpacked as they are needed, with their 1-based numbers; blank ones are left out."""
    bounds = bounds or Bounds()
    with open_plain(path, bounds) as (stream, _, _):
        buffered = io.BufferedReader(stream, _MIB)
        number = 0
        while line := buffered.readline(bounds.document + 1):
            number += 1
            if len(line) > bounds.document:
                raise ReadError(f"{path.name}, line {number} is too long.", code="too-large-inflated", row=number)
            if line.strip():
                yield number, line


class Unpacked(io.RawIOBase):
    """What is unpacked, counted; the first bytes can be looked at."""

    def __init__(self, plain: IO[bytes], raw: IO[bytes], name: str, bounds: Bounds, kind: str) -> None:
        self._plain, self._raw, self._name, self._bounds = plain, raw, name, bounds
        self.kind = kind
        self._count = 0
        self._head = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            block = self._head or self._plain.read(len(buffer))
        except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
            raise ReadError(
                f"{self._name} is damaged or incomplete ({error}).", hint="Fetch the file again.", code="file-damaged"
            ) from error
        block, self._head = block[: len(buffer)], block[len(buffer) :]
        self._count += len(block)
        packed = max(self._raw.tell(), 1)
        if self._count > self._bounds.inflated or (
            self._plain is not self._raw and self._count > 64 * _MIB and self._count > self._bounds.ratio * packed
        ):
            raise ReadError(
                f"{self._name} is not read on: it unpacks to more than {self._count // _MIB} MiB.",
                hint="Unpack it yourself and look whether it is what you expect.",
                code="too-large-inflated",
            )
        buffer[: len(block)] = block
        return len(block)

    def look(self, size: int = 1 << 16) -> bytes:
        """The first bytes, which are read again afterwards."""
        while len(self._head) < size:
            try:
                block = self._plain.read(size - len(self._head))
            except (EOFError, OSError, lzma.LZMAError, zlib.error) as error:
                raise ReadError(
                    f"{self._name} is damaged or incomplete ({error}).",
                    hint="Fetch the file again.",
                    code="file-damaged",
                ) from error
            if not block:
                break
            self._head += block
        return self._head


def _delimited(source: Unpacked, name: str, bounds: Bounds) -> Iterator[tuple[int, list[str]]]:
    head = source.look()
    encoding = next((e for mark, e in _MARKS.items() if head.startswith(mark)), "utf-8")
    first = head.decode(encoding, "replace").partition("\n")[0]
    delimiter = max("\t;,|", key=first.count)
    text = io.TextIOWrapper(io.BufferedReader(source, _MIB), encoding=encoding, newline="")
    reader = csv.reader(text, delimiter=delimiter)
    limit = csv.field_size_limit(bounds.cell)
    try:
        for row in reader:
            yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise ReadError(
            f"{name} is not UTF-8 after row {reader.line_num}.",
            hint="Save it as CSV in UTF-8.",
            code="encoding-unknown",
            row=reader.line_num + 1,
        ) from error
    except csv.Error as error:
        raise ReadError(
            f"{name} cannot be read at row {reader.line_num}: {error}.",
            hint="Look for a quotation mark that is never closed.",
            code="file-damaged",
            row=reader.line_num,
        ) from error
    finally:
        csv.field_size_limit(limit)


def _workbook(path: Path) -> Iterator[tuple[int, list[str]]]:
    from bomtool import sheets

    book = sheets.open(path)
    sheet = max(book.sheets, key=lambda found: len(found.rows))
    for number, row in enumerate(sheet.rows, 1):
        yield number, [sheet.text(number, column) for column in range(1, len(row) + 1)]
