"""`bomtool watch`: the watched folder."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output, records
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DENIED, EXIT_DONE, EXIT_INTERRUPTED, EXIT_PARTLY, EXIT_PLATFORM, UsageError

if TYPE_CHECKING:
    from bomtool.inbox.watching import Summary, Watch

POLL = 5.0
RESCAN = 10.0


@click.command(epilog="Example: bomtool watch inbox/ --approve --build 100 --report")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--approve", is_flag=True, help="Approve the BOMs, also with unmatched lines (they stay uncosted).")
@click.option("--build", type=click.IntRange(min=1), metavar="N", help="Create a program building N of each.")
@click.option("--report", is_flag=True, help="Write NAME.report.xlsx beside each file that is done.")
@click.option("--overage", metavar="PROFILE", help="Overage profile of the programs, e.g. none or typical.")
@click.option("--currency", metavar="USD", help="Currency of the programs (ISO 4217).")
@click.option("--recursive", is_flag=True, help="Watch the folders inside it too.")
@click.option("--poll", is_flag=True, help="Look every few seconds instead of waiting for hints: for network shares.")
@click.option(
    "--interval", type=click.FloatRange(0.2, 3600), help=f"Seconds between looks; default {RESCAN:g}, polling {POLL:g}."
)
@click.option(
    "--settle", type=click.FloatRange(0, 600), default=2.0, show_default=True, help="Seconds a file must be unchanged."
)
@click.option(
    "--patience",
    type=click.FloatRange(0, 86400),
    default=60.0,
    show_default=True,
    help="Seconds an empty or half-copied file is waited for.",
)
@click.option(
    "--concurrency", type=click.IntRange(1, 32), default=2, show_default=True, help="Files worked on at a time."
)
@click.option("--once", is_flag=True, help="Take what lies there and return: for cron and CI.")
@click.option("--status", is_flag=True, help="Show counts, what waits and why, and return.")
@click.option(
    "--log",
    "log_form",
    type=click.Choice(["human", "json", "none"]),
    default="human",
    show_default=True,
    help="Form of the lines on stderr.",
)
@json_option
def watch(
    folder: Path,
    approve: bool,
    build: int | None,
    report: bool,
    overage: str | None,
    currency: str | None,
    recursive: bool,
    poll: bool,
    interval: float | None,
    settle: float,
    patience: float,
    concurrency: int,
    once: bool,
    status: bool,
    log_form: str,
    as_json: bool,
) -> int:
    """Import every BOM file that is dropped into FOLDER, exactly once.

    What is done moves to FOLDER/done with its outcome beside it, what is refused to FOLDER/failed with the reason.
    Nothing is overwritten or deleted. With --once: exit 1 where a file failed, 4 where one had to stay.
    """
    if status:
        return show_status(folder, recursive, as_json)
    if build and not approve:
        raise UsageError("--build needs --approve: a program takes approved BOMs.", hint="Add --approve.")
    if report and not approve:
        raise UsageError(
            "--report needs --approve: a report is written for a program.", hint="Add --approve --build 100."
        )
    if (overage or currency) and not approve:
        raise UsageError("--overage and --currency go with --approve and --build N.", hint="Add --approve --build 100.")
    from bomtool.cli.importing import check_currency
    from bomtool.inbox.log import Log
    from bomtool.inbox.watching import Manner, Watch
    from bomtool.inbox.work import Plan

    plan = Plan(approve, build, report, overage, check_currency(currency))
    every = interval or (POLL if poll else RESCAN)
    manner = Manner(recursive, poll, once, concurrency, settle, patience, every)
    with records.platform() as (client, settings):
        watch = Watch(folder, settings, client, plan, manner, Log(log_form))
        with _Signals(watch) as signals:
            summary = watch.run()
    if as_json:
        output.json_out(summary.to_json())
    elif once:
        counts = summary.counts
        output.say(f"{counts['done']} done, {counts['failed']} failed, {len(summary.waiting)} waiting.")
    return EXIT_INTERRUPTED if signals.interrupted else exit_code(summary, once)


def exit_code(summary: Summary, once: bool) -> int:
    """With --once, what is left decides; a watcher that was stopped did what it was asked."""
    if not once:
        return EXIT_DONE
    if summary.platform_failed is not None:
        return EXIT_DENIED if summary.platform_failed.exit_code == EXIT_DENIED else EXIT_PLATFORM
    if summary.waiting:
        return EXIT_PLATFORM
    return EXIT_PARTLY if summary.counts["failed"] else EXIT_DONE


class _Signals:
    """SIGTERM and Ctrl-C let the files at hand be finished; a second Ctrl-C ends at once (nothing is lost by it)."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._before: dict[int, Any] = {}
        self.interrupted = False

    def __enter__(self) -> _Signals:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._stop)
        if hasattr(signal, "SIGIO"):
            self._before[signal.SIGIO] = signal.signal(signal.SIGIO, signal.SIG_IGN)  # see inbox/ready.py
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        if number == signal.SIGINT:
            if self.interrupted:
                raise KeyboardInterrupt
            self.interrupted = True
        self._watch.stop()


def show_status(folder: Path, recursive: bool, as_json: bool) -> int:
    """The state of the folder; reads only."""
    from bomtool import settings as settings_module
    from bomtool.inbox.status import status

    found = status(folder, settings_module.load(), recursive=recursive)
    if as_json:
        output.json_out(found)
        return EXIT_DONE
    output.say(f"{found['folder']}: " + ", ".join(f"{count} {state}" for state, count in found["counts"].items()))
    if found["seconds"]["mean"] is not None:
        output.say(f"{found['seconds']['mean']} s a file, {found['seconds']['longest']} s the longest")
    for watcher in found["watchers"]:
        output.say(
            f"Watched by process {watcher['pid']} on {watcher['host']} since {watcher['since']:%Y-%m-%d %H:%M} UTC"
        )
    if not found["watchers"]:
        output.say("Nobody watches it now.")
    output.table(["file", "why"], list(found["why"].items())) if found["why"] else None
    if found["last"]:
        output.table(
            ["ended last", "state", output.Column("seconds", right=True), "now", "at"],
            [(row["file"], row["state"], row["seconds"], row["now"], row["at"]) for row in found["last"]],
        )
    return EXIT_DONE
