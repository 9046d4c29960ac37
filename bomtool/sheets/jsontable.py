"""A table in JSON: what `bomtool boms export OUT.json` writes, or any object with `columns` and `rows`."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

_LABELS = (("name", "BOM name:"), ("version", "Version:"), ("part_number", "Part number:"))
"""Members of `bom` and the labels by which they stand above the table."""


def json_rows(text: str) -> list[list[str]] | None:
    """The table as rows of texts: labels of the BOM, a blank row, the header, the lines. None for any other text."""
    if text.lstrip()[:1] != "{":
        return None
    try:
        document = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
    columns, rows = document.get("columns"), document.get("rows")
    if not isinstance(columns, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        return None
    told = document.get("bom")
    about: dict[str, Any] = told if isinstance(told, dict) else {}
    head = [[label, _text(about[name])] for name, label in _LABELS if about.get(name)]
    return [*head, [], [_text(cell) for cell in columns], *([_text(cell) for cell in row] for row in rows)]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, Decimal):
        return format(value, "f")
    return value if isinstance(value, str) else json.dumps(value) if isinstance(value, dict | list) else str(value)
