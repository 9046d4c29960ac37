"""Purchases: from the plan or by hand, approved, ordered, on their way into stock, cancelled, billed."""

from __future__ import annotations

import uuid

import pytest

from tests.platform.support import CAPACITOR, MCU, RESISTOR, line, raw_bom

ALL = ("read", "write", "admin")
PATH = "/v1/purchases/"
BILLS = "/v1/supplier_bills/"


@pytest.fixture
def supplier(client, ok):
    return ok(client.post("/v1/suppliers/", json={"name": "Northwind", "currency": "USD"}))


@pytest.fixture
def program(client, ok):
    """Twenty builds: 200 resistors and 20 capacitors of Northwind, 20 MCUs of Southport; all stock counted."""
    lines = [line(RESISTOR, ",".join(f"R{n}" for n in range(10))), line(CAPACITOR, "C1"), line(MCU, "U1")]
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", *lines, approved=True)))
    flags = {f"include_{name}_stock": True for name in ("on_hand", "processing", "expected")}
    body = {"name": "run", "add_overage": False, "lines": [{"bom": bom["id"], "quant": 20}], **flags}
    return ok(client.post("/v1/programs/", json=body))


@pytest.fixture
def purchase(client, ok, supplier, platform):
    """100 resistors at 0.02 and 10 MCUs at 4.5, with freight of 7.25: 54.25."""
    body = {
        "supplier": supplier["id"],
        "reference_number": "PO-1",
        "lines": [
            {"part": platform.part_id(RESISTOR), "quantity": 100, "unit_price": "0.02", "sku": "NW-10K"},
            {"part": platform.part_id(MCU), "quantity": 10, "unit_price": "4.5"},
        ],
        "no_part_lines": [{"kind": "freight", "description": "Courier", "unit_price": "7.25"}],
    }
    return ok(client.post(PATH, json=body))


def happen(client, ok, purchase, kind, **more):
    return ok(client.post(f"{PATH}{purchase['id']}/events/", json={"event_type": kind, **more}))


def stock_of(client, ok, program, mpn=RESISTOR):
    found = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))["parts"]
    part = next(entry for entry in found if entry["mpn"] == mpn)
    return tuple(part[f"{name}_quantity"] for name in ("expected", "processing", "on_hand"))


def test_a_purchase_has_lines_prices_and_a_total(client, ok, purchase, supplier):
    assert (purchase["status"], purchase["currency"], purchase["supplier_name"]) == ("draft", "USD", "Northwind")
    assert [(e["mpn"], e["quantity"], e["extended_price"]) for e in purchase["lines"]] == [
        (RESISTOR, 100, "2.00"),
        (MCU, 10, "45.00"),
    ]
    assert purchase["no_part_lines"][0]["extended_price"] == "7.25"
    assert (purchase["total"], purchase["known_total"]) == ("54.25", "54.25")
    assert ok(client.get(f"{PATH}{purchase['id']}/")) == purchase
    changed = ok(client.patch(f"{PATH}{purchase['id']}/", json={"ship_to": "Dock 3", "reference_number": "PO-2"}))
    assert (changed["ship_to"], changed["reference_number"]) == ("Dock 3", "PO-2")
    other = ok(client.post(PATH, json={"supplier": supplier["id"], "reference_number": "PO-1"}))
    assert client.patch(f"{PATH}{other['id']}/", json={"reference_number": "PO-2"}).status_code == 409
    assert client.post(PATH, json={"supplier": supplier["id"], "reference_number": "PO-2"}).status_code == 409
    assert client.delete(f"{PATH}{other['id']}/").status_code == 204


def test_a_discount_is_subtracted_and_a_missing_price_leaves_the_total_open(client, ok, purchase, platform):
    path = f"{PATH}{purchase['id']}/"
    discount = ok(
        client.post(f"{path}no_part_lines/", json={"kind": "discount", "description": "5", "unit_price": "5"})
    )
    assert discount["extended_price"] == "-5.00"
    assert ok(client.get(path))["total"] == "49.25"
    ok(client.post(f"{path}lines/", json={"part": platform.part_id(CAPACITOR), "quantity": 1}))
    found = ok(client.get(path))
    assert (found["total"], found["known_total"]) == (None, "49.25")


