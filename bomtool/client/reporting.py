"""The reporting query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bomtool.api.reporting import SqlQuery, SqlResult

if TYPE_CHECKING:
    from bomtool.client.client import Client

_LONGEST = 60.0
"""Seconds a query may wait for others and run."""


class Reporting:
    """`client.reporting`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def sql_query(self, query: str, *, limit: int = 1_000, **parameters: Any) -> SqlResult:
        """One read-only SELECT over the documented views; `parameters` are bound to `:name` in it."""
        body = SqlQuery(query=query, parameters=parameters, limit=limit)
        return self._client.read("run_sql_query", SqlResult, {}, body=body, read_timeout=_LONGEST)
