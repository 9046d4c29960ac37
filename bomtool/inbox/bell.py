"""Wakes the loop from any thread and from signal handlers.

`threading.Event` may not be used for that: a handler that runs while the same thread is inside `wait` or `set` waits for ever
for a lock that its own thread holds. `queue.SimpleQueue.put` is made for it ("reentrant", Python's documentation of queue).
"""

from __future__ import annotations

import queue


class Bell:
    """Rung by many, heard by one: rings that nobody waited for are heard as one."""

    def __init__(self) -> None:
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()

    def ring(self) -> None:
        """Wake who waits, or the next to wait."""
        if self._rings.empty():
            self._rings.put(None)

    def wait(self, seconds: float) -> bool:
        """Wait for a ring, `seconds` at most; whether there was one."""
        try:
            self._rings.get(timeout=seconds)
        except queue.Empty:
            return False
        return True
