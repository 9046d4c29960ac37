"""Orgs, users, keys, teams: who they are, and what they make of what a key sees."""

from __future__ import annotations

import uuid

import pytest

from bomtool.platform.services import account
from tests.platform.support import RESISTOR, line, raw_bom

ALL = ("read", "write", "admin")


@pytest.fixture
def admin(platform, key, base_url):
    with platform.client(platform.key(org=key["org_id"], scopes=ALL)["key"], base_url) as made:
        yield made


@pytest.fixture
def person(platform, key, base_url, ok, admin):
    """`person(email, *roles)` is a user and a client with a key of theirs."""
    clients = []

    def make(email, *roles, scopes=ALL):
        with platform.store.write() as connection:
            user = account.create_user(connection, key["org_id"], email=email, roles=roles)
        own = platform.key(org=key["org_id"], scopes=scopes)
        ok(admin.patch(f"/v1/api_keys/{own['id']}/", json={"user": user}))
        clients.append(platform.client(own["key"], base_url))
        return user, clients[-1]

    yield make
    for client in clients:
        client.close()


def test_sub_orgs_are_made_below_and_seen_from_above(platform, admin, key, ok):
    body = {
        "name": "Customer A",
        "metadata": {"n": 1},
        "team_permissions": "true",
        "purchase_approval_threshold": "500.00",
    }
    made = ok(admin.post("/v1/sub_orgs/", json=body))
    assert (made["parent_org"], made["name"], made["metadata"]) == (key["org_id"], "Customer A", {"n": 1})
    assert (made["team_permissions"], made["purchase_approval_threshold"]) == (True, "500.00")
    deeper = ok(admin.post(f"/v1/sub_orgs/?org_id={made['id']}", json={"name": "Sandbox"}))
    assert deeper["parent_org"] == made["id"]
    assert {org["name"] for org in ok(admin.get("/v1/sub_orgs/"))["results"]} == {"Customer A", "Sandbox"}
    assert ok(admin.get("/v1/sub_orgs/?search=custom"))["count"] == 1
    assert ok(admin.get(f"/v1/sub_orgs/{made['id']}/")) == made
    changed = ok(admin.patch(f"/v1/sub_orgs/{made['id']}/", json={"name": "B", "purchase_approval_threshold": None}))
    assert (changed["name"], changed["purchase_approval_threshold"]) == ("B", None)
    assert admin.patch(f"/v1/sub_orgs/{made['id']}/", json={"name": None}).status_code == 400
    assert admin.get(f"/v1/sub_orgs/{key['org_id']}/").status_code == 404
    assert ok(admin.get(f"/v1/orgs/{key['org_id']}/"))["parent_org"] is None
    assert ok(admin.get(f"/v1/orgs/{made['id']}/"))["name"] == "B"
    below = platform.key(org=made["id"])
    with platform.client(below["key"]) as client:
        assert client.get(f"/v1/orgs/{key['org_id']}/").status_code == 404
        assert [org["name"] for org in ok(client.get("/v1/sub_orgs/"))["results"]] == ["Sandbox"]


def test_users_are_listed_with_their_teams(platform, admin, key, ok):
    with platform.store.write() as connection:
        ids = [
            account.create_user(connection, key["org_id"], email=f"{name}@example.com", name=name, roles=["editor"])
            for name in ("ann", "ben")
        ]
    kind = ok(admin.post("/v1/team_types/", json={"name": "Project"}))
    team = ok(admin.post("/v1/teams/", json={"name": "A7", "team_type": kind["id"], "members": ids}))
    found = ok(admin.get("/v1/users/"))["results"]
    assert [(user["email"], user["roles"], user["teams"]) for user in found] == [
        ("ann@example.com", ["editor"], [team["id"]]),
        ("ben@example.com", ["editor"], [team["id"]]),
    ]
    assert ok(admin.get("/v1/users/?search=BEN"))["count"] == 1
    assert ok(admin.get("/v1/users/?active=false"))["count"] == 0
    assert ok(admin.get(f"/v1/users/{ids[0]}/")) == found[0]


def test_statements_of_the_list_of_users_do_not_grow(platform, admin, key, ok):
    with platform.store.write() as connection:
        for number in range(6):
            account.create_user(connection, key["org_id"], email=f"{number}@example.com")
    ok(admin.get("/v1/users/"))
    counts = []
    for limit in (1, 5):  # not all of them: a page that is the last one need not count
        with platform.store.count_statements() as counter:
            ok(admin.get(f"/v1/users/?limit={limit}"))
        counts.append(counter.count)
    assert counts[0] == counts[1]


