"""The examples of the OpenAPI document live a board's life: each is sent as it stands, with the ids there are here."""

from __future__ import annotations

import json

import pytest

from bomtool.api.routes import BY_NAME, ROUTES
from bomtool.platform import examples
from bomtool.platform.services import account
from tests.platform.support import RESISTOR

STORY = """
create_sub_org update_sub_org create_team_type update_team_type create_team update_team create_tag update_tag
create_custom_property update_custom_property create_supplier update_supplier create_parts_async upsert_parts_async
parse_raw_bom create_bom upsert_bom_async update_bom create_bom_line parse_raw_line update_bom_line approve_bom
create_program update_program create_program_lines update_program_line create_part_overrides update_part_override
create_rfq update_rfq create_rfq_line update_rfq_line create_outbound_email create_supplier_quote update_supplier_quote
create_supplier_quote_line update_supplier_quote_line create_purchase update_purchase create_purchase_line
update_purchase_lines create_no_part_line update_no_part_lines create_purchase_event create_supplier_bill
create_supplier_bill_line update_supplier_bill_line update_supplier_bill upsert_part_stock update_stock_lot
run_sql_query update_api_key
""".split()  # noqa: SIM905
NAMED = {
    "create_bom": examples.OTHER_BOM, "parse_raw_bom": examples.BOM, "create_program": examples.PROGRAM,
    "create_supplier": examples.SUPPLIER, "create_rfq": examples.RFQ, "create_supplier_quote": examples.QUOTE,
    "create_purchase": examples.PURCHASE, "create_supplier_bill": examples.BILL, "create_team_type": examples.TEAM_TYPE,
}  # fmt: skip


def test_every_operation_that_takes_a_body_has_an_example():
    assert sorted(STORY) == sorted(examples.REQUESTS) == sorted(r.name for r in ROUTES if r.request is not None)


@pytest.fixture
def document(platform):
    with platform.client(None) as client:
        return client.get("/openapi.json").json()


def test_the_examples_are_lived(platform, document, ok):
    admin = platform.key(scopes=("read", "write", "admin"))
    with platform.store.write() as connection:
        person = account.create_user(connection, admin["org_id"], email="ann@example.com", roles=("editor",))
    known = {examples.PART: platform.part_id(RESISTOR), examples.USER: person}
    places = {"api_key_id": platform.key(org=admin["org_id"])["id"]}

    def real(text):
        for shown, found in known.items():
            text = text.replace(shown, found)
        return text

    with platform.client(admin["key"]) as client:
        for name in STORY:
            route = BY_NAME[name]
            example = document["paths"][route.path][route.method.lower()]["requestBody"]["content"]["application/json"]
            path = route.path.format_map({**places, "line_id": places.get(f"{name}:line")})
            answer = ok(client.request(route.method, path, json=json.loads(real(json.dumps(example["example"])))))
            if name in NAMED:
                known[NAMED[name]] = answer["id"]
            _remember(client, name, answer, known, places)
            if name == "approve_bom":
                ok(client.post(f"/v1/boms/{known[examples.OTHER_BOM]}/approve/", json={}))
        plan = ok(client.get(f"/v1/programs/{places['program_id']}/reference_pricing/"))
        there = ok(client.get(f"/v1/programs/{places['program_id']}/availabilities/"))
        bill = ok(client.patch(f"/v1/supplier_bills/{places['bill_id']}/", json={}))
    needed = next(part for part in there["parts"] if part["mpn"] == RESISTOR)
    # 50 boards with R1 to R5 and 60 displays with two each, 10 pieces more by hand
    assert (needed["quantity_required"], needed["expected_quantity"], needed["on_hand_quantity"]) == (380, 550, 180)
    assert plan["lines_total"] >= plan["lines_priced"] > 0
    assert bill["status"] == "approved"


def _remember(client, name, answer, known, places):
    """The ids that paths of later examples need."""
    kinds = {
        "parse_raw_bom": "bom_id", "create_program": "program_id", "create_supplier": "supplier_id",
        "create_rfq": "rfq_id", "create_supplier_quote": "quote_id", "create_purchase": "purchase_id",
        "create_supplier_bill": "bill_id", "create_team_type": "team_type_id", "create_team": "team_id",
        "create_tag": "tag_id", "create_custom_property": "property_id", "create_sub_org": "sub_org_id",
        "upsert_part_stock": "lot_id",
    }  # fmt: skip
    if name in kinds:
        places[kinds[name]] = answer["id"]
    if name == "parse_raw_bom":
        lines = client.get(f"/v1/boms/{answer['id']}/lines/").json()["results"]
        assert [line["status"] for line in lines] == ["matched", "matched", "custom_part"]
        places["update_bom_line:line"] = lines[0]["id"]
    elif name == "create_program_lines":
        places["update_program_line:line"] = answer["results"][0]["id"]
    elif name == "create_part_overrides":
        places["override_id"] = answer["results"][0]["id"]
    elif name == "create_rfq":
        known[examples.RFQ_LINE] = places["update_rfq_line:line"] = answer["lines"][0]["id"]
    elif name == "create_supplier_quote_line":
        places["update_supplier_quote_line:line"] = answer["id"]
    elif name == "create_purchase":
        known[examples.PURCHASE_LINE] = answer["lines"][0]["id"]
        known[examples.FEE_LINE] = answer["no_part_lines"][0]["id"]
    elif name == "create_supplier_bill":
        places["update_supplier_bill_line:line"] = answer["lines"][0]["id"]
