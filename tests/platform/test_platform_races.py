"""Stock and purchases changed by many at once: no piece is lost, none is made up, no need is bought twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from bomtool.platform.tables import allocations, stock_lots
from tests.platform.support import RESISTOR, line, raw_bom


@pytest.fixture
def world(platform, ok):
    """A key, a program of 200 resistors and their supplier."""
    key = platform.key()["key"]
    with platform.client(key) as client:
        refs = ",".join(f"R{n}" for n in range(10))
        bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", line(RESISTOR, refs), approved=True)))
        body = {"name": "run", "add_overage": False, "lines": [{"bom": bom["id"], "quant": 20}]}
        program = ok(client.post("/v1/programs/", json=body))
        supplier = ok(client.post("/v1/suppliers/", json={"name": "Northwind"}))
    return {"key": key, "program": program["id"], "supplier": supplier["id"]}


def at_once(platform, key, work, count=12):
    def one(number):
        with platform.client(key) as client:
            return work(client, number)

    with ThreadPoolExecutor(6) as pool:
        return list(pool.map(one, range(count)))


def total(platform, table, **where):
    query = select(func.coalesce(func.sum(table.c.quantity), 0))
    for name, value in where.items():
        query = query.where(table.c[name] == value)
    with platform.store.read() as connection:
        return int(connection.execute(query).scalar())


def test_the_plan_of_a_program_is_bought_once(platform, world):
    body = {"supplier": world["supplier"], "program": world["program"], "from_plan": True}
    statuses = at_once(platform, world["key"], lambda client, _: client.post("/v1/purchases/", json=body).status_code)
    assert sorted(statuses) == [200] + [409] * 11


def test_pieces_received_by_many_are_those_that_were_ordered(platform, world, ok):
    with platform.client(world["key"]) as client:
        body = {"supplier": world["supplier"], "program": world["program"], "from_plan": True}
        made = ok(client.post("/v1/purchases/", json=body))
        path = f"/v1/purchases/{made['id']}/events/"
        ok(client.post(path, json={"event_type": "ordered"}))
    line_id = made["lines"][0]["id"]

    def receive(client, number):
        entry = {"line": line_id, "quantity": 30, "location": f"L{number % 3}"}
        return client.post(path, json={"event_type": "received", "lines": [entry]}).status_code

    assert sorted(at_once(platform, world["key"], receive)) == [200] * 6 + [400] * 6
    assert total(platform, stock_lots, purchase_line_id=line_id, stock_class="on_hand") == 180
    assert total(platform, stock_lots, purchase_line_id=line_id) == 200
    assert total(platform, allocations, program_id=world["program"]) == 200
    assert total(platform, allocations, program_id=world["program"], stock_class="on_hand") == 180


def test_stock_set_by_many_at_one_place_is_one_lot(platform, world):
    part = platform.part_id(RESISTOR)

    def put(client, number):
        body = {"part": part, "quantity": 100 + number, "location": "A1"}
        return client.put("/v1/stock_lots/upsert_part_stock/", json=body).json()["id"]

    assert len(set(at_once(platform, world["key"], put))) == 1


def test_no_more_is_reserved_than_there_is(platform, world, ok):
    with platform.client(world["key"]) as client:
        body = {"part": platform.part_id(RESISTOR), "quantity": 100}
        lot = ok(client.put("/v1/stock_lots/upsert_part_stock/", json=body))
        ids = [ok(client.post("/v1/programs/", json={"name": f"p{n}"}))["id"] for n in range(12)]

    def reserve(client, number):
        shares = [{"program": ids[number], "quantity": 60}, {"program": ids[number - 1], "quantity": 40 + number % 2}]
        return client.patch(f"/v1/stock_lots/{lot['id']}/", json={"allocations": shares}).status_code

    assert sorted(at_once(platform, world["key"], reserve)) == [200] * 6 + [409] * 6
    assert total(platform, allocations, stock_lot_id=lot["id"]) == 100
