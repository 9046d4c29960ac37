"""What is sent, by operation, in the OpenAPI document: short bodies that work, and together the life of one board.

Records go by the same id wherever they are named. A contract test lives that life: it sends each of these bodies, with
the ids that the platform gave, and none may be refused.
"""

from __future__ import annotations

from typing import Any


def _id(number: int) -> str:
    return f"3f2a9c1e-5b7d-4c8a-9e10-2f6d8b4a7c{number:02x}"


BOM, OTHER_BOM, PROGRAM, SUPPLIER, RFQ, RFQ_LINE = (_id(n) for n in range(1, 7))
QUOTE, PURCHASE, PURCHASE_LINE, FEE_LINE, BILL, TEAM_TYPE, USER = (_id(n) for n in range(7, 14))
PART = "CC2DKKO1LUCF"

_OWN_PART = {"mpn": "WK-1007", "manufacturer": "Works", "custom_id": "RES-0001", "description": "Shunt 1 mOhm"}
_PRICES = [{"quantity": 1, "price": "0.10"}, {"quantity": 100, "price": "0.02"}]

REQUESTS: dict[str, Any] = {
    "create_sub_org": {"name": "Customer A", "purchase_approval_threshold": "500.00"},
    "update_sub_org": {"team_permissions": True},
    "update_api_key": {"name": "ERP, read only", "scopes": ["read"], "expires_at": "2036-03-31T00:00:00Z"},
    "create_team_type": {"name": "Project"},
    "update_team_type": {"name": "Business unit"},
    "create_team": {"name": "Mainboards", "team_type": TEAM_TYPE, "members": [USER]},
    "update_team": {"name": "Mainboards and displays"},
    "create_tag": {"name": "Urgent", "color": "#C00000"},
    "update_tag": {"description": "Ship within the week"},
    "create_custom_property": {
        "name": "Class",
        "record_type": "bom",
        "value_type": "choice",
        "choices": ["IPC-2", "IPC-3"],
    },
    "update_custom_property": {"description": "Class of workmanship"},
    "create_supplier": {
        "name": "Northwind Components",
        "email": "orders@northwind.example",
        "currency": "USD",
        "payment_terms": "30 days net",
    },
    "update_supplier": {"purchase_rule": "preferred", "order_fee": "8.00"},
    "create_parts_async": {"parts": [_OWN_PART]},
    "upsert_parts_async": {"parts": [{**_OWN_PART, "package": "2512", "lifecycle_status": "Production"}]},
    "parse_raw_bom": {
        "name": "Mainboard",
        "version": "B",
        "part_number": "ASM-1007",
        "raw_lines": [
            {
                "mpn": "RC0402FR-0710KL",
                "manufacturer_name": "Yageo",
                "quantity": 3,
                "reference_designators": ["R1", "R2", "R3"],
            },
            {"custom_id": "RES-0001", "quantity": 1, "reference_designators": ["R9"]},
            {"description": "Label", "quantity": 1, "is_custom_part": True},
        ],
        "synced_from_integration": True,
        "integration_source_name": "erp",
        "integration_record_id": "ASM-1007/B",
    },
    "create_bom": {
        "name": "Display",
        "lines": [{"part": PART, "quant": 2, "reference_designators": ["R1", "R2"]}],
    },
    "upsert_bom_async": {
        "name": "Keypad",
        "raw_lines": [{"mpn": "RC0402FR-0710KL", "quantity": 2, "reference_designators": ["R1", "R2"]}],
        "integration_source_name": "erp",
        "integration_record_id": "ASM-1008/A",
    },
    "update_bom": {"tags": ["Urgent"], "custom_properties": {"Class": "IPC-3"}, "metadata": {"project": "A7"}},
    "create_bom_line": {"part": PART, "quant": 1, "reference_designators": ["R4"]},
    "parse_raw_line": {"mpn": "RC0402FR-0710KL", "quantity": 1, "reference_designators": ["R5"]},
    "update_bom_line": {"part": PART, "comments": "As on the last run"},
    "approve_bom": {"allow_unmatched": True},
    "create_program": {
        "name": "March run",
        "production_date": "2036-03-31",
        "lines": [{"bom": BOM, "quant": 50}],
        "include_on_hand_stock": True,
        "include_processing_stock": True,
        "include_expected_stock": True,
        "add_overage": False,
    },
    "update_program": {"notes": "Waits for the displays"},
    "create_program_lines": {"lines": [{"bom": OTHER_BOM, "quant": 50}]},
    "update_program_line": {"quant": 60},
    "create_part_overrides": {"part_overrides": [{"part": PART, "overage": 20, "note": "0402 on the old line"}]},
    "update_part_override": {"overage": 10},
    "create_rfq": {
        "name": "Resistors",
        "program": PROGRAM,
        "suppliers": [SUPPLIER],
        "due_on": "2036-02-15",
        "lines": [{"mpn": "RC0402FR-0710KL", "manufacturer_name": "Yageo", "quantities": [500, 1000]}],
    },
    "update_rfq": {"notes": "Cut tape is fine"},
    "create_rfq_line": {"rfq": RFQ, "part": PART, "quantities": [5000], "target_price": "0.004"},
    "update_rfq_line": {"quantities": [5000, 10000]},
    "create_outbound_email": {"rfq": RFQ, "supplier": SUPPLIER, "cc": ["buyer@example.com"]},
    "create_supplier_quote": {
        "supplier": SUPPLIER,
        "rfq": RFQ,
        "quote_number": "Q-2036-7",
        "currency": "USD",
        "valid_until": "2036-03-15",
        "lines": [{"rfq_line": RFQ_LINE, "part": PART, "prices": _PRICES, "stock": 5000, "lead_time_days": 3}],
    },
    "update_supplier_quote": {"valid_until": "2036-03-31"},
    "create_supplier_quote_line": {"supplier_quote": QUOTE, "mpn": "GRM155R71C104KA88D", "no_bid": True},
    "update_supplier_quote_line": {"notes": "Discontinued there"},
    "create_purchase": {
        "supplier": SUPPLIER,
        "program": PROGRAM,
        "reference_number": "PO-1001",
        "currency": "USD",
        "lines": [{"part": PART, "quantity": 400, "unit_price": "0.02", "allocate_quantity": 300}],
        "no_part_lines": [{"kind": "freight", "description": "DHL", "unit_price": "15.00"}],
    },
    "update_purchase": {"ship_to": "Works, gate 2"},
    "create_purchase_line": {"part": PART, "quantity": 100, "unit_price": "0.02"},
    "update_purchase_lines": {"lines": [{"id": PURCHASE_LINE, "quantity": 450}]},
    "create_no_part_line": {"kind": "discount", "description": "Spring discount", "unit_price": "1.00"},
    "update_no_part_lines": {"lines": [{"id": FEE_LINE, "unit_price": "12.00"}]},
    "create_purchase_event": {"event_type": "ordered", "expected_on": "2036-03-20"},
    "create_supplier_bill": {
        "supplier": SUPPLIER,
        "purchase": PURCHASE,
        "bill_number": "R-2036-17",
        "currency": "USD",
        "lines": [{"purchase_line": PURCHASE_LINE, "quantity": 450, "unit_price": "0.02"}],
    },
    "create_supplier_bill_line": {
        "supplier_bill": BILL,
        "no_part_line": FEE_LINE,
        "quantity": 1,
        "unit_price": "12.00",
    },
    "update_supplier_bill_line": {"unit_price": "0.02"},
    "update_supplier_bill": {"status": "approved", "accept_problems": True},
    "upsert_part_stock": {
        "part": PART,
        "quantity": 200,
        "location": "A1",
        "date_code": "3605",
        "allocations": [{"program": PROGRAM, "quantity": 50}],
    },
    "update_stock_lot": {"quantity": 180},
    "run_sql_query": {
        "query": "SELECT name, version FROM boms WHERE name LIKE :start ORDER BY name",
        "parameters": {"start": "Main%"},
    },
}
