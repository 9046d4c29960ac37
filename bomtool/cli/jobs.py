"""`bomtool jobs`: what runs in the background of the platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bomtool import settings as settings_module
from bomtool.cli import output, records
from bomtool.cli.asking import find, rows
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UnknownRecord, UsageError

if TYPE_CHECKING:
    from bomtool.store import Store

_LIST = "SELECT id, kind, status, error, created_at, finished_at FROM jobs ORDER BY created_at DESC, id LIMIT :most"


@click.group()
def jobs() -> None:
    """List async jobs, show what became of one, cancel one."""


@jobs.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="Most jobs shown.")
@json_option
def list_jobs(limit: int, as_json: bool) -> None:
    """List jobs, newest first; they are kept for 30 days."""
    with records.platform() as (client, _):
        found = rows(client, _LIST, most=limit)
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "kind", "status", "created", "finished", "error"],
        [(j["id"], j["kind"], j["status"], j["created_at"], j["finished_at"], j["error"]) for j in found],
    )


@jobs.command()
@click.argument("job")
@json_option
def show(job: str, as_json: bool) -> int:
    """Show a JOB; exit 1 where it failed."""
    with records.platform() as (client, _):
        found = client.jobs.get(find(client, "jobs", job, "job", "id"))
    if as_json:
        output.json_out(found)
    else:
        output.say(f"{found.kind}: {found.status}, {found.progress.done} of {found.progress.total} done, id {found.id}")
        if found.error:
            output.say(found.error)
    return EXIT_PARTLY if found.status in ("failed", "cancelled") else EXIT_DONE


@contextmanager
def _local_store() -> Iterator[Store]:
    """The database of this machine's platform. Raises UsageError where an API URL is set: its API cancels no jobs."""
    from bomtool.platform.embedded import open_store

    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "This works on the platform's database, but BOMTOOL_API_URL is set.",
            hint="Unset it and set BOMTOOL_DATABASE_URL, or run this on the machine that serves the platform.",
        )
    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


@jobs.command()
@click.argument("job_ids", metavar="JOB...", nargs=-1, required=True)
@json_option
def cancel(job_ids: tuple[str, ...], as_json: bool) -> int:
    """Cancel JOBs: a waiting one at once, a running one at its next step. Exit 1 where one had ended already.

    Works on the database, as the worker does. What a running job has done stays done.
    """
    from sqlalchemy import select

    from bomtool.platform import queue
    from bomtool.platform.job_tables import jobs as table

    found = []
    with _local_store() as store, store.write() as connection:
        for text in job_ids:
            prefix = text.lower()
            if len(prefix) < records.MIN_PREFIX:
                raise UnknownRecord(f"There is no job {text}.", hint="Give an id, or at least six characters of it.")
            fitting = select(table.c.id, table.c.kind, table.c.status).where(
                table.c.id.startswith(prefix, autoescape=True)
            )
            rows = connection.execute(fitting.limit(2)).all()
            if len(rows) != 1:
                said = "several jobs fit" if rows else "there is no job"
                raise UnknownRecord(f"For {text}, {said}.", hint="See bomtool jobs list.")
            before, after = rows[0].status, queue.cancel(connection, rows[0].id)
            found.append({"id": rows[0].id, "kind": rows[0].kind, "before": before, "status": after})
    if as_json:
        output.json_out(output.listing(found))
    else:
        for job in found:
            later = ", ends at its next step" if job["status"] == "running" else ""
            output.say(f"{job['id']}: {job['kind']}, {job['status']}{later}")
    return EXIT_PARTLY if any(job["before"] in queue.ENDED for job in found) else EXIT_DONE


@jobs.command()
@json_option
def workers(as_json: bool) -> None:
    """List the processes that take jobs, with what they have in hand: of this database, not of a served platform."""
    from sqlalchemy import func, select

    from bomtool.platform import queue
    from bomtool.platform.job_tables import job_workers
    from bomtool.platform.job_tables import jobs as table

    with _local_store() as store, store.read() as connection:
        moment = queue.clock(connection)
        held = select(table.c.worker, func.count()).where(table.c.status == "running").group_by(table.c.worker)
        in_hand = {row[0]: row[1] for row in connection.execute(held)}
        rows = connection.execute(select(job_workers).order_by(job_workers.c.started_at, job_workers.c.id)).all()
        counts = {
            row[0]: row[1] for row in connection.execute(select(table.c.status, func.count()).group_by(table.c.status))
        }
    found = [
        {
            "id": row.id,
            "host": row.host,
            "pid": row.pid,
            "started_at": row.started_at,
            "seconds_silent": max(0, round((moment - row.beat_at).total_seconds())),
            "jobs": in_hand.get(row.id, 0),
        }
        for row in rows
    ]
    waiting = counts.get("queued", 0)
    if as_json:
        output.json_out({**output.listing(found), "waiting": waiting})
        return
    output.table(
        ["worker", "host", "pid", "since", output.Column("silent for", right=True), output.Column("jobs", right=True)],
        [(w["id"], w["host"], w["pid"], w["started_at"], f"{w['seconds_silent']} s", w["jobs"]) for w in found],
    )
    output.say(f"{waiting:,} jobs wait.")
