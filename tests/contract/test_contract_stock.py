"""Suppliers, stock lots, parts of an org's own: and what they mean to programs."""

from __future__ import annotations

import uuid

import pytest

from tests.platform.support import CAPACITOR, MCU, RESISTOR, line, raw_bom


@pytest.fixture
def part(platform):
    return platform.part_id(RESISTOR)


@pytest.fixture
def program(client, ok):
    """Twenty builds of ten resistors and an MCU, stock on hand counted, no overage."""
    lines = [line(RESISTOR, ",".join(f"R{n}" for n in range(10))), line(MCU, "U1")]
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", *lines, approved=True)))
    body = {
        "name": "run",
        "add_overage": False,
        "include_on_hand_stock": True,
        "lines": [{"bom": bom["id"], "quant": 20}],
    }
    return ok(client.post("/v1/programs/", json=body))


def plan(client, ok, program, mpn=RESISTOR, what="availabilities"):
    found = ok(client.get(f"/v1/programs/{program['id']}/{what}/"))
    return next(entry for entry in found["parts"] if entry["mpn"] == mpn)


def put(client, ok, **body):
    return ok(client.put("/v1/stock_lots/upsert_part_stock/", json=body))


def test_suppliers_are_made_found_and_changed(client, ok):
    body = {
        "name": "Northwind",
        "email": "sales@northwind.example",
        "currency": "EUR",
        "order_fee": "12.50",
        "metadata": {"a": 1},
        "synced_from_integration": True,
        "integration_source_name": "erp",
        "integration_record_id": "S1",
    }
    made = ok(client.post("/v1/suppliers/", json=body))
    assert {name: made[name] for name in body} == body
    assert (made["purchase_rule"], made["tags"], made["team"]) == ("none", [], None)
    assert client.post("/v1/suppliers/", json={"name": " northwind"}).status_code == 409
    assert client.post("/v1/suppliers/", json={**body, "name": "Other"}).status_code == 409
    path = f"/v1/suppliers/{made['id']}/"
    first = client.get(path)
    assert first.json() == made
    changed = ok(
        client.patch(
            path, json={"purchase_rule": "preferred", "order_fee": None}, headers={"If-Match": first.headers["ETag"]}
        )
    )
    assert (changed["purchase_rule"], changed["order_fee"], changed["email"]) == ("preferred", None, body["email"])
    assert client.patch(path, json={"name": "x"}, headers={"If-Match": first.headers["ETag"]}).status_code == 412
    assert client.patch(path, json={"name": None}).status_code == 400
    assert client.patch(path, json={"purchase_rule": "loved"}).status_code == 400
    other = ok(client.post("/v1/suppliers/", json={"name": "Southport"}))
    assert client.patch(f"/v1/suppliers/{other['id']}/", json={"name": "NORTHWIND"}).status_code == 409
    record = {"integration_source_name": "erp", "integration_record_id": "S1"}
    assert client.patch(f"/v1/suppliers/{other['id']}/", json=record).status_code == 409
    assert [s["name"] for s in ok(client.get("/v1/suppliers/?ordering=-name"))["results"]] == ["Southport", "Northwind"]
    assert ok(client.get("/v1/suppliers/", params=record))["count"] == 1
    assert ok(client.get("/v1/suppliers/?search=sales"))["count"] == 1


@pytest.mark.parametrize(
    ("rules", "bought_from"),
    [
        ({}, "Northwind"),
        ({"Northwind": "banned"}, None),
        ({"Southport": "allowed"}, None),
        ({"Northwind": "allowed"}, "Northwind"),
        ({"Northwind": "last_resort"}, "Northwind"),
    ],
)
def test_rules_of_suppliers_reach_the_plan(client, ok, program, rules, bought_from):
    for name, rule in rules.items():
        ok(client.post("/v1/suppliers/", json={"name": name, "purchase_rule": rule}))
    purchases = plan(client, ok, program, what="reference_pricing")["purchases"]
    assert [purchase["supplier"] for purchase in purchases] == ([bought_from] if bought_from else [])


def test_terms_of_suppliers_reach_the_plan(client, ok, program):
    before = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
    ok(client.post("/v1/suppliers/", json={"name": "Northwind", "order_fee": "20.00", "currency": "USD"}))
    after = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
    assert [(fee["supplier"], fee["order_fee"]) for fee in after["fees"]] == [("Northwind", "20.00")]
    assert float(after["known_total"]) == float(before["known_total"]) + 20


