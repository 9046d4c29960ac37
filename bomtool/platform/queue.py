"""The queue of jobs: rows of one table that workers lease.

A worker takes a job for a short time and keeps it by beating; whose lease has run out is gone, and the job is taken by
another. Orgs take turns, so that a thousand jobs of one do not keep another waiting. Times are those of the database, so
that clocks of machines need not agree. SQLite writers stand in line; on PostgreSQL rows that are being taken are skipped.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from bomtool.platform import list_counts, list_search
from bomtool.platform.job_tables import job_files, job_turns, job_workers, jobs
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.store import Store

LEASE = timedelta(seconds=15)
"""A worker that has not beaten for so long is gone."""
MOST_ATTEMPTS = 10
"""A job that has taken so many workers down with it is not tried again."""
KEPT = timedelta(days=30)
_BATCHES = 50
ENDED = ("succeeded", "failed", "cancelled")


def _turns(kinds: Collection[str]) -> Any:
    """(kind, org) of waiting jobs, the org first that was served longest ago: one step through the index for each, however
    many jobs wait, also of kinds that this worker cannot do."""
    names = {f"kind{n}": kind for n, kind in enumerate(sorted(kinds))}
    waiting = "FROM jobs j WHERE j.status = 'queued' AND j.kind = "
    statement = (
        f"WITH RECURSIVE k(kind) AS (VALUES {', '.join(f'(CAST(:{name} AS varchar(64)))' for name in names)}), "  # noqa: S608
        f"o(kind, org_id) AS (SELECT k.kind, (SELECT min(j.org_id) {waiting} k.kind) FROM k UNION ALL "
        f"SELECT o.kind, (SELECT min(j.org_id) {waiting} o.kind AND j.org_id > o.org_id) FROM o "
        "WHERE o.org_id IS NOT NULL) SELECT o.kind, o.org_id FROM o LEFT JOIN job_turns t ON t.org_id = o.org_id "
        "WHERE o.org_id IS NOT NULL "
        "ORDER BY CASE WHEN t.served_at IS NULL THEN 0 ELSE 1 END, t.served_at, o.org_id, o.kind"
    )
    return text(statement).bindparams(**names)


@dataclass(frozen=True, slots=True)
class Claim:
    """A job in hand: only its worker, in this attempt, may say what became of it."""

    job_id: str
    worker: str
    attempt: int
    kind: str
    org_id: str
    arguments: dict[str, Any]

    def mine(self) -> Any:
        """The condition under which the job is still in hand."""
        c = jobs.c
        return (
            (c.id == self.job_id) & (c.worker == self.worker) & (c.attempts == self.attempt) & (c.status == "running")
        )


def clock(connection: Connection) -> datetime:
    """The database's time."""
    if connection.dialect.name == "sqlite":
        return now()
    moment: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return moment


