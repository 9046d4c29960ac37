"""`catalog refresh`, `catalog providers`, automatic refreshing, and what `doctor` and `config` do with keys."""

from __future__ import annotations

import importlib.util
import io
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bomtool.cli import run as run_command

SECRET = "s3cret-Kq81Zx"


def _counters() -> Any:
    path = Path(__file__).parents[1] / "parts" / "counters.py"
    spec = importlib.util.spec_from_file_location("cli_counters", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["cli_counters"] = module
    spec.loader.exec_module(module)
    return module


counters = _counters()


@pytest.fixture
def counter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    with counters.serve() as found:
        monkeypatch.setenv("BOMTOOL_MOUSER_KEY", SECRET)
        monkeypatch.setenv("BOMTOOL_PROVIDER_URLS", json.dumps({"mouser": found.url, "digikey": found.url}))
        yield found


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    def call(*arguments: str | Path, code: int = 0) -> Any:
        capfd.readouterr()
        found = run_command([str(argument) for argument in arguments])
        captured = capfd.readouterr()
        assert found == code, captured
        assert "Traceback" not in captured.err + captured.out
        assert SECRET not in captured.err + captured.out
        return json.loads(captured.out) if "--json" in arguments else captured.out + captured.err

    return call


@pytest.fixture
def bom(tmp_path: Path) -> Path:
    path = tmp_path / "board.csv"
    path.write_text("Designator,Quantity,MPN,Manufacturer\nR1 R2,2,AB-1,Acme\nU1,1,AB-2,Acme\nU2,1,QQ-77,Acme\n")
    return path


def test_a_bom_that_no_catalogue_knows_is_priced_live(run: Any, bom: Path, counter: Any) -> None:
    before = run("import", bom, "--json")
    assert before["counts"] == {"lines": 3, "no_match": 3}
    found = run("catalog", "refresh", "board", "--json")
    assert found["results"][0]["summary"] == "Mouser: priced 2 of 3"
    assert found["lines_matched"] == 2
    made = run("boms", "approve", "board", "--allow-unmatched", "--json")
    run("programs", "create", "--bom", f"{made['id']}=10", "--name", "run", "--json")
    pricing = run("programs", "pricing", "run", "--json", code=1)
    assert {p["supplier"] for part in pricing["parts"] for p in part["purchases"]} == {"Mouser"}
    assert pricing["kinds"] == ["live"]
    again = run("catalog", "refresh", "run")
    assert "priced 2 of 3 (3 still fresh, 0 calls)" in again
    asked = len(counter.requests)
    run("catalog", "refresh", "run", "--again")
    assert len(counter.requests) == asked + 1


def test_what_waits_is_told_and_the_exit_code_says_so(run: Any, bom: Path, counter: Any) -> None:
    run("import", bom, "--json")
    counter.next = [(429, {"Retry-After": "3600"}, "{}")]
    shown = run("catalog", "refresh", "board", code=1)
    assert "Mouser: priced 0 of 3, 3 waiting" in shown
    assert "wants no more calls before" in shown
    (mouser,) = [p for p in run("catalog", "providers", "--json")["results"] if p["provider"] == "mouser"]
    assert (mouser["configured"], mouser["calls"], mouser["per_day"]) == (True, 1, 1000)
    assert mouser["blocked_until"]
    assert "mouser" in run("catalog", "providers")


def test_stale_prices_are_asked_for_before_a_report(
    run: Any, bom: Path, counter: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("import", bom, "--approve", "--build", "10", "--json", code=1)
    monkeypatch.setenv("BOMTOOL_REFRESH", "off")
    run("report", made["program"]["id"], "-o", tmp_path / "off.json", code=1)
    assert counter.requests == []
    monkeypatch.setenv("BOMTOOL_REFRESH", "auto")
    shown = run("report", made["program"]["id"], "-o", tmp_path / "report.json", code=1)
    assert "Mouser: priced 2 of 3" in shown
    assert "Mouser" in (tmp_path / "report.json").read_text()
    run("import", bom, "--build", "20", "--report", tmp_path / "next.json", code=1)
    assert len(counter.requests) == 1


def test_without_keys_there_is_a_sentence(run: Any, bom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", bom, "--json")
    assert "No provider has a key" in run("catalog", "refresh", "board", code=2)
    assert "cannot be asked without a key" in run("catalog", "refresh", "board", "--provider", "mouser", code=2)
    assert "no provider" in run("catalog", "refresh", "board", "--provider", "acme", code=2)
    monkeypatch.setenv("BOMTOOL_API_URL", "http://127.0.0.1:9")
    assert "BOMTOOL_API_URL" in run("catalog", "refresh", "board", code=2)


def test_doctor_looks_at_keys_without_spending_calls(run: Any, counter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOMTOOL_DIGIKEY_CLIENT_ID", "me")
    checks = {c["name"]: c for c in run("doctor", "--json", code=4)["checks"]}
    assert checks["DigiKey"]["hint"] == "Set BOMTOOL_DIGIKEY_CLIENT_SECRET too."
    assert checks["Mouser"]["ok"]
    assert "not tried" in checks["Mouser"]["seen"]
    monkeypatch.setenv("BOMTOOL_DIGIKEY_CLIENT_SECRET", SECRET)
    assert {c["name"]: c for c in run("doctor", "--json")["checks"]}["DigiKey"]["seen"].startswith("keys accepted")
    counter.next = [(401, {}, "{}")]
    refused = {c["name"]: c for c in run("doctor", "--json", code=4)["checks"]}["DigiKey"]
    assert "refuses the key" in refused["seen"]
    assert all("token" in path for _, path, _, _ in counter.requests)


def test_a_key_is_set_without_being_shown(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "never given on a command line" in run("config", "set", "tme_secret", "abc", code=2)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{SECRET}\n".encode())))
    assert run("config", "set", "tme_secret", "--json")["value"] == "********"
    assert run("config", "show", "--json")["tme_secret"] == "********"
    from bomtool.settings import config_file, load

    assert load().tme_secret.get_secret_value() == SECRET
    assert config_file().stat().st_mode & 0o077 == 0
    run("config", "set", "provider_urls", '{"mouser": "https://gateway.example"}', "--json")
    assert load().provider_urls == {"mouser": "https://gateway.example"}