def test_the_same_place_is_one_lot_and_its_quantity_is_set(client, ok, part):
    path = "/v1/stock_lots/upsert_part_stock/"
    body = {
        "part": part,
        "quantity": 50,
        "location": "A1",
        "date_code": "2501",
        "unit_cost": "0.0125",
        "currency": "USD",
    }
    first = client.put(path, json=body)
    second = client.put(path, json={**body, "quantity": 40})
    assert [r.headers["X-Bomtool-Outcome"] for r in (first, second)] == ["created", "updated"]
    lot = second.json()
    assert lot["id"] == first.json()["id"]
    assert (lot["quantity"], lot["available_quantity"], lot["unit_cost"], lot["mpn"]) == (40, 40, "0.0125", RESISTOR)
    elsewhere = put(client, ok, part=part, quantity=7, location="A2")
    assert elsewhere["id"] != lot["id"]
    assert put(client, ok, part=part, quantity=7, stock_class="processing", location="A2")["id"] != elsewhere["id"]
    moved = client.patch(f"/v1/stock_lots/{elsewhere['id']}/", json={"location": "A1", "date_code": "2501"})
    assert moved.status_code == 409
    for wrong in (
        {"quantity": -1},
        {"quantity": 1.5},
        {"stock_class": "lost"},
        {"part": "AAAAAAAAAAAA"},
        {"colour": 1},
    ):
        response = client.put(path, json={**body, **wrong})
        assert (response.status_code, list(response.json())) == (400, list(wrong)), wrong


def test_a_lot_of_an_integration_record_is_told_by_it(client, ok, part, platform):
    record = {"integration_source_name": "wms", "integration_record_id": "L1", "synced_from_integration": "true"}
    first = put(client, ok, part=part, quantity=5, location="A1", **record)
    moved = put(client, ok, part=part, quantity=6, location="B2", **record)
    assert (moved["id"], moved["location"], moved["quantity"]) == (first["id"], "B2", 6)
    other = {"part": platform.part_id(MCU), "quantity": 1, **record}
    assert client.put("/v1/stock_lots/upsert_part_stock/", json=other).status_code == 409


def test_stock_that_is_set_counts_for_programs(client, ok, program, part):
    lot = put(client, ok, part=part, quantity=60)
    put(client, ok, part=part, quantity=500, stock_class="expected", expected_on="2027-01-31")
    found = plan(client, ok, program)
    assert (found["on_hand_quantity"], found["expected_quantity"], found["quantity_to_buy"]) == (60, 500, 140)
    ok(client.patch(f"/v1/stock_lots/{lot['id']}/", json={"quantity": 200}))
    assert plan(client, ok, program)["status"] == "on_hand"
    ok(client.patch(f"/v1/stock_lots/{lot['id']}/", json={"stock_class": "processing"}))
    assert plan(client, ok, program)["quantity_to_buy"] == 200
    ok(client.patch(f"/v1/programs/{program['id']}/", json={"include_processing_stock": True}))
    assert plan(client, ok, program)["quantity_to_buy"] == 0


def test_allocations_reserve_and_are_released(client, ok, program, part):
    other = ok(client.post("/v1/programs/", json={"name": "other"}))
    lot = put(client, ok, part=part, quantity=100, allocations=[{"program": other["id"], "quantity": 30}])
    assert (lot["allocated_quantity"], lot["available_quantity"]) == (30, 70)
    assert [(a["program"], a["quantity"]) for a in lot["allocations"]] == [(other["id"], 30)]
    found = plan(client, ok, program)
    assert (found["allocated_quantity"], found["quantity_from_stock"], found["quantity_to_buy"]) == (30, 70, 130)
    path = f"/v1/stock_lots/{lot['id']}/"
    assert client.patch(path, json={"quantity": 29}).status_code == 409
    too_many = {"allocations": [{"program": other["id"], "quantity": 60}, {"program": program["id"], "quantity": 41}]}
    assert client.patch(path, json=too_many).status_code == 409
    assert ok(client.patch(path, json={}))["allocated_quantity"] == 30
    twice = {"allocations": [{"program": other["id"], "quantity": 1}] * 2}
    unknown = {"allocations": [{"program": str(uuid.uuid4()), "quantity": 1}]}
    assert [client.patch(path, json=body).status_code for body in (twice, unknown)] == [400, 400]
    own = ok(client.patch(path, json={"allocations": [{"program": program["id"], "quantity": 100}]}))
    assert own["available_quantity"] == 0
    assert plan(client, ok, program)["quantity_from_stock"] == 100, "what is its own is not taken from it"
    assert ok(client.patch(path, json={"allocations": []}))["available_quantity"] == 100


def test_what_is_reserved_of_expected_stock_leaves_stock_on_hand_alone(client, ok, program, part):
    other = ok(client.post("/v1/programs/", json={"name": "other"}))
    put(client, ok, part=part, quantity=100)
    share = [{"program": other["id"], "quantity": 400}]
    put(client, ok, part=part, quantity=500, stock_class="expected", allocations=share)
    assert plan(client, ok, program)["quantity_from_stock"] == 100


