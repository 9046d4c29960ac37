"""The processes that run reporting queries, kept for the next one: a query can neither hang nor swell the platform.

Some functions of SQLite run for hours on a few letters without asking whether they may go on; only the end of their
process ends them.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from bomtool.platform import query_child

_CHILD = str(Path(query_child.__file__))
_SPARE_SECONDS = 2.0
"""What a child gets beyond the time of the query, to stop by itself and to hand over its answer."""
_KEPT = 2
_idle: list[subprocess.Popen[bytes]] = []
_lock = threading.Lock()


class Ended(Exception):
    """The process came to its end before it answered; `in_time` says whether it was not its time that ended it."""

    def __init__(self, *, in_time: bool) -> None:
        super().__init__("the process ended")
        self.in_time = in_time


def ask(options: dict[str, Any], image: bytes) -> dict[str, Any]:
    """What the child answers; see `query_child`. Raises Ended."""
    process = _take()
    assert process.stdin is not None
    assert process.stdout is not None
    late = threading.Event()

    def end() -> None:
        late.set()
        process.kill()

    timer = threading.Timer(options["seconds"] + _SPARE_SECONDS, end)
    timer.start()
    answer = b""
    try:
        content = json.dumps(options).encode()
        process.stdin.write(query_child.HEAD.pack(len(content), len(image)) + content)
        process.stdin.write(image)
        process.stdin.flush()
        head = process.stdout.read(query_child.LENGTH.size)
        if len(head) == query_child.LENGTH.size:
            (length,) = query_child.LENGTH.unpack(head)
            answer = process.stdout.read(length)
    except OSError:
        answer = b""
    finally:
        timer.cancel()
    found: dict[str, Any] = {}
    with contextlib.suppress(ValueError):
        found = json.loads(answer)
    if "columns" in found and not late.is_set():
        _give_back(process)
    else:  # what has seen its bounds is not used again
        _end(process)
    if not found:
        raise Ended(in_time=not late.is_set())
    return found


def _take() -> subprocess.Popen[bytes]:
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.poll() is None:
                return process
            _end(process)
    return subprocess.Popen(
        [sys.executable, "-I", "-S", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=sys.platform != "win32",  # Ctrl+C is for the platform, which finishes what is in flight
    )


def _give_back(process: subprocess.Popen[bytes]) -> None:
    with _lock:
        if len(_idle) < _KEPT:
            _idle.append(process)
            return
    _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


@atexit.register
def close() -> None:
    """End the processes that wait for a query."""
    with _lock:
        waiting, _idle[:] = list(_idle), []
    for process in waiting:
        _end(process)
