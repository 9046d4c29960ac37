"""The reporting query on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from bomtool.api.base import Answer, Request, whole

MAX_ROWS = 10_000
"""Most rows of one answer."""


class SqlQuery(Request):
    """`POST /v1/reporting/sql_query/`: one read-only SELECT over the documented views, in SQLite's dialect on every
    database. `parameters` are bound to `:name` in the query. At most `limit` rows are answered."""

    query: Annotated[
        str,
        StringConstraints(min_length=1, max_length=20_000),
        Field(examples=["SELECT name, version FROM boms ORDER BY name"]),
    ]
    parameters: dict[str, str | int | float | None] = {}
    limit: Annotated[int, Field(ge=1, le=MAX_ROWS), BeforeValidator(whole)] = 1_000


class SqlResult(Answer):
    """Columns and rows; money is text with every digit, times are ISO 8601 in UTC, flags are 0 and 1. `truncated` says
    that there are more rows than `limit`."""

    columns: list[str]
    rows: list[list[Any]]
    row_count: int
    truncated: bool = False
