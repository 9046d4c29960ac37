"""Programs: approved BOMs only, lines, overrides, and their plans through sourcing."""

from __future__ import annotations

import uuid
from decimal import Decimal

import pytest
from sqlalchemy import insert

from bomtool.platform.tables import allocations, stock_lots
from bomtool.sourcing.policy import policy
from bomtool.store.schema import new_id, now
from tests.platform.support import CAPACITOR, MCU, OPAMP, RESISTOR, line, raw_bom


@pytest.fixture
def bom(client, ok):
    """An approved BOM: ten resistors, a capacitor, an MCU, one unknown part, one not placed."""
    lines = [
        line(RESISTOR, ",".join(f"R{n}" for n in range(1, 11)), manufacturer_name="Yageo"),
        line(CAPACITOR, "C1", manufacturer_name="Murata"),
        line(MCU, "U1", manufacturer_name="STMicroelectronics"),
        line("NOSUCHPART-1", "U9"),
        line(OPAMP, "U2", do_not_place=True),
    ]
    body = raw_bom("board", *lines, approved=True)
    return ok(client.post("/v1/parse_raw_bom/?allow_unmatched=true", json=body))


@pytest.fixture
def program(client, ok, bom):
    body = {"name": "run", "add_overage": False, "lines": [{"bom": bom["id"], "quant": 20}]}
    return ok(client.post("/v1/programs/", json=body))


def stock(platform, org, part, kind, quantity):
    with platform.store.write() as connection:
        times = {"created_at": now(), "updated_at": now()}
        row = {"id": new_id(), "org_id": org, "part_id": part, "stock_class": kind, "quantity": quantity, **times}
        connection.execute(insert(stock_lots).values(row))


def parts_of(client, ok, program, what="availabilities"):
    return {part["mpn"]: part for part in ok(client.get(f"/v1/programs/{program['id']}/{what}/"))["parts"]}


def test_a_program_is_answered_exactly_as_documented(client, ok, bom):
    body = {
        "name": "run",
        "reference_number": "PO-1",
        "production_date": "2027-03-01",
        "notes": "n",
        "metadata": {"a": 1},
        "lines": [{"bom": bom["id"], "quant": 3}],
        "po_footer_notes": "thanks",
        "include_on_hand_stock": "True",
        "add_overage": "false",
    }
    made = ok(client.post("/v1/programs/", json=body))
    assert set(made) == {
        "id",
        "name",
        "reference_number",
        "approved",
        "production_date",
        "production_location ",
        "notes",
        "metadata",
        "org_id",
        "lines",
        "synced_from_integration",
        "integration_source_name",
        "integration_record_id",
        "synced_from_integration_at",
    }
    assert (made["approved"], made["production_date"], made["production_location "]) == ("false", "2027-03-01", None)
    assert set(made["lines"][0]) == {"quant", "bom"}
    assert set(made["lines"][0]["bom"]) == {
        "id",
        "name",
        "version",
        "part_number",
        "approved",
        "metadata",
        "org_id",
        "data_source",
        "synced_from_integration",
        "synced_from_integration_at",
        "integration_source_name",
        "integration_record_id",
    }
    assert ok(client.get(f"/v1/programs/{made['id']}/")) == made
    assert ok(client.get("/v1/programs/"))["results"] == [made]


def test_a_program_takes_approved_boms_only(client, ok, bom):
    draft = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("draft")))
    gone = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("gone", approved=True)))
    client.delete(f"/v1/boms/{gone['id']}/")
    ids = [bom["id"], draft["id"], gone["id"], str(uuid.uuid4())]
    response = client.post("/v1/programs/", json={"name": "x", "lines": [{"bom": i, "quant": 1} for i in ids]})
    assert response.status_code == 400
    messages = {number: entry["bom"][0] for number, entry in response.json()["lines"].items()}
    assert list(messages) == ["1", "2", "3"]
    assert "draft" in messages["1"]
    assert "not approved" in messages["1"]
    assert "archived" in messages["2"]
    assert ok(client.get("/v1/programs/"))["count"] == 0


@pytest.mark.parametrize("quant", [0, -1, 1.5, "3", True, 2**31])
def test_a_number_of_builds_is_a_whole_positive_number(client, bom, quant):
    response = client.post("/v1/programs/", json={"name": "x", "lines": [{"bom": bom["id"], "quant": quant}]})
    assert response.status_code == 400
    assert list(response.json()["lines"]["0"]) == ["quant"]


