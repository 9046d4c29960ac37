"""`bomtool purchases`: orders made of plans, their way into stock, and their bills."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Amount, Pair, find, find_supplier, given, rows
from bomtool.cli.options import json_option
from bomtool.cli.rfqs import show_email
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UnknownRecord

if TYPE_CHECKING:
    from bomtool.api.purchases import NoPartLine, PurchaseOrder
    from bomtool.client import Client

EVENTS = ("requested", "approved", "rejected", "ordered", "shipped", "arrived", "received", "cancelled", "noted")
KINDS = ("freight", "fee", "service", "tax", "discount", "other")
_LIST = """
    SELECT p.id, p.reference_number, s.name AS supplier, g.name AS program, p.status, p.currency,
           (SELECT count(*) FROM purchase_lines AS l WHERE l.purchase_id = p.id) AS lines,
           (SELECT sum(l.quantity - l.received_quantity - l.cancelled_quantity)
              FROM purchase_lines AS l WHERE l.purchase_id = p.id) AS outstanding, p.created_at
    FROM purchases AS p JOIN suppliers AS s ON s.id = p.supplier_id LEFT JOIN programs AS g ON g.id = p.program_id
    WHERE :status IS NULL OR p.status = :status ORDER BY p.created_at, p.id
"""


@click.group()
def purchases() -> None:
    """Order what a program's plan buys, and follow it into stock."""


def _find(client: Client, text: str) -> PurchaseOrder:
    return client.purchases.get(find(client, "purchases", text, "purchase", "reference_number"))


@purchases.command("list")
@click.option("--status", help="Only purchases of this status, e.g. ordered.")
@json_option
def list_purchases(status: str | None, as_json: bool) -> None:
    """List purchases, oldest first."""
    with records.platform() as (client, _):
        found = rows(client, _LIST, status=status)
    if as_json:
        output.json_out(output.listing(found))
        return
    numbers = [output.Column(title, right=True) for title in ("lines", "outstanding")]
    output.table(
        ["id", "number", "supplier", "program", "status", *numbers],
        [
            (
                p["id"],
                p["reference_number"],
                p["supplier"],
                p["program"],
                p["status"].replace("_", " "),
                p["lines"],
                p["outstanding"],
            )
            for p in found
        ],
    )


@purchases.command(epilog="Example: bomtool purchases create Northwind --program first-run --number PO-1")
@click.argument("supplier")
@click.option("--program", required=True, help="Buy what the plan of this program buys of the supplier.")
@click.option("--number", "reference_number", help="Number of the order; unique.")
@click.option("--ship-to", help="Where it goes.")
@click.option("--notes", help="Free text.")
@click.option("--repeat", is_flag=True, help="Buy the same plan once more.")
@json_option
def create(
    supplier: str,
    program: str,
    reference_number: str | None,
    ship_to: str | None,
    notes: str | None,
    repeat: bool,
    as_json: bool,
) -> None:
    """Create an order at a SUPPLIER from the plan of a program; a second one of the same plan is refused."""
    with records.platform() as (client, _):
        made = client.purchases.create(
            supplier=find_supplier(client, supplier).id,
            program=records.find_program(client, program).id,
            from_plan=True,
            repeat=repeat,
            **given(reference_number=reference_number, ship_to=ship_to, notes=notes),
        )
    _show(made, as_json)


@purchases.command()
@click.argument("purchase")
@json_option
def show(purchase: str, as_json: bool) -> None:
    """Show a PURCHASE with its lines and events."""
    with records.platform() as (client, _):
        found = _find(client, purchase)
    _show(found, as_json)


def _other(line: NoPartLine, currency: str) -> tuple[object, ...]:
    amount = output.money(line.extended_price, currency)
    return (str(line.id)[:8], line.kind, line.description, line.quantity, "", amount, "", "")


def _show(found: PurchaseOrder, as_json: bool) -> None:
    if as_json:
        output.json_out(found)
        return
    number = found.reference_number or str(found.id)
    output.say(f"Purchase {number} at {found.supplier_name}, {found.status.replace('_', ' ')}, id {found.id}")
    numbers = [output.Column(title, right=True) for title in ("quantity", "price", "amount", "received", "outstanding")]
    output.table(
        ["line", "SKU", "part number", *numbers],
        [
            (
                str(line.id)[:8],
                line.sku,
                line.mpn or line.part,
                line.quantity,
                "open" if line.unit_price is None else f"{line.unit_price:f}",
                output.money(line.extended_price, found.currency),
                line.received_quantity,
                line.outstanding_quantity,
            )
            for line in found.lines
        ]
        + [_other(line, found.currency) for line in found.no_part_lines],
    )
    partly = "" if found.total is not None else " (lines without a price are open)"
    output.say(f"Total: {output.money(found.known_total, found.currency)}{partly}")
    if found.needs_approval:
        output.say("It needs approval before it is ordered.")
    for event in found.events:
        pieces = sum(entry.quantity for entry in event.lines)
        about = f", {pieces:,} pieces" if pieces else ""
        output.say(
            f"{event.occurred_at:%Y-%m-%d %H:%M} {event.event_type}{about}{f': {event.note}' if event.note else ''}"
        )


@purchases.command(epilog="Example: bomtool purchases fee PO-1 freight DHL 15.00")
@click.argument("purchase")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("description")
@click.argument("amount", type=Amount())
@json_option
def fee(purchase: str, kind: Any, description: str, amount: Decimal, as_json: bool) -> None:
    """Add what a PURCHASE costs beside its parts; a discount is subtracted."""
    with records.platform() as (client, _):
        found = _find(client, purchase)
        client.purchases.create_no_part_line(found.id, kind=kind, description=description, unit_price=amount)
        found = client.purchases.get(found.id)
    _show(found, as_json)


