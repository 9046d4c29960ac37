"""The rules of the business, each with the test that holds it (rules.csv), and those that no other file holds."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from bomtool.platform.services import account
from tests.platform.support import CAPACITOR, MCU, RESISTOR, line, raw_bom

TESTS = Path(__file__).resolve().parents[1]
FLAGS = ("include_on_hand_stock", "include_processing_stock", "include_expected_stock")


def _rules():
    with (TESTS / "contract" / "rules.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_rule_has_its_test():
    found = _rules()
    assert len({rule["rule"] for rule in found}) == len(found) > 40
    for rule in found:
        file, _, name = rule["test"].partition("::")
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text(encoding="utf-8"), re.M), rule


@pytest.fixture
def base_url():
    """In-process is enough: the rules do not depend on the way a request comes in."""
    return None


@pytest.fixture
def approved(client, ok):
    def make(*lines, **more):
        return ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", *lines, approved=True, **more)))

    return make


@pytest.fixture
def program(client, ok):
    def make(bom, builds, **more):
        return ok(
            client.post("/v1/programs/", json={"name": "run", "lines": [{"bom": bom["id"], "quant": builds}], **more})
        )

    return make


@pytest.fixture
def part_of(client, ok):
    def find(program, mpn=RESISTOR):
        parts = ok(client.get(f"/v1/programs/{program['id']}/availabilities/"))["parts"]
        return next(part for part in parts if part["mpn"] == mpn)

    return find


def test_approving_twice_is_harmless_and_approved_is_a_text(client, ok):
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", line(RESISTOR, "R1"))))
    assert bom["approved"] == "false"
    first, second = (ok(client.post(f"/v1/boms/{bom['id']}/approve/", json={})) for _ in range(2))
    assert first["approved"] == second["approved"] == "true"
    assert second["updated_at"] == first["updated_at"], "nothing is done a second time"


def test_lines_that_are_not_bought(client, ok, approved, program):
    given = [line(RESISTOR, "R1,R2"), line(CAPACITOR, "C1", do_not_place=True), line(None, "X1", is_custom_part=True)]
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board", *given, line(MCU, "U1"))))
    lines = ok(client.get(f"/v1/boms/{bom['id']}/lines/"))["results"]
    ok(client.patch(f"/v1/boms/{bom['id']}/lines/{lines[3]['id']}/", json={"ignored": True}))
    lines = ok(client.get(f"/v1/boms/{bom['id']}/lines/"))["results"]
    assert [entry["status"] for entry in lines] == ["matched", "do_not_place", "custom_part", "ignored"]
    ok(client.post(f"/v1/boms/{bom['id']}/approve/", json={}))
    plan = ok(client.get(f"/v1/programs/{program(bom, 10, add_overage=False)['id']}/reference_pricing/"))
    assert [(p["mpn"], p["quantity_required"]) for p in plan["parts"] if p["purchases"]] == [(RESISTOR, 20)]


def test_overage_is_on_unless_told_otherwise(approved, program, part_of):
    bom = approved(line(RESISTOR, "R1,R2"), line(MCU, "U1"))
    told, untold = program(bom, 100, add_overage=False), program(bom, 100, name="more")
    assert (part_of(told)["overage"], part_of(told)["quantity_required"]) == (0, 200)
    chip, controller = part_of(untold), part_of(untold, MCU)
    assert chip["quantity_required"] == 200 + chip["overage"]
    assert chip["overage"] / 200 > controller["overage"] / 100, "small and cheap parts are lost more easily"


def test_no_stock_counts_unless_told(client, ok, platform, approved, program, part_of):
    bom = approved(line(RESISTOR, "R1"))
    classes = {"on_hand": 1, "processing": 2, "expected": 4}
    for name, quantity in classes.items():
        body = {"part": platform.part_id(RESISTOR), "quantity": quantity, "stock_class": name}
        ok(client.put("/v1/stock_lots/upsert_part_stock/", json=body))
    for wanted in range(8):
        chosen = [name for bit, name in enumerate(classes) if wanted >> bit & 1]
        flags = {f"include_{name}_stock": True for name in chosen}
        found = part_of(program(bom, 10, name=f"run {wanted}", add_overage=False, **flags))
        assert found["quantity_from_stock"] == sum(classes[name] for name in chosen), chosen
        assert found["quantity_to_buy"] == 10 - found["quantity_from_stock"]


def test_what_is_bought_for_no_program_is_everybodys(client, ok, platform, approved, program, part_of):
    bom = approved(line(RESISTOR, "R1"))
    supplier = ok(client.post("/v1/suppliers/", json={"name": "Northwind", "currency": "USD"}))
    bought = [{"part": platform.part_id(RESISTOR), "quantity": 30, "unit_price": "0.1"}]
    purchase = ok(client.post("/v1/purchases/", json={"supplier": supplier["id"], "lines": bought}))
    for event in ("ordered", "received"):
        ok(client.post(f"/v1/purchases/{purchase['id']}/events/", json={"event_type": event}))
    for name in ("one", "two"):
        found = part_of(program(bom, 20, name=name, add_overage=False, **dict.fromkeys(FLAGS, True)))
        assert (found["on_hand_quantity"], found["allocated_quantity"], found["quantity_from_stock"]) == (30, 0, 20)


def test_a_part_left_out_of_a_program(client, ok, platform, approved, program, part_of):
    made = program(approved(line(RESISTOR, "R1"), line(CAPACITOR, "C1")), 10)
    overrides = {"part_overrides": [{"part": platform.part_id(RESISTOR), "include": False}]}
    ok(client.post(f"/v1/programs/{made['id']}/part_overrides/", json=overrides))
    assert (part_of(made)["status"], part_of(made)["quantity_to_buy"]) == ("excluded", 0)
    plan = ok(client.get(f"/v1/programs/{made['id']}/reference_pricing/"))
    assert [part["mpn"] for part in plan["parts"] if part["purchases"]] == [CAPACITOR]
    assert plan["total"] is not None, "nothing is missing"


@pytest.fixture
def person(platform, key, base_url, ok):
    """`person(role)` is a client with the key of somebody of that role."""
    clients = []
    scopes = ("read", "write", "admin")

    def make(role):
        with platform.store.write() as connection:
            user = account.create_user(connection, key["org_id"], email=f"{role}@example.com", roles=(role,))
        own = platform.key(org=key["org_id"], scopes=scopes)
        with platform.client(platform.key(org=key["org_id"], scopes=scopes)["key"], base_url) as admin:
            ok(admin.patch(f"/v1/api_keys/{own['id']}/", json={"user": user}))
            ok(admin.patch(f"/v1/sub_orgs/{key['org_id']}/", json={"purchase_approval_threshold": "1"}))
        clients.append(platform.client(own["key"], base_url))
        return clients[-1]

    yield make
    for client in clients:
        client.close()


@pytest.mark.parametrize(("role", "answer"), [("editor", 403), ("procurement_approver", 200), ("admin", 200)])
def test_who_asks_for_approval_and_who_gives_it(person, ok, platform, role, answer):
    editor = person("editor")
    other = editor if role == "editor" else person(role)
    supplier = ok(editor.post("/v1/suppliers/", json={"name": "Northwind", "currency": "USD"}))
    bought = [{"part": platform.part_id(RESISTOR), "quantity": 100, "unit_price": "0.1"}]
    purchase = ok(editor.post("/v1/purchases/", json={"supplier": supplier["id"], "lines": bought}))
    events = f"/v1/purchases/{purchase['id']}/events/"
    assert purchase["needs_approval"] is True
    assert editor.post(events, json={"event_type": "ordered"}).status_code == 409
    ok(editor.post(events, json={"event_type": "requested"}))
    assert other.post(events, json={"event_type": "approved"}).status_code == answer
    assert editor.post(events, json={"event_type": "ordered"}).status_code == (409 if role == "editor" else 200)


def test_restricted_people_read(person, ok):
    restricted = person("restricted")
    ok(restricted.get("/v1/users/"))
    ok(restricted.get("/v1/tags/"))
    ok(restricted.get("/v1/teams/"))
    for path in ("boms", "tags", "teams", "suppliers"):
        assert restricted.post(f"/v1/{path}/", json={"name": "x"}).status_code == 403
