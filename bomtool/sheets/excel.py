"""xlsx and xlsm through openpyxl: values, and what people hide in cells."""

from __future__ import annotations

import io
import warnings
import zipfile
from typing import Any

from bomtool.sheets.formats import shown_number
from bomtool.sheets.limits import Limits
from bomtool.sheets.model import Detail, Sheet, State, Value

_STATES: dict[str, State] = {"hidden": "hidden", "veryHidden": "very-hidden"}


def read_xlsx(data: bytes, limits: Limits) -> list[Sheet]:
    """The worksheets of an xlsx or xlsm file, with details. Raises what openpyxl raises on damaged files."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True, rich_text=True)
        plain = None
        if _has_formulas(data):
            plain = openpyxl.load_workbook(io.BytesIO(data), data_only=False)
    sheets = []
    for index, name in enumerate(book.sheetnames):
        sheet = book[name]
        if not hasattr(sheet, "iter_rows"):
            continue
        formulas = plain[name] if plain is not None else None
        sheets.append(_sheet(sheet, formulas, index))
    return sheets


def _has_formulas(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return any(
            b"<f" in archive.read(entry) for entry in archive.infolist() if entry.filename.startswith("xl/worksheets/")
        )


def _sheet(source: Any, formulas: Any, index: int) -> Sheet:
    from openpyxl.cell.rich_text import CellRichText

    grid: dict[int, dict[int, Value]] = {}
    details: dict[tuple[int, int], Detail] = {}
    for (row, column), cell in source._cells.items():
        value = cell.value
        detail = Detail()
        if isinstance(value, CellRichText):
            kept = [
                run if isinstance(run, str) else run.text
                for run in value
                if isinstance(run, str) or not run.font.strike
            ]
            whole = str(value)
            if "".join(kept) != whole:
                detail.runs = "".join(kept)
            value = whole
        if cell.data_type == "e":
            detail.error = str(value)
        if cell.has_style:
            detail.struck = bool(cell.font.strike)
            if isinstance(value, int | float) and not isinstance(value, bool):
                detail.text, detail.number_format = shown_number(value, cell.number_format)
            elif getattr(cell, "is_date", False):
                detail.number_format = cell.number_format
        if cell.comment is not None:
            detail.comment = cell.comment.text
        if cell.hyperlink is not None:
            detail.link = cell.hyperlink.target or (cell.hyperlink.location and "#" + cell.hyperlink.location)
        if value is None and formulas is not None:
            held = formulas.cell(row, column)
            if held.data_type == "f":
                detail.formula = str(getattr(held.value, "text", held.value))
        if detail != Detail():
            details[row, column] = detail
        if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
            value = int(value)
        if value is not None and value != "":
            grid.setdefault(row, {})[column] = value
    rows: list[list[Value]] = [[] for _ in range(max(grid, default=0))]
    for row, cells in grid.items():
        rows[row - 1] = [cells.get(column) for column in range(1, max(cells) + 1)]
    hidden_columns: set[int] = set()
    for dimension in source.column_dimensions.values():
        if dimension.hidden and dimension.min:
            hidden_columns.update(range(dimension.min, min(dimension.max, 16384) + 1))
    return Sheet(
        source.title,
        rows,
        index,
        _STATES.get(source.sheet_state, "visible"),
        frozenset(number for number, dimension in source.row_dimensions.items() if dimension.hidden),
        frozenset(hidden_columns),
        tuple((area.min_row, area.min_col, area.max_row, area.max_col) for area in source.merged_cells.ranges),
        details,
    )
