"""The reporting query: one SELECT over the caller's own rows, and nothing else, within bounds."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import insert

from bomtool.platform.services import reporting
from bomtool.platform.services.views import VIEWS
from bomtool.platform.tables import stock_lots
from bomtool.store.schema import new_id, now
from tests.platform.support import MCU, RESISTOR, line, raw_bom

PATH = "/v1/reporting/sql_query/"


def ask(client, ok, query, **more):
    return ok(client.post(PATH, json={"query": query, **more}))


@pytest.fixture
def data(client, ok, platform):
    for number in range(3):
        body = raw_bom(f"board {number}", line(RESISTOR, "R1,R2"), line(MCU, "U1"), version=str(number))
        ok(client.post("/v1/parse_raw_bom/", json={**body, "approved": number == 0}))
    stock = {"part": platform.part_id(RESISTOR), "quantity": 50, "unit_cost": "0.0100"}
    ok(client.put("/v1/stock_lots/upsert_part_stock/", json={**stock, "expected_on": "2027-01-31"}))


def test_a_query_joins_groups_and_orders_the_callers_rows(client, ok, data):
    query = """
        SELECT b.name, count(*) AS lines, sum(l.quant) AS pieces
        FROM boms AS b JOIN bom_lines AS l ON l.bom_id = b.id
        WHERE b.name <> :left_out GROUP BY b.id ORDER BY b.name DESC
    """
    found = ask(client, ok, query, parameters={"left_out": "board 1"})
    assert found == {
        "columns": ["name", "lines", "pieces"],
        "rows": [["board 2", 2, 3], ["board 0", 2, 3]],
        "row_count": 2,
        "truncated": False,
    }
    assert ask(client, ok, "SELECT count(*) FROM boms")["rows"] == [[3]]
    assert ask(client, ok, "SELECT approved FROM boms ORDER BY name")["rows"] == [[1], [0], [0]]
    assert ask(client, ok, "WITH x AS (SELECT name FROM BOMS) SELECT max(name) FROM x")["rows"] == [["board 2"]]
    assert ask(client, ok, "SELECT unit_cost, expected_on, quantity FROM stock_lots")["rows"] == [
        ["0.0100", "2027-01-31", 50]
    ]
    when = ask(client, ok, "SELECT created_at FROM boms LIMIT 1")["rows"][0][0]
    assert when.endswith("Z")


def test_a_query_sees_no_row_of_others(client, ok, data, platform, base_url):
    with platform.client(platform.key()["key"], base_url) as stranger:
        for name, view in VIEWS.items():
            rows = ask(stranger, ok, f"SELECT {', '.join(view.columns)} FROM {name}")["rows"]
            assert len(rows) == (1 if name == "orgs" else 0), name
    assert ask(client, ok, "SELECT count(*) FROM bom_lines")["rows"] == [[6]]


def test_a_person_sees_the_rows_of_their_teams_only(platform, key, client, ok, data, base_url):
    from bomtool.platform.services import account

    with platform.store.write() as connection:
        user = account.create_user(connection, key["org_id"], email="ben@example.com", roles=["editor"])
    with platform.client(platform.key(org=key["org_id"], scopes=("read", "write", "admin"))["key"]) as admin:
        kind = ok(admin.post("/v1/team_types/", json={"name": "x"}))
        team = ok(admin.post("/v1/teams/", json={"name": "x", "team_type": kind["id"]}))
        bom = ok(admin.get("/v1/boms/"))["results"][0]
        ok(admin.patch(f"/v1/boms/{bom['id']}/", json={"team": team["id"]}))
        ok(admin.patch(f"/v1/sub_orgs/{key['org_id']}/", json={"team_permissions": True}))
        bens = platform.key(org=key["org_id"])
        ok(admin.patch(f"/v1/api_keys/{bens['id']}/", json={"user": user}))
    with platform.client(bens["key"], base_url) as ben:
        assert ask(ben, ok, "SELECT count(*) FROM boms")["rows"] == [[2]]
        assert ask(ben, ok, "SELECT count(*) FROM bom_lines")["rows"] == [[4]]
    assert ask(client, ok, "SELECT count(*) FROM boms")["rows"] == [[3]]


def test_reading_is_enough(platform, key, ok, base_url):
    with platform.client(platform.key(org=key["org_id"], scopes=("read",))["key"], base_url) as client:
        assert ask(client, ok, "SELECT 1 AS one") == {
            "columns": ["one"],
            "rows": [[1]],
            "row_count": 1,
            "truncated": False,
        }


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM boms",
        "UPDATE boms SET name = 'x'",
        "INSERT INTO boms (name) VALUES ('x')",
        "DROP TABLE boms",
        "CREATE TABLE x (a)",
        "CREATE TEMP TABLE x AS SELECT 1",
        "PRAGMA table_info(boms)",
        "ATTACH DATABASE '/etc/passwd' AS x",
        "VACUUM INTO '/tmp/x'",
        "BEGIN",
        "SELECT 1; SELECT 2",
        "SELECT 1; DELETE FROM boms",
        "SELECT * FROM api_keys",
        "SELECT secret_hash FROM boms",
        "SELECT * FROM sqlite_master",
        "SELECT * FROM pragma_database_list",
        "SELECT load_extension('x')",
        "SELECT readfile('/etc/passwd')",
        "SELECT randomblob(1000000000)",
        "SELECT zeroblob(1000000000)",
        "SELECT * FROM json_each('[1]')",
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
        "EXPLAIN SELECT 1",
        "QUERY PLAN SELECT 1",
        "SELECT",
        "",
        "-- nothing",
        "SELECT :missing",
        "SELECT 1 WHERE",
    ],
)
def test_anything_but_one_select_over_the_views_is_400(client, ok, data, query):
    response = client.post(PATH, json={"query": query})
    assert (response.status_code, list(response.json())) == (400, ["query"]), response.text
    assert ask(client, ok, "SELECT count(*) FROM boms")["rows"] == [[3]]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT replace(printf('%.*c', 900000, 'x'), 'x', 'xxxx')",
        "SELECT " + "(" * 300 + "1" + ")" * 300,
        "SELECT 1" + " UNION SELECT 1" * 50,
        "SELECT sum(9223372036854775807) FROM boms",
    ],
)
def test_values_and_queries_have_bounds(client, data, query):
    assert client.post(PATH, json={"query": query}).status_code == 400


def test_a_text_that_would_be_too_long_does_not_come_about(client, ok):
    found = ask(client, ok, "SELECT coalesce(length(printf('%.*c', 2000000, 'x')), 0)")
    assert found["rows"][0][0] <= 1_000_000


def test_what_is_odd_is_answered_as_json(client, ok):
    found = ask(
        client, ok, "SELECT char(0) AS nul, CAST(x'ff' AS TEXT) AS torn, x'0aff' AS blob, 9e999 AS much, NULL AS no"
    )
    assert found["rows"] == [["\x00", "\ufffd", "0aff", None, None]]


def test_rows_beyond_the_limit_are_said(client, ok, data):
    found = ask(client, ok, "SELECT name FROM boms ORDER BY name", limit=2)
    assert ([row[0] for row in found["rows"]], found["row_count"], found["truncated"]) == (
        ["board 0", "board 1"],
        2,
        True,
    )
    assert ask(client, ok, "SELECT name FROM boms", limit=3)["truncated"] is False
    for limit in (0, 10_001, "5"):
        assert list(client.post(PATH, json={"query": "SELECT 1", "limit": limit}).json()) == ["limit"]


def fill(platform, org, count):
    moment = now()
    times = {"created_at": moment, "updated_at": moment, "stock_class": "on_hand", "org_id": org, "revision": 1}
    rows = [
        {"id": new_id(), "part_id": f"P{n}", "quantity": n, "synced_from_integration": False, **times}
        for n in range(count)
    ]
    with platform.store.write() as connection:
        connection.execute(insert(stock_lots), rows)


def test_a_query_that_takes_too_long_is_stopped(client, key, platform, monkeypatch):
    fill(platform, key["org_id"], 3_000)
    monkeypatch.setattr(reporting, "SECONDS", 0.2)
    query = (
        "SELECT count(*) FROM stock_lots a, stock_lots b, stock_lots c WHERE a.quantity + b.quantity + c.quantity = -1"
    )
    response = client.post(PATH, json={"query": query})
    assert (response.status_code, response.json()) == (400, {"query": ["It runs longer than 0.2 seconds."]})


def test_more_values_than_may_be_copied_are_refused(client, ok, key, platform, monkeypatch):
    fill(platform, key["org_id"], 300)
    monkeypatch.setattr(reporting, "MAX_CELLS", 400)
    response = client.post(PATH, json={"query": "SELECT part_id, quantity FROM stock_lots"})
    assert (response.status_code, "stock_lots" in response.json()["query"][0]) == (400, True)
    assert ask(client, ok, "SELECT sum(quantity) FROM stock_lots")["rows"] == [[sum(range(300))]]


def test_an_answer_too_large_is_refused(client, key, platform, monkeypatch):
    fill(platform, key["org_id"], 300)
    monkeypatch.setattr(reporting, "MAX_ANSWER", 10_000)
    response = client.post(PATH, json={"query": "SELECT printf('%.*c', 100, 'x') FROM stock_lots"})
    assert (response.status_code, "too large" in response.json()["query"][0]) == (400, True)


def test_only_so_many_run_at_once(client, ok, monkeypatch):
    monkeypatch.setattr(reporting, "SECONDS", 0.05)
    taken = [reporting._running.acquire(blocking=False) for _ in range(reporting.AT_ONCE)]
    try:
        response = client.post(PATH, json={"query": "SELECT 1"})
        assert (response.status_code, response.headers["Retry-After"]) == (429, "5")
        timer = threading.Timer(0.02, reporting._running.release)
        monkeypatch.setattr(reporting, "SECONDS", 5.0)
        timer.start()
        assert ask(client, ok, "SELECT 1")["rows"] == [[1]]
        timer.join()
        taken.pop()
    finally:
        for _ in taken:
            reporting._running.release()
    until = time.monotonic() + 5
    assert ask(client, ok, "SELECT 1")["rows"] == [[1]]
    assert time.monotonic() < until


def test_statements_of_a_query_depend_on_its_views_only(client, ok, data, platform):
    counts = []
    for _ in range(2):
        ok(client.get("/v1/boms/"))
        with platform.store.count_statements() as counter:
            ask(client, ok, "SELECT count(l.id) FROM boms b JOIN bom_lines l ON l.bom_id = b.id")
        counts.append(counter.count)
        ok(client.post("/v1/parse_raw_bom/", json=raw_bom("more", *(line(MCU, f"U{n}") for n in range(50)))))
    assert counts == [3, 3]


def test_every_view_shows_columns_that_exist():
    for view in VIEWS.values():
        assert set(view.columns) <= set(view.table.c.keys()), view.name
        assert not {"secret_hash", "prefix", "content_hash", "lot_key", "body", "arguments", "result"} & set(
            view.columns
        )
