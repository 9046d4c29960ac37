"""The status of async jobs, and parts."""

from __future__ import annotations

from starlette.responses import Response

from bomtool.platform import jobs
from bomtool.platform.calls import CallDep
from bomtool.platform.errors import not_found
from bomtool.platform.services import parts


def get_job(call: CallDep, job_id: str) -> Response:
    """A job: how far it is, and its result or its error once it has ended."""
    with call.read() as connection:
        return call.answer(jobs.shown(jobs.get(connection, call, job_id)))


def get_part(call: CallDep, part_id: str) -> Response:
    """A part with its offers."""
    catalog = call.catalog
    found = catalog.get([part_id]).get(part_id)
    if found is None:
        raise not_found("part", part_id)
    return call.answer(parts.detail(found, catalog.offers([found.id]).get(found.id, [])))