def test_lines_are_added_changed_together_and_removed(client, ok, purchase, platform):
    path = f"{PATH}{purchase['id']}/lines/"
    first, second = purchase["lines"]
    body = {
        "lines": [{"id": second["id"], "quantity": 12, "unit_price": "4.4"}, {"id": first["id"], "notes": "cut tape"}]
    }
    changed = ok(client.patch(path, json=body))["results"]
    assert [(e["id"], e["quantity"], e["notes"]) for e in changed] == [
        (second["id"], 12, None),
        (first["id"], 100, "cut tape"),
    ]
    assert ok(client.patch(path, json=body["lines"]))["count"] == 2
    added = ok(client.post(path, json={"part": platform.part_id(CAPACITOR), "quantity": 3}))
    assert (added["position"], ok(client.get(f"{path}{added['id']}/"))) == (3, added)
    assert [e["position"] for e in ok(client.get(path))["results"]] == [1, 2, 3]
    assert client.delete(f"{path}{added['id']}/").status_code == 204
    assert client.get(f"{path}{added['id']}/").status_code == 404
    wrong = {"lines": [{"id": first["id"]}, {"id": str(uuid.uuid4())}, {"id": first["id"], "quantity": 5}]}
    assert list(client.patch(path, json=wrong).json()["lines"]) == ["1", "2"]
    assert list(client.patch(path, json=[{"id": first["id"], "quantity": None}]).json()["lines"]["0"]) == ["quantity"]
    assert list(client.post(path, json={"part": "AAAAAAAAAAAA", "quantity": 1}).json()) == ["lines"]
    freight = purchase["no_part_lines"][0]
    others = f"{PATH}{purchase['id']}/no_part_lines/"
    assert (
        ok(client.patch(others, json=[{"id": freight["id"], "unit_price": "8"}]))["results"][0]["extended_price"]
        == "8.00"
    )
    assert ok(client.get(others))["count"] == 1
    assert client.delete(f"{others}{freight['id']}/").status_code == 204
    assert ok(client.get(others))["count"] == 0


def test_a_purchase_is_made_of_the_plan_and_not_twice(client, ok, supplier, program):
    body = {"supplier": supplier["id"], "program": program["id"], "from_plan": True}
    made = ok(client.post(PATH, json=body))
    bought = [(e["mpn"], e["quantity"], e["unit_price"], e["sku"]) for e in made["lines"]]
    assert bought == [(RESISTOR, 200, "0.02", "NW-10K"), (CAPACITOR, 20, "0.05", "NW-100N")]
    assert (made["total"], made["from_plan"], made["program"]) == ("5.00", True, program["id"])
    again = client.post(PATH, json=body)
    assert (again.status_code, again.json()["purchase"]) == (409, made["id"])
    ok(client.post(PATH, json={**body, "repeat": True}))
    other = ok(client.post("/v1/suppliers/", json={"name": "Nobody"}))
    assert list(client.post(PATH, json={**body, "supplier": other["id"]}).json()) == ["from_plan"]
    assert list(client.post(PATH, json={"supplier": supplier["id"], "from_plan": True}).json()) == ["program"]
    assert list(client.post(PATH, json={**body, "currency": "EUR", "repeat": True}).json()) == ["currency"]


