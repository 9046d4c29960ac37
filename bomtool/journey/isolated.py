"""Reads BOM files in a child process with limits on time and memory, for processes that must outlive any file."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool import __version__, children
from bomtool.errors import BomtoolError, ReadError, StoreError, UsageError
from bomtool.journey.codec import decode

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.sheets.limits import Limits

RENEWED_AFTER = 250
"""Files after which a child makes place for a fresh one, so that memory stays flat whatever the parsers keep."""
_GRACE = 30.0
"""Seconds on top of the limit of one reading: making the BOM, and starting the child."""


class Reader:
    """One child process, started when it is needed. Use it from one thread at a time; close it, or use `with`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, path: Path, reading: dict[str, Any] | None = None, names: dict[str, Any] | None = None) -> Bom:
        """The BOM of a file; `reading` and `names` are keywords of `read_file`.

        Raises ReadError, also where the file takes the child down or more time or memory than is allowed,
        UsageError for a sheet, column or profile that does not exist, and StoreError where bomtool was updated since this
        process began: its children read with the new code, and that is no fault of any file.
        """
        from bomtool.bom.model import Bom

        request = {"path": str(path), "reading": reading or {}, "names": names or {}}
        answer = self._ask(request, path.name)
        if "error" in answer:
            raise self._error(answer["error"], path.name)
        try:
            return decode(Bom, answer["bom"])
        except (LookupError, TypeError, ValueError, ArithmeticError) as error:
            self.close()
            raise _damaged(path.name) from error

    def close(self) -> None:
        """End the child; the next reading starts another."""
        process, self._process, self._read = self._process, None, 0
        if process is None:
            return
        _kill(process)
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

    def _ask(self, request: dict[str, Any], name: str) -> dict[str, Any]:
        """One line to the child, one line back, within the time allowed."""
        if self._read >= RENEWED_AFTER:
            self.close()
        process = self._started()
        assert process.stdin is not None
        assert process.stdout is not None
        self._read += 1
        done = threading.Event()
        killed: list[str] = []
        guard = threading.Thread(target=self._guard, args=(process, done, killed), daemon=True)
        guard.start()
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except OSError:
            line = b""
        finally:
            done.set()
            guard.join()
        try:
            answer = json.loads(line)
        except ValueError:
            answer = None
        if killed or not isinstance(answer, dict):
            self.close()
            raise _refused(killed[0], name, self._limits) if killed else _damaged(name)
        if answer.get("version") != __version__:
            self.close()
            raise StoreError(
                f"bomtool was updated to {answer.get('version')} while a process of {__version__} still runs.",
                hint="Start bomtool watch or bomtool serve again.",
                code="updated",
            )
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self.close()
        if self._process is None:
            self._process = subprocess.Popen(
                children.command("bomtool.journey.child", "main", str(self._limits.memory)),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        return self._process

    def _guard(self, process: subprocess.Popen[bytes], done: threading.Event, killed: list[str]) -> None:
        """End the child at its wall clock, or where it grows too large."""
        from bomtool.sheets.memory import resident

        until = time.monotonic() + self._limits.seconds + _GRACE
        while not done.wait(0.25):
            if time.monotonic() >= until:
                killed.append("too-slow")
            elif resident(process.pid) > self._limits.memory:
                killed.append("too-large-inflated")
            if killed:
                _kill(process)
                return

    def _error(self, told: dict[str, Any], name: str) -> BomtoolError:
        kind = told.get("kind")
        if kind == "memory":
            self.close()
            return _refused("too-large-inflated", name, self._limits)
        if kind == "usage":
            return UsageError(str(told.get("message")), hint=told.get("hint"), code=told.get("code"))
        if kind == "read":
            return ReadError(
                str(told.get("message")),
                hint=told.get("hint"),
                code=told.get("code"),
                sheet=told.get("sheet"),
                row=told.get("row"),
                column=told.get("column"),
            )
        return ReadError(
            f"{name} could not be read; this is a defect of bomtool ({told.get('message')}).",
            hint="Please report it; saving the file again as .xlsx or CSV may help meanwhile.",
            code="unreadable",
        )


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the child and what it started: it leads a session of its own where there are any."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(process.pid, signal.SIGKILL)
            else:
                process.kill()
    process.wait()


def _damaged(name: str) -> ReadError:
    return ReadError(
        f"{name} is damaged or not a file that can be read: the parser gave up on it.",
        hint="Open it in Excel or LibreOffice, which may repair it, and save it as .xlsx.",
        code="file-damaged",
    )


def _refused(code: str, name: str, limits: Limits) -> ReadError:
    if code == "too-slow":
        return ReadError(
            f"{name} was not read within {limits.seconds + _GRACE:g} seconds.",
            hint="Save the BOM sheet alone as .xlsx or CSV and give that file.",
            code=code,
        )
    return ReadError(
        f"{name} needs more memory to open than is allowed.",
        hint="Delete unused rows, columns and sheets, or save the BOM sheet alone as CSV.",
        code=code,
    )
