"""What a file is, by its bytes. Kinds that hold no table are refused by name, each with what to do instead."""

from __future__ import annotations

import re
from pathlib import PurePath

from bomtool.errors import ReadError

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06")
GZIP = b"\x1f\x8b"

_REFUSED: tuple[tuple[bytes, str, str, str], ...] = (
    (
        b"%PDF",
        "pdf-file",
        "a PDF document",
        "Ask for the BOM as a spreadsheet or CSV file, or copy its table into one.",
    ),
    (b"\x89PNG", "image-file", "a picture", "Ask for the BOM as a spreadsheet or CSV file."),
    (b"\xff\xd8\xff", "image-file", "a picture", "Ask for the BOM as a spreadsheet or CSV file."),
    (b"GIF8", "image-file", "a picture", "Ask for the BOM as a spreadsheet or CSV file."),
    (b"II*\x00", "image-file", "a picture", "Ask for the BOM as a spreadsheet or CSV file."),
    (b"MM\x00*", "image-file", "a picture", "Ask for the BOM as a spreadsheet or CSV file."),
    (b"Rar!", "archive-file", "a RAR archive", "Unpack it and give the BOM file inside."),
    (b"7z\xbc\xaf", "archive-file", "a 7-Zip archive", "Unpack it and give the BOM file inside."),
    (b"\xfd7zXZ", "archive-file", "an xz archive", "Unpack it and give the BOM file inside."),
    (b"BZh", "archive-file", "a bzip2 archive", "Unpack it and give the BOM file inside."),
    (b"(\xb5/\xfd", "archive-file", "a Zstandard archive", "Unpack it and give the BOM file inside."),
    (b"{\\rtf", "word-file", "a rich text document", "Copy its table into a spreadsheet and save that."),
    (b"SQLite format 3", "binary-file", "a database", "Export the BOM from the program that made it, as CSV or xlsx."),
    (b"MZ", "binary-file", "a program", "Give the BOM file itself, as CSV or xlsx."),
    (b"\x7fELF", "binary-file", "a program", "Give the BOM file itself, as CSV or xlsx."),
    (b"(kicad_sch", "cad-file", "a KiCad schematic", "Export the BOM from the schematic editor as CSV."),
    (b"(kicad_pcb", "cad-file", "a KiCad board", "Export the BOM from the schematic editor as CSV."),
    (b"EESchema", "cad-file", "a KiCad schematic", "Export the BOM from the schematic editor as CSV."),
)
_OLE_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "word"),
    ("FileHeader", "cad"),
)
_BIFF = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")


def refuse_by_name(path: PurePath) -> None:
    """Raise ReadError for names that programs leave beside a file: lock files and folder litter."""
    name = path.name
    if name.startswith(("~$", ".~lock.")):
        raise ReadError(
            f"{name} is the lock file of a workbook that is open in another program, not the workbook.",
            hint="Give the file without the prefix; close it in Excel or LibreOffice first if it is being edited.",
            code="lock-file",
        )
    if name.lower() in {"thumbs.db", "desktop.ini", ".ds_store"}:
        raise ReadError(f"{name} belongs to the file manager and is no BOM.", hint="Leave it out.", code="lock-file")