def test_bought_pieces_travel_from_expected_to_on_hand(client, ok, supplier, program):
    body = {"supplier": supplier["id"], "program": program["id"], "from_plan": True}
    made = ok(client.post(PATH, json=body))
    assert stock_of(client, ok, program) == (0, 0, 0)
    event = happen(client, ok, made, "ordered", expected_on="2027-03-01")
    assert (event["purchase_status"], [e["quantity"] for e in event["lines"]]) == ("ordered", [200, 20])
    assert stock_of(client, ok, program) == (200, 0, 0)
    plan = ok(client.get(f"/v1/programs/{program['id']}/reference_pricing/"))
    assert next(p for p in plan["parts"] if p["mpn"] == RESISTOR)["quantity_to_buy"] == 0
    first, second = made["lines"]
    sent = [{"line": first["id"], "quantity": 150}]
    assert happen(client, ok, made, "shipped", lines=sent, tracking_number="T1")["purchase_status"] == "shipped"
    assert stock_of(client, ok, program) == (200, 0, 0)
    happen(client, ok, made, "arrived", lines=sent)
    assert stock_of(client, ok, program) == (50, 150, 0)
    place = {"location": "A1", "date_code": "2611"}
    got = [{"line": first["id"], "quantity": 120, **place}]
    assert happen(client, ok, made, "received", lines=got)["purchase_status"] == "partially_received"
    assert stock_of(client, ok, program) == (50, 30, 120)
    done = happen(client, ok, made, "received", location="A2")
    assert [(e["line"], e["quantity"]) for e in done["lines"]] == [(first["id"], 80), (second["id"], 20)]
    assert done["purchase_status"] == "received"
    assert stock_of(client, ok, program) == (0, 0, 200)
    found = ok(client.get(f"{PATH}{made['id']}/"))
    assert [e["outstanding_quantity"] for e in found["lines"]] == [0, 0]
    assert [e["event_type"] for e in found["events"]] == ["ordered", "shipped", "arrived", "received", "received"]
    assert client.post(f"{PATH}{made['id']}/events/", json={"event_type": "received"}).status_code == 409


def test_what_is_bought_for_a_program_is_its_own_on_arrival(client, ok, supplier, program):
    other = ok(client.post("/v1/programs/", json={**rebuilt(client, ok, program), "name": "other"}))
    made = ok(client.post(PATH, json={"supplier": supplier["id"], "program": program["id"], "from_plan": True}))
    happen(client, ok, made, "ordered")
    happen(client, ok, made, "received", lines=[{"line": made["lines"][0]["id"], "quantity": 150}])
    for asked, reserved, from_stock in ((program, 0, 200), (other, 200, 0)):
        found = ok(client.get(f"/v1/programs/{asked['id']}/availabilities/"))["parts"]
        part = next(entry for entry in found if entry["mpn"] == RESISTOR)
        assert (part["allocated_quantity"], part["quantity_from_stock"]) == (reserved, from_stock)


def rebuilt(client, ok, program):
    lines = ok(client.get(f"/v1/programs/{program['id']}/lines/"))["results"]
    flags = {f"include_{name}_stock": True for name in ("on_hand", "processing", "expected")}
    return {"add_overage": False, "lines": [{"bom": e["bom"]["id"], "quant": e["quant"]} for e in lines], **flags}


def test_pieces_bought_beyond_the_need_are_everybodys(client, ok, supplier, program, platform):
    part = platform.part_id(RESISTOR)
    body = {"supplier": supplier["id"], "program": program["id"]}
    lines = [{"part": part, "quantity": 1000, "unit_price": "0.005", "allocate_quantity": 200}]
    made = ok(client.post(PATH, json={**body, "lines": lines}))
    happen(client, ok, made, "ordered")
    happen(client, ok, made, "received")
    other = ok(client.post("/v1/programs/", json={**rebuilt(client, ok, program), "name": "other"}))
    found = ok(client.get(f"/v1/programs/{other['id']}/availabilities/"))["parts"]
    part_of = next(entry for entry in found if entry["mpn"] == RESISTOR)
    assert (part_of["allocated_quantity"], part_of["quantity_from_stock"]) == (200, 200)


def test_what_is_cancelled_is_no_longer_expected(client, ok, purchase, program):
    happen(client, ok, purchase, "ordered")
    first = purchase["lines"][0]["id"]
    assert stock_of(client, ok, program) == (100, 0, 0)
    assert (
        happen(client, ok, purchase, "cancelled", lines=[{"line": first, "quantity": 40}])["purchase_status"]
        == "ordered"
    )
    assert stock_of(client, ok, program) == (60, 0, 0)
    assert happen(client, ok, purchase, "cancelled")["purchase_status"] == "cancelled"
    assert stock_of(client, ok, program) == (0, 0, 0)
    line = ok(client.get(f"{PATH}{purchase['id']}/lines/{first}/"))
    assert (line["cancelled_quantity"], line["outstanding_quantity"]) == (100, 0)


