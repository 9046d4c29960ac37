"""The command: usage, exit codes, status, the one JSON object on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.e2e.conftest import Answer, process
from tests.inbox.watched import bom_text


def watch(folder: Path, *more: object, **environment: str) -> Answer:
    return process("watch", folder, "--settle", 0.1, "--patience", 0.3, *more, **environment)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    return made


@pytest.mark.parametrize(
    "options",
    [("--build", 5), ("--report",), ("--overage", "none"), ("--approve", "--build", 0), ("--approve", "--currency", "dollars")],
)  # fmt: skip
def test_wishes_that_contradict_are_refused_before_anything_is_touched(
    folder: Path, options: tuple[object, ...]
) -> None:
    (folder / "a.csv").write_text(bom_text("LM358DR"))
    answer = watch(folder, "--once", *options, "--json")
    assert answer.code == 2
    assert "error" in answer.json
    assert [path.name for path in folder.iterdir()] == ["a.csv"]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert watch(tmp_path / "nowhere", "--once").code == 2
    (tmp_path / "file").touch()
    assert watch(tmp_path / "file", "--once").code == 2


def test_once_tells_what_it_did(folder: Path) -> None:
    assert watch(folder, "--once").code == 0
    (folder / "a.csv").write_text(bom_text("LM358DR"))
    answer = watch(folder, "--once", "--approve", "--build", 5, "--report", "--json")
    assert (answer.code, answer.json["done"], answer.json["waiting"]) == (0, 1, 0)
    assert "a.csv: done in " in answer.err
    (folder / "b.csv").write_text("nothing")
    answer = watch(folder, "--once", "--log", "json")
    assert answer.code == 1
    assert "0 done, 1 failed, 0 waiting." in answer.out
    assert [json.loads(line)["event"] for line in answer.err.splitlines()][-1] == "stopped"
    assert watch(folder, "--once", "--log", "none").err == ""


def test_a_platform_that_is_away_is_exit_4_and_a_bad_key_5(folder: Path) -> None:
    (folder / "a.csv").write_text(bom_text("LM358DR"))
    away = {"BOMTOOL_API_URL": "http://127.0.0.1:9", "BOMTOOL_API_KEY": "k"}
    answer = watch(folder, "--once", "--json", **away)
    assert (answer.code, answer.json["waiting"]) == (4, 1)
    assert "none is lost" in answer.err
    assert (folder / "a.csv").exists()


def test_status(folder: Path) -> None:
    assert watch(folder, "--status", "--json").code == 2
    (folder / "a.csv").write_text(bom_text("LM358DR"))
    watch(folder, "--once")
    found = watch(folder, "--status", "--json").json
    assert (found["counts"]["done"], found["last"][0]["file"]) == (1, "a.csv")
    shown = watch(folder, "--status").out
    assert "1 done" in shown
    assert "Nobody watches it now." in shown


@pytest.mark.skipif(os.name == "nt", reason="SIGINT")
def test_interrupted_is_exit_130(folder: Path) -> None:
    watcher = subprocess.Popen(
        [sys.executable, "-m", "bomtool", "watch", str(folder), "--log", "json"], stderr=subprocess.PIPE
    )
    assert watcher.stderr is not None
    with watcher.stderr:
        assert b'"started"' in watcher.stderr.readline()
        watcher.send_signal(signal.SIGINT)
        assert b'"stopped"' in watcher.stderr.readline()
    assert watcher.wait(30) == 130
