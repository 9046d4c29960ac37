"""Where a page begins: behind the last row of the page before it, which an index finds at once, however deep it lies.

`next` carries the mark of that row, and how many rows there were when the first page was asked for, so that a walk over a
list counts them once. A mark belongs to one list with its filters.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, Table, literal, tuple_
from sqlalchemy.types import TypeDecorator
from starlette.requests import Request

from bomtool.platform.errors import invalid

PAGE_MEMBERS = ("limit", "offset", "after")


@dataclass(frozen=True, slots=True)
class Mark:
    """The last row of a page by the columns that order the list, its id last, and the count of all rows."""

    count: int
    values: tuple[Any, ...]

    def behind(self, table: Table, names: Sequence[str]) -> ColumnElement[bool]:
        """The rows that come after it in an order that fits."""
        columns = [table.c[name] for name in _columns(names)]
        values = [literal(value, column.type) for value, column in zip(self.values, columns, strict=True)]
        ours, theirs = tuple_(*columns), tuple_(*values)
        return ours < theirs if names[0].startswith("-") else ours > theirs

    def written(self, request: Request) -> str:
        """As the query of `next` carries it."""
        values = [value.isoformat() if isinstance(value, datetime) else value for value in self.values]
        text = json.dumps([_list_of(request), self.count, *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str, request: Request, table: Table, names: Sequence[str]) -> Mark:
    """The mark of a `next`. Raises Refusal 400 for one that is not ours or belongs to another list."""
    try:
        found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
        list_of, count, *values = found
        columns = [table.c[name] for name in _columns(names)]
        kept = tuple(_value(value, column) for value, column in zip(values, columns, strict=True))
        if type(count) is not int or not 0 <= count < 2**53:
            raise ValueError("no count")
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise invalid({"after": "Is not a mark of a page; take it from `next` as it is."}) from error
    if list_of != _list_of(request):
        raise invalid({"after": "Belongs to another list or other filters; begin anew without it."})
    return Mark(count, kept)


def of_row(row: Any, names: Sequence[str], count: int) -> Mark:
    """The mark of a row."""
    return Mark(count, tuple(row._mapping[name] for name in _columns(names)))


def fits(table: Table, names: Sequence[str]) -> bool:
    """Whether an order has marks: all its columns go one way, and none is ever null."""
    return len({name.startswith("-") for name in names}) == 1 and not any(
        table.c[name.removeprefix("-")].nullable for name in names
    )


def _columns(names: Sequence[str]) -> list[str]:
    return [*(name.removeprefix("-") for name in names), "id"]


def _value(value: Any, column: Any) -> Any:
    kind = column.type
    if isinstance(kind.impl if isinstance(kind, TypeDecorator) else kind, DateTime):
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment.astimezone(UTC)
    if isinstance(value, str) and "\x00" in value.encode().decode():
        raise ValueError("no text that a database keeps")
    if type(value) is not kind.python_type or (isinstance(value, int) and abs(value) >= 2**63):
        raise ValueError("another type")
    return value


def _list_of(request: Request) -> str:
    """A digest of the list and its filters."""
    asked = sorted((name, value) for name, value in request.query_params.multi_items() if name not in PAGE_MEMBERS)
    return hashlib.sha256(json.dumps([request.url.path, asked]).encode()).hexdigest()[:16]
