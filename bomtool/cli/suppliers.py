"""`bomtool suppliers`: who is bought from, under which rule, on which terms."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Amount, find_supplier, given
from bomtool.cli.options import json_option

RULES = ("none", "preferred", "allowed", "last_resort", "banned")


@click.group()
def suppliers() -> None:
    """List, create and change suppliers; their rules and terms reach every plan."""


def _members(command: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option("--email", help="Address that orders and RFQs go to."),
        click.option("--code", help="Number the supplier has with you."),
        click.option("--currency", metavar="USD", help="Currency of orders and terms."),
        click.option("--rule", type=click.Choice(RULES), help="How the plan may use this supplier."),
        click.option("--order-fee", type=Amount(), help="What every order costs besides its lines."),
        click.option("--minimum-order", type=Amount(), help="Least value of an order."),
        click.option("--notes", help="Free text."),
    ):
        command = option(command)
    return command


def _body(
    email: str | None,
    code: str | None,
    currency: str | None,
    rule: str | None,
    order_fee: Decimal | None,
    minimum_order: Decimal | None,
    notes: str | None,
) -> dict[str, Any]:
    return given(
        email=email,
        code=code,
        currency=currency.upper() if currency else None,
        purchase_rule=rule,
        order_fee=order_fee,
        minimum_order=minimum_order,
        notes=notes,
    )


@suppliers.command("list")
@click.option("--search", help="Only suppliers whose name, code or address contains this.")
@json_option
def list_suppliers(search: str | None, as_json: bool) -> None:
    """List suppliers by name."""
    with records.platform() as (client, _):
        found = list(client.suppliers.iterate(ordering="name", **given(search=search)))
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        [
            "id",
            "name",
            "code",
            "e-mail",
            "rule",
            output.Column("order fee", right=True),
            output.Column("least", right=True),
        ],
        [
            (
                s.id,
                s.name,
                s.code,
                s.email,
                "" if s.purchase_rule == "none" else s.purchase_rule.replace("_", " "),
                output.money(s.order_fee, s.currency or "") if s.order_fee is not None else "",
                output.money(s.minimum_order, s.currency or "") if s.minimum_order is not None else "",
            )
            for s in found
        ],
    )


@suppliers.command(
    epilog="Example: bomtool suppliers create Northwind --email orders@northwind.example --rule preferred"
)
@click.argument("name")
@_members
@json_option
def create(name: str, as_json: bool, **members: Any) -> None:
    """Create a supplier; NAME is the one its offers go by."""
    with records.platform() as (client, _):
        made = client.suppliers.create(name=name, **_body(**members))
    if as_json:
        output.json_out(made)
    else:
        output.say(f"Supplier {made.name!r}, id {made.id}")


@suppliers.command(epilog="Example: bomtool suppliers change Northwind --rule banned")
@click.argument("supplier")
@click.option("--name", help="Another name.")
@_members
@json_option
def change(supplier: str, name: str | None, as_json: bool, **members: Any) -> None:
    """Change what is given of a SUPPLIER."""
    with records.platform() as (client, _):
        found = find_supplier(client, supplier)
        changed = client.suppliers.update(found.id, **_body(**members), **given(name=name))
    if as_json:
        output.json_out(changed)
    else:
        output.say(f"Supplier {changed.name!r} is changed.")
