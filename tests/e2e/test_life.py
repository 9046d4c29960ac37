"""One board's whole life: BOM file, approval, program, RFQ, quote, plan, purchase, e-mail, receipt, bill, second program."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from pydantic import SecretStr

import bomtool
from bomtool.client import Client
from bomtool.connect import connect
from bomtool.net import Connection
from bomtool.parts.catalog import Catalog
from bomtool.platform.app import create_app
from bomtool.platform.embedded import open_embedded
from bomtool.platform.jobs import Pool
from bomtool.settings import load
from tests.client.asking import on_a_socket
from tests.platform.mailserver import MailServer

CATALOG = """mpn,manufacturer,description,package,distributor,sku,stock,moq,multiple,currency,breaks
RC0402FR-0710KL,Yageo,RES 10K 1% 0402,0402,Northwind,NW-10K,50000,1,1,USD,1:0.10 100:0.02 1000:0.005
GRM155R71C104KA88D,Murata,CAP 100nF 16V X7R 0402,0402,Northwind,NW-100N,20000,10,10,USD,10:0.05 1000:0.01
LM358DR,Texas Instruments,Dual op amp SOIC-8,SOIC-8,Southport,SP-LM358,0,1,1,USD,1:0.40
"""
BOM = """Reference,Quantity,MPN,Manufacturer,Description
"R1,R2,R3,R4",4,RC0402FR-0710KL,Yageo,RES 10K
C1,1,GRM155R71C104KA88D,Murata,CAP 100nF
U1,1,LM358DR,Texas Instruments,Op amp
"""


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        monkeypatch.setenv("BOMTOOL_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("BOMTOOL_SMTP_PORT", str(server.port))
        monkeypatch.setenv("BOMTOOL_SMTP_SECURITY", "none")
        monkeypatch.setenv("BOMTOOL_SMTP_FROM", "buyer@works.example")
        yield server


@pytest.fixture(params=["in-process", "served"])
def client(request: pytest.FixtureRequest, mail: MailServer, tmp_path: Path, any_database: None) -> Iterator[Client]:
    settings = load()
    platform = open_embedded(settings)
    (tmp_path / "parts.csv").write_text(CATALOG, encoding="utf-8")
    Catalog(platform.store).load(tmp_path / "parts.csv", kind="snapshot")
    if request.param == "in-process":
        platform.close()
        with connect(settings) as made:
            yield made
        return
    runner = Pool(platform.store, settings)
    app = create_app(platform.store, settings, runner=runner)
    try:
        with on_a_socket(app) as url, Client(Connection(url, SecretStr(platform.api_key))) as made:
            yield made
    finally:
        runner.close()
        platform.close()


def day(shift: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=shift)).isoformat()


def part_of(answer: Any, mpn: str) -> Any:
    return next(part for part in answer.parts if part.mpn == mpn)


def sent(client: Client, email_id: Any) -> str:
    """The status of an e-mail once it is no longer on its way."""
    until = time.monotonic() + 30
    while (found := client.outbound_emails.get(email_id)).status in ("queued", "sending"):
        assert time.monotonic() < until
        time.sleep(0.02)
    return found.status


def test_the_life_of_a_board(client: Client, mail: MailServer, tmp_path: Path) -> None:
    path = tmp_path / "board.csv"
    path.write_text(BOM, encoding="utf-8")
    bom = client.boms.create_raw(bomtool.read_bom(path)).bom
    assert bom.line_counts == {"matched": 3}
    client.boms.approve(bom.id)
    flags = {"include_on_hand_stock": True, "include_processing_stock": True, "include_expected_stock": True}
    program = client.programs.create(name="First", lines=[{"bom": bom.id, "quant": 50}], add_overage=False, **flags)
    there = client.programs.get_availabilities(program.id)
    assert {part.mpn: part.status for part in there.parts}["LM358DR"] != "buyable"
    assert there.buildable_now == 0

    northwind = client.suppliers.create(name="Northwind", email="orders@northwind.example", currency="USD")
    quotewell = client.suppliers.create(name="Quotewell", email="sales@quotewell.example", currency="USD")
    rfq = client.rfqs.create(name="Op amps", program=program.id, from_needs=True, suppliers=[quotewell.id])
    assert [(line.mpn, line.quantities) for line in rfq.lines] == [("LM358DR", [50])]
    asked = client.outbound_emails.create(rfq=rfq.id, send=True)
    assert sent(client, asked.id) == "sent"
    assert client.rfqs.update(rfq.id).status == "sent"
    assert "LM358DR" in mail.taken[0].message.get_body().get_content()

    prices = [{"quantity": 1, "price": Decimal("0.50")}, {"quantity": 60, "price": Decimal("0.35")}]
    offered = {"rfq_line": rfq.lines[0].id, "prices": prices, "stock": 500, "moq": 60, "sku": "QW-LM358"}
    quote = {"supplier": quotewell.id, "rfq": rfq.id, "currency": "USD", "quote_number": "Q-1"}
    client.supplier_quotes.create(**quote, valid_until=day(30), lines=[offered])
    plan = client.programs.get_reference_pricing(program.id)
    assert plan.total == Decimal("27.50")  # 200 x 0.02 + 50 x 0.05 + 60 x 0.35
    assert part_of(plan, "LM358DR").purchases[0].sku == "QW-LM358"
    assert client.programs.get_availabilities(program.id).buildable_now == 500

    orders = [
        client.purchases.create(supplier=supplier.id, program=program.id, from_plan=True, reference_number=number)
        for supplier, number in ((northwind, "PO-1"), (quotewell, "PO-2"))
    ]
    assert sum(order.known_total for order in orders) == plan.total
    for order in orders:
        assert sent(client, client.outbound_emails.create(purchase=order.id, send=True).id) == "sent"
        client.purchases.create_event(order.id, event_type="ordered", expected_on=day(7))
    attached = next(mail.taken[2].message.iter_attachments())
    (tmp_path / "order.xlsx").write_bytes(attached.get_content())
    cells = {cell.value for row in openpyxl.load_workbook(tmp_path / "order.xlsx").active.iter_rows() for cell in row}
    assert {"Purchase order PO-2", "QW-LM358", 60, 0.35, 21} <= cells
    assert client.programs.get_reference_pricing(program.id).total == 0, "what is on order is not bought again"

    client.purchases.create_event(orders[0].id, event_type="received", location="A1")
    client.purchases.create_event(orders[1].id, event_type="arrived")
    amps = part_of(client.programs.get_availabilities(program.id), "LM358DR")
    assert (amps.processing_quantity, amps.on_hand_quantity, amps.quantity_to_buy) == (60, 0, 0)
    client.purchases.create_event(orders[1].id, event_type="received", location="A2")
    slip = client.stock_documents.create("slip.txt", b"60 pieces", document_type="packing_slip", purchase=orders[1].id)
    assert client.stock_documents.download(slip.id) == b"60 pieces"
    assert [client.purchases.get(order.id).status for order in orders] == ["received", "received"]

    line = client.purchases.get(orders[1].id).lines[0]
    billed = {"purchase_line": line.id, "quantity": 60, "unit_price": Decimal("0.36")}
    bill = client.supplier_bills.create(
        supplier=quotewell.id, purchase=orders[1].id, bill_number="R-1", currency="USD", lines=[billed]
    )
    assert [problem.code for problem in bill.problems] == ["price-differs"]
    client.supplier_bills.update_line(bill.lines[0].id, unit_price=Decimal("0.35"))
    assert client.supplier_bills.update(bill.id, status="approved").total == Decimal("21.00")

    second = client.programs.create(name="Second", lines=[{"bom": bom.id, "quant": 10}], add_overage=False, **flags)
    amps = part_of(client.programs.get_availabilities(second.id), "LM358DR")
    # 60 came, the first program keeps its 50, the ten of the minimum quantity are free
    assert (amps.on_hand_quantity, amps.allocated_quantity, amps.quantity_from_stock, amps.quantity_to_buy) == (
        60,
        50,
        10,
        0,
    )
    first = client.programs.get_availabilities(program.id)
    assert {part.status for part in first.parts} == {"on_hand"}
    assert first.buildable_from_stock == 50

    spent = client.reporting.sql_query(
        "SELECT s.name, sum(l.quantity * l.unit_price) FROM purchases p JOIN suppliers s ON s.id = p.supplier_id "
        "JOIN purchase_lines l ON l.purchase_id = p.id GROUP BY s.name ORDER BY s.name"
    )
    assert spent.rows == [["Northwind", 6.5], ["Quotewell", 21.0]]