def test_programs_change_and_go(client, ok, program):
    path = f"/v1/programs/{program['id']}/"
    changed = ok(client.patch(path, json={"name": "new", "approved": True, "notes": None, "metadata": {"b": 2}}))
    assert (changed["name"], changed["approved"], changed["metadata"]) == ("new", "true", {"b": 2})
    assert client.patch(path, json={"name": None, "add_overage": None}).json() == {
        "name": ["This field may not be null."],
        "add_overage": ["This field may not be null."],
    }
    assert client.patch(path, json={"overage_profile": "made up"}).status_code == 400
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.get(f"{path}lines/").status_code == 404


def test_lines_of_a_program(client, ok, bom, program):
    path = f"/v1/programs/{program['id']}/lines/"
    first = ok(client.get(path))["results"][0]
    assert (first["quant"], first["program"], first["bom"]["id"]) == (20, program["id"], bom["id"])
    added = ok(client.post(path, json={"lines": [{"bom": bom["id"], "quant": 2}, {"bom": bom["id"], "quant": 3}]}))
    assert [entry["quant"] for entry in added["results"]] == [2, 3]
    bare = ok(client.post(path, json=[{"bom": bom["id"], "quant": 4}]))
    assert bare["count"] == 1
    assert ok(client.patch(f"{path}{first['id']}/", json={"quant": 7}))["quant"] == 7
    assert client.delete(f"{path}{added['results'][0]['id']}/").status_code == 204
    assert [entry["quant"] for entry in ok(client.get(path))["results"]] == [7, 3, 4]
    assert ok(client.get(f"{path}{first['id']}/"))["quant"] == 7
    draft = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("draft")))
    assert client.post(path, json={"lines": [{"bom": draft["id"], "quant": 1}]}).status_code == 400


def test_a_program_takes_boms_of_its_own_org_only(platform, ok, base_url):
    parent = platform.key()
    below = platform.key(parent=parent["org_id"])
    with platform.client(parent["key"], base_url) as client:
        above = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("top secret", approved=True)))
        own = ok(client.post("/v1/programs/", json={"name": "x", "lines": [{"bom": above["id"], "quant": 1}]}))
        made = ok(client.post(f"/v1/programs/?org_id={below['org_id']}", json={"name": "below"}))
        wrong = [{"bom": above["id"], "quant": 1}]
        response = client.post(f"/v1/programs/{made['id']}/lines/", json={"lines": wrong})
        assert (response.status_code, "another org" in response.json()["lines"]["0"]["bom"][0]) == (400, True)
        assert own["lines"][0]["bom"]["id"] == above["id"]


def test_an_edited_program_is_not_the_one_that_is_pushed(client, ok, bom):
    record = {"integration_source_name": "bomtool", "integration_record_id": "p2"}
    body = {"name": "x", "lines": [{"bom": bom["id"], "quant": 100}], **record}
    first = ok(client.post("/v1/programs/", json=body))
    path = f"/v1/programs/{first['id']}/"
    ok(client.patch(path, json={"approved": True}))
    assert client.post("/v1/programs/", json=body).headers["X-Bomtool-Outcome"] == "unchanged"
    only = ok(client.get(f"{path}lines/"))["results"][0]["id"]
    ok(client.patch(f"{path}lines/{only}/", json={"quant": 5}))
    assert client.post("/v1/programs/", json=body).status_code == 409
    ok(client.patch(path, json={"approved": False}))
    again = client.post("/v1/programs/", json=body)
    assert (again.headers["X-Bomtool-Outcome"], again.json()["lines"][0]["quant"]) == ("updated", 100)


def test_no_program_is_archived(client, ok, program):
    assert ok(client.get("/v1/programs/?archived=true"))["count"] == 0
    assert ok(client.get("/v1/programs/?archived=false"))["count"] == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("production_date", 20270301),
        ("production_date", "2027-03-01T00:00:00"),
        ("production_date", 0),
        ("production_date", "2027-02-30"),
        ("synced_from_integration_at", 1),
        ("synced_from_integration_at", "1"),
        ("synced_from_integration_at", "9999-12-31T23:59:59-10:00"),
        ("synced_from_integration_at", "soon"),
    ],
)
def test_dates_and_times_are_text_and_lie_in_the_calendar(client, field, value):
    response = client.post("/v1/programs/", json={"name": "x", field: value})
    assert (response.status_code, list(response.json())) == (400, [field]), response.text


