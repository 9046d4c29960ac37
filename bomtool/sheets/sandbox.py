"""Runs the child process that reads with native code, under a wall clock and a memory limit, and takes its answer."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any, BinaryIO

from bomtool.errors import ReadError
from bomtool.sheets.limits import Limits
from bomtool.sheets.memory import resident
from bomtool.sheets.model import Sheet, Value

_CHILD = str(Path(__file__).resolve().with_name("child.py"))
_BASE_MEMORY = 128 << 20


def read_in_child(data: bytes, name: str, limits: Limits, inflated: int) -> list[Sheet]:
    """The sheets of an xls, xlsx, xlsb or ods file, values only, read by python-calamine in a child process.

    `inflated` is the size of the unpacked content; it bounds the child's memory. Raises ReadError where the file is
    damaged, protected or beyond the limits, also when the parser takes its process down.
    """
    memory = min(limits.memory, _BASE_MEMORY + 12 * inflated)
    options = {
        "memory": memory,
        "sheets": limits.sheets,
        "rows": limits.rows,
        "columns": limits.columns,
        "cells": limits.cells,
    }
    sheets: list[Sheet] = []
    ended = False
    for message in _messages(data, name, options, limits.seconds):
        if isinstance(message, list):
            _append(sheets[-1], message)
        elif "sheet" in message:
            merged = tuple(tuple(area) for area in message["merged"])
            sheets.append(Sheet(message["sheet"], [], message["index"], message["state"], merged=merged))
        elif "error" in message:
            raise _refusal(name, *message["error"], limits=limits)
        ended = ended or (isinstance(message, dict) and "end" in message)
    if not ended:
        raise _refusal(name, "file-damaged", "the parser gave up on it", limits=limits)
    return sheets


def _messages(data: bytes, name: str, options: dict[str, Any], seconds: float) -> Iterator[Any]:
    """The child's answer, line by line; the child is ended when it takes too long, grows too large, or is left early."""
    process = subprocess.Popen(
        [sys.executable, "-I", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    killed: list[str] = []
    done = threading.Event()
    feeder = threading.Thread(target=_feed, args=(process.stdin, options, data), daemon=True)
    guard = threading.Thread(target=_guard, args=(process, options["memory"], seconds, done, killed), daemon=True)
    feeder.start()
    guard.start()
    try:
        for line in process.stdout:
            try:
                yield json.loads(line)
            except ValueError:
                break
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        killed.append("too-slow")
    finally:
        done.set()
        if process.poll() is None:
            process.kill()
        process.stdout.close()
        process.wait()
        guard.join()
        feeder.join()
    if killed:
        yield {"error": [killed[0], f"{seconds:g}"]}
    elif process.returncode in (-6, -9, 3, 0xC0000409):
        # Native code that gets no memory aborts; the system's own guard kills.
        yield {"error": ["too-large-inflated", ""]}


def _feed(pipe: BinaryIO, options: dict[str, Any], data: bytes) -> None:
    with contextlib.suppress(OSError, ValueError):
        pipe.write(json.dumps(options).encode() + b"\n")
        pipe.write(data)
    with contextlib.suppress(OSError, ValueError):
        pipe.close()


def _guard(
    process: subprocess.Popen[bytes], memory: int, seconds: float, done: threading.Event, killed: list[str]
) -> None:
    """End the child at its wall clock; where the system cannot bound memory, look at it every tenth of a second."""
    until = time.monotonic() + seconds
    watch = sys.platform != "linux"
    while not done.wait(0.1 if watch else max(0.0, until - time.monotonic())):
        if time.monotonic() >= until:
            killed.append("too-slow")
        elif watch and resident(process.pid) > memory:
            killed.append("too-large-inflated")
        if killed:
            process.kill()
            return


def _append(sheet: Sheet, batch: list[list[Any]]) -> None:
    """Add the rows of one message; numbers that are whole become integers, as they are in the other reader."""
    rows = sheet.rows
    for number, cells in batch:
        while len(rows) < number - 1:
            rows.append([])
        rows.append([_value(cell) if cell.__class__ is not str else cell or None for cell in cells])


def _value(cell: Any) -> Value:
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and abs(cell) < 1e15 else cell
    if not isinstance(cell, dict):
        return cell  # type: ignore[no-any-return]
    ((kind, content),) = cell.items()
    if kind == "dt":
        return datetime.fromisoformat(content)
    if kind == "d":
        return datetime.combine(date.fromisoformat(content), clock())
    if kind == "t":
        return clock.fromisoformat(content)
    span = timedelta(seconds=content)
    return str(span)


def _refusal(name: str, code: str, detail: str, *, limits: Limits) -> ReadError:
    """The refusal for a code that the child, or its guard, reported."""
    if code == "password-protected":
        return ReadError(
            f"{name} is protected by a password.",
            hint="Remove the password in Excel, save, and give that file.",
            code=code,
        )
    if code == "too-slow":
        return ReadError(
            f"{name} was not read within {limits.seconds:g} seconds.",
            hint="Save the BOM sheet alone as .xlsx or CSV and give that file.",
            code=code,
        )
    if code.startswith("too-many-"):
        return ReadError(
            f"{name} is larger than is read at most ({detail} {code.removeprefix('too-many-')}).",
            hint="Delete the unused rows and columns, or save the BOM sheet alone as CSV.",
            code=code,
        )
    if code == "too-large-inflated":
        return ReadError(
            f"{name} needs more memory to open than is allowed.",
            hint="Delete unused rows, columns and sheets, or save the BOM sheet alone as CSV.",
            code=code,
        )
    return ReadError(
        f"{name} is damaged or not a workbook that can be read ({detail}).",
        hint="Open it in Excel or LibreOffice, which may repair it, and save it as .xlsx.",
        code="file-damaged",
    )
