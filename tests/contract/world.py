"""One record of every kind, all of one org: what the generated tests ask for with keys of others."""

from __future__ import annotations

from typing import Any

from bomtool.platform.services import account
from tests.platform.support import RESISTOR, Platform, line, raw_bom

CUSTOM = line(None, "X1", is_custom_part=True)


def build(platform: Platform, key: dict[str, Any] | None = None) -> dict[str, Any]:
    """The ids by the name they have in paths, and `key`, which may do everything; of a fresh org unless one is given."""
    key = key or platform.key(scopes=("read", "write", "admin"))
    org = key["org_id"]
    found: dict[str, Any] = {
        "key": key,
        "org_id": org,
        "api_key_id": platform.key(org=org)["id"],
        "part_id": platform.part_id(RESISTOR),
    }
    with platform.store.write() as connection:
        found["user_id"] = account.create_user(connection, org, email="ann@example.com", roles=("editor",))
    with platform.client(key["key"]) as client:

        def post(path: str, body: dict[str, Any], method: str = "POST") -> dict[str, Any]:
            response = client.request(method, path, json=body)
            assert response.is_success, f"{path}: {response.text}"
            return response.json()

        bom = post("/v1/parse_raw_bom/", raw_bom("secret", CUSTOM, approved=True))
        program = post("/v1/programs/", {"name": "secret", "lines": [{"bom": bom["id"], "quant": 5}]})
        overrides = {"part_overrides": [{"part": found["part_id"]}]}
        override = post(f"/v1/programs/{program['id']}/part_overrides/", overrides)
        team_type = post("/v1/team_types/", {"name": "secret"})
        supplier = post("/v1/suppliers/", {"name": "secret"})
        asked = {"name": "secret", "lines": [{"mpn": "secret", "quantities": [5]}]}
        rfq = post("/v1/rfqs/", asked)
        offered = {"supplier": supplier["id"], "currency": "USD", "lines": [{"mpn": "secret"}]}
        quote = post("/v1/supplier_quotes/", offered)
        bought = {"part": found["part_id"], "quantity": 5, "unit_price": "1"}
        wish = {"supplier": supplier["id"], "currency": "USD", "lines": [bought]}
        purchase = post("/v1/purchases/", {**wish, "no_part_lines": [{"description": "secret"}]})
        billed = {"description": "secret", "quantity": 1, "unit_price": "1"}
        bill = post(
            "/v1/supplier_bills/",
            {"supplier": supplier["id"], "bill_number": "secret", "currency": "USD", "lines": [billed]},
        )
        found |= {
            "bom_id": bom["id"],
            "program_id": program["id"],
            "override_id": override["results"][0]["id"],
            "job_id": post("/v1/boms/async_upsert/", raw_bom("secret2", CUSTOM, record="r"), "PUT")["id"],
            "sub_org_id": post("/v1/sub_orgs/", {"name": "secret"})["id"],
            "team_type_id": team_type["id"],
            "team_id": post("/v1/teams/", {"name": "secret", "team_type": team_type["id"]})["id"],
            "tag_id": post("/v1/tags/", {"name": "secret"})["id"],
            "property_id": post(
                "/v1/custom_properties/", {"name": "secret", "record_type": "bom", "value_type": "text"}
            )["id"],
            "supplier_id": supplier["id"],
            "rfq_id": rfq["id"],
            "quote_id": quote["id"],
            "purchase_id": purchase["id"],
            "bill_id": bill["id"],
            "email_id": post("/v1/outbound_emails/", {"to": ["a@example.com"], "subject": "secret", "body": "secret"})[
                "id"
            ],
            "lot_id": post("/v1/stock_lots/upsert_part_stock/", {"part": found["part_id"], "quantity": 5}, "PUT")["id"],
            "document_id": client.post("/v1/stock_documents/?name=secret.txt", content=b"secret").json()["id"],
            "lines": {
                "/v1/boms/": client.get(f"/v1/boms/{bom['id']}/lines/").json()["results"][0]["id"],
                "/v1/purchases/{purchase_id}/no_part_lines/": purchase["no_part_lines"][0]["id"],
                "/v1/purchases/": purchase["lines"][0]["id"],
                "/v1/supplier_bill_lines/": bill["lines"][0]["id"],
                "/v1/rfq_lines/": rfq["lines"][0]["id"],
                "/v1/supplier_quote_lines/": quote["lines"][0]["id"],
                "/v1/programs/": client.get(f"/v1/programs/{program['id']}/lines/").json()["results"][0]["id"],
            },
        }
    return found


def beside(platform: Platform, records: dict[str, Any]) -> dict[str, Any]:
    """The ids of a second record of some kinds in the same org, in the state that `build` leaves out: nothing approved,
    nothing in use; and what the document's examples speak of by name."""
    with platform.client(records["key"]["key"]) as client:

        def post(path: str, body: dict[str, Any]) -> dict[str, Any]:
            response = client.post(path, json=body)
            assert response.is_success, f"{path}: {response.text}"
            return response.json()

        bom = post("/v1/parse_raw_bom/", raw_bom("draft", line(RESISTOR, "R1,R2"), CUSTOM))
        supplier = post("/v1/suppliers/", {"name": "Northwind Components", "email": "orders@northwind.example"})
        asked = {"name": "asked", "suppliers": [supplier["id"]], "lines": [{"mpn": RESISTOR, "quantities": [5]}]}
        rfq = post("/v1/rfqs/", asked)
        post(
            "/v1/custom_properties/",
            {"name": "Class", "record_type": "bom", "value_type": "choice", "choices": ["IPC-2", "IPC-3"]},
        )
        return {
            "bom_id": bom["id"],
            "supplier_id": supplier["id"],
            "rfq_id": rfq["id"],
            "team_type_id": post("/v1/team_types/", {"name": "unused"})["id"],
            "tag_id": post("/v1/tags/", {"name": "Urgent"})["id"],
            "lines": records["lines"]
            | {
                "/v1/boms/": client.get(f"/v1/boms/{bom['id']}/lines/").json()["results"][0]["id"],
                "/v1/rfq_lines/": rfq["lines"][0]["id"],
            },
        }


def address(path: str, records: dict[str, Any]) -> str:
    """A path of the table with the ids of `records` in it."""
    lines = [line_id for start, line_id in records["lines"].items() if path.startswith(start)]
    return path.format_map({**records, "line_id": lines[0] if lines else None})