@pytest.mark.parametrize("price", ["-1", "1e400", True, "NaN", "0.0000000000001", 10**40, "a"])
def test_prices_that_no_database_keeps_whole_are_400(client, program, platform, price):
    wish = {"part": platform.part_id(RESISTOR), "unit_price": price}
    response = client.post(f"/v1/programs/{program['id']}/part_overrides/", json=[wish])
    assert response.status_code == 400, response.text
    assert list(response.json()["part_overrides"]["0"]) == ["unit_price"]


def test_one_record_makes_one_program(client, ok, bom):
    body = {
        "name": "x",
        "lines": [{"bom": bom["id"], "quant": 1}],
        "integration_source_name": "bomtool",
        "integration_record_id": "p",
    }
    first = client.post("/v1/programs/", json=body)
    again = client.post("/v1/programs/", json=body)
    more = client.post("/v1/programs/", json={**body, "lines": [{"bom": bom["id"], "quant": 2}]})
    assert [r.headers["X-Bomtool-Outcome"] for r in (first, again, more)] == ["created", "unchanged", "updated"]
    assert {r.json()["id"] for r in (first, again, more)} == {first.json()["id"]}
    assert [entry["quant"] for entry in more.json()["lines"]] == [2]
    ok(client.patch(f"/v1/programs/{first.json()['id']}/", json={"approved": True}))
    assert client.post("/v1/programs/", json=body).status_code == 409


def test_availabilities_say_what_is_needed_and_what_can_be_bought(client, ok, program, bom, platform):
    found = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))
    assert (found["builds"], found["currency"], found["overage_profile"]) == (20, "USD", "none")
    assert found["overage_text"] == "Overage: none applied"
    parts = {part["mpn"]: part for part in found["parts"]}
    resistor = parts[RESISTOR]
    assert (resistor["part"], resistor["status"]) == (platform.part_id(RESISTOR), "buyable")
    assert (resistor["quantity_per_build"], resistor["quantity_needed"], resistor["quantity_to_buy"]) == (10, 200, 200)
    use = resistor["reference_designators"][0]
    assert (use["bom"], use["builds"], len(use["reference_designators"])) == (bom["id"], 20, 10)
    assert resistor["offers"][0]["sku"] == "NW-10K"
    assert parts["NOSUCHPART-1"]["status"] == "no_match"
    assert parts["NOSUCHPART-1"]["part"] is None
    assert parts[OPAMP]["status"] == "do_not_place"
    assert found["lines_matched"] == 3
    assert found["lines_total"] == 4
    assert found["kinds"] == ["snapshot"]


def test_reference_pricing_is_the_sum_of_its_rounded_lines(client, ok, program):
    found = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
    parts = {part["mpn"]: part for part in found["parts"]}
    # 200 resistors at 0.02, 20 capacitors at 0.05 (buying 20 is a multiple of 10), 20 MCUs at 4.50
    assert [parts[m]["extended_price"] for m in (RESISTOR, CAPACITOR, MCU)] == ["4.00", "1.00", "90.00"]
    assert parts["NOSUCHPART-1"]["priced"] is False
    assert parts["NOSUCHPART-1"]["unpriced_reason"]
    assert (found["total"], found["known_total"]) == (None, "95.00")
    assert (found["lines_priced"], found["lines_total"]) == (3, 4)
    purchase = parts[RESISTOR]["purchases"][0]
    assert (purchase["quantity"], purchase["unit_price"], purchase["price_break"]) == (200, "0.02", 100)
    assert [q["builds"] for q in found["quantities"]] == [1, 10, 20, 100, 1000]
    at_twenty = next(q for q in found["quantities"] if q["builds"] == 20)
    assert at_twenty["known_total"] == found["known_total"]
    total = sum(Decimal(p["extended_price"]) for p in found["parts"] if p["extended_price"] is not None)
    assert total == Decimal(found["known_total"])


def test_other_numbers_of_builds_may_be_asked_for(client, ok, program):
    path = f"/v1/programs/{program['id']}/reference_pricing/"
    found = ok(client.get(path, params={"quantities": "5,7"}))
    assert [q["builds"] for q in found["quantities"]] == [1, 5, 7, 10, 20, 100, 1000]
    for wrong in ("0", "x", "1;2", "", "-1", "1.5", ",".join(str(n) for n in range(1, 60))):
        response = client.get(path, params={"quantities": wrong})
        assert (response.status_code, list(response.json())) == (400, ["quantities"]), wrong


