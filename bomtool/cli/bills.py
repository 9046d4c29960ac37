"""`bomtool bills`: bills of suppliers, checked against what was bought; `purchases bill` keeps a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Amount, find, given, rows
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError

if TYPE_CHECKING:
    from decimal import Decimal

    from bomtool.api.bills import SupplierBill

_LIST = """
    SELECT b.id, b.bill_number, s.name AS supplier, p.reference_number AS purchase, b.status, b.currency, b.due_date
    FROM supplier_bills AS b JOIN suppliers AS s ON s.id = b.supplier_id LEFT JOIN purchases AS p ON p.id = b.purchase_id
    WHERE :status IS NULL OR b.status = :status ORDER BY b.created_at, b.id
"""
STATUSES = ("draft", "approved", "paid", "void")


@click.group()
def bills() -> None:
    """Bills of suppliers, checked against what was bought; purchases bill keeps a new one."""


@bills.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those.")
@json_option
def list_bills(status: str | None, as_json: bool) -> None:
    """List bills, oldest first."""
    with records.platform() as (client, _):
        found = rows(client, _LIST, status=status)
    if as_json:
        output.json_out(output.listing(found))
        return
    names = ("id", "bill_number", "supplier", "purchase", "status", "due_date")
    output.table(
        ["id", "number", "supplier", "purchase", "status", "due"], [[one[name] for name in names] for one in found]
    )


@bills.command()
@click.argument("bill")
@json_option
def show(bill: str, as_json: bool) -> int:
    """Show a BILL (its id or number) with what is wrong about it; exit 1 where something is."""
    with records.platform() as (client, _):
        found = client.supplier_bills.update(find(client, "supplier_bills", bill, "bill", "bill_number"))
    return _show(found, as_json)


@bills.command(epilog="Example: bomtool bills correct R-2027-17 1 --price 0.02")
@click.argument("bill")
@click.argument("line", type=click.IntRange(min=1))
@click.option("--quantity", type=click.IntRange(min=1), help="What the line bills.")
@click.option("--price", type=Amount(), help="Its unit price.")
@json_option
def correct(bill: str, line: int, quantity: int | None, price: Decimal | None, as_json: bool) -> int:
    """Correct LINE number of a BILL, which is checked again."""
    with records.platform() as (client, _):
        found = client.supplier_bills.update(find(client, "supplier_bills", bill, "bill", "bill_number"))
        if line > len(found.lines):
            raise UsageError(f"The bill has {len(found.lines)} lines.", hint=f"bomtool bills show {bill}")
        client.supplier_bills.update_line(found.lines[line - 1].id, **given(quantity=quantity, unit_price=price))
        found = client.supplier_bills.update(found.id)
    return _show(found, as_json)


@bills.command(epilog="Example: bomtool bills mark R-2027-17 paid")
@click.argument("bill")
@click.argument("status", type=click.Choice(STATUSES))
@click.option("--accept-problems", is_flag=True, help="Although something is wrong about it.")
@json_option
def mark(bill: str, status: Any, accept_problems: bool, as_json: bool) -> int:
    """Make a BILL approved, paid, void, or a draft again."""
    with records.platform() as (client, _):
        found = client.supplier_bills.update(
            find(client, "supplier_bills", bill, "bill", "bill_number"), status=status, accept_problems=accept_problems
        )
    return _show(found, as_json)


def _show(found: SupplierBill, as_json: bool) -> int:
    if as_json:
        output.json_out(found)
    else:
        total = output.money(found.total, found.currency)
        output.say(f"Bill {found.bill_number}: {total}, {found.status}, id {found.id}")
        numbers = [output.Column(title, right=True) for title in ("quantity", "price", "amount")]
        output.table(
            ["", "what", *numbers],
            [
                (
                    number,
                    line.description or ("pieces bought" if line.purchase_line else "no-part line"),
                    line.quantity,
                    f"{line.unit_price:f}",
                    output.money(line.extended_price, found.currency),
                )
                for number, line in enumerate(found.lines, 1)
            ],
        )
        for problem in found.problems:
            output.note(f"{problem.severity}: {problem.message} [{problem.code}]")
    return EXIT_PARTLY if found.problems else EXIT_DONE
