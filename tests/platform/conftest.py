"""One platform for all tests of a run; every test has an org of its own on it."""

from __future__ import annotations

import httpx
import pytest

from bomtool.platform import calls
from tests.platform.support import Platform


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """The index of searches is not brought up to date by chance while statements are counted."""
    monkeypatch.setattr(calls, "_CATCHING_UP", 0.0)


@pytest.fixture(scope="session")
def platform(tmp_path_factory, session_database):
    made = Platform(tmp_path_factory.mktemp("platform"), session_database)
    yield made
    made.close()


@pytest.fixture
def client(platform):
    with platform.client(platform.key()["key"]) as made:
        yield made


@pytest.fixture
def ok():
    """`ok(response)` is its JSON; a response that is no success fails the test with its body."""

    def check(response: httpx.Response):
        assert response.is_success, f"{response.status_code}: {response.text}"
        return response.json() if response.content else None

    return check
