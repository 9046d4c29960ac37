"""Purchases, their lines and events, and bills through the client."""

from __future__ import annotations

from decimal import Decimal

from bomtool.api.purchases import EventLine, NoPartLineWrite, PurchaseLineWrite
from bomtool.client import Client
from tests.client.making import make_bom


def test_purchases_and_bills(client: Client) -> None:
    bom = client.boms.create_raw(make_bom()).bom
    part = next(line.part.id for line in client.boms.iterate_lines(bom.id) if line.part)
    supplier = client.suppliers.create(name="Northwind", currency="USD")
    wish = [PurchaseLineWrite(part=part, quantity=10, unit_price=Decimal("0.25"))]
    made = client.purchases.create(
        supplier=supplier.id, lines=wish, no_part_lines=[NoPartLineWrite(description="Courier")]
    )
    assert (made.known_total, made.total) == (Decimal("2.50"), None)
    assert client.purchases.update(made.id, reference_number="PO-7").reference_number == "PO-7"
    line = client.purchases.create_line(made.id, part=part, quantity=5, unit_price=Decimal(1))
    assert client.purchases.get_line(made.id, line.id).position == 2
    assert client.purchases.list_lines(made.id).count == len(list(client.purchases.iterate_lines(made.id))) == 2
    changed = client.purchases.update_lines(made.id, lines=[{"id": line.id, "quantity": 6}])
    assert changed.results[0].quantity == 6
    client.purchases.delete_line(made.id, line.id)
    fee = client.purchases.create_no_part_line(made.id, kind="fee", description="Customs")
    client.purchases.update_no_part_lines(made.id, lines=[{"id": fee.id, "unit_price": Decimal("3")}])
    assert client.purchases.list_no_part_lines(made.id).results[1].unit_price == Decimal(3)
    client.purchases.delete_no_part_line(made.id, fee.id)
    assert client.purchases.create_event(made.id, event_type="ordered").purchase_status == "ordered"
    got = [EventLine(line=made.lines[0].id, quantity=4)]
    assert client.purchases.create_event(made.id, event_type="received", lines=got).lines[0].quantity == 4
    assert client.purchases.get(made.id).status == "partially_received"
    billed = {"purchase_line": made.lines[0].id, "quantity": 4, "unit_price": Decimal("0.25")}
    bill = client.supplier_bills.create(
        supplier=supplier.id, purchase=made.id, bill_number="R-1", currency="USD", lines=[billed]
    )
    assert (bill.total, bill.problems) == (Decimal("1.00"), [])
    more = client.supplier_bills.create_line(
        supplier_bill=bill.id, description="Courier", quantity=1, unit_price=Decimal(5)
    )
    assert client.supplier_bills.update_line(more.id, unit_price=Decimal(6)).extended_price == Decimal("6.00")
    assert client.supplier_bills.update(bill.id, status="approved").total == Decimal("7.00")
    draft = client.purchases.create(supplier=supplier.id)
    client.purchases.delete(draft.id)
