"""Runs behind the tests of the sections: together they must have used the whole client, in-process and on a socket."""

from __future__ import annotations

import os

import pytest

from bomtool.api.routes import ROUTES
from tests.client.asking import asked

THROUGH_PAGES = {route.name for route in ROUTES if route.name.startswith("list_")}
FILES = ("run_sql_query", "create_purchase", "create_tag", "create_rfq", "create_outbound_email", "create_supplier")


def test_every_operation_was_called_both_ways() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ or not all(("in-process", name) in asked for name in FILES):
        pytest.skip("run with the rest of this folder, in one process")
    for manner in ("in-process", "socket"):
        called = {name for how, name in asked if how == manner}
        assert {route.name for route in ROUTES} - called - THROUGH_PAGES == set()