def test_a_purchase_not_ordered_is_cancelled_whole(client, ok, purchase, program):
    path = f"{PATH}{purchase['id']}/events/"
    one = {"event_type": "cancelled", "lines": [{"line": purchase["lines"][0]["id"]}]}
    assert client.post(path, json=one).status_code == 400
    assert happen(client, ok, purchase, "cancelled")["purchase_status"] == "cancelled"
    assert stock_of(client, ok, program) == (0, 0, 0)
    assert client.post(path, json={"event_type": "ordered"}).status_code == 409


@pytest.mark.parametrize("kind", ["shipped", "arrived", "received"])
def test_nothing_moves_before_it_is_ordered_or_more_than_there_is(client, ok, purchase, kind):
    path = f"{PATH}{purchase['id']}/events/"
    assert client.post(path, json={"event_type": kind}).status_code == 409
    happen(client, ok, purchase, "ordered")
    first = purchase["lines"][0]["id"]
    for entry in ({"line": first, "quantity": 101}, {"line": str(uuid.uuid4()), "quantity": 1}):
        response = client.post(path, json={"event_type": kind, "lines": [entry]})
        assert (response.status_code, list(response.json()["lines"])) == (400, ["0"])
    twice = [{"line": first, "quantity": 60}, {"line": first, "quantity": 60}]
    assert list(client.post(path, json={"event_type": kind, "lines": twice}).json()["lines"]) == ["1"]
    assert ok(client.get(f"{PATH}{purchase['id']}/"))["lines"][0]["received_quantity"] == 0


def test_what_is_ordered_is_fixed(client, ok, purchase, platform):
    path = f"{PATH}{purchase['id']}/"
    first = purchase["lines"][0]["id"]
    happen(client, ok, purchase, "ordered")
    assert client.patch(f"{path}lines/", json=[{"id": first, "quantity": 5}]).status_code == 409
    assert client.patch(f"{path}lines/", json=[{"id": first, "unit_price": "1"}]).status_code == 409
    assert client.post(f"{path}lines/", json={"part": platform.part_id(MCU), "quantity": 1}).status_code == 409
    assert client.delete(f"{path}lines/{first}/").status_code == 409
    assert client.delete(path).status_code == 409
    assert client.patch(path, json={"currency": "EUR"}).status_code == 409
    changed = ok(client.patch(f"{path}lines/", json=[{"id": first, "expected_on": "2027-05-01", "quantity": 100}]))
    assert changed["results"][0]["expected_on"] == "2027-05-01"


def test_stock_on_order_is_moved_by_its_purchase_only(client, ok, purchase, platform):
    from sqlalchemy import select

    from bomtool.platform.tables import stock_lots

    happen(client, ok, purchase, "ordered", expected_on="2027-04-01")
    with platform.store.read() as connection:
        query = select(stock_lots.c.id).where(stock_lots.c.purchase_line_id == purchase["lines"][0]["id"])
        lot = connection.execute(query).scalar_one()
    path = f"/v1/stock_lots/{lot}/"
    for change in ({"quantity": 5}, {"stock_class": "on_hand"}):
        assert client.patch(path, json=change).status_code == 409
    found = ok(client.patch(path, json={"notes": "half a reel"}))
    assert (found["expected_on"], found["purchase_line"], found["unit_cost"]) == (
        "2027-04-01",
        purchase["lines"][0]["id"],
        "0.02",
    )
    happen(client, ok, purchase, "received", location="A1")
    assert ok(client.patch(path, json={"quantity": 90}))["quantity"] == 90


def test_a_lot_that_was_moved_by_hand_is_not_mixed_with_what_comes_later(client, ok, purchase, platform):
    from sqlalchemy import select

    from bomtool.platform.tables import stock_lots

    first = purchase["lines"][0]["id"]
    happen(client, ok, purchase, "ordered")
    happen(client, ok, purchase, "received", lines=[{"line": first, "quantity": 30, "location": "A1"}])
    with platform.store.read() as connection:
        query = select(stock_lots.c.id).where(stock_lots.c.purchase_line_id == first, stock_lots.c.location == "A1")
        lot = connection.execute(query).scalar_one()
    ok(client.patch(f"/v1/stock_lots/{lot}/", json={"location": "B9"}))
    happen(client, ok, purchase, "received", lines=[{"line": first, "quantity": 20, "location": "A1"}])
    assert ok(client.patch(f"/v1/stock_lots/{lot}/", json={}))["quantity"] == 30


