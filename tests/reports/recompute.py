"""Recomputes workbooks by LibreOffice, with every cached value taken out first: it would trust them otherwise."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
import warnings
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl

SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
_FORMULA_CELL = re.compile(rb"(<c [^>]*>)(<f>.*?</f>)<v>.*?</v>(</c>)", re.S)


def convert(files: Iterable[Path], kind: str, out: Path, timeout: float = 300) -> list[Path]:
    """Let LibreOffice write the files as another kind into the folder `out`, with a profile of its own."""
    assert SOFFICE
    files = list(files)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [SOFFICE, "--headless", f"-env:UserInstallation={Path(profile).as_uri()}", "--convert-to", kind,
             "--outdir", str(out), *map(str, files)],
            check=True, capture_output=True, timeout=timeout,
        )  # fmt: skip
    return [out / f"{file.stem}.{kind}" for file in files]


def strip(source: Path, target: Path) -> int:
    """Copy a workbook without the cached values of its formulas; the number of formulas."""
    count = 0
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content, found = _FORMULA_CELL.subn(rb"\1\2\3", content)
                count += found
                assert found == content.count(b"<f>"), f"{name} has formulas of another form"
            new.writestr(name, content)
    return count


def load(path: Path, **options: Any) -> Any:
    """A workbook as openpyxl reads it; it warns of data bars, which it does not know."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "(Unknown|Conditional Formatting) extension")
        return openpyxl.load_workbook(path, **options)


def values(path: Path) -> dict[tuple[str, str], Any]:
    """Every cell's value, formulas by their cached one."""
    book = load(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def formulas(path: Path) -> set[tuple[str, str]]:
    """Addresses of all formulas."""
    book = load(path)
    return {
        (sheet.title, cell.coordinate)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def differences(files: Iterable[Path], work: Path) -> dict[Path, list[str]]:
    """For each workbook the formulas whose cached value is not what LibreOffice computes."""
    files = list(files)
    work.mkdir(parents=True, exist_ok=True)
    stripped = [work / file.name for file in files]
    for source, target in zip(files, stripped, strict=True):
        strip(source, target)
    computed = convert(stripped, "xlsx", work / "computed")
    return {source: _compare(source, result) for source, result in zip(files, computed, strict=True)}


def _compare(source: Path, result: Path) -> list[str]:
    cached, computed = values(source), values(result)
    wrong = []
    for address in sorted(formulas(source)):
        before, after = cached.get(address), computed.get(address)
        if not _same(before, after):
            wrong.append(f"{address[0]}!{address[1]}: cached {before!r}, computed {after!r}")
    return wrong


def _same(before: Any, after: Any) -> bool:
    if before in (None, "") and after in (None, ""):
        return True
    if isinstance(before, int | float) and isinstance(after, int | float):
        return abs(before - after) <= 1e-9 * max(1.0, abs(before))
    return bool(before == after)
