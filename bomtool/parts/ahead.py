"""Prepares a large source in a child process, so that reading and writing each have a processor of their own.

The child sends batches as marshalled frames, length first; a thread takes them off the pipe into a short queue. The child
is our own code on data it has read itself, in the same Python: marshal is the quickest way and safe here.
"""

from __future__ import annotations

import contextlib
import json
import marshal
import queue
import subprocess
import sys
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import IO, Any

from bomtool import children
from bomtool.errors import BomtoolError, ReadError, UsageError
from bomtool.parts import preparing
from bomtool.parts.preparing import Batch

_LARGE = 8 << 20
_PACKED = 8
"""How many times larger a packed file is about, once unpacked."""
_WAITING = 16


def batches(path: Path, first: int, currency: str | None = None) -> Generator[Batch]:
    """`preparing.batches`, in a child process where the source is large. Raises ReadError."""
    if _size(path) < _LARGE:
        yield from preparing.batches(path, first, currency)
    else:
        yield from _from_child(path, first, currency)


def child() -> None:
    """The child: its orders are one line of JSON on stdin, its answer goes to stdout."""
    path, first, currency = json.loads(sys.stdin.buffer.readline())
    out = sys.stdout.buffer
    try:
        for found in preparing.batches(Path(path), first, currency):
            _send(out, [getattr(found, name) for name in Batch.__slots__])
    except ReadError as error:
        _send(out, _said(error) | {"row": error.row, "column": error.column})
    except UsageError as error:
        _send(out, _said(error) | {"usage": True})
    except BrokenPipeError:
        return
    with contextlib.suppress(BrokenPipeError):
        _send(out, None)
        out.flush()


def _from_child(path: Path, first: int, currency: str | None) -> Iterator[Batch]:
    process = subprocess.Popen(
        children.command("bomtool.parts.ahead", "child"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    waiting: queue.Queue[bytes | None] = queue.Queue(_WAITING)
    left = threading.Event()
    taker = threading.Thread(target=_take, args=(process.stdout, waiting, left), daemon=True)
    try:
        with process.stdin as orders:
            orders.write(json.dumps([str(path.absolute()), first, currency]).encode() + b"\n")
        taker.start()
        yield from _frames(path, waiting)
    finally:
        left.set()
        process.kill()
        process.wait()
        if taker.ident is not None:
            taker.join()
        process.stdout.close()


def _frames(path: Path, waiting: queue.Queue[bytes | None]) -> Iterator[Batch]:
    while (frame := waiting.get()) is not None:
        found: Any = marshal.loads(frame)  # noqa: S302 - see the docstring
        if found is None:
            return
        if isinstance(found, dict):
            raise UsageError(**found) if found.pop("usage", False) else ReadError(**found)
        yield Batch(*found)
    raise ReadError(
        f"Reading {path.name} was ended from outside.",
        hint="Look whether memory is short, and load it again; nothing was changed.",
        code="file-unreadable",
    )


def _take(pipe: IO[bytes], waiting: queue.Queue[bytes | None], left: threading.Event) -> None:
    """Frames off the pipe into the queue; None at the end, or where the child has died."""
    frame: bytes | None = b""
    while frame is not None:
        frame = None
        head = pipe.read(8)
        if len(head) == 8:
            size = int.from_bytes(head, "little")
            body = pipe.read(size)
            frame = body if len(body) == size else None
        while not left.is_set():
            try:
                waiting.put(frame, timeout=0.2)
                break
            except queue.Full:
                continue
        if left.is_set():
            return


def _said(error: BomtoolError) -> dict[str, Any]:
    return {"message": error.message, "hint": error.hint, "code": error.code}


def _send(out: IO[bytes], found: Any) -> None:
    frame = marshal.dumps(found)
    out.write(len(frame).to_bytes(8, "little"))
    out.write(frame)


def _size(path: Path) -> int:
    try:
        if path.is_dir():
            return sum(_size(file) for file in path.iterdir() if file.is_file())
        return path.stat().st_size * (_PACKED if path.suffix.lower() in (".gz", ".xz") else 1)
    except OSError:
        return 0