def test_dear_purchases_need_approval(platform, key, client, ok, purchase, base_url):
    org = key["org_id"]
    with platform.client(platform.key(org=org, scopes=ALL)["key"], base_url) as admin:
        ok(admin.patch(f"/v1/sub_orgs/{org}/", json={"purchase_approval_threshold": "54.25"}))
        path = f"{PATH}{purchase['id']}/"
        assert ok(client.get(path))["needs_approval"] is True
        assert client.post(f"{path}events/", json={"event_type": "ordered"}).status_code == 409
        happen(client, ok, purchase, "requested")
        assert client.post(f"{path}events/", json={"event_type": "approved"}).status_code == 403
        assert happen(admin, ok, purchase, "approved")["purchase_status"] == "approved"
        changed = [{"id": purchase["lines"][0]["id"], "quantity": 200}]
        ok(client.patch(f"{path}lines/", json=changed))
        assert ok(client.get(path))["status"] == "draft", "another purchase than the one that was approved"
        happen(admin, ok, purchase, "approved")
        assert happen(client, ok, purchase, "ordered")["purchase_status"] == "ordered"
        cheap = ok(
            client.post(
                PATH,
                json={
                    "supplier": purchase["supplier"],
                    "lines": [{"part": purchase["lines"][0]["part"], "quantity": 1, "unit_price": "1"}],
                },
            )
        )
        assert cheap["needs_approval"] is False
        assert happen(client, ok, cheap, "ordered")["purchase_status"] == "ordered"


def test_offers_are_looked_at_again_when_a_purchase_is_approved(platform, key, client, ok, supplier, base_url):
    """A price of before, too few pieces, a quote that is over: each is named, and nothing is approved unseen."""
    part = platform.part_id(CAPACITOR)

    def draft(**more):
        line = {"part": part, "quantity": 1000, "unit_price": "0.01", "sku": "NW-100N", **more}
        return ok(client.post(PATH, json={"supplier": supplier["id"], "lines": [line]}))

    with platform.client(platform.key(org=key["org_id"], scopes=ALL)["key"], base_url) as admin:
        for changed, words in (
            ({"unit_price": "0.009"}, "now costs 0.01 USD at 1,000, not 0.009"),
            ({"quantity": 5, "unit_price": "0.05"}, "is sold from 10 pieces on"),
            ({"quantity": 1005}, "is sold in multiples of 10"),
            ({"quantity": 30000}, "20,000 in stock for 30,000"),
        ):
            made = draft(**changed)
            answer = admin.post(f"{PATH}{made['id']}/events/", json={"event_type": "approved"})
            assert answer.status_code == 409, changed
            assert words in answer.json()["changes"][made["lines"][0]["id"]][0]
            assert ok(client.get(f"{PATH}{made['id']}/"))["status"] == "draft"
        happened = ok(
            admin.post(f"{PATH}{made['id']}/events/", json={"event_type": "approved", "accept_changes": True})
        )
        assert happened["purchase_status"] == "approved"
        assert happen(admin, ok, draft(), "approved")["purchase_status"] == "approved"
        unknown = draft(sku="OF-OUR-OWN", unit_price="7")
        assert happen(admin, ok, unknown, "approved")["purchase_status"] == "approved"


def test_a_request_is_rejected_back_to_a_draft(platform, key, ok, client, purchase, base_url):
    with platform.client(platform.key(org=key["org_id"], scopes=ALL)["key"], base_url) as admin:
        happen(client, ok, purchase, "requested")
        assert happen(admin, ok, purchase, "rejected", note="too dear")["purchase_status"] == "draft"
        assert happen(client, ok, purchase, "noted", note="asked again")["purchase_status"] == "draft"
        assert client.post(f"{PATH}{purchase['id']}/events/", json={"event_type": "lost"}).status_code == 400


