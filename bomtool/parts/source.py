"""What every loader gives: rows of parts, read once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bomtool.errors import ReadError
from bomtool.parts.columns import Row


@dataclass(slots=True)
class Source:
    """Rows to be read once, how far that is (bytes done of `total`), what people should know afterwards, and the day
    the source says its figures are of."""

    rows: Iterator[Row]
    total: int
    done: Callable[[], int]
    notes: Callable[[], list[str]]
    as_of: date | None = None


def parse_json(text: bytes, where: str, row: int | None = None, **how: Any) -> Any:
    """JSON with exact numbers. Raises ReadError naming the place."""
    try:
        return json.loads(text, parse_float=Decimal, **how)
    except (ValueError, RecursionError) as error:
        raise ReadError(f"{where} is no JSON: {error}.", hint="Save it again.", code="file-damaged", row=row) from error
