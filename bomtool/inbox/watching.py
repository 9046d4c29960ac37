"""The loop: look, let settle, hand to workers, look after what the dead left, until it is told to stop."""

from __future__ import annotations

import queue
import shutil
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool import store as store_room
from bomtool.errors import BomtoolError
from bomtool.inbox import folder as folders
from bomtool.inbox import watchers
from bomtool.inbox.bell import Bell
from bomtool.inbox.gate import Gate
from bomtool.inbox.hints import Hints
from bomtool.inbox.ledger import Claim, Ledger
from bomtool.inbox.log import Log
from bomtool.inbox.ready import hindrance
from bomtool.inbox.scan import Entry, look
from bomtool.inbox.settle import Settler
from bomtool.inbox.work import End, Plan, Worker, Workshop
from bomtool.journey.isolated import Reader

if TYPE_CHECKING:
    from bomtool.client import Client
    from bomtool.settings import Settings

LOOK_AFTER_DEAD = 15.0
"""Seconds between looks for what other watchers left when they died."""
LOOKING = 0.1
"""Share of the interval, and LOOKING_MOST seconds at most, by which a look comes early: looking and beginning take time, and
a file is promised to be taken within interval and settling time."""
LOOKING_MOST = 0.25
QUIET_BEFORE_LOOK = 0.3
"""Seconds between two looks that hints ask for."""
CHILDREN_IDLE = 30.0
"""Seconds without a file after which the reading processes are ended."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a folder is watched; all times are seconds. `interval` is the rescan's, or the poll's."""

    recursive: bool = False
    poll: bool = False
    once: bool = False
    concurrency: int = 2
    settle: float = 2.0
    patience: float = 60.0
    interval: float = 10.0


@dataclass(slots=True)
class Summary:
    """What a run did."""

    counts: Counter[str] = field(default_factory=Counter)
    waiting: dict[str, str] = field(default_factory=dict)
    platform_failed: BomtoolError | None = None

    def to_json(self) -> dict[str, object]:
        """For `--json`."""
        names = ("done", "failed", "uncertain", "gone")
        return {**{name: self.counts[name] for name in names}, "waiting": len(self.waiting), "why": self.waiting}


def data_room(settings: Settings) -> Path:
    """Where watchers keep their locks and the copies they work on."""
    return settings.data_dir / "inbox"


