"""A folder with a watcher in this process, and looking at what came of it."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bomtool.client import Client
from bomtool.connect import connect
from bomtool.inbox.log import Log
from bomtool.inbox.watching import Manner, Summary, Watch
from bomtool.inbox.work import Plan
from bomtool.settings import load

HEADER = "Designator,Qty,MPN,Manufacturer,Description"
COSTED = Plan(approve=True, build=5, report=True)


def bom_text(*parts: str, start: int = 1) -> str:
    """A small BOM: one line a part number."""
    rows = [f"R{number},1,{part},YAGEO,part {number}" for number, part in enumerate(parts, start)]
    return "\n".join([HEADER, *rows]) + "\n"


@dataclass
class Box:
    """The folder and what a watcher of it said."""

    folder: Path
    plan: Plan = COSTED
    log: io.StringIO = field(default_factory=io.StringIO)

    def drop(self, name: str, content: str | bytes) -> Path:
        """Put a file in."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def watch(self, client: Client, **manner: Any) -> Watch:
        """A watcher that waits for nothing."""
        given = {"once": True, "settle": 0.05, "patience": 0.3, "interval": 0.1, **manner}
        return Watch(self.folder, load(), client, self.plan, Manner(**given), Log("json", self.log))

    def run(self, client: Client | None = None, **manner: Any) -> Summary:
        """Take what lies there and return."""
        if client is not None:
            return self.watch(client, **manner).run()
        with connect(load()) as made:
            return self.watch(made, **manner).run()

    @contextmanager
    def running(self, **manner: Any) -> Iterator[Watch]:
        """A watcher in a thread, as long as the block."""
        with connect(load()) as client:
            watch = self.watch(client, once=False, **manner)
            thread = threading.Thread(target=watch.run)
            thread.start()
            try:
                yield watch
            finally:
                watch.stop()
                thread.join(60)
                assert not thread.is_alive()

    def until(self, wanted: Callable[[], object], seconds: float = 60.0) -> None:
        """Wait for something to become true."""
        end = time.monotonic() + seconds
        while not wanted():
            assert time.monotonic() < end, f"{self.files()} {self.log.getvalue()[-3000:]}"
            time.sleep(0.02)

    def files(self, place: str = "") -> list[str]:
        """Everything in the folder or below it, the marker apart."""
        root = self.folder / place
        found = [
            path.relative_to(root).as_posix() for path in root.rglob("*") if not path.is_dir() or path.is_symlink()
        ]
        return sorted(name for name in found if name != ".bomtool-inbox")

    def result(self, name: str) -> dict[str, Any]:
        """A result in done/."""
        found: dict[str, Any] = json.loads((self.folder / "done" / f"{name}.result.json").read_text(encoding="utf-8"))
        return found

    def problem(self, name: str) -> str:
        """A problem in failed/."""
        return (self.folder / "failed" / f"{name}.problem.txt").read_text(encoding="utf-8")

    def events(self, *words: str) -> list[dict[str, Any]]:
        """Log lines of these events, of all where none is named."""
        lines = [json.loads(line) for line in self.log.getvalue().splitlines()]
        return [line for line in lines if not words or line["event"] in words]


def on_platform() -> tuple[list[Any], list[Any]]:
    """BOMs and programs of the embedded platform."""
    with connect(load()) as client:
        return list(client.boms.iterate()), list(client.programs.iterate())
