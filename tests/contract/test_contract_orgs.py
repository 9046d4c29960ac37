"""Who may see what: orgs below see nothing of others, keys do no more than their scopes."""

from __future__ import annotations

import uuid

import pytest

from bomtool.api.routes import ROUTES
from tests.contract import world
from tests.platform.support import raw_bom

BY_ID = [route for route in ROUTES if "{" in route.path and "part_id" not in route.path]


@pytest.fixture(scope="module")
def records(platform):
    """The ids of a record of every kind, all of one org."""
    return world.build(platform)


@pytest.fixture(scope="module")
def bodies(platform):
    """A body that is valid by itself for every operation: the example of the OpenAPI document."""
    found = {}
    for path, operations in platform.app.openapi()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            found[method.upper(), path] = content.get("application/json", {}).get("example")
    return found


def strangers_key(platform):
    return platform.key(scopes=("read", "write", "admin"))["key"]


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: route.name)
def test_a_foreign_record_is_404_as_if_it_did_not_exist(platform, records, bodies, route):
    body = bodies[route.method, route.path]
    none = {name: str(uuid.uuid4()) for name in records} | {"lines": dict.fromkeys(records["lines"], str(uuid.uuid4()))}
    with platform.client(strangers_key(platform)) as stranger:
        foreign = stranger.request(route.method, world.address(route.path, records), json=body)
        missing = stranger.request(route.method, world.address(route.path, none), json=body)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    strip = str.maketrans("", "", "0123456789abcdef-")
    assert foreign.json()["detail"].translate(strip) == missing.json()["detail"].translate(strip)


@pytest.mark.parametrize("route", [r for r in BY_ID if r.method == "GET"], ids=lambda route: route.name)
def test_the_owner_sees_the_same_records(platform, records, route):
    with platform.client(records["key"]["key"]) as owner:
        assert owner.get(world.address(route.path, records)).status_code == route.status


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_scopes_are_kept(platform, records, route):
    reading = platform.key(org=records["key"]["org_id"], scopes=("read",))
    writing = platform.key(org=records["key"]["org_id"], scopes=("write",))
    denied = writing if route.method == "GET" or route.scope == "read" else reading
    with platform.client(denied["key"]) as client:
        response = client.request(route.method, world.address(route.path, records), json={})
        assert response.status_code == 403
        assert "scope" in response.json()["detail"]


@pytest.mark.parametrize("route", [r for r in ROUTES if r.scope == "admin"], ids=lambda route: route.name)
def test_what_needs_admin_takes_no_less(platform, records, bodies, route):
    key = platform.key(org=records["key"]["org_id"], scopes=("read", "write"))
    with platform.client(key["key"]) as client:
        body = bodies[route.method, route.path]
        response = client.request(route.method, world.address(route.path, records), json=body)
    assert (response.status_code, "admin" in response.json()["detail"]) == (403, True)


def test_lists_hold_only_what_the_key_can_see(platform, records, ok):
    with platform.client(platform.key()["key"]) as stranger:
        assert ok(stranger.get("/v1/boms/?search=secret"))["count"] == 0
        for path in (route.path for route in ROUTES if route.name.startswith("list_") and "{" not in route.path):
            assert ok(stranger.get(path)) == {"count": 0, "next": None, "previous": None, "results": []}


def test_a_foreign_bom_cannot_join_a_program(platform, records):
    with platform.client(platform.key()["key"]) as stranger:
        lines = [{"bom": records["bom_id"], "quant": 1}]
        response = stranger.post("/v1/programs/", json={"name": "x", "lines": lines})
    assert response.status_code == 400
    assert "There is no BOM" in response.json()["lines"]["0"]["bom"][0]


def test_one_record_id_may_be_used_by_every_org(platform, ok):
    ids = set()
    for _ in range(2):
        with platform.client(platform.key()["key"]) as client:
            ids.add(ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", record="same")))["id"])
    assert len(ids) == 2


def test_org_id_narrows_to_one_org_and_creates_in_it(platform, base_url, ok):
    parent = platform.key()
    below = platform.key(parent=parent["org_id"])
    deeper = platform.key(parent=below["org_id"])
    with platform.client(parent["key"], base_url) as client:
        ok(client.post("/v1/parse_raw_bom/", json=raw_bom("top")))
        made = ok(client.post(f"/v1/parse_raw_bom/?org_id={deeper['org_id']}", json=raw_bom("deep")))
        assert made["org_id"] == deeper["org_id"]
        assert {b["name"] for b in ok(client.get("/v1/boms/"))["results"]} == {"top", "deep"}
        assert [b["name"] for b in ok(client.get(f"/v1/boms/?org_id={parent['org_id']}"))["results"]] == ["top"]
        assert client.get(f"/v1/boms/{made['id']}/?org_id={parent['org_id']}").status_code == 404
        assert client.get(f"/v1/boms/{made['id']}/").status_code == 200
        for org in (str(uuid.uuid4()), "none", platform.key()["org_id"]):
            assert client.get(f"/v1/boms/?org_id={org}").status_code == 404
    with platform.client(below["key"], base_url) as client:
        assert [b["name"] for b in ok(client.get("/v1/boms/"))["results"]] == ["deep"]
        assert client.get(f"/v1/boms/?org_id={parent['org_id']}").status_code == 404
    with platform.client(deeper["key"], base_url) as client:
        assert ok(client.get("/v1/boms/"))["count"] == 1
