"""The bell may be rung by a signal handler at any instant."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time

import pytest

from bomtool.inbox.bell import Bell

HAMMERED = """
import signal, sys
from bomtool.inbox.bell import Bell
bell, rung = Bell(), [0]
def handler(*_):
    rung[0] += 1
    bell.ring()
signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)
while rung[0] < 3000:
    bell.wait(0.00005)
    bell.ring()
    bell.wait(0.0)
signal.setitimer(signal.ITIMER_REAL, 0)
print("heard")
"""


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no interval timers")
def test_a_signal_in_any_instant_of_waiting_and_ringing_stops_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", HAMMERED], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout == "heard\n"


def test_rings_that_nobody_waited_for_are_heard_as_one() -> None:
    bell = Bell()
    bell.ring()
    bell.ring()
    assert bell.wait(0.0)
    assert not bell.wait(0.0)


def test_a_ring_from_another_thread_ends_the_waiting() -> None:
    bell, began = Bell(), time.monotonic()
    threading.Timer(0.05, bell.ring).start()
    assert bell.wait(100.0)
    assert time.monotonic() - began < 100.0