def test_a_deleted_program_frees_what_it_had_reserved(client, ok, part):
    gone = ok(client.post("/v1/programs/", json={"name": "gone"}))
    lot = put(client, ok, part=part, quantity=10, allocations=[{"program": gone["id"], "quantity": 10}])
    assert client.delete(f"/v1/programs/{gone['id']}/").status_code == 204
    assert ok(client.patch(f"/v1/stock_lots/{lot['id']}/", json={"quantity": 1}))["available_quantity"] == 1


def own_part(mpn="PANEL-7", **more):
    return {"mpn": mpn, "manufacturer": "Own Works", "custom_id": f"H-{mpn}", "description": "Front panel", **more}


def job_of(client, ok, response):
    assert response.status_code == 202, response.text
    job = ok(client.get(f"/v1/async_jobs/{response.json()['id']}/"))
    assert job["status"] == "succeeded", job["error"]
    return job["result"]


def test_parts_of_ones_own_are_created_and_replaced(client, ok):
    body = {"parts": [own_part(), own_part("PANEL-8"), own_part("panel-7")]}
    made = job_of(client, ok, client.post("/v1/parts/async_create/", json=body))
    assert (len(made["created"]), made["updated"], [e["index"] for e in made["errors"]]) == (2, [], [2])
    again = job_of(client, ok, client.post("/v1/parts/async_create/", json={"parts": [own_part(description="x")]}))
    assert (again["created"], again["errors"][0]["message"]) == ([], "The org has this part already.")
    shown = ok(client.get(f"/v1/parts/{made['created'][0]}/"))
    assert (shown["mpn"], shown["description"], shown["catalog"]) == ("PANEL-7", "Front panel", "own parts")
    changed = job_of(
        client,
        ok,
        client.put("/v1/parts/async_upsert/", json={"parts": [own_part(description="x"), own_part("NEW-1")]}),
    )
    assert (len(changed["created"]), changed["updated"]) == (1, [made["created"][0]])
    assert ok(client.get(f"/v1/parts/{made['created'][0]}/"))["description"] == "x"
    assert client.post("/v1/parts/async_create/", json={"parts": []}).status_code == 400
    assert client.post("/v1/parts/async_create/", json={"parts": [{"mpn": "x"}]}).status_code == 400


def test_parts_of_ones_own_are_found_for_lines_and_nobody_elses(client, ok, platform, base_url):
    job_of(client, ok, client.post("/v1/parts/async_create/", json={"parts": [own_part()]}))
    lines = [
        line("panel-7", "P1"),
        line("PANEL-7", "P2", manufacturer_name="Somebody Else"),
        {"custom_id": "H-PANEL-7", "quantity": 1},
    ]
    made = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", *lines)))
    found = ok(client.get(f"/v1/boms/{made['id']}/lines/"))["results"]
    assert [entry["status"] for entry in found] == ["matched", "no_match", "matched"]
    assert found[2]["match"]["reason"] == "Part of your own, by its house number."
    part_id = found[0]["part"]["id"]
    with platform.client(platform.key()["key"], base_url) as stranger:
        theirs = ok(stranger.post("/v1/parse_raw_bom/", json=raw_bom("x", *lines)))
        assert theirs["line_counts"] == {"no_match": 3}
        assert stranger.get(f"/v1/parts/{part_id}/").status_code == 404
        assert stranger.post("/v1/boms/", json={"name": "x", "lines": [{"part": part_id}]}).status_code == 400
    lot = put(client, ok, part=part_id, quantity=3)
    assert lot["manufacturer_name"] == "Own Works"


def test_statements_of_writing_parts_do_not_grow(client, ok, platform):
    counts = []
    for size in (5, 50):
        body = {"parts": [own_part(f"P{size}-{n}") for n in range(size)]}
        ok(client.get("/v1/boms/"))
        with platform.store.count_statements() as counter:
            job_of(client, ok, client.put("/v1/parts/async_upsert/", json=body))
        counts.append(counter.count)
    assert counts[0] == counts[1]


def test_statements_of_setting_stock_do_not_grow_with_allocations(client, ok, platform, part):
    programs = [ok(client.post("/v1/programs/", json={"name": f"p{n}"}))["id"] for n in range(12)]
    counts = []
    for size in (1, 12):
        shares = [{"program": program, "quantity": 1} for program in programs[:size]]
        with platform.store.count_statements() as counter:
            put(client, ok, part=part, quantity=100, location=f"L{size}", allocations=shares)
        counts.append(counter.count)
    assert counts[0] == counts[1]


def test_capacitors_of_the_catalogue_stay_what_they_are(client, ok, platform):
    """A part of one's own never hides one of the catalogues."""
    same = {"parts": [{"mpn": CAPACITOR, "manufacturer": "Murata", "description": "mine"}]}
    job_of(client, ok, client.put("/v1/parts/async_upsert/", json=same))
    assert ok(client.get(f"/v1/parts/{platform.part_id(CAPACITOR)}/"))["catalog"] == "test_parts"
