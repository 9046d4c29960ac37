"""The commands around buying: suppliers, RFQs, quotes, purchases, stock, jobs, orgs and sql, as a person uses them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

CATALOG = """mpn,manufacturer,description,package,distributor,sku,stock,moq,multiple,currency,breaks
RC0402FR-0710KL,Yageo,RES 10K 1% 0402,0402,Northwind,NW-10K,50000,1,1,USD,1:0.10 100:0.02 1000:0.005
LM358DR,Texas Instruments,Dual op amp SOIC-8,SOIC-8,Southport,SP-LM358,0,1,1,USD,1:0.40
"""
BOM = 'Reference,Quantity,MPN,Manufacturer\n"R1,R2,R3,R4",4,RC0402FR-0710KL,Yageo\nU1,1,LM358DR,Texas Instruments\n'


@pytest.fixture
def program(bomtool, tmp_path: Path) -> str:
    """The program "run": fifty boards, stock counted, no overage."""
    (tmp_path / "parts.csv").write_text(CATALOG, encoding="utf-8")
    (tmp_path / "board.csv").write_text(BOM, encoding="utf-8")
    assert bomtool("catalog", "load", tmp_path / "parts.csv").code == 0
    made = bomtool("import", tmp_path / "board.csv", "--approve", "--name", "board", "--json")
    assert made.code == 0, made.err
    flags = ("--on-hand", "--processing", "--expected", "--overage", "none")
    made = bomtool("programs", "create", "--bom", "board=50", "--name", "run", *flags, "--json")
    assert made.code == 0, made.err
    return made.json["id"]


def test_from_a_gap_to_a_bill(bomtool, program: str, tmp_path: Path) -> None:
    until = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
    made = bomtool("suppliers", "create", "Northwind", "--email", "orders@northwind.example", "--json")
    assert made.json["name"] == "Northwind"
    assert (
        bomtool("suppliers", "create", "Quotewell", "--email", "sales@quotewell.example", "--currency", "usd").code == 0
    )
    assert bomtool("suppliers", "create", "northwind").code == 2
    listed = bomtool("suppliers", "list", "--json").json
    assert [entry["name"] for entry in listed["results"]] == ["Northwind", "Quotewell"]
    assert "Quotewell" in bomtool("suppliers", "list").out

    asked = bomtool("rfqs", "create", "Amps", "--program", "run", "--supplier", "quotewell", "--json").json
    assert [(entry["mpn"], entry["quantities"]) for entry in asked["lines"]] == [("LM358DR", [50])]
    mail = bomtool("rfqs", "email", "Amps")
    assert mail.code == 0
    assert "To: sales@quotewell.example" in mail.out
    assert "LM358DR" in mail.out
    refused = bomtool("rfqs", "email", "Amps", "--send")
    assert (refused.code, "BOMTOOL_SMTP_HOST" in refused.err) == (2, True)
    quote = ("rfqs", "quote", "Quotewell", "--rfq", "Amps", "--line", "LM358DR=1:0.50,60:0.35", "--stock", 500)
    kept = bomtool(*quote, "--until", until, "--number", "Q-1", "--moq", 60)
    assert (kept.code, kept.out.strip()) == (0, f"Quote Q-1 of Quotewell: 1 lines, valid to {until}")
    assert [(r["name"], r["lines"], r["quotes"]) for r in bomtool("rfqs", "list", "--json").json["results"]] == [
        ("Amps", 1, 1)
    ]
    assert "Amps" in bomtool("rfqs", "list").out

    order = bomtool("purchases", "create", "Quotewell", "--program", "run", "--number", "PO-2", "--json").json
    assert (order["total"], order["lines"][0]["quantity"]) == ("21.00", 60)
    again = bomtool("purchases", "create", "Quotewell", "--program", "run")
    assert (again.code, "already" in again.err) == (2, True)
    assert "Attached: Purchase order PO-2.xlsx" in bomtool("purchases", "email", "PO-2").out
    done = bomtool("purchases", "event", "PO-2", "ordered", "--expected", until)
    assert done.out.strip() == "ordered, 60 pieces; the purchase is ordered."
    part = ("purchases", "event", "PO-2", "received", "--line", "LM358DR=45", "--location", "A1", "--date-code", "2611")
    assert bomtool(*part).out.strip() == "received, 45 pieces; the purchase is partially received."
    assert bomtool("purchases", "event", "PO-2", "received", "--line", "LM358DR=99").code == 2
    shown = bomtool("purchases", "show", "PO-2").out
    assert "partially received" in shown
    assert "Total: 21.00 USD" in shown
    listed = bomtool("purchases", "list", "--json").json["results"]
    assert [(p["reference_number"], p["program"], p["outstanding"]) for p in listed] == [("PO-2", "run", 15)]
    assert bomtool("purchases", "list", "--status", "ordered", "--json").json["count"] == 0

    lots = bomtool("stock", "list", "--part", "LM358DR", "--json").json["results"]
    assert [(lot["stock_class"], lot["quantity"], lot["allocated"], lot["location"]) for lot in lots] == [
        ("expected", 15, 5, None),
        ("on_hand", 45, 45, "A1"),
    ]
    wrong = bomtool("purchases", "bill", "PO-2", "R-1", "--price", "LM358DR=0.36")
    assert (wrong.code, "price-differs" in wrong.err) == (1, True)
    good = bomtool("purchases", "bill", "PO-2", "R-2", "--line", "LM358DR=1", "--approve", "--json")
    assert [problem["code"] for problem in good.json["problems"]] == ["quantity-above-received"]
    assert bomtool("purchases", "show", "PO-404").code == 2


def test_stock_is_set_reserved_and_documented(bomtool, program: str, tmp_path: Path) -> None:
    lot = bomtool(
        "stock", "set", "LM358DR", 80, "--location", "B2", "--cost", "0.30", "--reserve", "run=30", "--json"
    ).json
    assert (lot["quantity"], lot["allocated_quantity"], lot["unit_cost"]) == (80, 30, "0.30")
    again = bomtool("stock", "set", "LM358DR", 70, "--location", "B2")
    assert "30 reserved, 40 free." in again.out
    assert bomtool("stock", "set", "LM358DR", 10, "--location", "B2").code == 2
    assert bomtool("stock", "set", "NOSUCHPART", 10).code == 2
    listed = bomtool("stock", "list")
    assert (listed.code, "LM358DR" in listed.out) == (0, True)
    availability = bomtool("programs", "availability", "run", "--json").json
    assert next(p for p in availability["parts"] if p["mpn"] == "LM358DR")["status"] == "on_hand"
    paper = tmp_path / "cert.pdf"
    paper.write_bytes(b"%PDF-1.7 certificate")
    kept = bomtool("stock", "keep", paper, "--kind", "certificate", "--lot", lot["id"][:8], "--json").json
    assert (kept["content_type"], kept["stock_lot"]) == ("application/pdf", lot["id"])
    assert "cert.pdf" in bomtool("stock", "documents").out
    assert bomtool("stock", "fetch", "cert.pdf", tmp_path / "copy.pdf").code == 0
    assert (tmp_path / "copy.pdf").read_bytes() == paper.read_bytes()
    assert bomtool("stock", "fetch", "cert.pdf", tmp_path / "copy.pdf").code == 2


def test_rules_of_suppliers_are_changed(bomtool, program: str) -> None:
    bomtool("suppliers", "create", "Northwind")
    assert bomtool("suppliers", "change", "NORTHWIND", "--rule", "banned", "--json").json["purchase_rule"] == "banned"
    pricing = bomtool("programs", "pricing", "run", "--json").json
    assert next(p for p in pricing["parts"] if p["mpn"] == "RC0402FR-0710KL")["purchases"] == []
    assert bomtool("suppliers", "change", "Nobody", "--rule", "none").code == 2


def test_orgs_people_jobs_and_sql(bomtool, program: str, tmp_path: Path) -> None:
    assert bomtool("orgs", "create", "Customer A").code == 0
    assert bomtool("orgs", "change", "Customer A", "--approval-from", "500").code == 0
    orgs = bomtool("orgs", "list", "--json").json["results"]
    assert [(org["name"], org["purchase_approval_threshold"]) for org in orgs][1] == ("Customer A", "500")
    assert "Customer A" in bomtool("orgs", "list").out
    assert bomtool("orgs", "add-user", "ann@example.com", "--role", "editor").code == 0
    assert bomtool("orgs", "add-user", "ANN@example.com").code == 2
    assert [user["roles"] for user in bomtool("orgs", "users", "--json").json["results"]] == [["editor"]]
    found = bomtool("sql", "SELECT name, 5 AS five FROM programs", "--json").json
    assert (found["columns"], found["rows"]) == (["name", "five"], [["run", 5]])
    out = tmp_path / "out.csv"
    assert bomtool("sql", "SELECT '=1+1' AS risky, name FROM boms", "-o", out).code == 0
    assert out.read_text(encoding="utf-8-sig").splitlines() == ["risky,name", "'=1+1,board"]
    more = bomtool("sql", "SELECT id FROM bom_lines", "--limit", 1)
    assert (more.code, "more rows" in more.err) == (1, True)
    refused = bomtool("sql", "DELETE FROM boms", "--json")
    assert (refused.code, "SELECT" in refused.json["error"]["message"]) == (2, True)
    assert bomtool("jobs", "list", "--json").json == {"count": 0, "results": []}
    assert bomtool("jobs", "show", "abcdef").code == 2
