"""The contract is driven in-process and over a real socket; every test has an org of its own."""

from __future__ import annotations

import httpx
import pytest

from bomtool.platform import calls
from tests.platform.support import Platform, Served


@pytest.fixture(autouse=True)
def counted(monkeypatch):
    """The index of searches is not brought up to date by chance while statements are counted."""
    monkeypatch.setattr(calls, "_CATCHING_UP", 0.0)


@pytest.fixture(scope="session")
def platform(tmp_path_factory, session_database):
    made = Platform(tmp_path_factory.mktemp("platform"), session_database)
    yield made
    made.close()


@pytest.fixture(scope="session")
def served(platform):
    made = Served(platform.app)
    yield made
    made.close()


@pytest.fixture(params=["in-process", "socket"])
def base_url(request):
    return None if request.param == "in-process" else request.getfixturevalue("served").url


@pytest.fixture
def key(platform):
    return platform.key()


@pytest.fixture
def client(platform, key, base_url):
    with platform.client(key["key"], base_url) as made:
        yield made


@pytest.fixture
def ok():
    """`ok(response)` is its JSON; a response that is no success fails the test with its body."""

    def check(response: httpx.Response):
        assert response.is_success, f"{response.status_code}: {response.text}"
        return response.json() if response.content else None

    return check
