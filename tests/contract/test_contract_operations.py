"""The operations of the contract: each is served at its path, described, written down, and has a method in the client."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest

import bomtool
from bomtool.api.routes import ROUTES

ROOT = Path(bomtool.__file__).resolve().parent
with Path(__file__).with_name("operations.csv").open(encoding="utf-8") as _file:
    TABLE = [tuple(row.values()) for row in csv.DictReader(_file)]
SECTIONS = {route.section for route in ROUTES}


def test_the_table_is_whole():
    assert len(TABLE) == len({(method, path) for _, _, method, path in TABLE}) == 104
    served = {(str(route.number), route.section, route.method, route.path) for route in ROUTES}
    assert served == set(TABLE)


@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_a_section_is_served_whole_and_nothing_else(section):
    wanted = {(int(number), method, path) for number, name, method, path in TABLE if name == section}
    assert {(route.number, route.method, route.path) for route in ROUTES if route.section == section} == wanted


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_an_operation_is_described_and_written_down(platform, route):
    operation = platform.app.openapi()["paths"][route.path][route.method.lower()]
    assert operation["operationId"] == route.name
    assert len(operation["description"]) > len("One tag")
    page = (ROOT.parent / "docs" / "api.md").read_text(encoding="utf-8")
    assert f"`{route.method} {route.path}`" in page


def _asked_by_the_client():
    """Names of operations that stand as the first argument of a call somewhere in the client."""
    for path in (ROOT / "client").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_the_client_has_a_method_for_every_operation():
    assert {route.name for route in ROUTES} - set(_asked_by_the_client()) == set()
