"""Where a catalogue comes from: a table, the published jlcparts folder, or saved answers of providers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bomtool.errors import ReadError
from bomtool.parts import files
from bomtool.parts.columns import Reader
from bomtool.parts.source import Source

_HEADER_WITHIN = 20
_ANSWERS = (".json", ".jsonl", ".ndjson")
_PACKED = (".gz", ".xz")


@contextmanager
def open_source(path: Path, currency: str | None = None) -> Iterator[Source]:
    """Open whatever `path` is. `currency` is that of prices that name none. Raises ReadError."""
    if path.is_dir():
        yield _folder(path, currency)
    elif _suffix(path) in _ANSWERS:
        yield _answers([path], currency)
    else:
        with files.open_rows(path) as content:
            reader = _header(content, path.name, currency)
            rows = (row for number, cells in content.rows if (row := reader.read(number, cells)) is not None)
            yield Source(rows, content.total, content.done, reader.notes)


def default_name(path: Path) -> str:
    """The name of a catalogue loaded from `path`, where none is given."""
    return path.resolve().name.split(".")[0] or path.name


def _folder(path: Path, currency: str | None) -> Source:
    from bomtool.parts import jlcparts

    if jlcparts.is_published(path):
        return jlcparts.open_folder(path)
    found = sorted(file for file in path.iterdir() if file.is_file() and _suffix(file) in _ANSWERS)
    if not found:
        raise ReadError(
            f"{path} is a folder without catalogue data.",
            hint="Give a table (CSV, TSV, XLSX), a jlcparts data folder, or a folder of saved provider answers (.json).",
            code="is-a-folder",
        )
    return _answers(found, currency)


def _answers(paths: list[Path], currency: str | None) -> Source:
    from bomtool.parts import answers

    return answers.open_files(paths, currency)


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _header(content: files.Rows, name: str, currency: str | None) -> Reader:
    for tried, (number, cells) in enumerate(content.rows):
        if any(cell.strip() for cell in cells):
            return Reader(cells, number, name, currency)
        if tried >= _HEADER_WITHIN:
            break
    raise ReadError(f"{name} has no header.", hint="Name the columns in the first row.", code="no-table")