@purchases.command(epilog="Example: bomtool purchases event PO-1 received --line 3f2a9c1e=120 --location A1")
@click.argument("purchase")
@click.argument("event", type=click.Choice(EVENTS))
@click.option(
    "--line", "lines", type=Pair(), multiple=True, metavar="LINE=QTY", help="Only these; default: all that can."
)
@click.option("--location", help="Where received pieces lie.")
@click.option("--date-code", help="Date code of received pieces.")
@click.option("--lot-code", help="Lot code of received pieces.")
@click.option("--expected", "expected_on", metavar="YYYY-MM-DD", help="When it comes.")
@click.option("--carrier", help="Who carries it.")
@click.option("--tracking", "tracking_number", help="Tracking number.")
@click.option("--note", help="Free text.")
@click.option("--accept-changes", is_flag=True, help="Approve although offers have changed since.")
@json_option
def event(
    purchase: str,
    event: str,
    lines: tuple[tuple[str, int], ...],
    location: str | None,
    date_code: str | None,
    lot_code: str | None,
    accept_changes: bool,
    as_json: bool,
    **more: str | None,
) -> None:
    """Let something happen to a PURCHASE; stock follows: ordered is expected, arrived processing, received on hand."""
    place = given(location=location, date_code=date_code, lot_code=lot_code)
    with records.platform() as (client, _):
        found = _find(client, purchase)
        body: dict[str, Any] = {
            "event_type": event,
            **given(**more),
            **({"accept_changes": True} if accept_changes else {}),
        }
        if lines or date_code or lot_code:
            named = [(_line(found, text), count) for text, count in lines] or [
                (line, line.outstanding_quantity) for line in found.lines if line.outstanding_quantity
            ]
            body["lines"] = [{"line": line.id, "quantity": count, **place} for line, count in named]
        elif location:
            body["location"] = location
        happened = client.purchases.create_event(found.id, **body)
    if as_json:
        output.json_out(happened)
        return
    pieces = sum(entry.quantity for entry in happened.lines)
    status = (happened.purchase_status or "").replace("_", " ")
    output.say(f"{happened.event_type}{f', {pieces:,} pieces' if pieces else ''}; the purchase is {status}.")


def _line(found: PurchaseOrder, text: str) -> Any:
    """The line that `text` stands for: its id or a beginning of it, its SKU, its part or part number."""
    fitting = [
        line
        for line in found.lines
        if text in (line.sku, line.mpn, line.part)
        or (len(text) >= records.MIN_PREFIX and str(line.id).startswith(text.lower()))
    ]
    if len(fitting) != 1:
        how = "no line" if not fitting else f"{len(fitting)} lines"
        raise UnknownRecord(
            f"{how.capitalize()} of the purchase fit {text!r}.", hint="bomtool purchases show names them."
        )
    return fitting[0]


@purchases.command(epilog="Example: bomtool purchases email PO-1 --send")
@click.argument("purchase")
@click.option("--send", is_flag=True, help="Send it by the mail server; else it is a draft.")
@click.option("--cc", multiple=True, help="Also to this address; may be repeated.")
@json_option
def email(purchase: str, send: bool, cc: tuple[str, ...], as_json: bool) -> None:
    """Compose the e-mail of a PURCHASE, with its workbook."""
    with records.platform() as (client, _):
        found = _find(client, purchase)
        made = client.outbound_emails.create(purchase=found.id, cc=list(cc), send=send)
        made = client.outbound_emails.get(made.id)
    show_email(made, as_json)


@purchases.command(epilog="Example: bomtool purchases bill PO-1 R-2027-17 --line NW-10K=200 --price NW-10K=0.02")
@click.argument("purchase")
@click.argument("number")
@click.option(
    "--line", "lines", type=Pair(), multiple=True, metavar="LINE=QTY", help="What is billed; default: all received."
)
@click.option(
    "--price", "prices", multiple=True, metavar="LINE=PRICE", help="Another price than the one it was bought at."
)
@click.option("--currency", metavar="USD", help="Currency of the bill; default: the purchase's.")
@click.option("--approve", is_flag=True, help="Approve it where nothing is wrong.")
@json_option
def bill(
    purchase: str,
    number: str,
    lines: tuple[tuple[str, int], ...],
    prices: tuple[str, ...],
    currency: str | None,
    approve: bool,
    as_json: bool,
) -> int:
    """Keep the bill NUMBER of a PURCHASE, checked against it; exit 1 where something is wrong."""
    with records.platform() as (client, _):
        found = _find(client, purchase)
        billed = [(_line(found, text), count) for text, count in lines] or [
            (line, line.received_quantity) for line in found.lines if line.received_quantity
        ]
        other = {_line(found, text.rpartition("=")[0]).id: _amount(text.rpartition("=")[2]) for text in prices}
        made = client.supplier_bills.create(
            supplier=found.supplier,
            purchase=found.id,
            bill_number=number,
            currency=currency.upper() if currency else found.currency,
            lines=[
                {
                    "purchase_line": line.id,
                    "quantity": count,
                    "unit_price": other.get(line.id, line.unit_price or Decimal(0)),
                }
                for line, count in billed
            ],
        )
        if approve and not made.problems:
            made = client.supplier_bills.update(made.id, status="approved")
    if as_json:
        output.json_out(made)
    else:
        output.say(f"Bill {made.bill_number}: {output.money(made.total, made.currency)}, {made.status}, id {made.id}")
        for problem in made.problems:
            output.note(f"{problem.severity}: {problem.message} [{problem.code}]")
    return EXIT_PARTLY if made.problems else EXIT_DONE


def _amount(text: str) -> Decimal:
    return Amount().convert(text, None, None)
