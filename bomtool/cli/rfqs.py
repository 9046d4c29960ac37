"""`bomtool rfqs`: ask suppliers, and keep what they quote."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Pair, find, find_supplier, given, part_ids, rows
from bomtool.cli.options import json_option

_LIST = """
    SELECT r.id, r.name, r.status, r.due_on, count(DISTINCT l.id) AS lines, count(DISTINCT q.id) AS quotes
    FROM rfqs AS r LEFT JOIN rfq_lines AS l ON l.rfq_id = r.id LEFT JOIN supplier_quotes AS q ON q.rfq_id = r.id
    GROUP BY r.id ORDER BY r.created_at, r.id
"""
_PRICES = re.compile(r"(?P<part>.+)=(?P<prices>[0-9]+:[0-9.]+(?:,[0-9]+:[0-9.]+)*)")


class QuotedLine(click.ParamType[tuple[str, list[Any]]]):
    """PART=QTY:PRICE[,QTY:PRICE ...]."""

    name = "part=qty:price"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, list[Any]]:
        """The part as typed, and its price breaks."""
        if isinstance(value, tuple):
            return value
        match = _PRICES.fullmatch(str(value))
        if match is None:
            self.fail(f"{value!r} is not PART=QTY:PRICE, e.g. LM358DR=1:0.50,100:0.35.", param, ctx)
        breaks = [entry.split(":") for entry in match["prices"].split(",")]
        try:
            return match["part"], [{"quantity": int(count), "price": Decimal(price)} for count, price in breaks]
        except ArithmeticError:
            self.fail(f"{value!r} holds something that is no price.", param, ctx)


@click.group()
def rfqs() -> None:
    """Ask suppliers for parts and keep their quotes; a valid quote is an offer in every plan."""


@rfqs.command("list")
@json_option
def list_rfqs(as_json: bool) -> None:
    """List RFQs, oldest first."""
    with records.platform() as (client, _):
        found = rows(client, _LIST)
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "name", "status", "due", output.Column("lines", right=True), output.Column("quotes", right=True)],
        [(r["id"], r["name"], r["status"], r["due_on"], r["lines"], r["quotes"]) for r in found],
    )


@rfqs.command(epilog="Example: bomtool rfqs create Spring --program first-run --supplier Quotewell --due 2027-01-31")
@click.argument("name")
@click.option("--program", help="Ask for what the plan of this program cannot buy now.")
@click.option("--line", "lines", type=Pair(), multiple=True, metavar="PART=QTY", help="Ask for a part.")
@click.option("--supplier", "suppliers", multiple=True, help="Who is asked; may be repeated.")
@click.option("--due", "due_on", metavar="YYYY-MM-DD", help="Until when.")
@click.option("--notes", help="Free text, part of the e-mail.")
@json_option
def create(
    name: str,
    program: str | None,
    lines: tuple[tuple[str, int], ...],
    suppliers: tuple[str, ...],
    due_on: str | None,
    notes: str | None,
    as_json: bool,
) -> None:
    """Create an RFQ."""
    with records.platform() as (client, _):
        ids = part_ids(client, [text for text, _count in lines])
        asked = [
            {"quantities": [count], **({"part": ids[text]} if ids[text] != text else {"mpn": text})}
            for text, count in lines
        ]
        needs = given(program=records.find_program(client, program).id, from_needs=True) if program else {}
        made = client.rfqs.create(
            name=name,
            suppliers=[find_supplier(client, text).id for text in suppliers],
            lines=asked,
            **given(due_on=due_on, notes=notes),
            **needs,
        )
    if as_json:
        output.json_out(made)
        return
    output.say(f"RFQ {made.name!r}, id {made.id}")
    output.table(
        ["", "part number", "manufacturer", "description", output.Column("quantities", right=True)],
        [
            (line.position, line.mpn, line.manufacturer_name, line.description, " / ".join(map(str, line.quantities)))
            for line in made.lines
        ],
    )


@rfqs.command(epilog="Example: bomtool rfqs email Spring --supplier Quotewell --send")
@click.argument("rfq")
@click.option("--supplier", help="Which of its suppliers, where there are several.")
@click.option("--send", is_flag=True, help="Send it by the mail server; else it is a draft.")
@json_option
def email(rfq: str, supplier: str | None, send: bool, as_json: bool) -> None:
    """Compose the e-mail of an RFQ to one supplier."""
    with records.platform() as (client, _):
        made = client.outbound_emails.create(
            rfq=find(client, "rfqs", rfq, "RFQ", "name"),
            send=send,
            **given(supplier=find_supplier(client, supplier).id if supplier else None),
        )
        made = client.outbound_emails.get(made.id)
    show_email(made, as_json)


def show_email(made: Any, as_json: bool) -> None:
    """An e-mail for people or as JSON."""
    if as_json:
        output.json_out(made)
        return
    output.say(f"E-mail {made.id}: {made.status}{f', {made.error}' if made.error else ''}")
    output.say(f"To: {', '.join(made.to)}")
    output.say(f"Subject: {made.subject}")
    for line in made.body.splitlines():
        output.say(line)
    for entry in made.attachments:
        output.say(f"Attached: {entry.name} ({entry.size:,} bytes)")


@rfqs.command(
    epilog="Example: bomtool rfqs quote Quotewell --line LM358DR=1:0.50,100:0.35 --until 2027-02-28 --stock 500"
)
@click.argument("supplier")
@click.option("--line", "lines", type=QuotedLine(), multiple=True, required=True, help="A part and its price breaks.")
@click.option("--rfq", help="The RFQ it answers.")
@click.option("--number", help="Number of the quote.")
@click.option("--currency", metavar="USD", help="Currency; default: the supplier's, else the settings'.")
@click.option("--from", "valid_from", metavar="YYYY-MM-DD", help="First day it is valid.")
@click.option("--until", "valid_until", metavar="YYYY-MM-DD", help="Last day it is valid.")
@click.option("--stock", type=click.IntRange(min=0), help="Pieces that can be had at once, of every line.")
@click.option("--lead-days", type=click.IntRange(min=0), help="Lead time in calendar days, of every line.")
@click.option("--moq", type=click.IntRange(min=1), help="Least quantity, of every line.")
@json_option
def quote(
    supplier: str,
    lines: tuple[tuple[str, list[Any]], ...],
    rfq: str | None,
    number: str | None,
    currency: str | None,
    valid_from: str | None,
    valid_until: str | None,
    stock: int | None,
    lead_days: int | None,
    moq: int | None,
    as_json: bool,
) -> None:
    """Keep the quote of a SUPPLIER; while it is valid its lines are offers."""
    with records.platform() as (client, settings):
        found = find_supplier(client, supplier)
        ids = part_ids(client, [text for text, _prices in lines])
        terms = given(stock=stock, lead_time_days=lead_days, moq=moq)
        made = client.supplier_quotes.create(
            supplier=found.id,
            currency=(currency or found.currency or settings.currency).upper(),
            lines=[{"part": ids[text], "prices": prices, **terms} for text, prices in lines],
            **given(quote_number=number, valid_from=valid_from, valid_until=valid_until),
            **given(rfq=find(client, "rfqs", rfq, "RFQ", "name") if rfq else None),
        )
    if as_json:
        output.json_out(made)
    else:
        until = f", valid to {made.valid_until}" if made.valid_until else ""
        output.say(f"Quote {made.quote_number or made.id} of {found.name}: {len(made.lines)} lines{until}")