def test_a_key_is_renamed_narrowed_bound_and_revoked(platform, admin, key, ok):
    other = platform.key(org=key["org_id"])
    path = f"/v1/api_keys/{other['id']}/"
    with platform.client(other["key"]) as client:
        changed = ok(admin.patch(path, json={"name": "reader", "scopes": ["read"]}))
        assert (changed["name"], changed["scopes"], changed["user"]) == ("reader", ["read"], None)
        assert "secret" not in str(changed)
        assert client.post("/v1/boms/", json={"name": "x"}).status_code == 403
        assert client.get("/v1/boms/").status_code == 200
        ok(admin.patch(path, json={"expires_at": "2020-01-01T00:00:00Z"}))
        assert client.get("/v1/boms/").status_code == 401
        ok(admin.patch(path, json={"expires_at": None}))
        assert client.get("/v1/boms/").status_code == 200
        assert ok(admin.patch(path, json={"revoked": True}))["revoked_at"]
        assert client.get("/v1/boms/").status_code == 401
    assert admin.patch(path, json={"revoked": False}).status_code == 409
    assert admin.patch(path, json={"scopes": []}).status_code == 400
    assert admin.patch(path, json={"scopes": ["root"]}).status_code == 400
    assert list(admin.patch(path, json={"user": str(uuid.uuid4())}).json()) == ["user"]


def test_no_key_makes_itself_mightier(platform, key):
    writing = platform.key(org=key["org_id"])
    with platform.client(writing["key"]) as client:
        assert client.patch(f"/v1/api_keys/{writing['id']}/", json={"scopes": ["admin"]}).status_code == 403
        assert client.post("/v1/sub_orgs/", json={"name": "x"}).status_code == 403


def test_the_key_of_a_person_does_what_their_roles_allow(person, ok):
    _, viewer = person("viewer@example.com", "viewer")
    assert viewer.post("/v1/boms/", json={"name": "x"}).status_code == 403
    ok(viewer.get("/v1/boms/"))
    _, editor = person("editor@example.com", "editor")
    ok(editor.post("/v1/boms/", json={"name": "x"}))
    assert editor.post("/v1/team_types/", json={"name": "x"}).status_code == 403
    _, boss = person("boss@example.com", "admin")
    ok(boss.post("/v1/team_types/", json={"name": "x"}))


def test_a_person_who_left_has_no_key(person, platform, ok):
    from sqlalchemy import update

    from bomtool.platform.people_tables import users

    user, client = person("left@example.com", "editor")
    ok(client.get("/v1/boms/"))
    with platform.store.write() as connection:
        connection.execute(update(users).where(users.c.id == user).values(active=False))
    assert client.get("/v1/boms/").status_code == 401


def test_teams_and_their_types(admin, ok):
    kind = ok(admin.post("/v1/team_types/", json={"name": "Project", "metadata": {"a": 1}}))
    assert admin.post("/v1/team_types/", json={"name": " project "}).status_code == 409
    other = ok(admin.post("/v1/team_types/", json={"name": "Customer"}))
    assert ok(admin.get(f"/v1/team_types/{kind['id']}/")) == kind
    assert ok(admin.patch(f"/v1/team_types/{kind['id']}/", json={"name": "Business Unit"}))["name"] == "Business Unit"
    assert [t["name"] for t in ok(admin.get("/v1/team_types/?ordering=name"))["results"]] == [
        "Business Unit",
        "Customer",
    ]
    team = ok(admin.post("/v1/teams/", json={"name": "A7", "team_type": kind["id"]}))
    assert (team["archived"], team["members"], team["team_type"]) == (False, [], kind["id"])
    assert admin.post("/v1/teams/", json={"name": "a7", "team_type": kind["id"]}).status_code == 409
    assert list(admin.post("/v1/teams/", json={"name": "x", "team_type": str(uuid.uuid4())}).json()) == ["team_type"]
    unknown = {"name": "x", "team_type": kind["id"], "members": [str(uuid.uuid4())]}
    assert list(admin.post("/v1/teams/", json=unknown).json()) == ["members"]
    assert admin.delete(f"/v1/team_types/{kind['id']}/").status_code == 409
    moved = ok(admin.patch(f"/v1/teams/{team['id']}/", json={"name": "A8", "team_type": other["id"]}))
    assert (moved["name"], moved["team_type"]) == ("A8", other["id"])
    assert admin.delete(f"/v1/team_types/{kind['id']}/").status_code == 204
    for _ in range(2):
        assert ok(admin.post(f"/v1/teams/{team['id']}/archive/"))["archived"] is True
    assert ok(admin.get("/v1/teams/?archived=true"))["count"] == 1
    assert ok(admin.post(f"/v1/teams/{team['id']}/unarchive/"))["archived"] is False
    assert ok(admin.get(f"/v1/teams/?team_type={other['id']}"))["count"] == 1
    assert ok(admin.get(f"/v1/teams/{team['id']}/"))["name"] == "A8"
    assert admin.delete(f"/v1/teams/{team['id']}/").status_code == 204
    assert admin.get(f"/v1/teams/{team['id']}/").status_code == 404