class Watch:
    """One watcher of one folder. `run` returns when `stop` was called, or with `once` when nothing is left to do."""

    def __init__(
        self, folder: Path, settings: Settings, client: Client, plan: Plan, manner: Manner, log: Log,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:  # fmt: skip
        from bomtool.sheets import Limits

        self._folder, self._manner, self._log, self._clock = folder.resolve(), manner, log, clock
        self._limits = Limits.from_settings(settings)
        self._store = store_room.open(settings.database_url or settings.sqlite_path)
        room = data_room(settings)
        identity = folders.prepare(self._folder)
        watchers.sweep(room, lambda spool: shutil.rmtree(spool, ignore_errors=True))
        self._watcher = watchers.Watcher(self._store, identity, self._folder, room)
        self._ledger = Ledger(self._store, self._watcher, identity, room)
        self._settler = Settler(manner.settle, manner.patience, hindrance)
        self._shop = Workshop(
            self._folder, settings, plan, self._ledger, client, log,
            self._watcher.spool, self._limits.file_bytes, lambda entry: self._settler.patient(entry, clock()),
        )  # fmt: skip
        self._readers: queue.SimpleQueue[Reader] = queue.SimpleQueue()
        self._gate = Gate()
        self._backlog: deque[Entry] = deque()
        self._running: dict[str, Future[End]] = {}
        self._told: dict[str, str] = {}
        self._summary = Summary()
        self._stopped, self._bell = False, Bell()

    def stop(self) -> None:
        """Finish the files at hand and return. May be called from anywhere, also from a signal handler."""
        self._stopped = True
        self._bell.ring()

    def run(self) -> Summary:
        """Watch. Raises StoreError or OSError where the ledger or the folder cannot be used from the start."""
        manner = self._manner
        hints = Hints(self._folder, manner.recursive, self._bell.ring, self._no_hints)
        self._watcher.start()
        self._log("started", f"watching {self._folder}", folder=str(self._folder), watcher=self._watcher.id)
        try:
            look(self._folder, recursive=manner.recursive)
            if not manner.poll and not manner.once:
                hints.start()
            with ThreadPoolExecutor(manner.concurrency, thread_name_prefix="bomtool-inbox") as pool:
                self._loop(pool)
        finally:
            hints.stop()
            while not self._readers.empty():
                self._readers.get().close()
            self._ended_work()
            self._summary.waiting = self._left()
            self._watcher.stop()
            self._store.close()
            self._log("stopped", "stopped", counts=dict(self._summary.counts))
        return self._summary

    def _loop(self, pool: ThreadPoolExecutor) -> None:
        manner = self._manner
        next_look = next_care = last_work = self._clock()
        looked = float("-inf")
        spacing = manner.interval - min(LOOKING * manner.interval, LOOKING_MOST)
        while not self._stopped:
            now = self._clock()
            if now >= next_care:
                self._look_after_dead(pool)
                next_care = now + LOOK_AFTER_DEAD
            if now >= next_look and now >= looked + QUIET_BEFORE_LOOK:
                due = self._look(now)
                looked, next_look = now, min(now + spacing, due)
            self._start(pool, now)
            if self._running:
                last_work = now
            elif now > last_work + CHILDREN_IDLE and not self._readers.empty():
                self._readers.get().close()
            if manner.once and self._nothing_left():
                return
            wait = min(next_look, next_care) - self._clock()
            if self._backlog and self._gate.opens_at is not None and not self._running:
                wait = min(wait, self._gate.opens_at - self._clock())
            if self._bell.wait(max(0.02, wait)):
                hinted = self._clock()
                if not self._ended_work() or not (self._running or self._backlog):
                    next_look = min(next_look, max(hinted, looked + QUIET_BEFORE_LOOK))

    def _look(self, now: float) -> float:
        """Look at the folder; when the next look is due for a file that settles."""
        try:
            entries, left_alone = look(self._folder, recursive=self._manner.recursive)
        except OSError as error:
            self._tell("", f"the folder cannot be listed ({error.strerror or error})", "folder")
            return now + 2.0
        for name, why in left_alone.items():
            self._tell(name, f"left alone: {why}", "ignored")
        seen = self._settler.look(entries, now)
        self._backlog = deque(entry for entry in seen.ready if entry.name not in self._running)
        for name, why in ((entry.name, why) for entry, why in seen.waiting):
            if why != "still settling":
                self._tell(name, f"waits: {why}", "waiting")
        present = {entry.name for entry in entries} | left_alone.keys()
        self._told = {name: why for name, why in self._told.items() if name in present or not name}
        return seen.next_look if seen.next_look is not None else float("inf")

    def _left(self) -> dict[str, str]:
        """The files that lie in the folder, and why."""
        try:
            entries, _ = look(self._folder, recursive=self._manner.recursive)
        except OSError:
            return {}
        return {entry.name: self._settler.reason(entry.name) for entry in entries}

    def _start(self, pool: ThreadPoolExecutor, now: float) -> None:
        """Give files to free workers."""
        places = self._gate.places(now, len(self._running), self._manner.concurrency)
        while self._backlog and places > 0:
            entry = self._backlog.popleft()
            if entry.name in self._running:
                continue
            places -= 1
            self._running[entry.name] = future = pool.submit(self._work, entry)
            future.add_done_callback(lambda _: self._bell.ring())

    def _work(self, entry: Entry) -> End:
        try:
            reader = self._readers.get_nowait()
        except queue.Empty:
            reader = Reader(self._limits)
        try:
            return Worker(self._shop, reader).handle(entry)
        finally:
            self._readers.put(reader)

    def _ended_work(self) -> bool:
        """Take in what workers ended; whether there was any."""
        ended = [(name, future) for name, future in self._running.items() if future.done()]
        for name, future in ended:
            del self._running[name]
            self._ended(name, future)
        return bool(ended)

    def _ended(self, name: str, future: Future[End]) -> None:
        try:
            end = future.result()
        except Exception as error:
            self._log("defect", f"a defect of bomtool: {type(error).__name__}: {error}", file=name)
            end = End("waiting", f"a defect of bomtool: {type(error).__name__}", 300.0)
        now = self._clock()
        if end.state in ("done", "failed", "gone"):
            self._summary.counts[end.state] += 1
        if end.state in ("done", "failed") and self._gate.worked():
            self._log("platform-up", "the platform answers again")
        if end.platform is not None:
            self._settler.put_back(name, end.why, now)
            self._platform_failed(end.platform, now)
        elif end.state in ("waiting", "uncertain"):
            if end.state == "uncertain":
                self._summary.counts["uncertain"] += 1
            self._wait(name, end, now)

    def _wait(self, name: str, end: End, now: float) -> None:
        """Let a file come back later."""
        if name.startswith("\0"):
            return  # what the dead left is looked after in its own time
        self._tell(name, f"{end.state}: {end.why}", end.state)
        self._settler.put_back(name, end.why, now + (end.again_in or 0.0))

    def _platform_failed(self, error: BomtoolError, now: float) -> None:
        self._summary.platform_failed = error
        seconds = self._gate.failed(now)
        if seconds is None:
            return
        count = len(self._backlog) + len(self._running) + 1
        self._log(
            "platform-down",
            f"{error.message} Trying again in {seconds:.0f} s; {count} files wait, none is lost.",
            code=error.code, waiting=count, seconds=round(seconds, 1),
        )  # fmt: skip

    def _nothing_left(self) -> bool:
        """Whether `once` is over: all that is left waits for somebody else."""
        if self._running:
            return False
        if self._gate.opens_at is not None:
            return True
        if self._backlog:
            return False
        return not self._settler.settling(self._clock())

    def _look_after_dead(self, pool: ThreadPoolExecutor) -> None:
        """Finish what others left on its way, and close the rows of files that a person took back."""
        try:
            for claim in self._ledger.abandoned():
                self._log("takeover", "taken over from a watcher that ended", file=claim.name)
                self._running[f"\0{claim.file_id}"] = future = pool.submit(self._finish, claim)
                future.add_done_callback(lambda _: self._bell.ring())
            entries, _ = look(self._folder, recursive=True)
            from bomtool.inbox.names import storable

            for row_id, name in self._ledger.vanished({storable(entry.name) for entry in entries}):
                self._shop.finisher.forget(row_id, name)
                self._log("gone", "was taken out of the folder", file=name)
        except BomtoolError as error:  # the ledger is busy, a claim was lost by a hair, a place below done/ went bad
            self._log("ledger", error.message, code=error.code)
        except OSError:
            return  # the look tells it

    def _finish(self, claim: Claim) -> End:
        return Worker(self._shop, Reader(self._limits)).finish(claim)

    def _tell(self, name: str, sentence: str, event: str) -> None:
        """Log a state once, not at every look."""
        if self._told.get(name) != sentence:
            self._told[name] = sentence
            self._log(event, sentence, file=name or None)

    def _no_hints(self, why: str) -> None:
        self._log("no-hints", f"no hints from the system ({why}); the folder is looked through instead")
