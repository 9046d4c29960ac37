"""`bomtool worker`: does jobs of a shared database."""

from __future__ import annotations

import signal
import threading
from datetime import timedelta
from typing import Any

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.errors import EXIT_DONE


@click.command(epilog="Example: bomtool worker --database-url postgresql://bomtool@db/bomtool --threads 2")
@click.option("--database-url", help="Database that holds the jobs; default: that of the settings.")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Jobs done at a time; processes scale further.",
)
@click.option(
    "--lease",
    type=click.FloatRange(1, 600),
    default=15.0,
    show_default=True,
    help="Seconds without a sign of life after which another worker takes over.",
)
@click.option("--drain", is_flag=True, help="Return once no job waits: for cron.")
def worker(database_url: str | None, threads: int, lease: float, drain: bool) -> int:
    """Do async jobs: BOM upserts, availabilities, parts, catalogues, imported files, e-mail; and deliver webhooks.

    Start as many as there are processors, on as many machines as you like, all with the same database. SIGTERM lets a
    worker finish what it has in hand; what one that dies had, another finishes.
    """
    from bomtool.journey.jobs import IMPORT, Importer
    from bomtool.parts import seed
    from bomtool.platform import queue
    from bomtool.platform.embedded import open_store
    from bomtool.platform.job_kinds import KINDS
    from bomtool.platform.webhook_delivery import Loop
    from bomtool.platform.workers import Worker

    overrides = {"database_url": database_url} if database_url else {}
    settings = settings_module.load(**overrides)
    stopped = threading.Event()

    def stop(_number: int, _frame: Any) -> None:
        stopped.set()

    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), stop)
    store = open_store(settings)
    try:
        seed.ready(store, settings.catalog)
        importer = Importer(settings)
        working = Worker(
            store, settings, {**KINDS, IMPORT: importer.run}, threads=threads, lease=timedelta(seconds=lease)
        )
        calling = Loop(store, settings)
        working.begin()
        calling.start()
        output.say(f"Worker {working.name} takes jobs (Ctrl+C stops)")
        while not stopped.wait(0.5):
            if drain and queue.is_empty(store):
                break
        working.close()
        calling.close()
        importer.close()
        output.say(f"{working.done} jobs done")
    finally:
        store.close()
    return EXIT_DONE