def claim(store: Store, worker: str, kinds: Collection[str], lease: timedelta = LEASE) -> Claim | None:
    """The next job for this worker, None where none waits."""
    with store.read() as connection:
        if not _anything(connection, kinds):
            return None
    with store.write() as connection:
        moment = clock(connection)
        take_back(connection, moment)
        for kind, org_id in connection.execute(_turns(kinds)).all():
            waiting = (
                select(jobs.c.id)
                .where(jobs.c.status == "queued", jobs.c.kind == kind, jobs.c.org_id == org_id)
                .order_by(jobs.c.created_at, jobs.c.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            job_id = connection.execute(waiting).scalar()
            if job_id is not None and (taken := _take(connection, job_id, worker, moment, lease)) is not None:
                _serve(connection, org_id, moment)
                return taken
    return None


def claim_one(store: Store, worker: str, job_id: str, lease: timedelta = LEASE) -> Claim | None:
    """This very job, None where somebody has it or it has ended."""
    with store.write() as connection:
        return _take(connection, job_id, worker, clock(connection), lease)


def _anything(connection: Connection, kinds: Collection[str]) -> bool:
    """Whether a job waits or somebody's lease has run out: a look that locks nothing."""
    c = jobs.c
    waits = select(c.id).where(c.status == "queued", c.kind.in_(sorted(kinds))).limit(1)
    if connection.execute(waits).first() is not None:
        return True
    gone = select(c.id).where(c.status == "running", c.lease_until < clock(connection)).limit(1)
    return connection.execute(gone).first() is not None


def take_back(connection: Connection, moment: datetime) -> int:
    """Put jobs whose worker is gone back into the queue; one that was tried too often has failed."""
    c = jobs.c
    gone = select(c.id).where(c.status == "running", c.lease_until < moment).with_for_update(skip_locked=True)
    found = connection.execute(gone).scalars().all()
    if found:
        ended = {"finished_at": moment, "worker": None, "lease_until": None}
        cancelled = (c.id.in_(found)) & c.cancelling
        connection.execute(update(jobs).where(cancelled).values(status="cancelled", **ended))
        failed = (c.id.in_(found)) & (c.status == "running") & (c.attempts >= MOST_ATTEMPTS)
        said = f"The job ended {MOST_ATTEMPTS} workers and is not tried again."
        connection.execute(update(jobs).where(failed).values(status="failed", error=said, **ended))
        again = (c.id.in_(found)) & (c.status == "running")
        connection.execute(update(jobs).where(again).values(status="queued", worker=None, lease_until=None))
    return len(found)


def _take(connection: Connection, job_id: str, worker: str, moment: datetime, lease: timedelta) -> Claim | None:
    c = jobs.c
    values = {
        "status": "running",
        "worker": worker,
        "lease_until": moment + lease,
        "attempts": c.attempts + 1,
        "started_at": func.coalesce(c.started_at, moment),
    }
    done = connection.execute(update(jobs).where(c.id == job_id, c.status == "queued").values(values))
    if done.rowcount != 1:
        return None
    row = connection.execute(select(jobs).where(c.id == job_id)).one()
    return Claim(row.id, worker, row.attempts, row.kind, row.org_id, row.arguments or {})


def _serve(connection: Connection, org_id: str, moment: datetime) -> None:
    inserting = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = inserting(job_turns).values(org_id=org_id, served_at=moment)
    connection.execute(statement.on_conflict_do_update(index_elements=["org_id"], set_={"served_at": moment}))


def beat(store: Store, worker: str, lease: timedelta = LEASE) -> dict[str, tuple[int, bool]]:
    """Keep all jobs of a worker; those it still has: attempt, and whether somebody wants it to stop."""
    c = jobs.c
    mine = (c.worker == worker) & (c.status == "running")
    with store.write() as connection:
        moment = clock(connection)
        rows = connection.execute(select(c.id, c.attempts, c.cancelling).where(mine)).all()
        # A row that a step has locked just now is nobody else's to take either.
        free = connection.execute(select(c.id).where(mine).with_for_update(skip_locked=True)).scalars().all()
        if free:
            connection.execute(update(jobs).where(mine, c.id.in_(free)).values(lease_until=moment + lease))
        connection.execute(update(job_workers).where(job_workers.c.id == worker).values(beat_at=moment))
    return {row.id: (row.attempts, bool(row.cancelling)) for row in rows}


def finish(store: Store, held: Claim, values: dict[str, Any]) -> bool:
    """Say what became of a job. False where it is no longer in hand: another worker has it, and its word counts."""
    with store.write() as connection:
        ended = {**values, "worker": None, "lease_until": None, "finished_at": clock(connection)}
        done = connection.execute(update(jobs).where(held.mine()).values(ended)).rowcount == 1
        if done:
            connection.execute(delete(job_files).where(job_files.c.job_id == held.job_id))
    return done


def give_back(store: Store, worker: str) -> int:
    """Put what a stopping worker still has back into the queue at once; the attempt does not count."""
    c = jobs.c
    with store.write() as connection:
        mine = update(jobs).where(c.worker == worker, c.status == "running")
        values = {"status": "queued", "worker": None, "lease_until": None, "attempts": c.attempts - 1}
        given = connection.execute(mine.values(values)).rowcount
        connection.execute(delete(job_workers).where(job_workers.c.id == worker))
    return given


def cancel(connection: Connection, job_id: str) -> str:
    """Cancel a job: at once where it waits, at its next step where it runs; the status it has now."""
    c = jobs.c
    waiting = update(jobs).where(c.id == job_id, c.status == "queued")
    moment = clock(connection)
    if connection.execute(waiting.values(status="cancelled", cancelling=True, finished_at=moment)).rowcount == 1:
        connection.execute(delete(job_files).where(job_files.c.job_id == job_id))
        return "cancelled"
    connection.execute(update(jobs).where(c.id == job_id, c.status == "running").values(cancelling=True))
    return str(connection.execute(select(c.status).where(c.id == job_id)).scalar_one())


def is_empty(store: Store) -> bool:
    """Whether every job has ended."""
    with store.read() as connection:
        left = select(jobs.c.id).where(jobs.c.status.in_(("queued", "running"))).limit(1)
        return connection.execute(left).first() is None


def register(store: Store, worker: str, host: str, pid: int, kinds: Iterable[str]) -> None:
    """Make a worker known, for whoever looks after them."""
    with store.write() as connection:
        moment = clock(connection)
        row = {"id": worker, "host": host, "pid": pid, "kinds": sorted(kinds), "started_at": moment, "beat_at": moment}
        connection.execute(insert(job_workers).values(row))


def tidy(store: Store) -> int:
    """Forget jobs that ended more than 30 days ago, and workers that are gone; the number of jobs. Lists are tidied too:
    their counts, and what waits for the index of their search."""
    with store.write() as connection:
        moment = clock(connection)
        connection.execute(delete(job_workers).where(job_workers.c.beat_at < moment - timedelta(hours=1)))
        list_counts.fold(connection)
        forgotten = connection.execute(delete(jobs).where(jobs.c.finished_at < moment - KEPT)).rowcount
    list_search.catch_up(store, _BATCHES)
    return forgotten
