"""The operation of the section Reporting."""

from __future__ import annotations

from starlette.responses import Response

from bomtool.api.reporting import SqlQuery
from bomtool.platform.calls import CallDep
from bomtool.platform.services import reporting


def run_sql_query(call: CallDep, body: SqlQuery) -> Response:
    """Answer one read-only SELECT over the documented views, from the caller's own rows. Reading is enough."""
    return call.answer(reporting.run(call, body.query, body.parameters, body.limit))