def test_stock_counts_as_the_flags_say_less_what_others_reserved(client, ok, key, program, platform):
    part = platform.part_id(RESISTOR)
    for kind, quantity in (("on_hand", 50), ("on_hand", 10), ("processing", 7), ("expected", 1_000)):
        stock(platform, key["org_id"], part, kind, quantity)
    stock(platform, platform.key()["org_id"], part, "on_hand", 9_999)
    before = parts_of(client, ok, program)[RESISTOR]
    assert (before["on_hand_quantity"], before["processing_quantity"], before["expected_quantity"]) == (60, 7, 1_000)
    assert (before["quantity_from_stock"], before["quantity_to_buy"]) == (0, 200)
    ok(client.patch(f"/v1/programs/{program['id']}/", json={"include_on_hand_stock": True}))
    assert parts_of(client, ok, program)[RESISTOR]["quantity_to_buy"] == 140
    with platform.store.write() as connection:
        times = {"created_at": now(), "updated_at": now()}
        row = {"id": new_id(), "org_id": key["org_id"], "part_id": part, "stock_class": "on_hand", "quantity": 20}
        connection.execute(insert(allocations).values(**row, program_id=None, **times))
        connection.execute(
            insert(allocations).values(**{**row, "id": new_id(), "quantity": 30}, program_id=program["id"], **times)
        )
    reserved = parts_of(client, ok, program)[RESISTOR]
    assert (reserved["allocated_quantity"], reserved["quantity_to_buy"]) == (20, 160)
    ok(client.patch(f"/v1/programs/{program['id']}/", json={"include_expected_stock": True}))
    assert parts_of(client, ok, program)[RESISTOR]["quantity_to_buy"] == 0


def test_part_overrides_change_the_plan_and_the_last_one_wins(client, ok, program, platform):
    path = f"/v1/programs/{program['id']}/part_overrides/"
    resistor, mcu, capacitor = (platform.part_id(mpn) for mpn in (RESISTOR, MCU, CAPACITOR))
    body = {
        "part_overrides": [
            {"part": resistor, "quantity": 1},
            {"part": resistor, "quantity": 300, "note": "spares"},
            {"part": mcu, "unit_price": "1.25"},
        ]
    }
    made = ok(client.post(path, json=body))
    assert made["count"] == 3
    assert made["results"][2]["unit_price"] == "1.25"
    bare = ok(client.post(path, json=[{"part": capacitor, "include": False}]))["results"][0]
    availability = parts_of(client, ok, program)
    assert availability[RESISTOR]["quantity_needed"] == 300
    assert availability[CAPACITOR]["status"] == "excluded"
    pricing = parts_of(client, ok, program, "reference_pricing")
    assert pricing[MCU]["extended_price"] == "25.00"
    first = f"{path}{made['results'][1]['id']}/"
    assert ok(client.patch(first, json={"quantity": None, "overage": 5}))["note"] == "spares"
    after = parts_of(client, ok, program)[RESISTOR]
    assert (after["quantity_needed"], after["overage"], after["quantity_required"]) == (200, 5, 205)
    assert client.delete(f"{path}{bare['id']}/").status_code == 204
    assert parts_of(client, ok, program)[CAPACITOR]["status"] == "buyable"
    assert [o["part"] for o in ok(client.get(path))["results"]] == [resistor, resistor, mcu]
    wrong = client.post(path, json={"part_overrides": [{"part": resistor}, {"part": "AAAAAAAAAAAA"}]})
    assert (wrong.status_code, list(wrong.json()["part_overrides"])) == (400, ["1"])
    assert client.patch(first, json={"substitute_part": "AAAAAAAAAAAA"}).status_code == 400
    assert client.post(path, json={"part_overrides": [{"part": resistor, "unit_price": "-1"}]}).status_code == 400


