"""No quantity or amount of money goes through a float on its way: the code is read, and the wire's description."""

from __future__ import annotations

import ast
from pathlib import Path

import bomtool

ROOT = Path(bomtool.__file__).parent
ROOMS = ("sourcing", "api", "client", "platform")
ALLOWED = {
    "platform/limits.py": "tokens of a key's rate",
    "platform/bodies.py": "numbers of free metadata, refused where they are too large",
    "platform/backup/tables.py": "numbers of free metadata, in a digest",
    "platform/services/order_sheet.py": "cells of a workbook, whose numbers are floats",
}
NUMBERS = {"score", "parameters"}
"""Members of the wire that are numbers with a fraction, and no amount: how well a part fits, what a query compares with."""


def floats(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "float":
            yield node.lineno
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Decimal":
            yield from (
                node.lineno for given in node.args if isinstance(given, ast.Constant) and isinstance(given.value, float)
            )


def test_no_code_of_quantities_and_money_makes_floats():
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            lines = list(floats(path))
            if lines and not name.startswith("platform/cloud/"):  # the vendor's other service answers numbers
                found[name] = lines
    assert found.keys() <= ALLOWED.keys(), found
    assert ALLOWED.keys() <= found.keys(), "what no longer needs leave has none"


def test_no_amount_of_an_answer_is_a_number_with_a_fraction(platform):
    document = platform.app.openapi()
    components = document["components"]["schemas"]
    loose, followed = set(), set()

    def walk(schema, name):
        if isinstance(schema, dict):
            if schema.get("type") == "number":
                loose.add(name)
            model = schema.get("$ref", "").rpartition("/")[2]
            if model and model not in followed:
                followed.add(model)
                walk(components[model], name)
            for key, below in schema.get("properties", {}).items():
                walk(below, key)
            for key, below in schema.items():
                if key != "properties":
                    walk(below, name)
        elif isinstance(schema, list):
            for below in schema:
                walk(below, name)

    for operations in document["paths"].values():
        for operation in operations.values():
            walk(operation.get("responses"), "")
    assert len(followed) > 50
    assert loose <= NUMBERS, loose - NUMBERS
