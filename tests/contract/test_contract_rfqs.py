"""Requests for quotation and quotes: asked from what a plan lacks, answered, and offers while they are valid."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.platform.support import MCU, OPAMP, RESISTOR, line, raw_bom

PATH = "/v1/supplier_quotes/"


def day(shift):
    return (datetime.now(UTC).date() + timedelta(days=shift)).isoformat()


@pytest.fixture
def supplier(client, ok):
    return ok(client.post("/v1/suppliers/", json={"name": "Quotewell", "email": "sales@quotewell.example"}))


@pytest.fixture
def program(client, ok):
    """Ten builds of two op amps (nowhere in stock), an MCU and a part of its own that nobody offers."""
    own = {"parts": [{"mpn": "PANEL-7", "manufacturer": "Own Works"}]}
    ok(client.post("/v1/parts/async_create/", json=own))
    lines = [line(OPAMP, "U1,U2"), line(MCU, "U3"), line("PANEL-7", "M1")]
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", *lines, approved=True)))
    body = {"name": "run", "add_overage": False, "lines": [{"bom": bom["id"], "quant": 10}]}
    return ok(client.post("/v1/programs/", json=body))


def part_of(client, ok, program, mpn, what="availabilities"):
    found = ok(client.get(f"/v1/programs/{program['id']}/{what}/"))
    return next(entry for entry in found["parts"] if entry["mpn"] == mpn)


def quoted(supplier, part, **more):
    prices = [{"quantity": 1, "price": "0.90"}, {"quantity": 10, "price": "0.8125"}]
    return {
        "supplier": supplier["id"],
        "currency": "USD",
        "quote_number": "Q-17",
        "lines": [{"part": part, "prices": prices, "stock": 500, "sku": "QW-1"}],
        **more,
    }


def test_an_rfq_asks_for_parts_and_for_what_has_no_id(client, ok, supplier, platform):
    body = {
        "name": "Spring",
        "suppliers": [supplier["id"]],
        "due_on": "2027-01-31",
        "lines": [
            {"part": platform.part_id(RESISTOR), "quantities": [1000, 5000], "target_price": "0.0045"},
            {"description": "Front panel, blue", "quantities": [10]},
        ],
    }
    made = ok(client.post("/v1/rfqs/", json=body))
    assert (made["status"], made["suppliers"], made["due_on"]) == ("draft", [supplier["id"]], "2027-01-31")
    first, second = made["lines"]
    assert (first["mpn"], first["quantities"], first["target_price"]) == (RESISTOR, [1000, 5000], "0.0045")
    assert (second["part"], second["position"]) == (None, 2)
    added = ok(client.post("/v1/rfq_lines/", json={"rfq": made["id"], "mpn": "X-1", "quantities": [3]}))
    assert (added["position"], added["rfq"]) == (3, made["id"])
    path = f"/v1/rfq_lines/{added['id']}/"
    changed = ok(client.patch(path, json={"quantities": [4], "part": platform.part_id(MCU)}))
    assert (changed["quantities"], changed["part"], changed["mpn"]) == ([4], platform.part_id(MCU), "X-1")
    assert client.patch(path, json={"part": "AAAAAAAAAAAA"}).status_code == 400
    sent = ok(client.patch(f"/v1/rfqs/{made['id']}/", json={"status": "sent"}))
    assert (sent["status"], len(sent["lines"])) == ("sent", 3)
    ok(client.patch(f"/v1/rfqs/{made['id']}/", json={"status": "closed"}))
    assert client.patch(path, json={"quantities": [5]}).status_code == 409
    assert client.post("/v1/rfq_lines/", json={"rfq": made["id"], "mpn": "X", "quantities": [1]}).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"suppliers": [str(uuid.uuid4())]}, "suppliers"),
        ({"program": str(uuid.uuid4())}, "program"),
        ({"lines": [{"quantities": [1]}]}, "lines"),
        ({"lines": [{"part": "AAAAAAAAAAAA", "quantities": [1]}]}, "lines"),
        ({"lines": [{"mpn": "x", "quantities": []}]}, "lines"),
        ({"lines": [{"mpn": "x", "quantities": [0]}]}, "lines"),
        ({"from_needs": True}, "program"),
        ({"due_on": "soon"}, "due_on"),
    ],
)
def test_mistakes_in_an_rfq_are_400_by_field(client, change, field):
    response = client.post("/v1/rfqs/", json={"name": "x", **change})
    assert (response.status_code, list(response.json())) == (400, [field])


def test_an_rfq_is_made_of_what_a_program_cannot_buy(client, ok, supplier, program):
    body = {"name": "gaps", "program": program["id"], "from_needs": True, "suppliers": [supplier["id"]]}
    made = ok(client.post("/v1/rfqs/", json=body))
    assert made["program"] == program["id"]
    assert {entry["mpn"]: entry["quantities"] for entry in made["lines"]} == {OPAMP: [20], "PANEL-7": [10]}


def test_a_valid_quote_is_an_offer_in_the_plan(client, ok, supplier, program, platform):
    part = platform.part_id(OPAMP)
    before = part_of(client, ok, program, OPAMP)
    assert before["status"] != "buyable"
    quote = ok(client.post(PATH, json=quoted(supplier, part, valid_until=day(0))))
    assert quote["lines"][0]["prices"] == [{"quantity": 1, "price": "0.90"}, {"quantity": 10, "price": "0.8125"}]
    after = part_of(client, ok, program, OPAMP)
    assert after["status"] == "buyable"
    offer = next(entry for entry in after["offers"] if entry["supplier"] == "Quotewell")
    assert (offer["sku"], offer["stock"], offer["catalog"]) == ("QW-1", 500, f"quote Q-17, valid to {day(0)}")
    bought = part_of(client, ok, program, OPAMP, "reference_pricing")["purchases"]
    assert [(b["supplier"], b["quantity"], b["unit_price"], b["extended_price"]) for b in bought] == [
        ("Quotewell", 20, "0.8125", "16.25")
    ]
    line_path = f"/v1/supplier_quote_lines/{quote['lines'][0]['id']}/"
    ok(client.patch(line_path, json={"prices": [{"quantity": 1, "price": "0.5"}], "moq": 100}))
    bought = part_of(client, ok, program, OPAMP, "reference_pricing")["purchases"]
    assert (bought[0]["quantity"], bought[0]["extended_price"]) == (100, "50.00")


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": day(-1)},
        {"valid_from": day(1)},
        {"status": "rejected"},
        {"status": "withdrawn"},
        {"line": {"no_bid": True}},
        {"line": {"prices": []}},
    ],
    ids=["over", "not yet", "rejected", "withdrawn", "no bid", "no price"],
)
def test_what_is_no_valid_quote_is_no_offer(client, ok, supplier, program, platform, change):
    quote = ok(client.post(PATH, json=quoted(supplier, platform.part_id(OPAMP))))
    assert part_of(client, ok, program, OPAMP)["status"] == "buyable"
    if "line" in change:
        ok(client.patch(f"/v1/supplier_quote_lines/{quote['lines'][0]['id']}/", json=change["line"]))
    else:
        ok(client.patch(f"{PATH}{quote['id']}/", json=change))
    assert "Quotewell" not in {o["supplier"] for o in part_of(client, ok, program, OPAMP)["offers"]}
    assert part_of(client, ok, program, OPAMP)["status"] != "buyable"


def test_a_quote_answers_the_lines_of_an_rfq(client, ok, supplier, program):
    rfq = ok(client.post("/v1/rfqs/", json={"name": "x", "program": program["id"], "from_needs": True}))
    panel = next(entry for entry in rfq["lines"] if entry["mpn"] == "PANEL-7")
    body = {"supplier": supplier["id"], "rfq": rfq["id"], "currency": "USD"}
    price = [{"quantity": 1, "price": "12.5"}]
    quote = ok(client.post(PATH, json={**body, "lines": [{"rfq_line": panel["id"], "prices": price, "stock": 10}]}))
    assert (quote["lines"][0]["part"], quote["lines"][0]["mpn"]) == (panel["part"], "PANEL-7")
    assert part_of(client, ok, program, "PANEL-7")["status"] == "buyable"
    other = ok(client.post("/v1/rfqs/", json={"name": "y", "lines": [{"mpn": "Z", "quantities": [1]}]}))
    wrong = {"supplier_quote": quote["id"], "rfq_line": other["lines"][0]["id"]}
    assert client.post("/v1/supplier_quote_lines/", json=wrong).status_code == 400
    added = ok(
        client.post("/v1/supplier_quote_lines/", json={"supplier_quote": quote["id"], "mpn": "Z", "no_bid": True})
    )
    assert (added["position"], added["no_bid"]) == (2, True)


def test_mistakes_in_a_quote_are_400_by_field(client, ok, supplier, platform):
    part = platform.part_id(OPAMP)
    for change, field in (
        ({"supplier": str(uuid.uuid4())}, "supplier"),
        ({"rfq": str(uuid.uuid4())}, "rfq"),
        ({"valid_from": "2027-02-01", "valid_until": "2027-01-31"}, "valid_until"),
        ({"currency": "usd"}, "currency"),
        ({"lines": [{"part": part, "prices": [{"quantity": 1, "price": "-1"}]}]}, "lines"),
        ({"lines": [{"part": part, "prices": [{"quantity": 1, "price": "1"}] * 2}]}, "prices"),
        ({"lines": [{"part": part, "moq": 0}]}, "lines"),
    ):
        response = client.post(PATH, json={**quoted(supplier, part), **change})
        assert (response.status_code, list(response.json())) == (400, [field]), change
    assert (
        client.post("/v1/supplier_quote_lines/", json={"supplier_quote": str(uuid.uuid4()), "mpn": "x"}).status_code
        == 400
    )


def test_nobody_sees_or_buys_by_the_quotes_of_others(client, ok, supplier, platform, base_url):
    part = platform.part_id(OPAMP)
    quote = ok(client.post(PATH, json=quoted(supplier, part)))
    assert "Quotewell" in {o["supplier"] for o in ok(client.get(f"/v1/parts/{part}/"))["offers"]}
    with platform.client(platform.key()["key"], base_url) as stranger:
        assert "Quotewell" not in {o["supplier"] for o in ok(stranger.get(f"/v1/parts/{part}/"))["offers"]}
        assert stranger.post(PATH, json=quoted(supplier, part)).status_code == 400
        line = {"supplier_quote": quote["id"], "part": part}
        assert stranger.post("/v1/supplier_quote_lines/", json=line).status_code == 400
        assert stranger.post("/v1/rfqs/", json={"name": "x", "suppliers": [supplier["id"]]}).status_code == 400


def test_a_quote_of_an_integration_record_is_one(client, ok, supplier, platform):
    record = {"integration_source_name": "erp", "integration_record_id": "Q1"}
    ok(client.post(PATH, json=quoted(supplier, platform.part_id(OPAMP), **record)))
    assert client.post(PATH, json=quoted(supplier, platform.part_id(OPAMP), **record)).status_code == 409


def test_statements_of_quotes_do_not_grow_with_their_lines(client, ok, supplier, platform):
    part = platform.part_id(OPAMP)
    counts = []
    for size in (2, 40):
        body = quoted(supplier, part)
        body["lines"] *= size
        asked = {"name": "x", "lines": [{"part": part, "quantities": [1]}] * size}
        with platform.store.count_statements() as counter:
            ok(client.post(PATH, json=body))
            ok(client.post("/v1/rfqs/", json=asked))
        counts.append(counter.count)
    assert counts[0] == counts[1]
