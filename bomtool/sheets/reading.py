"""From a path to a workbook: takes the bytes once, asks what they are, and hands them to the reader of that kind."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import struct
import zipfile
from os import PathLike
from pathlib import Path

from bomtool.errors import ReadError
from bomtool.findings import Findings
from bomtool.sheets import archive, sniff
from bomtool.sheets.collector import collector_paused
from bomtool.sheets.limits import Limits
from bomtool.sheets.model import Sheet, Workbook


def read_workbook(
    path: str | PathLike[str], *, encoding: str | None, delimiter: str | None, limits: Limits
) -> Workbook:
    """The body of `bomtool.sheets.open`."""
    with collector_paused():
        return _read(Path(path), encoding=encoding, delimiter=delimiter, limits=limits)


def _read(path: Path, *, encoding: str | None, delimiter: str | None, limits: Limits) -> Workbook:
    sniff.refuse_by_name(path)
    data = _load(path, limits)
    book = Workbook(path, "", [], hashlib.sha256(data).hexdigest(), len(data))
    findings = Findings(book.findings)
    kind = sniff.kind_of(data, path.name)
    if kind == "gzip":
        data = archive.gunzip(data, path.name, limits)
        kind = sniff.kind_of(data, path.name)
        if kind == "gzip":
            raise ReadError(f"{path.name} is packed twice.", hint="Unpack it once.", code="archive-file")
    if kind == "zip":
        book.kind, book.sheets = _zip(data, path.name, limits, findings)
    elif kind == "xls":
        book.kind, book.sheets = "xls", _xls(data, path.name, limits, findings)
    elif kind == "xml":
        from bomtool.sheets.spreadsheetml import read_spreadsheetml

        declared = re.match(rb"\s*<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]+)", data.removeprefix(b"\xef\xbb\xbf"))
        book.encoding = declared[1].decode("ascii", "replace").lower() if declared else "utf-8"
        book.kind, book.sheets = "spreadsheetml", read_spreadsheetml(data, path.name, limits)
    elif kind == "html":
        from bomtool.sheets.text import read_page

        read_page(book, data, findings, encoding)
    else:
        from bomtool.sheets.text import read_text

        read_text(book, data, findings, encoding=encoding, delimiter=delimiter, limits=limits)
    if not any(sheet.rows for sheet in book.sheets):
        raise ReadError(
            f"{path.name} holds no filled cell.",
            hint="Export the BOM again, or give the file that has it.",
            code="no-cells",
        )
    return book


def _load(path: Path, limits: Limits) -> bytes:
    """The bytes of a regular file within the limits. Raises ReadError with a code for each way this can fail."""
    name = path.name or str(path)
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise ReadError(f"{path} is a folder.", hint="Give the BOM file inside it.", code="is-a-folder")
        if not stat.S_ISREG(status.st_mode):
            raise ReadError(
                f"{path} is a device or a pipe, not a file.", hint="Save it to a file first.", code="not-a-file"
            )
        if status.st_size > limits.file_bytes:
            raise _too_big(name, status.st_size, limits)
        with path.open("rb") as file:
            data = file.read(min(status.st_size, limits.file_bytes) + 1)
    except FileNotFoundError:
        raise ReadError(
            f"{path} does not exist.", hint="Check the path and the spelling.", code="file-missing"
        ) from None
    except PermissionError as error:
        if os.name == "nt" and getattr(error, "winerror", None) in (32, 33):
            raise ReadError(
                f"{name} is open in another program.", hint="Close it there, or save a copy.", code="file-locked"
            ) from None
        raise ReadError(
            f"{name} may not be read.", hint="Ask for the right to read it.", code="no-permission"
        ) from None
    except OSError as error:
        reason = errno.errorcode.get(error.errno or 0, "") + ": " if error.errno else ""
        raise ReadError(
            f"{name} could not be read ({reason}{error.strerror or error}).",
            hint="Check the path, the drive and the network, and try again.",
            code="file-unreadable",
        ) from None
    except ValueError as error:
        raise ReadError(f"{path!r} is not a path ({error}).", hint="Check the path.", code="file-missing") from None
    if len(data) > limits.file_bytes:
        raise _too_big(name, len(data), limits)
    return data


def _too_big(name: str, size: int, limits: Limits) -> ReadError:
    return ReadError(
        f"{name} has {size / (1 << 20):.0f} MiB, more than the {limits.file_bytes / (1 << 20):.0f} MiB that are read.",
        hint="Save the BOM sheet alone, or raise max_file_mb.",
        code="file-too-large",
    )


def _xls(data: bytes, name: str, limits: Limits, findings: Findings) -> list[Sheet]:
    """Values by the child process, details by our own look at the records."""
    from bomtool.sheets.biff import add_details
    from bomtool.sheets.sandbox import read_in_child

    sheets = read_in_child(data, name, limits, len(data))
    try:
        add_details(data, sheets, limits.seconds)
    except (ValueError, LookupError, struct.error, TimeoutError) as error:
        findings.add("part-unreadable", f"Number formats and hidden rows of {name} could not be read ({error}).")
    return sheets


def _zip(data: bytes, name: str, limits: Limits, findings: Findings) -> tuple[str, list[Sheet]]:
    """The kind and the sheets of a zip container: xlsx, xlsm, xlsb or ods."""
    container, inflated = archive.open_zip(data, name, limits)
    with container:
        kind = _zip_kind(container, name)
        if kind in ("xlsx", "xlsm"):
            from bomtool.sheets.ooxml import read_xlsx

            return kind, read_xlsx(container, name, limits, findings)
        if kind == "ods":
            from bomtool.sheets.ods import read_ods

            return kind, read_ods(container, name, limits)
    from bomtool.sheets.sandbox import read_in_child

    return kind, read_in_child(data, name, limits, inflated)


def _zip_kind(container: zipfile.ZipFile, name: str) -> str:
    names = {entry.filename for entry in container.infolist()}
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "[Content_Types].xml" in names and any(entry.startswith("xl/") for entry in names):
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    if "mimetype" in names or "content.xml" in names:
        try:
            mime = container.read("mimetype")[:100] if "mimetype" in names else b"spreadsheet"
        except Exception as error:
            raise archive.damaged(name, error) from error
        if b"spreadsheet" in mime:
            return "ods"
        raise ReadError(
            f"{name} is an OpenDocument file, but not a spreadsheet.",
            hint="Copy its table into a spreadsheet and save that.",
            code="word-file",
        )
    if any(entry.startswith(("word/", "ppt/")) for entry in names):
        raise ReadError(
            f"{name} is a Word or PowerPoint document, not a spreadsheet.",
            hint="Copy its table into a spreadsheet and save that.",
            code="word-file",
        )
    if any(entry.startswith("Index/") and entry.endswith(".iwa") for entry in names):
        raise ReadError(
            f"{name} is an Apple Numbers document.", hint="Export it from Numbers as Excel or CSV.", code="numbers-file"
        )
    if not names:
        raise archive.damaged(name, "the archive is empty")
    raise ReadError(
        f"{name} is a zip archive, not a spreadsheet.",
        hint="Unpack it and give the BOM file inside.",
        code="archive-file",
    )
