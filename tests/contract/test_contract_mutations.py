"""Every request body and query, one member at a time made odd: answered with 2xx or 4xx, never a failure of the platform."""

from __future__ import annotations

import copy
import random

import pytest

from bomtool.api.routes import ROUTES
from tests.contract import world

ODD = [
    None,
    True,
    "true",
    0,
    -1,
    2**31,
    10**30,
    1.5,
    "",
    " ",
    "x" * 300,
    "Ω\u202e\U0001f600",
    "'; DROP TABLE boms; --",
    "9999-12-31T23:59:59-10:00",
    "0001-01-01",
    "00000000-0000-4000-8000-000000000000",
    "1e400",
    "NaN",
    [],
    [None],
    ["x", "x"],
    {},
    {"": None},
    {"a": {"b": [1, {"c": None}]}},
]
SENDING = [route for route in ROUTES if route.request is not None]
LISTING = [route for route in ROUTES if route.name.startswith("list_")]


@pytest.fixture(scope="module")
def records(platform):
    return world.build(platform)


def _places(value, path=()):
    """Where something can be made odd: every member and item."""
    yield path
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _places(below, (*path, name))
    elif isinstance(value, list):
        for number, below in enumerate(value[:1]):
            yield from _places(below, (*path, number))


def _with(body, path, value):
    if not path:
        return value
    changed = copy.deepcopy(body)
    here = changed
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value
    return changed


@pytest.mark.parametrize("route", SENDING, ids=lambda route: route.name)
def test_odd_bodies_are_answered(platform, records, route):
    operation = platform.app.openapi()["paths"][route.path][route.method.lower()]
    body = operation["requestBody"]["content"]["application/json"]["example"]
    rng = random.Random(route.name)
    with platform.client(records["key"]["key"]) as client:
        for path in _places(body):
            for value in rng.sample(ODD, 6):
                sent = _with(body, path, value)
                response = client.request(route.method, world.address(route.path, records), json=sent)
                assert response.status_code < 500, (path, value, response.text)
                assert response.status_code not in (401, 403, 422)
                if response.status_code == 400:
                    assert response.json(), "a refusal says what is wrong"


@pytest.mark.parametrize("route", LISTING, ids=lambda route: route.name)
def test_odd_queries_are_answered(platform, records, route):
    operation = platform.app.openapi()["paths"][route.path][route.method.lower()]
    names = [parameter["name"] for parameter in operation["parameters"] if parameter["in"] == "query"]
    assert {"limit", "offset", "ordering", "org_id"} <= set(names)
    rng = random.Random(route.name)
    with platform.client(records["key"]["key"]) as client:
        for name in names:
            for value in rng.sample([text for text in ODD if isinstance(text, (str, int))], 8):
                response = client.get(world.address(route.path, records), params={name: value})
                assert response.status_code in (200, 400, 404), (name, value, response.text)
