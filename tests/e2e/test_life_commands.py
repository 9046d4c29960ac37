"""One board's whole life by commands alone, on the platform inside the process and on a served one."""

from __future__ import annotations

import os
import time
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest

from bomtool.client import verify_webhook
from tests.platform.hookserver import HookServer
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
FLAGS = ("--on-hand", "--processing", "--expected", "--overage", "none")


@pytest.fixture
def mail(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        monkeypatch.setenv("BOMTOOL_SMTP_HOST", "127.0.0.1")
        monkeypatch.setenv("BOMTOOL_SMTP_PORT", str(server.port))
        monkeypatch.setenv("BOMTOOL_SMTP_SECURITY", "none")
        monkeypatch.setenv("BOMTOOL_SMTP_FROM", "buyer@works.example")
        yield server


@pytest.fixture
def hooked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[HookServer]:
    with HookServer(tmp_path / "tls") as server:
        monkeypatch.setenv("BOMTOOL_OUTBOUND_ALLOW", "localhost")
        monkeypatch.setenv("BOMTOOL_OUTBOUND_CA", str(server.ca_file))
        yield server


@pytest.fixture(params=["in-process", "served"])
def ready(request, monkeypatch, mail, hooked, any_database, bomtool, tmp_path: Path) -> str:
    """A catalogue and a webhook, and where it is served the settings that lead there; the webhook's secret."""
    (tmp_path / "parts.csv").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "board.csv").write_text(BOM, encoding="utf-8")
    assert bomtool("catalog", "load", tmp_path / "parts.csv").code == 0
    secret = bomtool("webhooks", "add", hooked.url, "--on", "Purchase", "--on", "Supplier Bill", "--json").json[
        "secret"
    ]
    if request.param == "served":
        for name, value in request.getfixturevalue("served").items():
            monkeypatch.setenv(name, value)
    return secret


def day(shift: int) -> str:
    return (datetime.now(UTC).date() + timedelta(days=shift)).isoformat()


