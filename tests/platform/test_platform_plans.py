"""What SQLite makes of our statements, which knows nothing of the sizes of tables: none walks over all that is there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from bomtool.store import metadata
from tests.conftest import ON_POSTGRES
from tests.platform.support import MCU, RESISTOR, line, raw_bom

SMALL = {"catalogs", "webhooks", "job_workers", "list_waiting", "webhook_changes", "bomtool_version"}
"""Tables that hold little at any size of an org: how many there are does not grow with the records."""
WHOLE_ORG = {"part_decisions", "org_parts", "property_values", "record_tags", "bom_lines", "stock_lots", "allocations"}
"""Tables of which no request may read all that an org has."""

pytestmark = pytest.mark.skipif(ON_POSTGRES, reason="asks SQLite for its plans")


def test_no_request_walks_over_a_table(platform: Any, client: Any, ok: Any) -> None:
    steps: dict[str, str] = {}

    def explain(_connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if many or not statement.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            return
        asked = cursor.connection.cursor()
        asked.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        steps.update({f"{row[3]} | {statement}": row[3] for row in asked.fetchall()})

    event.listen(platform.store.engine, "before_cursor_execute", explain)
    try:
        _life(client, ok)
    finally:
        event.remove(platform.store.engine, "before_cursor_execute", explain)
    assert len(steps) > 50
    tables = set(metadata.tables) - SMALL
    scanned = [full for full, step in steps.items() if step.startswith("SCAN ") and step.split()[1] in tables]
    whole = [
        full
        for full, step in steps.items()
        if (found := re.match(r"SEARCH (\w+) USING (?:COVERING )?INDEX (\w+) \(org_id=\?\)$", step))
        and (found[1] in WHOLE_ORG or any(name in found[2] for name in WHOLE_ORG))
    ]
    assert scanned + whole == []


def _life(client: Any, ok: Any) -> None:
    ok(client.post("/v1/tags/", json={"name": "hot"}))
    ok(client.post("/v1/custom_properties/", json={"name": "Line", "record_type": "bom", "value_type": "text"}))
    body = raw_bom("board", line(RESISTOR, "R1"), line(MCU, "U1"), line("OWN-1", "X1"), record="r")
    bom = ok(client.post("/v1/parse_raw_bom/", json=body))
    path = f"/v1/boms/{bom['id']}/"
    ok(client.patch(path, json={"tags": ["hot"], "custom_properties": {"Line": "A"}}))
    chosen = ok(client.get(f"{path}lines/"))["results"]
    own = next(row for row in chosen if row["mpn"] == "OWN-1")
    ok(client.patch(f"{path}lines/{own['id']}/", json={"is_custom_part": True}))
    ok(client.post(f"{path}approve/", json={}))
    ok(client.post("/v1/parse_raw_bom/", json=raw_bom("again", line(RESISTOR, "R1"), line("OWN-1", "X1"))))
    found = ok(client.get("/v1/boms/", params={"custom_property": "Line:A", "tag": "hot"}))
    assert [row["id"] for row in found["results"]] == [bom["id"]]
    for query in (
        "search=board",
        "approved=true",
        "integration_source_name=test&integration_record_id=r",
        "ordering=-created_at",
    ):
        ok(client.get(f"/v1/boms/?{query}"))
    program = ok(client.post("/v1/programs/", json={"name": "run", "lines": [{"bom": bom["id"], "quant": 5}]}))
    for what in ("availabilities", "reference_pricing"):
        ok(client.get(f"/v1/programs/{program['id']}/{what}/"))
    supplier = ok(client.post("/v1/suppliers/", json={"name": "Northwind", "currency": "USD"}))
    part = next(row["part"]["id"] for row in chosen if row["part"])
    bought = {"supplier": supplier["id"], "lines": [{"part": part, "quantity": 5, "unit_price": "1"}]}
    purchase = ok(client.post("/v1/purchases/", json=bought))
    for kind in ("ordered", "received"):
        ok(client.post(f"/v1/purchases/{purchase['id']}/events/", json={"event_type": kind}))
    ok(client.delete(f"/v1/programs/{program['id']}/"))
    ok(client.delete(path))