def kind_of(data: bytes, name: str) -> str:
    """The container of a file: "zip", "xls", "gzip", "xml", "html" or "text".

    Raises ReadError for an empty file and for every kind that holds no table (`name` is only for the sentence).
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise ReadError(
            f"{name} is empty." if not data else f"{name} holds nothing but white space.",
            hint="Export it again, and see that the program finished writing it.",
            code="empty-file",
        )
    if data.startswith(ZIP):
        return "zip"
    if data.startswith(OLE):
        return _ole_kind(data, name)
    if data.startswith(GZIP):
        return "gzip"
    if data.startswith(_BIFF):
        raise ReadError(
            f"{name} is a workbook of Excel 4 or older.",
            hint="Open it in Excel or LibreOffice and save it as .xlsx.",
            code="old-excel",
        )
    for magic, code, what, hint in _REFUSED:
        if data.startswith(magic) and not (magic in (b"MZ", b"BZh") and _looks_like_text(data)):
            raise ReadError(f"{name} is {what}, not a BOM.", hint=hint, code=code)
    markup = _markup_kind(data, name)
    if markup is not None:
        return markup
    if not _looks_like_text(data):
        raise ReadError(
            f"{name} is a binary file of a kind that is not known.",
            hint="Give a spreadsheet (xlsx, xls, ods) or a text file (csv, tsv).",
            code="binary-file",
        )
    return "text"


def _ole_kind(data: bytes, name: str) -> str:
    """What an OLE container holds, by the names in its directory (entries lie at multiples of 128 bytes)."""
    for stream, kind in _OLE_STREAMS:
        needle = stream.encode("utf-16-le") + b"\x00\x00"
        at = data.find(needle)
        while at >= 0 and at % 128:
            at = data.find(needle, at + 1)
        if at < 0:
            continue
        if kind == "encrypted":
            raise ReadError(
                f"{name} is protected by a password or by rights management.",
                hint="Open it in Excel, remove the password (File, Info, Protect Workbook), save, and give that file.",
                code="password-protected",
            )
        if kind == "word":
            raise ReadError(
                f"{name} is a Word or PowerPoint document, not a spreadsheet.",
                hint="Copy its table into a spreadsheet and save that.",
                code="word-file",
            )
        if kind == "cad":
            raise ReadError(
                f"{name} is a design file, not a BOM.",
                hint="Export the bill of materials from the design program as xlsx or CSV.",
                code="cad-file",
            )
        return kind
    raise ReadError(
        f"{name} is an Office file without a workbook in it, or it is damaged.",
        hint="Open it in Excel or LibreOffice and save it as .xlsx.",
        code="file-damaged",
    )


def _markup_kind(data: bytes, name: str) -> str | None:
    """ "xml" (SpreadsheetML), "html", or None where the file does not begin with a tag."""
    head = data[:65536]
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", "replace").encode("utf-8", "replace")
    elif head[:4].count(0) == 2:
        head = head.replace(b"\x00", b"")
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x00")
    if head[:13].lower() == b"mime-version:":
        raise ReadError(
            f"{name} is a web archive (MHTML).",
            hint="Open it in Excel and save it as .xlsx.",
            code="web-archive",
        )
    if not re.match(rb"<[!?a-zA-Z]", head):
        return None
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head and re.search(rb"<(?:\w+:)?Workbook\b", head):
        return "xml"
    if re.search(rb"<(?:html|table|!doctype\s+html|head|body|meta|style|div|tr)\b", head, re.IGNORECASE):
        return "html"
    if re.match(rb"<\?xml|<!DOCTYPE|<[a-zA-Z][\w:.-]*[\s>]", head):
        what = (
            "a KiCad netlist" if b"<export" in head and b"<components" in head else "an XML file without a spreadsheet"
        )
        raise ReadError(
            f"{name} is {what}.",
            hint="Export the BOM as CSV or xlsx from the program that made it.",
            code="xml-file",
        )
    return None


def _looks_like_text(data: bytes) -> bool:
    """Whether bytes can be text in some encoding: few control characters, or the NULs of UTF-16."""
    sample = data[:65536]
    if sample.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    odd, even = sample[1::2].count(0), sample[::2].count(0)
    half = max(1, len(sample) // 2)
    if max(odd, even) > 0.4 * half and min(odd, even) < 0.05 * half:
        return True
    control = len(sample) - len(
        sample.translate(None, bytes(b for b in range(32) if b not in (0, 9, 10, 11, 12, 13, 26, 27)))
    )
    return control <= len(sample) // 200 and sample.count(0) <= len(sample) // 3
