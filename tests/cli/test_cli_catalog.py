from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bomtool.cli import run as run_command

PARTS = "mpn,manufacturer,package,supplier,sku,stock,breaks\nAB-1,Acme,SOIC-8,North,N-1,70,1:0.10 100:0.02\n"


@dataclass(frozen=True)
class Result:
    exit_code: int
    stdout: str
    stderr: str


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    def call(*arguments: str | Path) -> Result:
        capfd.readouterr()
        code = run_command([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return Result(code, captured.out, captured.err)

    return call


def answer(result: Result, code: int = 0) -> Any:
    assert result.exit_code == code, result
    return json.loads(result.stdout)


def test_a_fresh_database_has_the_sample_catalogue(run: Callable[..., Result]) -> None:
    (sample,) = answer(run("catalog", "list", "--json"))["results"]
    assert (sample["name"], sample["kind"], sample["in_use"]) == ("sample", "sample", True)
    found = answer(run("catalog", "search", "RC0402FR-0710KL", "--json"))["results"][0]
    assert found["part"]["kind"] == "sample"
    assert {offer["kind"] for offer in found["offers"]} == {"sample"}
    shown = run("catalog", "search", "RC0402FR-0710KL")
    assert "sample" in shown.stdout
    assert "invented" in run("catalog", "list").stderr


def test_load_list_search_use_drop(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(PARTS)
    info = answer(run("catalog", "load", path, "--as-of", "2026-05-21", "--json"))
    assert (info["name"], info["parts"], info["as_of"], info["kind"]) == ("mine", 1, "2026-05-21", "snapshot")
    listed = answer(run("catalog", "info", "--json"))["results"]
    assert [(item["name"], item["in_use"]) for item in listed] == [("mine", True), ("sample", False)]
    assert answer(run("catalog", "info", "mine", "--json"))["results"][0]["offers"] == 1
    (found,) = answer(run("catalog", "search", "N-1", "--json"))["results"]
    assert (found["part"]["mpn"], found["offers"][0]["fetched_at"][:10]) == ("AB-1", "2026-05-21")
    # What only the sample knows is not found beside real data.
    assert answer(run("catalog", "search", "RC0402FR-0710KL", "--json"))["count"] == 0
    assert [item["name"] for item in answer(run("catalog", "use", "sample", "--json"))["results"]] == ["sample", "mine"]
    assert [item["name"] for item in answer(run("catalog", "drop", "sample", "--json"))["results"]] == ["mine"]
    assert [item["name"] for item in answer(run("catalog", "list", "--json"))["results"]] == ["mine"]


def test_what_loading_remarked_is_said_and_kept(run: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "odd.csv"
    path.write_text(PARTS.replace("stock,", "stock,colour,").replace(",70,", ",70,blue,") + ",Acme,,North,N-9,1,,1:1\n")
    loaded = run("catalog", "load", path, "--currency", "eur")
    assert loaded.exit_code == 0
    for sentence in ("1 rows have no part number", "Columns that were not used: colour"):
        assert sentence in loaded.stderr
        assert sentence in run("catalog", "info", "odd").stderr
    assert answer(run("catalog", "search", "AB-1", "--json"))["results"][0]["offers"][0]["currency"] == "EUR"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("load", "missing.csv"), 3, "There is no file"),
        (("load", "."), 3, "without catalogue data"),
        (("load", "mine.csv", "--currency", "EURO"), 2, "no currency code"),
        (("use", "nothing"), 2, "There is no catalogue"),
        (("drop", "nothing"), 2, "There is no catalogue"),
        (("info", "nothing"), 2, "There is no catalogue"),
    ],
)
def test_mistakes_are_one_sentence(
    run: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    code: int,
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    error = answer(run("catalog", *arguments, "--json"), code)["error"]
    assert words in error["message"]
    assert error["hint"]


def test_a_preferred_catalogue_must_be_there(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(PARTS)
    monkeypatch.setenv("BOMTOOL_CATALOG", "mine")
    for arguments in (("catalog", "search", "AB-1"), ("boms", "list")):
        error = answer(run(*arguments, "--json"), 2)["error"]
        assert "'mine', which BOMTOOL_CATALOG" in error["message"]
        assert "sample" in error["hint"]
    run("catalog", "load", path)
    answer(run("boms", "list", "--json"))
    monkeypatch.setenv("BOMTOOL_CATALOG", "sample")
    assert [item["name"] for item in answer(run("catalog", "list", "--json"))["results"]] == ["sample", "mine"]


def test_a_served_platform_has_its_own_catalogue(run: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:1")
    assert answer(run("catalog", "list", "--json"), 2)["error"]["code"] == "usage"
