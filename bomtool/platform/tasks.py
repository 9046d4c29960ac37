"""A job being done: its progress, its steps, and the end of it.

Each step's effect and the note that it is done are one transaction, in which the lease is checked: a step is never done
twice, whoever dies when, and a worker that was given up for dead cannot do what another has taken over.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from bomtool.errors import BomtoolError, StoreError
from bomtool.platform import queue
from bomtool.platform.errors import Refusal
from bomtool.platform.job_tables import job_files, job_steps, jobs
from bomtool.platform.queue import Claim
from bomtool.store import faults

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_TRIES = 3
_TELL_EVERY = 0.5
"""Seconds between notes of progress."""
_log = logging.getLogger("bomtool.platform.jobs")


class Stopped(Exception):
    """The job is not to go on: somebody cancelled it, or another worker has it."""

    def __init__(self, cancelled: bool) -> None:
        super().__init__("cancelled" if cancelled else "lost")
        self.cancelled = cancelled


class Task:
    """What the function of a job is given."""

    def __init__(self, store: Store, settings: Settings, claim: Claim) -> None:
        self.store, self.settings, self.claim = store, settings, claim
        self.org_id, self.arguments = claim.org_id, claim.arguments
        self._stop: Stopped | None = None
        self._told = 0.0

    def stop(self, *, cancelled: bool) -> None:
        """End the job at its next step; called by whoever beats for the worker."""
        self._stop = self._stop or Stopped(cancelled)

    def check(self) -> None:
        """Raises Stopped where the job is not to go on. Call it where stopping leaves nothing half done."""
        if self._stop is not None:
            raise self._stop

    def progress(self, done: int, total: int) -> None:
        """Note how far the job is, twice a second at most. Raises Stopped."""
        self.check()
        moment = time.monotonic()
        if moment - self._told < _TELL_EVERY:
            return
        self._told = moment
        with self.store.write() as connection:
            self._hold(connection, {"done": done, "total": total})

    def step(self, name: str, work: Callable[[Connection], Any]) -> Any:
        """Do a step, once in the life of the job; its result (JSON), also where an earlier attempt did it.

        Where another process got in between, the step is done again from the start. Raises Stopped.
        """
        for tries in range(_TRIES):
            self.check()
            try:
                return self._step(name, work)
            except IntegrityError:
                if tries == _TRIES - 1:
                    raise
            except StoreError as error:
                if error.code != faults.CONFLICT or tries == _TRIES - 1:
                    raise
        raise AssertionError("unreachable")

    def _step(self, name: str, work: Callable[[Connection], Any]) -> Any:
        with self.store.write() as connection:
            self._hold(connection, {"worker": self.claim.worker})
            c = job_steps.c
            known = connection.execute(select(c.result).where(c.job_id == self.claim.job_id, c.name == name)).first()
            if known is not None:
                return known.result
            result = work(connection)
            row = {"job_id": self.claim.job_id, "name": name, "result": result, "attempt": self.claim.attempt}
            connection.execute(insert(job_steps).values(**row, done_at=queue.clock(connection)))
        return result

    def file(self) -> tuple[str, bytes]:
        """Name and content of the file the job came with. Raises BomtoolError where it has none."""
        with self.store.read() as connection:
            row = connection.execute(select(job_files).where(job_files.c.job_id == self.claim.job_id)).first()
        if row is None:
            raise BomtoolError("The job has no file.")
        return row.name, row.content

    def _hold(self, connection: Connection, values: dict[str, Any]) -> None:
        """Lock the job's row for this transaction. Raises Stopped where it is no longer in hand."""
        if connection.execute(update(jobs).where(self.claim.mine()).values(values)).rowcount != 1:
            self.stop(cancelled=False)
            self.check()


Work = Callable[[Task], Any]


def run(task: Task, work: Work, *, others: bool = True) -> None:
    """Do a job in hand to its end, whatever that is, and say so. `others`: there are workers who may try it again."""
    ended: dict[str, Any]
    try:
        ended = {"status": "succeeded", "result": work(task)}
    except Stopped as stopped:
        if not stopped.cancelled:
            _log.warning("job %s was taken over by another worker", task.claim.job_id)
            return
        ended = {"status": "cancelled"}
    except Refusal as refusal:
        ended = {"status": "failed", "error": str(refusal.detail)}
    except BomtoolError as error:
        if others and isinstance(error, StoreError):
            # The database is away or in the way: the lease runs out, and somebody tries again.
            _log.warning("job %s: %s", task.claim.job_id, error.message)
            return
        ended = {"status": "failed", "error": error.message}
    except Exception:
        _log.exception("job %s failed", task.claim.job_id)
        ended = {"status": "failed", "error": "The job failed; its id names the entry in the platform's log."}
    if ended["status"] == "succeeded":
        ended["done"] = jobs.c.total
    queue.finish(task.store, task.claim, ended)


class Hands:
    """The jobs a worker has in hand, kept by a thread that beats for all of them."""

    def __init__(self, store: Store, worker: str, lease: timedelta = queue.LEASE) -> None:
        self.store, self.worker, self.lease = store, worker, lease
        self._tasks: dict[str, Task] = {}
        self._lock = threading.Lock()
        self._end = threading.Event()
        self._thread: threading.Thread | None = None

    def __len__(self) -> int:
        return len(self._tasks)

    @contextmanager
    def holding(self, task: Task) -> Iterator[None]:
        """The job's lease is kept for the length of the block."""
        with self._lock:
            self._tasks[task.claim.job_id] = task
            if self._thread is None:
                self._end = threading.Event()
                self._thread = threading.Thread(target=self._beat, args=(self._end,), name="bomtool-beat", daemon=True)
                self._thread.start()
        try:
            yield
        finally:
            thread = None
            with self._lock:
                self._tasks.pop(task.claim.job_id, None)
                if not self._tasks:
                    thread, self._thread = self._thread, None
                    self._end.set()
            if thread is not None:
                thread.join()

    def _beat(self, end: threading.Event) -> None:
        while not end.wait(self.lease.total_seconds() / 4):
            with self._lock:
                held = dict(self._tasks)
            try:
                kept = queue.beat(self.store, self.worker, self.lease)
            except StoreError as error:
                _log.warning("beating failed: %s", error.message)
                continue
            for job_id, task in held.items():
                attempt, cancelling = kept.get(job_id, (0, False))
                if attempt != task.claim.attempt or cancelling:
                    task.stop(cancelled=attempt == task.claim.attempt)
