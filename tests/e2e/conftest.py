"""Runs the command line as a user does: in this process for speed, or as a process of its own where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_files"


@dataclass(frozen=True)
class Answer:
    """What a command printed and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on stdout."""
        return json.loads(self.out)


Bomtool = Callable[..., Answer]


@pytest.fixture
def bomtool(capfd: pytest.CaptureFixture[str]) -> Bomtool:
    """Run a command in this process."""
    from bomtool.cli import run

    def call(*arguments: object) -> Answer:
        capfd.readouterr()
        code = run([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err + captured.out
        assert "defect" not in captured.err + captured.out, captured
        return Answer(code, captured.out, captured.err)

    return call


def process(*arguments: object, timeout: float = 60, **environment: str) -> Answer:
    """Run a command as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "bomtool", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=timeout, check=False, env={**os.environ, **environment},
    )  # fmt: skip
    assert "Traceback" not in done.stderr + done.stdout
    return Answer(done.returncode, done.stdout, done.stderr)


@pytest.fixture
def served() -> Iterator[dict[str, str]]:
    """A served platform of its own and a key: the environment that reaches it."""
    key = process("keys", "create", "--json").json["key"]
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "bomtool", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    )
    try:
        assert server.stdout is not None
        first = server.stdout.readline()
        url = next(word for word in first.split() if word.startswith("http://"))
        yield {"BOMTOOL_API_URL": url, "BOMTOOL_API_KEY": key}
    finally:
        server.terminate()
        server.wait(20)
        if server.stdout is not None:
            server.stdout.close()
