"""`bomtool import --jobs`: many files at once, read and matched by `bomtool worker` processes."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, EXIT_UNREADABLE, UsageError
from bomtool.journey.jobs import IMPORT, arguments
from bomtool.platform import jobs as jobs_room
from bomtool.platform import queue
from bomtool.platform.embedded import local_org_id, open_store
from bomtool.platform.job_tables import job_workers, jobs

if TYPE_CHECKING:
    from bomtool.journey.carrying import Wish
    from bomtool.settings import Settings
    from bomtool.store import Store

_AT_A_TIME = 100
"""Files queued in one transaction."""
_ASKED = 500
_LOOK_EVERY = 0.5
_ALIVE = timedelta(seconds=60)


def import_as_jobs(files: Sequence[Path], wish: Wish, *, wait: bool, as_json: bool) -> int:
    """Queue the files; unless told otherwise wait for the workers and say what became of each.

    Raises UsageError where an API URL is set: files travel through the database.
    """
    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "--jobs queues files in the platform's database, but BOMTOOL_API_URL is set.",
            hint="Set BOMTOOL_DATABASE_URL instead, or import without --jobs.",
        )
    org_id = settings.org_id or local_org_id(settings)
    store = open_store(settings)
    try:
        queued = _enqueue(store, settings, org_id, files, wish)
        if wait:
            if not _somebody_works(store):
                output.note("No worker takes files at the moment: start bomtool worker.")
            _wait(store, queued)
        return _tell(store, queued, as_json)
    finally:
        store.close()


def _enqueue(
    store: Store, settings: Settings, org_id: str, files: Sequence[Path], wish: Wish
) -> list[tuple[Path, str | None, str | None]]:
    """(file, job, problem) of each file."""
    most = settings.max_file_mb << 20
    asked = arguments(wish)
    found: list[tuple[Path, str | None, str | None]] = []
    for page in _pages(files, _AT_A_TIME):
        with store.write() as connection:
            for path in page:
                try:
                    if path.stat().st_size > most:
                        raise OSError(None, f"larger than {settings.max_file_mb} MiB")
                    content = path.read_bytes()
                except OSError as error:
                    found.append((path, None, f"The file cannot be read: {error.strerror or error}."))
                    continue
                job_id = jobs_room.insert_job(connection, org_id, IMPORT, asked, file=(path.name, content))
                found.append((path, job_id, None))
    return found


def _somebody_works(store: Store) -> bool:
    with store.read() as connection:
        since = queue.clock(connection) - _ALIVE
        rows = connection.execute(select(job_workers.c.kinds).where(job_workers.c.beat_at > since)).scalars()
        return any(IMPORT in kinds for kinds in rows)


def _wait(store: Store, queued: Sequence[tuple[Path, str | None, str | None]]) -> None:
    waiting = [job_id for _, job_id, _ in queued if job_id]
    with output.progress("Importing", len(waiting), unit="files") as advance:
        total = len(waiting)
        while waiting:
            waiting = [row.id for row in _rows(store, waiting) if row.status not in queue.ENDED]
            advance(total - len(waiting))
            if waiting:
                time.sleep(_LOOK_EVERY)


def _rows(store: Store, ids: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    with store.read() as connection:
        for page in _pages(ids, _ASKED):
            found += connection.execute(
                select(jobs.c.id, jobs.c.status, jobs.c.result, jobs.c.error).where(jobs.c.id.in_(page))
            ).all()
    return found


def _tell(store: Store, queued: Sequence[tuple[Path, str | None, str | None]], as_json: bool) -> int:
    rows = {row.id: row for row in _rows(store, [job_id for _, job_id, _ in queued if job_id])}
    results: list[dict[str, Any]] = []
    for path, job_id, problem in queued:
        if job_id is None:
            results.append({"file": str(path), "job": None, "status": "failed", "error": problem})
            continue
        row = rows[job_id]
        result = row.result or {}
        about = {name: result[name] for name in ("bom", "outcome", "counts", "findings", "program") if name in result}
        results.append({"file": str(path), "job": job_id, "status": row.status, "error": row.error, **about})
    counts = Counter(result["status"] for result in results)
    if as_json:
        output.json_out(output.listing(results))
    else:
        for result in results:
            if result["error"]:
                output.note(f"Error: {result['file']}: {result['error']}")
        lines = sum(result.get("counts", {}).get("lines", 0) for result in results)
        said = ", ".join(f"{count} {status}" for status, count in sorted(counts.items()))
        output.say(f"{len(results)} files: {said}; {lines:,} lines")
        if counts["queued"] or counts["running"]:
            output.say("bomtool jobs list shows how far they are.")
    bad = counts["failed"] + counts["cancelled"]
    if bad:
        return EXIT_UNREADABLE if bad == len(results) else EXIT_PARTLY
    errors = any(f["severity"] == "error" for result in results for f in result.get("findings", ()))
    return EXIT_PARTLY if errors else EXIT_DONE


def _pages(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for at in range(0, len(items), size):
        yield items[at : at + size]
