"""`bomtool jobs`: what runs in the background of the platform."""

from __future__ import annotations

import click

from bomtool.cli import output, records
from bomtool.cli.asking import find, rows
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY

_LIST = "SELECT id, kind, status, error, created_at, finished_at FROM jobs ORDER BY created_at DESC, id LIMIT :most"


@click.group()
def jobs() -> None:
    """List async jobs and show what became of one."""


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
