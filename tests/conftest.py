"""What every test stands on: a clean environment, and programs that may be missing or must be there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests import postgres as postgres_room

REQUIRED = frozenset(filter(None, os.environ.get("BOMTOOL_REQUIRE", "").split(",")))
"""What may not be missing: of libreoffice, postgres, browser, corpus, wheel. A test that lacks one of these fails."""
CORPUS = os.environ.get("BOMTOOL_CORPUS")
DATA = os.environ.get("BOMTOOL_DATA")
ON_POSTGRES = os.environ.get("BOMTOOL_TEST_STORE") == "postgresql"
"""Whether tests that run on any database take PostgreSQL this time."""

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


@pytest.fixture(scope="session")
def postgres_server(require: Require) -> Iterator[postgres_room.Server]:
    """A PostgreSQL server for the whole run; tests are skipped with the reason where there is none."""
    with ExitStack() as stack:
        found: postgres_room.Server | None = None
        reason = ""
        try:
            found = stack.enter_context(postgres_room.server())
        except postgres_room.Missing as error:
            reason = str(error)
        require("postgres", found, reason)
        assert found is not None
        yield found


@pytest.fixture(scope="module")
def postgres(postgres_server: postgres_room.Server) -> Iterator[str]:
    """The URL of a fresh PostgreSQL database of the module's own."""
    with postgres_server.database() as url:
        yield url


@pytest.fixture(scope="session")
def session_database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """The database of a platform that stands for the whole run: None for SQLite, or the URL of a fresh one."""
    if not ON_POSTGRES:
        yield None
        return
    with request.getfixturevalue("postgres_server").database() as url:
        yield url


@pytest.fixture
def any_database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the tests run on PostgreSQL, the settings name a fresh database for this test."""
    if not ON_POSTGRES:
        yield
        return
    with request.getfixturevalue("postgres_server").database() as url:
        monkeypatch.setenv("BOMTOOL_DATABASE_URL", url)
        yield
