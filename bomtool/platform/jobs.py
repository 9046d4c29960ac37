"""Async jobs: a row each, run by a runner.

`submit` stores the job in the caller's transaction and hands it to the runner once that is committed. What a job does is
a function of (store, settings, org, arguments) that may safely be done twice; a durable engine can take the runner's
place without the operations noticing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, delete, insert, select, update
from starlette.responses import Response

from bomtool.errors import BomtoolError
from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import Refusal, not_found
from bomtool.platform.tables import jobs
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

Work = Callable[["Store", "Settings", str, dict[str, Any]], Any]

KEPT = timedelta(days=30)
STALE = timedelta(minutes=30)
"""A job that has run this long belongs to a process that is gone."""

_WORKERS = 2
_log = logging.getLogger("bomtool.platform.jobs")


class Runner(Protocol):
    """Starts jobs that are stored."""

    def start(self, job_id: str) -> None:
        """Run this job now or soon."""

    def close(self) -> None:
        """Finish what is running."""


class Inline:
    """Runs each job at once, in the thread that submits it: the embedded platform has no later."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings

    def start(self, job_id: str) -> None:
        """Run the job to its end."""
        run(self.store, self.settings, job_id)

    def close(self) -> None:
        """Nothing is left running."""


class Pool:
    """Runs jobs on a few threads beside the served platform."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._threads = ThreadPoolExecutor(_WORKERS, thread_name_prefix="bomtool-job")

    def start(self, job_id: str) -> None:
        """Queue the job."""
        self._threads.submit(run, self.store, self.settings, job_id)

    def resume(self) -> None:
        """Take up what an earlier process left queued or unfinished."""
        with self.store.write() as connection:
            stale = (jobs.c.status == "running") & (jobs.c.started_at < now() - STALE)
            connection.execute(update(jobs).where(stale).values(status="queued"))
            waiting = connection.execute(
                select(jobs.c.id).where(jobs.c.status == "queued").order_by(jobs.c.created_at)
            ).scalars()
            found = list(waiting)
        for job_id in found:
            self.start(job_id)

    def close(self) -> None:
        """Finish what is running; what is queued stays for the next process."""
        self._threads.shutdown(wait=True, cancel_futures=True)


def submit(
    call: Call, kind: str, arguments: dict[str, Any], *, org_id: str | None = None, team_id: str | None = None
) -> Response:
    """Store a job for the call's org and answer 202 with it; it starts once it is safely stored."""
    started: list[str] = []

    def work(connection: Connection) -> dict[str, Any]:
        started[:] = [enqueue(connection, call, kind, arguments, org_id=org_id, team_id=team_id)]
        return shown(connection.execute(select(jobs).where(jobs.c.id == started[0])).one())

    return call.change(work, after=lambda: call.runner.start(started[0]))


def enqueue(
    connection: Connection,
    call: Call,
    kind: str,
    arguments: dict[str, Any],
    *,
    org_id: str | None = None,
    team_id: str | None = None,
) -> str:
    """Store a job in the caller's transaction; its id, for the runner once that is committed."""
    identifier = new_id()
    connection.execute(delete(jobs).where(jobs.c.created_at < now() - KEPT))
    connection.execute(
        insert(jobs).values(
            id=identifier,
            org_id=org_id or call.org_id,
            team_id=team_id,
            kind=kind,
            status="queued",
            done=0,
            total=1,
            arguments=arguments,
            created_at=now(),
        )
    )
    return identifier


def get(connection: Connection, call: Call, job_id: str) -> Any:
    """The row of a job this call can see. Raises Refusal 404."""
    query = select(jobs).where(jobs.c.id == canonical_id(job_id, "job"), call.visible(jobs))
    row = connection.execute(query).first()
    if row is None:
        raise not_found("job", job_id)
    return row


def shown(row: Any) -> dict[str, Any]:
    """A job as the wire has it."""
    names = ("id", "kind", "status", "result", "error", "org_id", "created_at", "started_at", "finished_at")
    return {**{name: getattr(row, name) for name in names}, "progress": {"done": row.done, "total": row.total}}


def run(store: Store, settings: Settings, job_id: str) -> None:
    """Run a queued job to its end, whatever that is; a job somebody else has taken is left alone."""
    with store.write() as connection:
        taken = connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status == "queued")
            .values(status="running", started_at=now())
        )
        if taken.rowcount != 1:
            return
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).one()
    ended: dict[str, Any]
    try:
        ended = {
            "status": "succeeded",
            "result": _work(row.kind)(store, settings, row.org_id, row.arguments),
            "done": 1,
        }
    except Refusal as refusal:
        ended = {"status": "failed", "error": str(refusal.detail)}
    except BomtoolError as error:
        ended = {"status": "failed", "error": error.message}
    except Exception:
        _log.exception("job %s failed", job_id)
        ended = {"status": "failed", "error": "The job failed; its id names the entry in the platform's log."}
    with store.write() as connection:
        connection.execute(update(jobs).where(jobs.c.id == job_id).values(finished_at=now(), **ended))


def _work(kind: str) -> Work:
    """What a kind of job does; the services are imported when the first one runs."""
    if kind == "upsert_bom":
        from bomtool.platform.services.pushing import upsert

        return upsert
    if kind == "availabilities":
        from bomtool.platform.services.planning import availabilities_job

        return availabilities_job
    if kind == "send_email":
        from bomtool.platform.services.emails import send

        return send
    if kind == "write_parts":
        from bomtool.platform.services.org_parts import write

        return write
    raise BomtoolError(f"This platform knows no job of the kind {kind}.")