def test_an_override_names_a_substitute_or_a_supplier(client, ok, program, platform):
    path = f"/v1/programs/{program['id']}/part_overrides/"
    mcu, opamp, capacitor = (platform.part_id(mpn) for mpn in (MCU, OPAMP, CAPACITOR))
    wish = [
        {"part": mcu, "substitute_part": capacitor},
        {"part": capacitor, "supplier": "A Broker", "unit_price": "0.2"},
    ]
    ok(client.post(path, json=wish))
    pricing = parts_of(client, ok, program, "reference_pricing")
    assert [(p["mpn"], p["quantity"]) for p in pricing[MCU]["purchases"]] == [(CAPACITOR, 20)]
    assert any("stands in for" in sentence for sentence in pricing[MCU]["arithmetic"])
    broker = pricing[CAPACITOR]["purchases"][0]
    assert (broker["supplier"], broker["unit_price"], broker["extended_price"]) == ("A Broker", "0.2", "4.00")
    ok(client.post(path, json=[{"part": mcu, "substitute_part": opamp}]))
    unpriced = parts_of(client, ok, program, "reference_pricing")[MCU]
    assert (unpriced["extended_price"], unpriced["purchases"]) == (None, [])
    assert "20 to buy, 0 can be bought from stock" in unpriced["unpriced_reason"]


def test_an_alternate_is_bought_where_the_part_cannot_be(client, ok, platform):
    lines = [line(OPAMP, "U1", manufacturer_name="Texas Instruments", alternative_mpns=[MCU])]
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("alternates", *lines, approved=True)))
    program = ok(client.post("/v1/programs/", json={"name": "x", "lines": [{"bom": bom["id"], "quant": 2}]}))
    found = parts_of(client, ok, program)[OPAMP]
    assert (found["status"], found["alternates"]) == ("buyable", [MCU])
    purchase = parts_of(client, ok, program, "reference_pricing")[OPAMP]["purchases"][0]
    assert (purchase["mpn"], purchase["part"]) == (MCU, platform.part_id(MCU))


def test_suppliers_rules_and_fees_hold_for_programs(client, ok, program, monkeypatch, tmp_path):
    plain = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
    assert (plain["fees"], plain["gap"]) == ([], "0")
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "supplier_rules.toml").write_text(
        '[[terms]]\nsupplier = "northwind"\norder_fee = "6.99"\nminimum_order = "25"\n'
        '[suppliers]\nbanned = ["South-Port"]\n[severity]\nsingle-source = "error"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path))
    policy.cache_clear()
    try:
        found = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
        risks = parts_of(client, ok, program)[RESISTOR]["risks"]
    finally:
        policy.cache_clear()
    assert found["fees"] == [{"supplier": "Northwind", "order_fee": "6.99", "top_up": "20.00", "lines_value": "5.00"}]
    assert found["known_total"] == "31.99"
    mcu = next(part for part in found["parts"] if part["mpn"] == MCU)
    assert mcu["unpriced_reason"] == "no offer may be bought: Southport is banned"
    assert {risk["code"]: risk["severity"] for risk in risks}["single-source"] == "error"


def test_availabilities_as_a_job(client, ok, program):
    started = client.get(f"/v1/programs/{program['id']}/availabilities_async/")
    assert started.status_code == 202
    job = ok(client.get(f"/v1/async_jobs/{started.json()['id']}/"))
    assert job["status"] == "succeeded", job["error"]
    direct = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))
    assert {**job["result"], "calculated_at": None} == {**direct, "calculated_at": None}


def test_a_bom_twice_in_a_program_is_built_as_often_as_both_say(client, ok, program, bom):
    ok(client.post(f"/v1/programs/{program['id']}/lines/", json=[{"bom": bom["id"], "quant": 5}]))
    found = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))
    assert found["builds"] == 25
    assert next(p for p in found["parts"] if p["mpn"] == RESISTOR)["quantity_needed"] == 250


def test_an_empty_program_has_an_empty_plan(client, ok):
    program = ok(client.post("/v1/programs/", json={"name": "empty"}))
    found = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))
    assert (found["parts"], found["builds"], found["lines_total"]) == ([], 0, 0)
    assert ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))["lines_total"] == 0


def test_statements_of_a_plan_do_not_grow_with_its_lines(client, ok, platform, base_url):
    counts = []
    for size in (5, 50):
        lines = [line(RESISTOR if n % 2 else f"UNKNOWN-{n}", f"R{n}") for n in range(size)]
        body = raw_bom(f"b{size}", *lines, approved=True)
        bom = ok(client.post("/v1/parse_raw_bom/?allow_unmatched=true", json=body))
        program = ok(client.post("/v1/programs/", json={"name": "x", "lines": [{"bom": bom["id"], "quant": 1}]}))
        with platform.store.count_statements() as counter:
            ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))
        counts.append(counter.count)
    assert counts[0] == counts[1]
