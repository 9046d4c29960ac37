"""Suppliers, stock, documents and own parts through the client."""

from __future__ import annotations

from decimal import Decimal

from bomtool.client import Client


def test_suppliers(client: Client) -> None:
    made = client.suppliers.create(name="Northwind", order_fee=Decimal("7.50"), currency="USD")
    assert client.suppliers.get(made.id).order_fee == Decimal("7.50")
    assert client.suppliers.update(made.id, purchase_rule="banned").purchase_rule == "banned"
    assert client.suppliers.list(search="north").count == len(list(client.suppliers.iterate())) == 1


def test_parts_and_their_stock(client: Client) -> None:
    wish = [{"mpn": "PANEL-7", "manufacturer": "Own Works"}]
    done = client.jobs.wait(client.parts.create_async(parts=wish).id, timeout=30)
    (part_id,) = done.result["created"]
    assert client.parts.get(part_id).catalog == "own parts"
    changed = client.jobs.wait(client.parts.upsert_async(parts=wish).id, timeout=30)
    assert changed.result["updated"] == [part_id]
    lot = client.stock_lots.upsert_part_stock(part=part_id, quantity=7, unit_cost=Decimal("1.5"), currency="EUR")
    assert (lot.quantity, lot.available_quantity, lot.mpn) == (7, 7, "PANEL-7")
    assert client.stock_lots.update(lot.id, location="A1", quantity=5).quantity == 5


def test_documents(client: Client) -> None:
    content = b"%PDF-1.4\n" + bytes(range(256))
    made = client.stock_documents.create("cert.pdf", content, document_type="certificate")
    assert client.stock_documents.get(made.id).size == len(content)
    assert client.stock_documents.download(made.id) == content
    assert client.stock_documents.list(document_type="certificate").count == 1
    assert [document.id for document in client.stock_documents.iterate()] == [made.id]