@pytest.fixture
def divided(admin, key, person, ok):
    """An org with team permissions, a BOM of everybody and one of the team of Ann, and Ann, Ben and an admin."""
    ann, ann_client = person("ann@example.com", "editor")
    _, ben_client = person("ben@example.com", "editor")
    kind = ok(admin.post("/v1/team_types/", json={"name": "Project"}))
    team = ok(admin.post("/v1/teams/", json={"name": "A7", "team_type": kind["id"], "members": [ann]}))
    ok(admin.patch(f"/v1/sub_orgs/{key['org_id']}/", json={"team_permissions": True}))
    everybodys = ok(admin.post("/v1/parse_raw_bom/", json=raw_bom("open", line(RESISTOR, "R1"), approved=True)))
    hers = ok(admin.post("/v1/parse_raw_bom/", json=raw_bom("hers", line(RESISTOR, "R1"), approved=True)))
    assert ok(admin.patch(f"/v1/boms/{hers['id']}/", json={"team": team["id"]}))["team"] == team["id"]
    return {"team": team, "hers": hers, "open": everybodys, "ann": ann_client, "ben": ben_client}


def names(client, ok, path="/v1/boms/"):
    return {entry["name"] for entry in ok(client.get(path))["results"]}


def test_people_see_the_records_of_their_teams_and_of_none(divided, admin, client, key, ok):
    ann, ben = divided["ann"], divided["ben"]
    assert names(ann, ok) == {"open", "hers"} == names(admin, ok) == names(client, ok)
    assert names(ben, ok) == {"open"}
    path = f"/v1/boms/{divided['hers']['id']}/"
    for method, address in (("GET", path), ("PATCH", path), ("DELETE", path), ("GET", f"{path}lines/")):
        body = {"data_source": "x"} if method == "PATCH" else None
        assert ben.request(method, address, json=body).status_code == 404, (method, address)
    joined = {"name": "x", "lines": [{"bom": divided["hers"]["id"], "quant": 1}]}
    assert ben.post("/v1/programs/", json=joined).status_code == 400
    program = ok(ann.post("/v1/programs/", json=joined))
    ok(ann.patch(f"/v1/programs/{program['id']}/", json={"team": divided["team"]["id"]}))
    job = ok(ann.get(f"/v1/programs/{program['id']}/availabilities_async/"))
    assert names(ben, ok, "/v1/programs/") == set()
    assert ben.get(f"/v1/async_jobs/{job['id']}/").status_code == 404
    assert ok(ann.get(f"/v1/async_jobs/{job['id']}/"))["status"] == "succeeded"
    ok(admin.patch(f"/v1/sub_orgs/{key['org_id']}/", json={"team_permissions": False}))
    assert names(ben, ok) == {"open", "hers"}


def test_pushing_the_record_of_another_team_neither_shows_nor_changes_it(divided, admin, ok):
    body = raw_bom("hers", line(RESISTOR, "R1"), record="hers")
    made = ok(divided["ann"].post("/v1/parse_raw_bom/", json=body))
    ok(divided["ann"].patch(f"/v1/boms/{made['id']}/", json={"team": divided["team"]["id"]}))
    refused = divided["ben"].post("/v1/parse_raw_bom/", json=raw_bom("mine", record="hers"))
    assert (refused.status_code, made["id"] in refused.text) == (409, False)
    job = ok(divided["ben"].put("/v1/boms/async_upsert/", json=raw_bom("mine", record="hers")))
    assert ok(divided["ben"].get(f"/v1/async_jobs/{job['id']}/"))["status"] == "failed"
    program = {"name": "p", "integration_source_name": "erp", "integration_record_id": "P"}
    own = ok(divided["ann"].post("/v1/programs/", json=program))
    ok(divided["ann"].patch(f"/v1/programs/{own['id']}/", json={"team": divided["team"]["id"]}))
    assert divided["ben"].post("/v1/programs/", json={**program, "name": "q"}).status_code == 409
    assert ok(admin.get(f"/v1/boms/{made['id']}/"))["name"] == "hers"


def test_nobody_gives_records_to_a_team_of_others_or_an_archived_one(divided, admin, ok):
    path = f"/v1/boms/{divided['open']['id']}/"
    team = divided["team"]
    assert list(divided["ben"].patch(path, json={"team": team["id"]}).json()) == ["team"]
    ok(admin.post(f"/v1/teams/{team['id']}/archive/"))
    assert "archived" in divided["ann"].patch(path, json={"team": team["id"]}).json()["team"][0]
    assert names(divided["ann"], ok, f"/v1/boms/?team={team['id']}") == {"hers"}
    assert names(divided["ben"], ok) == {"open"}


def test_a_team_with_records_is_not_deleted(divided, admin, ok):
    path = f"/v1/teams/{divided['team']['id']}/"
    refused = admin.delete(path)
    assert (refused.status_code, "boms" in refused.json()["detail"]) == (409, True)
    ok(admin.patch(f"/v1/boms/{divided['hers']['id']}/", json={"team": None}))
    assert admin.delete(path).status_code == 204
