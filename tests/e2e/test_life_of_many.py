"""The life of a board with more parts than a statement may have bound values: nothing is asked for value by value."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

import bomtool
from bomtool.connect import connect
from bomtool.parts.catalog import Catalog
from bomtool.platform.embedded import open_embedded
from bomtool.settings import load
from bomtool.store import engine

PARTS = 400
VALUES = 320
"""More than the rows of a page of the client, fewer than the board has parts."""


def test_a_board_with_more_parts_than_bound_values(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, any_database: None
) -> None:
    monkeypatch.setattr(engine, "VARIABLES", VALUES)
    settings = load()
    platform = open_embedded(settings)
    offers = [f"MANY-{n:05},House,Widget {n},Northwind,N{n},100,1,1,USD,1:0.10" for n in range(PARTS)]
    head = "mpn,manufacturer,description,distributor,sku,stock,moq,multiple,currency,breaks"
    (tmp_path / "parts.csv").write_text("\n".join([head, *offers]), encoding="utf-8")
    Catalog(platform.store).load(tmp_path / "parts.csv", kind="snapshot")
    platform.close()
    lines = [f"X{n},1,MANY-{n:05},House,Widget {n}" for n in range(PARTS)]
    lines += [f"Y{n},1,UNKNOWN-{n:05},House,Widget {n}" for n in range(PARTS)]
    path = tmp_path / "board.csv"
    path.write_text("\n".join(["Reference,Quantity,MPN,Manufacturer,Description", *lines]), encoding="utf-8")
    with connect(settings) as client:
        own = [{"mpn": f"UNKNOWN-{n:05}", "manufacturer": "House"} for n in range(PARTS)]
        client.jobs.wait(client.parts.create_async(parts=own).id, timeout=60)
        bom = client.boms.create_raw(bomtool.read_bom(path)).bom
        assert bom.line_counts == {"matched": 2 * PARTS}
        client.boms.approve(bom.id)
        program = client.programs.create(name="Run", lines=[{"bom": bom.id, "quant": 2}], add_overage=False)
        assert len(client.programs.get_availabilities(program.id).parts) == 2 * PARTS
        supplier = client.suppliers.create(name="Northwind", currency="USD")
        order = client.purchases.create(supplier=supplier.id, program=program.id, from_plan=True, reference_number="P")
        client.purchases.create_event(order.id, event_type="ordered")
        client.purchases.create_event(order.id, event_type="received", location="A1")
        done = client.purchases.get(order.id)
        assert (done.status, len(done.lines)) == ("received", PARTS)
        billed = [{"purchase_line": line.id, "quantity": 2, "unit_price": "0.10"} for line in done.lines]
        bill = client.supplier_bills.create(
            supplier=supplier.id, purchase=order.id, bill_number="B", currency="USD", lines=billed
        )
        assert bill.problems == []
        on_hand = [part.on_hand_quantity for part in client.programs.get_availabilities(program.id).parts]
        assert sorted(on_hand) == [0] * PARTS + [2] * PARTS
        asked = client.rfqs.create(name="All", program=program.id, from_needs=True, suppliers=[supplier.id])
        assert len(asked.lines) == PARTS
        offered = [{"rfq_line": line.id, "prices": [{"quantity": 1, "price": "1"}], "stock": 5} for line in asked.lines]
        client.supplier_quotes.create(
            supplier=supplier.id, rfq=asked.id, currency="USD", quote_number="Q", lines=offered
        )
        assert client.programs.get_reference_pricing(program.id).total == PARTS * Decimal("2.20")
