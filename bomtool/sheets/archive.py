"""Zip and gzip containers, bounded: what they claim is not believed, their content is inflated and counted."""

from __future__ import annotations

import io
import zipfile
import zlib

from bomtool.errors import ReadError
from bomtool.sheets.limits import Limits

_DEFLATE_MOST = 1032
"""Deflate never packs more than 1032 bytes into one, so small archives need no counting."""
_CHUNK = 1 << 20
_RATIO_FROM = 20 << 20


def open_zip(data: bytes, name: str, limits: Limits) -> tuple[zipfile.ZipFile, int]:
    """The archive and its inflated size (an upper bound for small ones).

    Raises ReadError for damage, encryption, and for archives beyond the limits (bombs, whatever sizes they claim).
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.infolist()
    except Exception as error:
        raise damaged(name, error) from error
    if len(entries) > limits.entries:
        raise _too_large(name, f"it holds {len(entries)} entries")
    if any(entry.flag_bits & 1 for entry in entries):
        raise ReadError(
            f"{name} is an encrypted archive.", hint="Remove the password and save it again.", code="password-protected"
        )
    if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
        raise damaged(name, "its compression is not one that workbooks use")
    packed = sum(entry.compress_size for entry in entries)
    claimed = sum(entry.file_size for entry in entries)
    _judge(claimed, packed, name, limits)
    if packed * _DEFLATE_MOST <= min(limits.inflated_bytes, _RATIO_FROM):
        return archive, claimed
    return archive, _count(data, archive, name, limits, packed)


def _count(data: bytes, archive: zipfile.ZipFile, name: str, limits: Limits, packed: int) -> int:
    """Inflate every entry without keeping it; the true total."""
    total = 0
    for entry in archive.infolist():
        head = data[entry.header_offset : entry.header_offset + 30]
        if len(head) < 30 or head[:4] != b"PK\x03\x04":
            raise damaged(name, "an entry of the archive is missing")
        begin = entry.header_offset + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
        if entry.compress_type == zipfile.ZIP_STORED:
            total += entry.compress_size
            continue
        machine, rest = zlib.decompressobj(-15), data[begin : begin + entry.compress_size]
        while rest and not machine.eof:
            try:
                total += len(machine.decompress(rest, _CHUNK))
            except zlib.error as error:
                raise damaged(name, error) from error
            rest = machine.unconsumed_tail
            _judge(total, packed, name, limits)
    return total


def _judge(inflated: int, packed: int, name: str, limits: Limits) -> None:
    """Refuse what grows too large, or by a factor that no honest file has."""
    if inflated > limits.inflated_bytes:
        raise _too_large(name, f"it unpacks to more than {limits.inflated_bytes >> 20} MiB")
    if inflated > _RATIO_FROM and inflated > limits.ratio * max(packed, 1):
        raise _too_large(name, f"it unpacks to more than {limits.ratio} times its size")


def gunzip(data: bytes, name: str, limits: Limits) -> bytes:
    """The content of a gzip file, bounded while it is inflated. Raises ReadError for damage and for bombs."""
    machine, rest, parts, total = zlib.decompressobj(31), data, [], 0
    while rest and not machine.eof:
        try:
            parts.append(machine.decompress(rest, _CHUNK))
        except zlib.error as error:
            raise damaged(name, error) from error
        rest = machine.unconsumed_tail
        total += len(parts[-1])
        _judge(total, len(data), name, limits)
    if not machine.eof:
        raise damaged(name, "the compressed data ends too early")
    return b"".join(parts)


def damaged(name: str, why: object) -> ReadError:
    """The refusal of a file whose container or content cannot be read."""
    return ReadError(
        f"{name} is damaged or incomplete ({str(why)[:200] or type(why).__name__}).",
        hint="Open it in Excel or LibreOffice, which may repair it, and save it as .xlsx; or fetch the file again.",
        code="file-damaged",
    )


def _too_large(name: str, why: str) -> ReadError:
    return ReadError(
        f"{name} is not opened: {why}.",
        hint="Save the BOM sheet alone as CSV; where the file is honest, raise max_file_mb.",
        code="too-large-inflated",
    )
