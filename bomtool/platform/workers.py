"""A worker: threads that take jobs from the queue and do them, in `bomtool serve` and in `bomtool worker`."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from bomtool.errors import StoreError
from bomtool.platform import queue, tasks
from bomtool.platform.tasks import Work

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_IDLE = 0.5
"""Seconds until an idle worker looks again."""
_AFTER_TROUBLE = 2.0
_TIDY_EVERY = 600.0
_SHOW_EVERY = 5.0
_log = logging.getLogger("bomtool.platform.jobs")


def worker_name() -> str:
    """A name no other worker has or will have: host, process, chance."""
    return f"{socket.gethostname()[:32]}-{os.getpid()}-{secrets.token_hex(4)}"


class Worker:
    """Does jobs of the given kinds on `threads` threads, from `begin` to `close`."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        kinds: Mapping[str, Work],
        *,
        threads: int = 1,
        lease: timedelta = queue.LEASE,
    ) -> None:
        self.store, self.settings, self.kinds = store, settings, kinds
        self.name = worker_name()
        self.done = 0
        self._lease = lease
        self._hands = tasks.Hands(store, self.name, lease)
        self._threads = [
            threading.Thread(target=self._work, args=(number == 0,), name=f"bomtool-job-{number}", daemon=True)
            for number in range(threads)
        ]
        self._begun = False
        self._ending = threading.Event()
        self._news = threading.Semaphore(0)
        self._lock = threading.Lock()

    def begin(self) -> None:
        """Begin to take jobs; again is harmless."""
        with self._lock:
            if self._begun or self._ending.is_set():
                return
            self._begun = True
        queue.register(self.store, self.name, socket.gethostname(), os.getpid(), self.kinds)
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """There is work: look now."""
        self._news.release()

    def close(self, patience: float = 30.0) -> None:
        """Take no more jobs, finish those in hand; what is not done in `patience` seconds goes back into the queue."""
        with self._lock:
            begun = self._begun
            self._ending.set()
        if not begun:
            return
        for _ in self._threads:
            self._news.release()
        until = time.monotonic() + patience
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        try:
            queue.give_back(self.store, self.name)
        except StoreError as error:
            _log.warning("giving jobs back failed, they go back by themselves: %s", error.message)

    def _work(self, looks_after: bool) -> None:
        tidied = shown = time.monotonic() - _TIDY_EVERY
        while not self._ending.is_set():
            try:
                moment = time.monotonic()
                if looks_after and moment - tidied >= _TIDY_EVERY:
                    tidied = moment
                    queue.tidy(self.store)
                if looks_after and moment - shown >= _SHOW_EVERY:
                    shown = moment
                    queue.beat(self.store, self.name, self._lease)
                if not self._one():
                    self._news.acquire(timeout=_IDLE)
            except StoreError as error:
                _log.warning("the queue cannot be reached: %s", error.message)
                self._ending.wait(_AFTER_TROUBLE)
            except Exception:
                _log.exception("taking a job failed")
                self._ending.wait(_AFTER_TROUBLE)

    def _one(self) -> bool:
        claim = queue.claim(self.store, self.name, self.kinds, self._lease)
        if claim is None:
            return False
        task = tasks.Task(self.store, self.settings, claim)
        with self._hands.holding(task):
            tasks.run(task, self.kinds[claim.kind])
        self.done += 1
        return True
