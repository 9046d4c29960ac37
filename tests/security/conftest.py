"""One platform for the tests of a module; every test has orgs of its own on it."""

from __future__ import annotations

import pytest

from tests.platform.support import Platform


@pytest.fixture(scope="session")
def platform(tmp_path_factory, session_database):
    made = Platform(tmp_path_factory.mktemp("platform"), session_database)
    yield made
    made.close()
