"""Async jobs as the platform's operations know them: stored in the caller's transaction, run by a runner.

`submit` stores the job and hands it to the runner once that is committed. Who runs it: the embedded platform at once, in
the thread that asks; `bomtool serve` on threads beside it; `bomtool worker` processes on as many machines as there are.
All of them take jobs from the one queue (see `queue`), so that what one leaves another finishes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import Connection, insert, select
from starlette.responses import Response

from bomtool.platform import job_kinds, queue, tasks
from bomtool.platform.calls import Call, canonical_id
from bomtool.platform.errors import not_found
from bomtool.platform.job_tables import job_files, jobs
from bomtool.platform.workers import Worker, worker_name
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_WORKERS = 2


class Runner(Protocol):
    """Starts jobs that are stored."""

    def start(self, job_id: str) -> None:
        """Run this job now or soon."""

    def close(self) -> None:
        """Finish what is running."""


class Inline:
    """Runs each job at once, in the thread that submits it: the embedded platform has no later."""

    def __init__(self, store: Store, settings: Settings, lease: timedelta = queue.LEASE) -> None:
        self.store, self.settings = store, settings
        self._hands = tasks.Hands(store, worker_name(), lease)
        self._tidied = False

    def start(self, job_id: str) -> None:
        """Run the job to its end, unless a worker was quicker."""
        claim = queue.claim_one(self.store, self._hands.worker, job_id, self._hands.lease)
        if claim is not None:
            task = tasks.Task(self.store, self.settings, claim)
            with self._hands.holding(task):
                tasks.run(task, job_kinds.work(claim.kind), others=False)
        if not self._tidied:
            self._tidied = True
            queue.tidy(self.store)

    def close(self) -> None:
        """Nothing is left running."""


class Pool(Worker):
    """Runs jobs on a few threads beside the served platform."""

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store, settings, job_kinds.KINDS, threads=_WORKERS)

    def start(self, job_id: str) -> None:
        """Look for work at once: there is some."""
        self.resume()
        self.wake()

    def resume(self) -> None:
        """Begin to take jobs, also those an earlier process left."""
        self.begin()


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
    return insert_job(connection, org_id or call.org_id, kind, arguments, team_id=team_id)


def insert_job(
    connection: Connection,
    org_id: str,
    kind: str,
    arguments: dict[str, Any],
    *,
    team_id: str | None = None,
    file: tuple[str, bytes] | None = None,
) -> str:
    """Store a job, with the name and content of the file it is about; its id."""
    identifier = new_id()
    row = {"id": identifier, "org_id": org_id, "team_id": team_id, "kind": kind, "arguments": arguments}
    connection.execute(insert(jobs).values(**row, status="queued", done=0, total=1, created_at=now()))
    if file is not None:
        connection.execute(insert(job_files).values(job_id=identifier, name=file[0][:255], content=file[1]))
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
