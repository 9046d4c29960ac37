"""`bomtool programs`: create, list, show and cost production runs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from bomtool.cli import output, records
from bomtool.cli.options import BomQuantity, json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError

if TYPE_CHECKING:
    from bomtool.api.plans import Availabilities, ReferencePricing


@click.group()
def programs() -> None:
    """Create and cost programs (production runs of approved BOMs)."""


@programs.command(epilog="Example: bomtool programs create --bom mainboard=100 --bom 3f2a9c=50")
@click.option("--bom", "boms", type=BomQuantity(), multiple=True, required=True, help="A BOM and how many to build.")
@click.option("--name", help="Name of the program; default: made from the BOMs.")
@click.option("--overage", metavar="PROFILE", help="Overage profile, e.g. none or typical.")
@click.option("--currency", metavar="USD", help="Currency of the program.")
@click.option("--on-hand", is_flag=True, help="Count stock on hand.")
@click.option("--processing", is_flag=True, help="Count stock being processed.")
@click.option("--expected", is_flag=True, help="Count expected stock.")
@click.option("--new", is_flag=True, help="Make a new program although the same one exists.")
@json_option
def create(
    boms: tuple[tuple[str, int], ...],
    name: str | None,
    overage: str | None,
    currency: str | None,
    on_hand: bool,
    processing: bool,
    expected: bool,
    new: bool,
    as_json: bool,
) -> None:
    """Create a program of approved BOMs; the same call again gives the same program."""
    from bomtool.journey.programs import create_once

    with records.platform() as (client, settings):
        found = [(records.find_bom(client, text), quantity) for text, quantity in boms]
        title = name or " + ".join(f"{bom.name} x {quantity}" for bom, quantity in found)
        program = create_once(
            client,
            settings,
            name=title[:255],
            lines=[(bom.id, quantity) for bom, quantity in found],
            overage=overage,
            currency=currency.upper() if currency else None,
            include={
                "include_on_hand_stock": on_hand,
                "include_processing_stock": processing,
                "include_expected_stock": expected,
            },
            new=new,
        )
    if as_json:
        output.json_out(program)
    else:
        output.say(f"Program {program.name!r}, id {program.id}")


@programs.command("list")
@click.option("--search", help="Only programs whose name contains this.")
@json_option
def list_programs(search: str | None, as_json: bool) -> None:
    """List programs, oldest first."""
    with records.platform() as (client, _):
        found = list(client.programs.iterate(search=search) if search else client.programs.iterate())
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "name", "BOMs"],
        [(p.id, p.name, ", ".join(f"{line.bom.name} x {line.quant}" for line in p.lines)) for p in found],
    )


@programs.command()
@click.argument("program")
@json_option
def show(program: str, as_json: bool) -> None:
    """Show one PROGRAM."""
    with records.platform() as (client, _):
        found = records.find_program(client, program)
    if as_json:
        output.json_out(found)
        return
    output.say(f"{found.name}, id {found.id}, approved: {found.approved}")
    output.table(
        ["BOM", "version", output.Column("builds", right=True)],
        [(line.bom.name, line.bom.version, line.quant) for line in found.lines],
    )


@programs.command()
@click.argument("program")
@json_option
def availability(program: str, as_json: bool) -> int:
    """Show what of a PROGRAM can be had, line by line; exit 1 where lines are unmatched."""
    with records.platform() as (client, _):
        found = records.find_program(client, program)
        answer = client.programs.get_availabilities(found.id)
    if as_json:
        output.json_out(answer)
    else:
        show_availability(answer)
    return EXIT_PARTLY if answer.lines_matched < answer.lines_total else EXIT_DONE


def show_availability(answer: Availabilities) -> None:
    """The human form of availabilities."""
    numbers = [output.Column(title, right=True) for title in ("need", "overage", "required", "stock", "buy", "can buy")]
    output.table(
        ["part", "manufacturer", *numbers, "status", output.Column("lead days", right=True)],
        [
            (
                p.mpn or p.description or "(no part)",
                p.manufacturer_name,
                p.quantity_needed,
                p.overage,
                p.quantity_required,
                p.quantity_from_stock,
                p.quantity_to_buy,
                "?" if p.buyable_quantity is None else p.buyable_quantity,
                p.status.replace("_", " "),
                p.lead_time_days,
            )
            for p in answer.parts
        ],
    )
    now = "unknown" if answer.buildable_now is None else answer.buildable_now
    ready = answer.ready_date or "unknown"
    output.say(
        f"{answer.lines_matched} of {answer.lines_total} lines matched; buildable from stock "
        f"{answer.buildable_from_stock}, now {now}, of {answer.builds}; ready {ready}. {answer.overage_text}"
    )
    for gating in answer.gating_lines:
        output.say(f"Gating: {gating.mpn or ' '.join(gating.reference_designators)}: {gating.reason}")
    warn_sample(answer.kinds)


@programs.command()
@click.argument("program")
@click.option("--quantities", help="Also cost these numbers of builds, e.g. 1,10,500.")
@click.option("--explain", is_flag=True, help="Show the arithmetic of every part.")
@json_option
def pricing(program: str, quantities: str | None, explain: bool, as_json: bool) -> int:
    """Cost a PROGRAM; exit 1 where lines stay unpriced."""
    with records.platform() as (client, _):
        found = records.find_program(client, program)
        answer = client.programs.get_reference_pricing(found.id, quantities=parse_quantities(quantities))
    if as_json:
        output.json_out(answer)
    else:
        show_pricing(answer, explain)
    return EXIT_PARTLY if answer.lines_priced < answer.lines_total else EXIT_DONE


def show_pricing(answer: ReferencePricing, explain: bool) -> None:
    """The human form of reference pricing."""
    rows: list[tuple[object, ...]] = []
    for part in answer.parts:
        label = part.mpn or part.description or "(no part)"
        if not part.purchases:
            rows.append((label, "", "", part.quantity_to_buy, "", "", part.unpriced_reason or ""))
        for buy in part.purchases:
            extended = output.money(buy.extended_price, buy.currency)
            rows.append((label, buy.supplier, buy.sku, buy.quantity, f"{buy.unit_price:f}", extended, ""))
    numbers = [output.Column(title, right=True) for title in ("buy", "unit price", "extended")]
    output.table(["part", "supplier", "SKU", *numbers, "note"], rows)
    if explain:
        for part in answer.parts:
            for sentence in part.arithmetic:
                output.say(f"{part.mpn or '(no part)'}: {sentence}")
    total = answer.total if answer.total is not None else answer.known_total
    unit = answer.unit_cost if answer.unit_cost is not None else answer.known_unit_cost
    partly = "" if answer.total is not None else " (incomplete)"
    output.say(
        f"Cost of {answer.lines_priced} of {answer.lines_total} lines for {answer.builds} builds: "
        f"{output.money(total, answer.currency)}, {output.money(unit, answer.currency)} a build{partly}. "
        f"{answer.overage_text}"
    )
    output.table(
        [output.Column("builds", right=True), output.Column("total", right=True), output.Column("a build", right=True)],
        [
            (
                q.builds,
                output.money(q.total if q.total is not None else q.known_total, answer.currency),
                output.money(q.unit_cost if q.unit_cost is not None else q.known_unit_cost, answer.currency),
            )
            for q in answer.quantities
        ],
    )
    warn_sample(answer.kinds)


@programs.command(epilog="Example: bomtool programs override PROGRAM --part CC2DKKO1LUCF --overage 0 --note tested")
@click.argument("program")
@click.option("--part", required=True, help="Part id.")
@click.option("--substitute", help="Buy this part id instead.")
@click.option("--quantity", type=click.IntRange(min=0), help="Pieces needed, instead of the computed need.")
@click.option("--overage", type=click.IntRange(min=0), help="Extra pieces, instead of the profile's.")
@click.option("--include/--exclude", default=None, help="Whether the part takes part at all.")
@click.option("--unit-price", help="Price of one piece, in the program's currency.")
@click.option("--supplier", help="Buy from this supplier only.")
@click.option("--note", help="Why.")
@json_option
def override(
    program: str,
    part: str,
    substitute: str | None,
    quantity: int | None,
    overage: int | None,
    include: bool | None,
    unit_price: str | None,
    supplier: str | None,
    note: str | None,
    as_json: bool,
) -> None:
    """Treat one part of a PROGRAM differently; the last override of a part wins."""
    from bomtool.api.programs import PartOverrideCreate, PartOverridesCreate

    with records.platform() as (client, _):
        found = records.find_program(client, program)
        wish = PartOverrideCreate(
            part=part,
            substitute_part=substitute,
            quantity=quantity,
            overage=overage,
            include=include,
            unit_price=_price(unit_price),
            supplier=supplier,
            note=note,
        )
        answer = client.programs.create_part_overrides(found.id, PartOverridesCreate(part_overrides=[wish]))
    made = answer.results[0]
    if as_json:
        output.json_out(made)
    else:
        output.say(f"Override {made.id} for part {made.part}.")


def _price(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        price = Decimal(text)
    except InvalidOperation:
        price = Decimal(-1)
    if not price.is_finite() or price < 0:
        raise UsageError(f"{text!r} is not a price.", hint="Use a decimal point, e.g. 0.0123.")
    return price


def parse_quantities(text: str | None) -> list[int] | None:
    """ "1,10,500" as numbers. Raises UsageError."""
    if text is None:
        return None
    try:
        numbers = [int(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if not numbers or min(numbers) < 1:
        raise UsageError(f"--quantities {text!r} is not a list of whole numbers.", hint="For example 1,10,500.")
    return numbers


def warn_sample(kinds: Sequence[str]) -> None:
    """Say plainly where figures are invented."""
    if "sample" in kinds:
        output.say(
            "Prices and stock marked sample are invented, for trying out. Load a catalogue: bomtool catalog load."
        )
