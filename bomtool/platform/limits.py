"""How often a key may ask: a bucket of tokens a key, filled steadily, as deep as one minute's share.

The buckets stand in the memory of one process. Where several processes serve one database, each of them allows a key the
whole rate: a limit over all belongs in the proxy before them.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

_KEPT = 10_000
"""Buckets kept before the full ones are forgotten; a full bucket says no more than none."""


class Limits:
    """`per_minute` requests a key; 0 for no limit. Safe to use from several threads."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def wait(self, key_id: str) -> int:
        """Take a token: 0 where there was one, else the whole seconds until there is one again."""
        if not self.per_minute:
            return 0
        rate = self.per_minute / 60
        with self._lock:
            now = self._clock()
            tokens = self._filled(key_id, now, rate)
            if tokens < 1:
                self._buckets[key_id] = (tokens, now)
                return max(1, math.ceil((1 - tokens) / rate))
            self._buckets[key_id] = (tokens - 1, now)
            if len(self._buckets) > _KEPT:
                full = [name for name in self._buckets if self._filled(name, now, rate) >= self.per_minute]
                for name in full:
                    del self._buckets[name]
            return 0

    def _filled(self, key_id: str, now: float, rate: float) -> float:
        tokens, then = self._buckets.get(key_id, (float(self.per_minute), now))
        return min(float(self.per_minute), tokens + (now - then) * rate)
