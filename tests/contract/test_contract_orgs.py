"""Who may see what: orgs below see nothing of others, keys do no more than their scopes."""

from __future__ import annotations

import uuid

import pytest

from bomtool.api.routes import ROUTES
from tests.platform.support import line, raw_bom

CUSTOM = line(None, "X1", is_custom_part=True)


@pytest.fixture(scope="module")
def records(platform):
    """The ids of a BOM, its line, a program, its line, its override and a job, all of one org."""
    from tests.platform.support import RESISTOR

    key = platform.key()
    with platform.client(key["key"]) as client:
        bom = client.post("/v1/parse_raw_bom/", json=raw_bom("secret", CUSTOM, approved=True)).json()
        program = client.post(
            "/v1/programs/", json={"name": "secret", "lines": [{"bom": bom["id"], "quant": 5}]}
        ).json()
        job = client.put("/v1/boms/async_upsert/", json=raw_bom("secret2", CUSTOM, record="r")).json()
        part = platform.part_id(RESISTOR)
        override = client.post(
            f"/v1/programs/{program['id']}/part_overrides/", json={"part_overrides": [{"part": part}]}
        )
        return {
            "key": key,
            "bom_id": bom["id"],
            "line_id": client.get(f"/v1/boms/{bom['id']}/lines/").json()["results"][0]["id"],
            "program_id": program["id"],
            "program_line": client.get(f"/v1/programs/{program['id']}/lines/").json()["results"][0]["id"],
            "override_id": override.json()["results"][0]["id"],
            "job_id": job["id"],
            "part_id": part,
        }


BODIES = {
    "update_bom": {"name": "x"},
    "approve_bom": {},
    "create_bom_line": {"part": "AAAAAAAAAAAA"},
    "update_bom_line": {"ignored": True},
    "parse_raw_line": {"mpn": "X"},
    "update_program": {"name": "x"},
    "update_program_line": {"quant": 1},
    "create_program_lines": {"lines": [{"bom": str(uuid.uuid4()), "quant": 1}]},
    "create_part_overrides": {"part_overrides": [{"part": "AAAAAAAAAAAA"}]},
    "update_part_override": {"note": "x"},
}
BY_ID = [route for route in ROUTES if "{" in route.path and "part_id" not in route.path]


def address(route, records):
    ids = dict(records)
    if route.path.startswith("/v1/programs/"):
        ids["line_id"] = records["program_line"]
    return route.path.format_map(ids)


@pytest.mark.parametrize("route", BY_ID, ids=lambda route: route.name)
def test_a_foreign_record_is_404_as_if_it_did_not_exist(platform, records, route):
    body = BODIES.get(route.name)
    none = {name: str(uuid.uuid4()) for name in records}
    with platform.client(platform.key()["key"]) as stranger:
        foreign = stranger.request(route.method, address(route, records), json=body)
        missing = stranger.request(route.method, address(route, none), json=body)
    assert (foreign.status_code, missing.status_code) == (404, 404)
    strip = str.maketrans("", "", "0123456789abcdef-")
    assert foreign.json()["detail"].translate(strip) == missing.json()["detail"].translate(strip)


@pytest.mark.parametrize("route", [r for r in BY_ID if r.method == "GET"], ids=lambda route: route.name)
def test_the_owner_sees_the_same_records(platform, records, route):
    with platform.client(records["key"]["key"]) as owner:
        assert owner.get(address(route, records)).status_code == route.status


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_scopes_are_kept(platform, records, route):
    reading = platform.key(org=records["key"]["org_id"], scopes=("read",))
    writing = platform.key(org=records["key"]["org_id"], scopes=("write",))
    denied = writing if route.method == "GET" else reading
    with platform.client(denied["key"]) as client:
        response = client.request(route.method, address(route, records), json={})
        assert response.status_code == 403
        assert "scope" in response.json()["detail"]


def test_lists_hold_only_what_the_key_can_see(platform, records, ok):
    with platform.client(platform.key()["key"]) as stranger:
        for path in ("/v1/boms/", "/v1/programs/", "/v1/boms/?search=secret"):
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
