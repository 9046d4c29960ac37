"""What a file is by its content, and the name it may be kept and saved under."""

from __future__ import annotations

import re
import unicodedata

HEAD = 64 * 1024
"""Bytes of the beginning that are looked at."""

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
)
_SUFFIXES: dict[str, tuple[str, ...]] = {
    "application/pdf": (".pdf",),
    "image/png": (".png",),
    "image/jpeg": (".jpg", ".jpeg"),
    "image/gif": (".gif",),
    "image/webp": (".webp",),
    "image/tiff": (".tif", ".tiff"),
    "application/x-ole-storage": (".xls", ".doc", ".msg"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": (".xlsx", ".xlsm"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": (".docx",),
    "application/vnd.oasis.opendocument.spreadsheet": (".ods",),
    "application/zip": (".zip",),
    "text/plain": (".txt", ".csv", ".tsv", ".log", ".md", ".eml"),
}
"""The types that are kept, and the suffixes each may have; the first is added where the name has another."""

_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
_LONGEST = 150


def sniff(head: bytes) -> str | None:
    """The media type of a file by its first bytes; None for a kind that is not kept (programs, markup, scripts)."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head.startswith(b"PK\x03\x04"):
        return _archive(head)
    return "text/plain" if _is_text(head) else None


def _archive(head: bytes) -> str:
    if b"opendocument.spreadsheet" in head[:200]:
        return "application/vnd.oasis.opendocument.spreadsheet"
    if b"xl/" in head:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    if b"word/" in head:
        return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if not head or _CONTROL.search(head):
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(head) < HEAD or error.start < len(head) - 3:  # else a character is cut in two
            return False
        text = head[: error.start].decode("utf-8")
    return not text.lstrip("\ufeff \t\r\n").startswith(("<", "#!", "%!", "MZ"))


def safe_name(name: str, content_type: str) -> str:
    """A file name for any system: the last part of a path, visible characters, a suffix that fits the content."""
    text = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    text = "".join(c for c in text if unicodedata.category(c)[0] != "C")
    text = _FORBIDDEN.sub("_", text).strip(" .")
    if not text or _RESERVED.fullmatch(text):
        text = f"document {text}".strip()
    suffixes = _SUFFIXES[content_type]
    if not text.casefold().endswith(suffixes):
        text += suffixes[0]
    if len(text) > _LONGEST:
        stem, dot, suffix = text.rpartition(".")
        text = stem[: _LONGEST - len(suffix) - 1].rstrip(" .") + dot + suffix
    return text
