"""Reading makes millions of objects and hardly a cycle: Python's collector of cycles waits until it is done."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Without the collector, which would go through all objects again and again as their number grows (a third of the
    time at a million lines). It is switched on again behind the block, if it was on before.

    What was made meanwhile then counts as old: `gc.freeze` followed by `gc.unfreeze` moves it to the oldest generation
    without looking at it, where the next full collection finds it. Nothing is kept alive by that. Where the process has
    frozen objects of its own, they stay frozen and nothing is moved.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            if not gc.get_freeze_count():
                gc.freeze()
                gc.unfreeze()
            gc.enable()
