"""What every test stands on: a clean environment, and programs that may be missing or must be there."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

REQUIRED = frozenset(filter(None, os.environ.get("BOMTOOL_REQUIRE", "").split(",")))
"""What may not be missing: of libreoffice, postgres, browser, corpus, wheel. A test that lacks one of these fails."""
CORPUS = os.environ.get("BOMTOOL_CORPUS")
DATA = os.environ.get("BOMTOOL_DATA")

Require = Callable[[str, object, str], None]


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """No setting of the person who runs the tests reaches them, and nothing they write leaves a temporary folder."""
    for name in list(os.environ):
        if name.startswith("BOMTOOL_"):
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(home / "data"))
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(home / "config"))


@pytest.fixture(scope="session")
def require() -> Require:
    """`require("libreoffice", path_or_none, "soffice is not installed")`: skips with the reason where the thing is
    missing, or fails where BOMTOOL_REQUIRE names it."""

    def check(name: str, found: object, reason: str) -> None:
        if found:
            return
        if name in REQUIRED:
            pytest.fail(f"{name} is required here: {reason}")
        pytest.skip(f"{name}: {reason}")

    return check


@pytest.fixture(scope="session")
def corpus(require: Require) -> Path:
    """The folder of real BOM files (BOMTOOL_CORPUS); the test is skipped where there is none."""
    require("corpus", CORPUS and Path(CORPUS).is_dir(), "BOMTOOL_CORPUS names no folder")
    assert CORPUS
    return Path(CORPUS)


@pytest.fixture(scope="session")
def reference_data(require: Require) -> Path:
    """The folder of reference data (BOMTOOL_DATA); the test is skipped where there is none."""
    require("data", DATA and Path(DATA).is_dir(), "BOMTOOL_DATA names no folder")
    assert DATA
    return Path(DATA)
