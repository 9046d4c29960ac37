"""`bomtool stock`: what lies where, what is reserved, and the documents kept with it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Amount, Pair, find, given, part_ids, rows
from bomtool.cli.options import json_option
from bomtool.errors import UsageError

CLASSES = ("on_hand", "processing", "expected")
KINDS = ("certificate", "datasheet", "packing_slip", "invoice", "inspection", "photo", "other")
_LOTS = """
    SELECT l.id, l.part_id AS part, l.stock_class, l.quantity, coalesce(sum(a.quantity), 0) AS allocated, l.location,
           l.date_code, l.lot_code, l.expected_on, l.unit_cost, l.currency,
           (SELECT max(b.mpn) FROM bom_lines AS b WHERE b.part_id = l.part_id) AS mpn
    FROM stock_lots AS l LEFT JOIN allocations AS a ON a.stock_lot_id = l.id
    WHERE (:part IS NULL OR l.part_id = :part) AND (:class IS NULL OR l.stock_class = :class)
    GROUP BY l.id ORDER BY l.part_id, l.stock_class, l.location, l.id
"""


@click.group()
def stock() -> None:
    """Show and set stock, reserve it for programs, keep its documents."""


@stock.command("list")
@click.option("--part", help="Only this part: its id, or an MPN that is on a BOM.")
@click.option("--class", "stock_class", type=click.Choice(CLASSES), help="Only stock of this class.")
@json_option
def list_stock(part: str | None, stock_class: str | None, as_json: bool) -> None:
    """List stock lots with what is reserved of them."""
    with records.platform() as (client, _):
        wanted = part_ids(client, [part])[part] if part else None
        found = rows(client, _LOTS, part=wanted, **{"class": stock_class})
    if as_json:
        output.json_out(output.listing(found))
        return
    numbers = [output.Column(title, right=True) for title in ("quantity", "reserved")]
    output.table(
        ["lot", "part", "MPN", "class", *numbers, "location", "date code", "lot code", "expected"],
        [
            (
                lot["id"],
                lot["part"],
                lot["mpn"],
                lot["stock_class"].replace("_", " "),
                lot["quantity"],
                lot["allocated"],
                lot["location"],
                lot["date_code"],
                lot["lot_code"],
                lot["expected_on"],
            )
            for lot in found
        ],
    )


@stock.command("set", epilog="Example: bomtool stock set RC0402FR-0710KL 5000 --location A1 --reserve spring=1000")
@click.argument("part")
@click.argument("quantity", type=click.IntRange(min=0))
@click.option("--class", "stock_class", type=click.Choice(CLASSES), default="on_hand", show_default=True)
@click.option("--location", help="Where it lies.")
@click.option("--date-code", help="Date code.")
@click.option("--lot-code", help="Lot code.")
@click.option("--expected", "expected_on", metavar="YYYY-MM-DD", help="When expected stock comes.")
@click.option("--cost", "unit_cost", type=Amount(), help="What one piece cost.")
@click.option("--currency", metavar="USD", help="Currency of the cost.")
@click.option("--reserve", type=Pair(), multiple=True, metavar="PROGRAM=QTY", help="Reserve pieces for a program.")
@json_option
def set_stock(
    part: str,
    quantity: int,
    stock_class: str,
    location: str | None,
    date_code: str | None,
    lot_code: str | None,
    expected_on: str | None,
    unit_cost: Decimal | None,
    currency: str | None,
    reserve: tuple[tuple[str, int], ...],
    as_json: bool,
) -> None:
    """Set the QUANTITY of a PART at a place; the same again changes nothing more. Reservations replace those there were."""
    with records.platform() as (client, _):
        shares = [{"program": records.find_program(client, name).id, "quantity": count} for name, count in reserve]
        lot = client.stock_lots.upsert_part_stock(
            part=part_ids(client, [part])[part],
            quantity=quantity,
            stock_class=stock_class,
            **given(
                location=location,
                date_code=date_code,
                lot_code=lot_code,
                expected_on=expected_on,
                unit_cost=unit_cost,
                currency=currency.upper() if currency else None,
                allocations=shares or None,
            ),
        )
    if as_json:
        output.json_out(lot)
        return
    where = f" at {lot.location}" if lot.location else ""
    output.say(f"{lot.quantity} x {lot.mpn or lot.part} {lot.stock_class.replace('_', ' ')}{where}, lot {lot.id}")
    output.say(f"{lot.allocated_quantity} reserved, {lot.available_quantity} free.")


@stock.command(epilog="Example: bomtool stock keep certificate.pdf --kind certificate --lot 3f2a9c")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--kind", type=click.Choice(KINDS), default="other", show_default=True)
@click.option("--lot", help="The stock lot it belongs to.")
@click.option("--purchase", help="The purchase it belongs to.")
@click.option("--notes", help="Free text.")
@json_option
def keep(file: Path, kind: str, lot: str | None, purchase: str | None, notes: str | None, as_json: bool) -> None:
    """Keep a FILE with stock or a purchase."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}.") from error
    with records.platform() as (client, _):
        belongs: dict[str, Any] = given(
            stock_lot=find(client, "stock_lots", lot, "stock lot", "lot_code") if lot else None,
            purchase=find(client, "purchases", purchase, "purchase", "reference_number") if purchase else None,
        )
        made = client.stock_documents.create(file.name, content, document_type=kind, **belongs, **given(notes=notes))
    if as_json:
        output.json_out(made)
    else:
        output.say(f"Document {made.name!r} ({made.content_type}, {made.size:,} bytes), id {made.id}")


@stock.command()
@click.option("--search", help="Only documents whose name or notes contain this.")
@json_option
def documents(search: str | None, as_json: bool) -> None:
    """List documents."""
    with records.platform() as (client, _):
        found = list(client.stock_documents.iterate(**given(search=search)))
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "name", "kind", output.Column("bytes", right=True), "lot", "purchase"],
        [(d.id, d.name, d.document_type, d.size, d.stock_lot, d.purchase) for d in found],
    )


@stock.command()
@click.argument("document")
@click.argument("out", type=click.Path(path_type=Path))
@json_option
def fetch(document: str, out: Path, as_json: bool) -> None:
    """Write a DOCUMENT to OUT, byte for byte as it was kept; an existing file is not overwritten."""
    with records.platform() as (client, _):
        found = client.stock_documents.get(find(client, "stock_documents", document, "document", "name"))
        content = client.stock_documents.download(found.id)
    path = out / found.name if out.is_dir() else out
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error
    if as_json:
        output.json_out({"document": found, "path": str(path)})
    else:
        output.say(f"{path} ({len(content):,} bytes)")
