"""The status of async jobs, and parts."""

from __future__ import annotations

from starlette.responses import Response

from bomtool.api.parts import PartsCreate, PartsUpsert
from bomtool.platform import jobs
from bomtool.platform.calls import CallDep
from bomtool.platform.errors import not_found
from bomtool.platform.services import parts


def get_job(call: CallDep, job_id: str) -> Response:
    """A job: how far it is, and its result or its error once it has ended."""
    with call.read() as connection:
        return call.answer(jobs.shown(jobs.get(connection, call, job_id)))


def create_parts_async(call: CallDep, body: PartsCreate) -> Response:
    """Create parts of the org's own, as a job; its result is `{created, updated, errors}`."""
    return _write_parts(call, body, update=False)


def upsert_parts_async(call: CallDep, body: PartsUpsert) -> Response:
    """Create or replace parts of the org's own, as a job; its result is `{created, updated, errors}`."""
    return _write_parts(call, body, update=True)


def _write_parts(call: CallDep, body: PartsCreate | PartsUpsert, *, update: bool) -> Response:
    arguments = {"parts": [part.model_dump(mode="json") for part in body.parts], "update": update}
    return jobs.submit(call, "write_parts", arguments)


def get_part(call: CallDep, part_id: str) -> Response:
    """A part with its offers."""
    catalog = call.catalog
    found = catalog.get([part_id]).get(part_id)
    if found is None:
        raise not_found("part", part_id)
    return call.answer(parts.detail(found, catalog.offers([found.id]).get(found.id, [])))
