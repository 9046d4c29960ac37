"""Waits for a platform that does not answer, longer each time, and lets one file try before all others follow."""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST, LONGEST = 2.0, 300.0


class Gate:
    """Open while the platform works. Times are seconds that only rise; `chance` gives 0 to 1."""

    def __init__(self, chance: Callable[[], float] = random.random) -> None:
        self._chance = chance
        self._wait = FIRST
        self.opens_at: float | None = None
        """When the next file may try; None while open."""

    def places(self, now: float, running: int, concurrency: int) -> int:
        """How many more files may start now."""
        if self.opens_at is None:
            return concurrency - running
        return 1 if now >= self.opens_at and not running else 0

    def failed(self, now: float) -> float | None:
        """The platform failed: close, and give the seconds to wait (half of them certain, half by chance).

        None for a failure of a file that was under way when another one closed the gate.
        """
        if self.opens_at is not None and now < self.opens_at:
            return None
        seconds = self._wait * (0.5 + self._chance() / 2)
        self.opens_at = now + seconds
        self._wait = min(self._wait * 2, LONGEST)
        return seconds

    def worked(self) -> bool:
        """The platform answered: open. Whether it was closed."""
        closed, self.opens_at, self._wait = self.opens_at is not None, None, FIRST
        return closed
