"""Every operation, asked by everybody who may not: nothing is shown, changed, or told by the manner of the refusal.

Generated from the table of routes, over two orgs that have a record of every kind, made by the same calls with the same
names: what is unique is so within an org only.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import update

from bomtool.api.routes import ROUTES
from bomtool.platform import keys
from bomtool.platform.gate import OPEN_PATHS
from bomtool.platform.services import account
from bomtool.platform.services.views import VIEWS
from bomtool.platform.tables import api_keys, orgs
from bomtool.store.schema import metadata, now
from tests.contract import world
from tests.security import trespass
from tests.security.trespass import ALL, BY_ID, WRITING

SUB_ORGS = ("sub_org_id", "org_id")


@pytest.fixture(scope="module")
def ours(platform):
    return trespass.build(platform)


@pytest.fixture(scope="module")
def theirs(platform, ours):
    return trespass.build(platform)


@pytest.fixture(scope="module")
def bodies(platform):
    return trespass.examples(platform)


def ask(client, route, records, bodies, **more):
    path = world.address(route.path, records)
    return client.request(route.method, path, json=bodies[route.method, route.path], **more)


def test_without_a_key_that_works_nothing_is_answered(platform, ours, bodies):
    expired, revoked = platform.key(scopes=ALL), platform.key(scopes=ALL)
    keys.revoke(platform.store, revoked["id"])
    with platform.store.write() as connection:
        past = now() - timedelta(seconds=1)
        connection.execute(update(api_keys).where(api_keys.c.id == expired["id"]).values(expires_at=past))
    good = ours["key"]["key"]
    headers = [None, "Api-Key", "Api-Key ", f"api-key {good}", f"Bearer {good}", good, f"Api-Key {good[:-1]}",
               f"Api-Key {good}x", f"Api-Key {expired['key']}", f"Api-Key {revoked['key']}", "Api-Key \x7f"]  # fmt: skip
    before = trespass.rows_of(platform, ours["org_id"])
    with platform.client(None) as client:
        for number, route in enumerate(ROUTES):
            tried = headers if number % 10 == 0 else [None, f"Api-Key {expired['key']}", f"Api-Key {revoked['key']}"]
            told = set()
            for header in tried:
                sent = {"Authorization": header.encode("latin-1")} if header is not None else {}
                response = ask(client, route, ours, bodies, headers=sent)
                assert response.status_code == 401, (route.name, header)
                assert response.headers["WWW-Authenticate"] == "Api-Key"
                assert "secret" not in response.text
                if header is not None and header.count(" ") == 1 and len(header) > 60 and header.startswith("Api-Key"):
                    told.add(trespass.told(response))
            assert len(told) == 1
    assert trespass.rows_of(platform, ours["org_id"]) == before


def test_every_other_path_of_the_app_wants_a_key_too(platform):
    """So a route that is added beside the table is either in this list or behind the gate."""
    assert {"/openapi.json", "/healthz", "/readyz"} == OPEN_PATHS
    with platform.client(None) as client:
        for route in platform.app.routes:
            for method in getattr(route, "methods", None) or ["GET"]:
                status = client.request(method, route.path).status_code
                assert (status == 401) != (route.path in OPEN_PATHS), route.path
        for path in ("/", "/v1/", "/nothing/", "/docs", "/redoc", "/admin/", "/v1/boms/../../etc/passwd"):
            assert client.get(path).status_code == 401


def test_the_component_cloud_wants_a_key_and_shows_no_part_of_others(platform, ours):
    part = ours["own_part_id"]
    one = f"/products/{part}?schema=product-v1"
    asked = [
        ("GET", "/products/?schema=product-v1&q=HOUSE-PART-77", None),
        ("GET", one, None),
        ("GET", "/products/autocompletions/?q=HOUSE", None),
        ("POST", "/batch/products/", {"batch": [{"method": "GET", "relative_url": one}]}),
    ]
    stranger = platform.key(scopes=ALL)
    with platform.client(None) as client:
        for method, path, body in asked:
            own = {"X-API-KEY": ours["key"]["key"], "X-CLIENT-ID": ours["org_id"]}
            if path == one:
                assert "HOUSE-PART-77" in client.get(path, headers=own).text
            for headers in ({}, own | {"X-API-KEY": "nonsense"}, own | {"X-API-KEY": stranger["key"]},
                            {"X-API-KEY": ours["key"]["key"]}, {"Authorization": f"Api-Key {ours['key']['key']}"}):  # fmt: skip
                assert client.request(method, path, json=body, headers=headers).status_code == 401
            theirs = {"X-API-KEY": stranger["key"], "X-CLIENT-ID": stranger["org_id"]}
            assert "secret" not in client.request(method, path, json=body, headers=theirs).text


def strangers(platform, ours, theirs):
    """Keys that may do everything elsewhere and nothing here: of an org with records of its own, of one below."""
    return {"full": theirs["key"]["key"], "below": platform.key(org=ours["sub_org_id"], scopes=ALL)["key"]}


@pytest.mark.parametrize("who", ["full", "below"])
def test_a_foreign_record_is_answered_as_one_that_does_not_exist(platform, ours, theirs, bodies, who):
    key = strangers(platform, ours, theirs)[who]
    routes = [
        route for route in BY_ID if not (who == "below" and any(f"{{{name}}}" in route.path for name in SUB_ORGS))
    ]
    before = trespass.rows_of(platform, ours["org_id"])
    with platform.client(key) as client:
        client.get("/v1/boms/")  # the first request notes that the key is used
        for route in routes:
            foreign, steps = counted(platform, lambda r=route: ask(client, r, ours, bodies))
            missing, as_many = counted(platform, lambda r=route: ask(client, r, trespass.nothing(ours), bodies))
            assert foreign.status_code == 404, (route.name, foreign.text)
            assert trespass.told(foreign) == trespass.told(missing)
            assert steps == as_many, f"{route.name} takes another way for a record that exists"
            assert "secret" not in foreign.text
    assert trespass.rows_of(platform, ours["org_id"]) == before


def counted(platform, work):
    """What it answers, and the number of statements it took: the part of the time that tells of existence."""
    with platform.store.count_statements() as counter:
        return work(), counter.count


def test_an_org_below_sees_neither_its_parent_nor_itself_from_above(platform, ours, bodies):
    with platform.client(platform.key(org=ours["sub_org_id"], scopes=ALL)["key"]) as below:
        assert below.get(f"/v1/orgs/{ours['sub_org_id']}/").status_code == 200
        for path in (
            f"/v1/orgs/{ours['org_id']}/",
            f"/v1/sub_orgs/{ours['org_id']}/",
            f"/v1/sub_orgs/{ours['sub_org_id']}/",
        ):
            assert below.get(path).status_code == 404
        assert below.patch(f"/v1/sub_orgs/{ours['org_id']}/", json={"name": "taken over"}).status_code == 404


def test_narrowing_to_a_foreign_org_is_404_everywhere(platform, ours, theirs, bodies):
    with platform.client(theirs["key"]["key"]) as client:
        for number, route in enumerate(ROUTES):
            told = set()
            for org in (ours["sub_org_id" if number % 2 else "org_id"], str(uuid.uuid4())):
                response = ask(client, route, theirs, bodies, params={"org_id": org})
                assert response.status_code in (404, 415), (route.name, response.text)
                told.add(trespass.told(response))
            assert len(told) == 1, route.name


def test_lists_and_views_show_nothing_and_count_nothing_of_others(platform, ours):
    names = [route for route in ROUTES if route.name.startswith("list_") and "{" not in route.path]
    filters = [
        {}, {"search": "secret"}, {"team": ours["team_id"]}, {"tag": ours["tag_id"]}, {"limit": "1", "offset": "1"},
        {"integration_record_id": "r", "integration_source_name": "bomtool"}, {"custom_property": "secret:x"},
    ]  # fmt: skip
    with platform.client(platform.key(scopes=ALL)["key"]) as bare:
        for route in names:
            for chosen in filters:
                response = bare.get(route.path, params=chosen)
                if response.status_code == 200:
                    assert (response.json()["count"], response.json()["results"]) == (0, []), (route.name, chosen)
        for name in VIEWS:
            found = bare.post("/v1/reporting/sql_query/", json={"query": f"SELECT count(*) FROM {name}"}).json()
            assert found["rows"] == [[1 if name == "orgs" else 0]], name
    with platform.client(ours["key"]["key"]) as owner:  # there is something to be seen in every list
        for route in names:
            assert owner.get(route.path).json()["count"] > 0, route.name


@pytest.mark.parametrize("route", [r for r in ROUTES if r.request], ids=lambda route: route.name)
def test_foreign_ids_in_bodies_are_answered_as_ids_that_do_not_exist(platform, ours, theirs, bodies, route):
    example = bodies[route.method, route.path]
    with platform.client(ours["key"]["key"]) as client:
        drafts = trespass.with_drafts(ours, route)
        for target in dict.fromkeys(trespass.references(route.request)):
            answers = []
            for records in (theirs, trespass.nothing(ours), drafts):
                if target[-1] == "part" and (records is theirs or route.name in trespass.DEFERRED):
                    continue  # the same part number has the same id everywhere, and is each org's own
                made = trespass.body(route, example, target, drafts, records)
                path = world.address(route.path, drafts)
                answers.append((client.request(route.method, path, json=made), made))
            if not answers:
                continue
            *others, own = [answer for answer, _ in answers]
            assert {answer.status_code for answer in others} <= {400, 404}, (target, answers)
            assert len({trespass.told(answer) for answer in others}) == 1, (target, others)
            assert trespass.told(own) != trespass.told(others[-1]), (target, own.text)


def test_a_part_of_another_org_is_no_part(platform, ours):
    with platform.client(platform.key(scopes=ALL)["key"]) as bare:
        assert bare.get(f"/v1/parts/{ours['own_part_id']}/").status_code == 404
        lines = [{"part": ours["own_part_id"], "quant": 1}]
        assert bare.post("/v1/boms/", json={"name": "x", "lines": lines}).status_code == 400
        bom = bare.post(
            "/v1/parse_raw_bom/", json={"name": "x", "raw_lines": [{"mpn": "HOUSE-PART-77", "quantity": 1}]}
        )
        assert bom.json()["lines"][0]["part"] is None if "lines" in bom.json() else True
        status = bare.get(f"/v1/boms/{bom.json()['id']}/lines/").json()["results"][0]["status"]
        assert status in ("no_match", "needs_review")
        assert (
            bare.put("/v1/stock_lots/upsert_part_stock/", json={"part": ours["own_part_id"], "quantity": 1}).status_code
            == 400
        )


def test_scopes_and_roles_are_403_within_the_org_and_change_nothing(platform, ours, bodies):
    reading = platform.key(org=ours["org_id"], scopes=("read",))["key"]
    with platform.store.write() as connection:
        user = account.create_user(connection, ours["org_id"], email="viewer@example.com", roles=("viewer",))
        viewer = keys.insert_key(connection, ours["org_id"], name="x", scopes=ALL, user_id=user)["key"]
        editor_id = account.create_user(connection, ours["org_id"], email="editor@example.com", roles=("editor",))
        editor = keys.insert_key(connection, ours["org_id"], name="x", scopes=ALL, user_id=editor_id)["key"]
    before = trespass.rows_of(platform, ours["org_id"])
    for key, routes in (
        (reading, WRITING),
        (viewer, WRITING),
        (editor, [route for route in ROUTES if route.scope == "admin"]),
        (platform.key(org=ours["org_id"])["key"], [route for route in ROUTES if route.scope == "admin"]),
    ):
        with platform.client(key) as client:
            for route in routes:
                response = ask(client, route, ours, bodies)
                assert response.status_code == 403, (route.name, response.text)
                assert "scope" in response.json()["detail"]
    assert trespass.rows_of(platform, ours["org_id"]) == before


def test_neither_etags_nor_idempotency_keys_reach_over(platform, ours, bodies):
    stranger = platform.key(scopes=ALL)["key"]
    with platform.client(ours["key"]["key"]) as owner, platform.client(stranger) as client:
        for route in BY_ID:
            tag = owner.get(world.address(route.path, ours)).headers.get("etag") if route.method == "GET" else None
            for match in dict.fromkeys((tag or '"1"', "*")):
                response = ask(client, route, ours, bodies, headers={"If-Match": match, "If-None-Match": match})
                assert (response.status_code, "etag" in response.headers) == (404, False), route.name
        for path, sent in (
            ("/v1/parse_raw_bom/", {"name": "replayed", "raw_lines": []}),
            ("/v1/suppliers/", {"name": "replayed"}),
        ):
            same = {"Idempotency-Key": f"the same for {path}"}
            own = owner.post(path, json=sent, headers=same)
            other = client.post(path, json=sent, headers=same)
            assert (own.status_code, other.status_code) == (200, 200)
            assert own.json()["id"] != other.json()["id"]
            assert "x-bomtool-replayed" not in other.headers
            assert client.post(path, json={**sent, "name": "another"}, headers=same).status_code == 409


TEAMED = {
    "bom_id", "program_id", "job_id", "supplier_id", "rfq_id", "quote_id", "purchase_id", "bill_id", "email_id", "lot_id",
    "document_id",
}  # fmt: skip
"""Kinds of records that may belong to a team; lines and overrides go with theirs."""
TEAMED_LINES = ("/v1/rfq_lines/", "/v1/supplier_bill_lines/", "/v1/supplier_quote_lines/")


def test_people_outside_the_team_see_nothing_of_it(platform, theirs, bodies):
    records = theirs
    org = records["org_id"]
    with platform.store.write() as connection:
        for table in metadata.sorted_tables:
            if "team_id" in table.c and "org_id" in table.c and table.name != "team_members":
                connection.execute(update(table).where(table.c.org_id == org).values(team_id=records["team_id"]))
        connection.execute(update(orgs).where(orgs.c.id == org).values(team_permissions=True))
        outside = account.create_user(connection, org, email="outside@example.com", roles=("editor",))
        key = keys.insert_key(connection, org, name="x", scopes=ALL, user_id=outside)["key"]
        boss_id = account.create_user(connection, org, email="boss@example.com", roles=("admin",))
        boss = keys.insert_key(connection, org, name="x", scopes=ALL, user_id=boss_id)["key"]
    hidden = [
        route
        for route in BY_ID
        if any(f"{{{name}}}" in route.path for name in TEAMED) or route.path.startswith(TEAMED_LINES)
    ]
    assert len(hidden) > 50
    before = trespass.rows_of(platform, org)
    with platform.client(key) as client, platform.client(boss) as admin:
        client.get("/v1/boms/")
        for route in hidden:
            foreign, steps = counted(platform, lambda r=route: ask(client, r, records, bodies))
            missing, as_many = counted(platform, lambda r=route: ask(client, r, trespass.nothing(records), bodies))
            assert foreign.status_code == 404, (route.name, foreign.text)
            assert (trespass.told(foreign), steps) == (trespass.told(missing), as_many), route.name
            if route.method == "GET" and route.status == 200:
                assert ask(admin, route, records, bodies).is_success
        for name, view in VIEWS.items():
            if "team_id" in (view.parent if view.parent is not None else view.table).c:
                found = client.post("/v1/reporting/sql_query/", json={"query": f"SELECT count(*) FROM {name}"}).json()
                assert found["rows"] == [[0]], name
        for path in ("/v1/boms/", "/v1/programs/", "/v1/suppliers/", "/v1/stock_documents/"):
            assert client.get(path).json()["count"] == 0
            assert admin.get(path).json()["count"] > 0
        for route in (r for r in ROUTES if r.request):
            example = bodies[route.method, route.path]
            targets = [t for t in trespass.references(route.request) if trespass.RECORDS.get(t[-1], "") in TEAMED]
            if "{" in route.path or not targets:
                continue
            for target in targets:
                answers = [
                    client.request(route.method, route.path, json=trespass.body(route, example, target, records, other))
                    for other in (records, trespass.nothing(records))
                ]
                assert {answer.status_code for answer in answers} <= {400, 404}, (route.name, target)
    assert trespass.rows_of(platform, org) == before