def test_the_life_of_a_board_by_commands(ready, bomtool, mail: MailServer, hooked: HookServer, tmp_path: Path) -> None:
    def done(*words: object, code: int = 0):
        answer = bomtool(*words, "--json")
        assert answer.code == code, answer.out + answer.err
        return answer.json

    def sent(email_id: str) -> str:
        until = time.monotonic() + 60
        while (found := done("emails", "show", email_id))["status"] in ("queued", "sending"):
            assert time.monotonic() < until
            time.sleep(0.05)
        return found["status"]

    def part(program: str, mpn: str):
        return next(
            one for one in bomtool("programs", "availability", program, "--json").json["parts"] if one["mpn"] == mpn
        )

    # BOM file, approval, program
    read = done("import", tmp_path / "board.csv", "--name", "board")
    assert (read["bom"]["approved"], read["bom"]["line_counts"]) == ("false", {"matched": 3})
    assert bomtool("programs", "create", "--bom", "board=50", "--name", "early").code == 2, "not approved yet"
    assert done("boms", "approve", "board")["approved"] == "true"
    done("programs", "create", "--bom", "board=50", "--name", "first", *FLAGS)
    assert part("first", "LM358DR")["quantity_to_buy"] == 50
    assert bomtool("report", "first", "-o", tmp_path / "before.xlsx").code == 0

    # RFQ, e-mail, quote, plan
    done("suppliers", "create", "Northwind", "--email", "orders@northwind.example", "--currency", "USD")
    done("suppliers", "create", "Quotewell", "--email", "sales@quotewell.example", "--currency", "USD")
    done("rfqs", "create", "Amps", "--program", "first", "--supplier", "Quotewell")
    assert sent(done("rfqs", "email", "Amps", "--send")["id"]) == "sent"
    assert "LM358DR" in mail.taken[0].message.get_body().get_content()
    assert done("rfqs", "list")["results"][0]["status"] == "sent"
    offer = ("--line", "LM358DR=1:0.50,60:0.35", "--stock", 500, "--moq", 60, "--until", day(30), "--number", "Q-1")
    done("rfqs", "quote", "Quotewell", "--rfq", "Amps", *offer)
    plan = done("programs", "pricing", "first")
    assert plan["total"] == "27.50"  # 200 x 0.02 + 50 x 0.05 + 60 x 0.35
    assert bomtool("report", "first", "-o", tmp_path / "planned.xlsx").code == 0

    # purchase orders, by e-mail
    for supplier, number in (("Northwind", "PO-1"), ("Quotewell", "PO-2")):
        done("purchases", "create", supplier, "--program", "first", "--number", number)
    assert done("purchases", "fee", "PO-2", "freight", "DHL", "15.00")["total"] == "36.00"
    for number in ("PO-1", "PO-2"):
        assert sent(done("purchases", "email", number, "--send")["id"]) == "sent"
        done("purchases", "event", number, "ordered", "--expected", day(7))
    assert [message.recipients for message in mail.taken] == [
        ["sales@quotewell.example"], ["orders@northwind.example"], ["sales@quotewell.example"],
    ]  # fmt: skip
    attached = next(mail.taken[2].message.iter_attachments())
    (tmp_path / "order.xlsx").write_bytes(attached.get_content())
    cells = {cell.value for row in openpyxl.load_workbook(tmp_path / "order.xlsx").active.iter_rows() for cell in row}
    assert {"Purchase order PO-2", "LM358DR", 60, 0.35} <= cells
    assert done("programs", "pricing", "first")["total"] == "0.00", "what is on order is not bought again"

    # receipt into stock, documents
    done("purchases", "event", "PO-1", "received", "--location", "A1")
    done("purchases", "event", "PO-2", "shipped", "--carrier", "DHL", "--tracking", "T1")
    done("purchases", "event", "PO-2", "arrived")
    assert part("first", "LM358DR")["processing_quantity"] == 60
    done("purchases", "event", "PO-2", "received", "--location", "A2", "--date-code", "2611")
    lots = done("stock", "list", "--part", "LM358DR")["results"]
    assert [(lot["stock_class"], lot["quantity"], lot["allocated"], lot["location"]) for lot in lots] == [
        ("on_hand", 60, 50, "A2")
    ]
    (tmp_path / "slip.txt").write_text("60 pieces")
    done("stock", "keep", tmp_path / "slip.txt", "--kind", "packing_slip", "--purchase", "PO-2")
    done("stock", "fetch", "slip.txt", tmp_path / "copy.txt")
    assert (tmp_path / "copy.txt").read_text() == "60 pieces"
    listed = {one["reference_number"]: one["status"] for one in done("purchases", "list")["results"]}
    assert listed == {"PO-1": "received", "PO-2": "received"}

    # bill
    billed = done("purchases", "bill", "PO-2", "R-1", "--price", "LM358DR=0.36", code=1)
    assert [problem["code"] for problem in billed["problems"]] == ["price-differs"]
    assert bomtool("bills", "mark", "R-1", "approved").code == 2
    assert done("bills", "correct", "R-1", 1, "--price", "0.35")["problems"] == []
    assert done("bills", "mark", "R-1", "approved")["total"] == "21.00"
    assert done("bills", "mark", "R-1", "paid")["status"] == "paid"
    assert [(one["bill_number"], one["purchase"], one["status"]) for one in done("bills", "list")["results"]] == [
        ("R-1", "PO-2", "paid")
    ]
    assert "R-1: 21.00 USD, paid" in bomtool("bills", "show", "R-1").out
    assert [one["status"] for one in done("emails", "list")["results"]] == ["sent"] * 3

    # who listens has heard of it
    def heard() -> list[object]:
        return [(got.body["record_type"], got.body["data"]["status"]) for got in hooked.got]

    if "BOMTOOL_API_URL" not in os.environ:
        assert done("webhooks", "send")["calls"] > 0
    until = time.monotonic() + 60
    while ("Supplier Bill", "paid") not in heard():
        assert time.monotonic() < until
        time.sleep(0.05)
    assert ("Purchase", "received") in heard()
    for got in hooked.got:
        assert verify_webhook(ready, got.headers["x-bomtool-signature"], got.content)["id"] == got.body["id"]

    # a second program that uses the stock
    done("programs", "create", "--bom", "board=10", "--name", "second", *FLAGS)
    amps = part("second", "LM358DR")
    assert (amps["on_hand_quantity"], amps["allocated_quantity"]) == (60, 50), "the first keeps its fifty"
    assert (amps["quantity_from_stock"], amps["quantity_to_buy"], amps["status"]) == (10, 0, "on_hand")
    first = done("programs", "availability", "first")
    assert {one["status"] for one in first["parts"]} == {"on_hand"}
    assert first["buildable_from_stock"] == 50

    # reports
    assert bomtool("report", "first", "second", "-o", tmp_path / "both.xlsx").code == 0
    with zipfile.ZipFile(tmp_path / "both.xlsx") as book:
        assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) >= 7
    spent = done("sql", "SELECT bill_number, status FROM supplier_bills")
    assert spent["rows"] == [["R-1", "paid"]]


def test_an_email_that_was_sent_by_hand(bomtool, any_database, tmp_path: Path) -> None:
    assert bomtool("suppliers", "create", "Quotewell", "--email", "sales@quotewell.example").code == 0
    assert bomtool("rfqs", "create", "Amps", "--line", "LM358DR=50", "--supplier", "Quotewell").code == 0
    draft = bomtool("rfqs", "email", "Amps", "--json").json
    assert draft["status"] == "draft"
    assert draft["subject"] in bomtool("emails", "list", "--status", "draft").out
    assert bomtool("emails", "mark-sent", draft["id"][:8]).out.strip().endswith("sent")
    assert bomtool("emails", "mark-sent", draft["subject"], "--json").json["status"] == "sent"
    assert bomtool("rfqs", "list", "--json").json["results"][0]["status"] == "sent"
    assert bomtool("emails", "show", "nothing such").code == 2
    assert bomtool("bills", "show", "nothing such").code == 2