def test_what_named_a_deleted_record_names_it_no_longer(client, ok, supplier, program):
    made = ok(client.post(PATH, json={"supplier": supplier["id"], "program": program["id"]}))
    asked = ok(client.post("/v1/rfqs/", json={"name": "x", "program": program["id"]}))
    kept = ok(client.post("/v1/stock_documents/", params={"name": "a.txt", "purchase": made["id"]}, content=b"x"))
    assert client.delete(f"/v1/programs/{program['id']}/").status_code == 204
    assert ok(client.get(f"{PATH}{made['id']}/"))["program"] is None
    assert ok(client.patch(f"/v1/rfqs/{asked['id']}/", json={}))["program"] is None
    assert client.delete(f"{PATH}{made['id']}/").status_code == 204
    assert ok(client.get(f"/v1/stock_documents/{kept['id']}/"))["purchase"] is None


def test_statements_of_a_purchase_do_not_grow_with_its_lines(client, ok, supplier, program, platform):
    part = platform.part_id(RESISTOR)
    counts = []
    for size in (3, 40):
        body = {"supplier": supplier["id"], "program": program["id"]}
        lines = [{"part": part, "quantity": 10, "unit_price": "1"} for _ in range(size)]
        ok(client.get(f"/v1/suppliers/{supplier['id']}/"))
        with platform.store.count_statements() as counter:
            made = ok(client.post(PATH, json={**body, "lines": lines}))
            changes = [{"id": entry["id"], "quantity": 11} for entry in made["lines"]]
            ok(client.patch(f"{PATH}{made['id']}/lines/", json=changes))
            happen(client, ok, made, "ordered")
            happen(client, ok, made, "arrived", lines=[{"line": e["id"], "quantity": 5} for e in made["lines"]])
            happen(client, ok, made, "received")
            billed = [{"purchase_line": e["id"], "quantity": 1, "unit_price": "1"} for e in made["lines"]]
            wish = {"supplier": supplier["id"], "bill_number": f"B{size}", "currency": "USD", "lines": billed}
            ok(client.post(BILLS, json=wish))
        counts.append(counter.count)
    assert counts[0] == counts[1]


def bill(purchase, **more):
    first = purchase["lines"][0]
    lines = [{"purchase_line": first["id"], "quantity": 100, "unit_price": "0.02"}]
    return {
        "supplier": purchase["supplier"],
        "purchase": purchase["id"],
        "bill_number": "R-1",
        "currency": "USD",
        "lines": lines,
        **more,
    }


def codes(found):
    return sorted(problem["code"] for problem in found["problems"])


def test_a_bill_is_checked_against_its_purchase(client, ok, purchase):
    happen(client, ok, purchase, "ordered")
    happen(client, ok, purchase, "received", lines=[{"line": purchase["lines"][0]["id"]}])
    freight = {"no_part_line": purchase["no_part_lines"][0]["id"], "quantity": 1, "unit_price": "7.25"}
    made = ok(
        client.post(BILLS, json=bill(purchase, lines=[*bill(purchase)["lines"], freight], bill_date="2027-01-02"))
    )
    assert (made["total"], made["status"], made["problems"], made["bill_date"]) == ("9.25", "draft", [], "2027-01-02")
    second = purchase["lines"][1]
    wrong = {"supplier_bill": made["id"], "purchase_line": second["id"], "quantity": 10, "unit_price": "4.6"}
    added = ok(client.post("/v1/supplier_bill_lines/", json=wrong))
    assert codes(added) == ["price-differs", "quantity-above-received"]
    path = f"{BILLS}{made['id']}/"
    refused = client.patch(path, json={"status": "approved"})
    assert (refused.status_code, refused.json()["problems"][0]["code"]) == (409, "price-differs")
    assert ok(client.patch(path, json={}))["status"] == "draft"
    mended = ok(client.patch(f"/v1/supplier_bill_lines/{added['id']}/", json={"unit_price": "4.5"}))
    assert codes(mended) == ["quantity-above-received"]
    assert ok(client.patch(path, json={"status": "approved"}))["total"] == "54.25"
    ok(client.patch(f"/v1/supplier_bill_lines/{added['id']}/", json={"quantity": 9}))
    assert ok(client.patch(path, json={}))["status"] == "draft", "another bill than the one that was approved"
    ok(client.patch(path, json={"status": "paid"}))
    assert client.patch(f"/v1/supplier_bill_lines/{added['id']}/", json={"quantity": 8}).status_code == 409


def test_pieces_billed_twice_are_seen(client, ok, purchase):
    happen(client, ok, purchase, "ordered")
    happen(client, ok, purchase, "received")
    first = ok(client.post(BILLS, json=bill(purchase)))
    assert first["problems"] == []
    second = ok(client.post(BILLS, json=bill(purchase, bill_number="R-2")))
    assert codes(second) == ["quantity-above-ordered"]
    assert "200 are billed in all, 100 were ordered" in second["problems"][0]["message"]
    accepted = ok(client.patch(f"{BILLS}{second['id']}/", json={"status": "approved", "accept_problems": True}))
    assert accepted["status"] == "approved"
    ok(client.patch(f"{BILLS}{first['id']}/", json={"status": "void"}))
    assert codes(ok(client.patch(f"{BILLS}{second['id']}/", json={}))) == []


def test_a_bill_number_is_known_once(client, ok, purchase):
    made = ok(client.post(BILLS, json=bill(purchase)))
    assert client.post(BILLS, json=bill(purchase)).status_code == 409
    other = ok(client.post(BILLS, json=bill(purchase, bill_number="R-2")))
    assert client.patch(f"{BILLS}{other['id']}/", json={"bill_number": "R-1"}).status_code == 409
    assert client.delete(f"{PATH}{purchase['id']}/").status_code == 409
    assert made["lines"][0]["extended_price"] == "2.00"


def test_mistakes_in_a_bill_are_400_by_field(client, ok, purchase):
    other = ok(client.post("/v1/suppliers/", json={"name": "Other"}))
    line_id, freight = purchase["lines"][0]["id"], purchase["no_part_lines"][0]["id"]
    both = {"purchase_line": line_id, "no_part_line": freight, "quantity": 1, "unit_price": "1"}
    for change, field in (
        ({"supplier": other["id"]}, "purchase"),
        ({"purchase": str(uuid.uuid4())}, "purchase"),
        ({"lines": [{"purchase_line": str(uuid.uuid4()), "quantity": 1, "unit_price": "1"}]}, "lines"),
        ({"lines": [{"quantity": 1, "unit_price": "1"}]}, "lines"),
        ({"lines": [both]}, "lines"),
        ({"lines": [{"description": "x", "quantity": 0, "unit_price": "1"}]}, "lines"),
    ):
        response = client.post(BILLS, json=bill(purchase) | change)
        assert (response.status_code, list(response.json())) == (400, [field]), change
    foreign = ok(
        client.post(
            BILLS, json=bill(purchase, currency="EUR", lines=[{"description": "x", "quantity": 1, "unit_price": "1"}])
        )
    )
    assert codes(foreign) == ["currency-differs", "no-reference"]


def test_nobody_buys_or_bills_with_the_records_of_others(client, ok, purchase, platform, base_url):
    with platform.client(platform.key()["key"], base_url) as stranger:
        assert list(stranger.post(PATH, json={"supplier": purchase["supplier"]}).json()) == ["supplier"]
        assert list(stranger.post(BILLS, json=bill(purchase)).json()) == ["supplier"]
        own = ok(stranger.post("/v1/suppliers/", json={"name": "Northwind"}))
        lines = [{"purchase_line": purchase["lines"][0]["id"], "quantity": 1, "unit_price": "1"}]
        body = {"supplier": own["id"], "bill_number": "R-1", "currency": "USD", "lines": lines}
        assert list(stranger.post(BILLS, json=body).json()) == ["lines"]
        assert stranger.post(PATH, json={"supplier": own["id"], "program": str(uuid.uuid4())}).status_code == 400
        response = stranger.post(
            "/v1/stock_documents/", params={"name": "a.txt", "purchase": purchase["id"]}, content=b"x"
        )
        assert list(response.json()) == ["purchase"]
    kept = ok(client.post("/v1/stock_documents/", params={"name": "a.txt", "purchase": purchase["id"]}, content=b"x"))
    assert ok(client.get(f"/v1/stock_documents/?purchase={purchase['id']}"))["results"] == [kept]
