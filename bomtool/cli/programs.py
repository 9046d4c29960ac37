"""`bomtool programs`: create, list, show and cost production runs."""

from __future__ import annotations

from typing import Any

import click

from bomtool.cli import live, output, overrides, program_views, records
from bomtool.cli.options import BomQuantity, json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError


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
@click.option("--explain", is_flag=True, help="Show the arithmetic of every part, and every risk.")
@json_option
def availability(program: str, explain: bool, as_json: bool) -> int:
    """Show what of a PROGRAM can be had, part by part; exit 1 where lines are unmatched."""
    with records.platform() as (client, settings):
        found = records.find_program(client, program)
        live.refresh(settings, [found])
        answer = client.programs.get_availabilities(found.id)
    if as_json:
        output.json_out(answer)
    else:
        program_views.show_availability(answer, explain)
    return EXIT_PARTLY if answer.lines_matched < answer.lines_total else EXIT_DONE


@programs.command()
@click.argument("program")
@click.option("--quantities", help="Also cost these numbers of builds, e.g. 1,10,500.")
@click.option("--explain", is_flag=True, help="Show the arithmetic of every part.")
@json_option
def pricing(program: str, quantities: str | None, explain: bool, as_json: bool) -> int:
    """Cost a PROGRAM; exit 1 where lines stay unpriced."""
    with records.platform() as (client, settings):
        found = records.find_program(client, program)
        live.refresh(settings, [found])
        answer = client.programs.get_reference_pricing(found.id, quantities=parse_quantities(quantities))
    if as_json:
        output.json_out(answer)
    else:
        program_views.show_pricing(answer, explain)
    return EXIT_PARTLY if answer.lines_priced < answer.lines_total else EXIT_DONE


@programs.command(epilog="Example: bomtool programs override PROGRAM --part LM358DR --overage 0 --note tested")
@click.argument("program")
@click.option(
    "--part", help="The part: an MPN of the program, MPN@MAKER, or a part id. Without it, overrides are listed."
)
@click.option("--substitute", help="Buy this part instead: MPN@MAKER or a part id.")
@click.option("--quantity", type=click.IntRange(min=0), help="Pieces needed, instead of the computed need.")
@click.option("--overage", type=click.IntRange(min=0), help="Extra pieces, instead of the profile's.")
@click.option("--include/--exclude", default=None, help="Whether the part takes part at all.")
@click.option("--unit-price", help="Price of one piece, in the program's currency.")
@click.option("--supplier", help="Buy from this supplier only.")
@click.option("--note", help="Why.")
@click.option("--remove", is_flag=True, help="Take back every override of the part.")
@json_option
def override(program: str, part: str | None, remove: bool, as_json: bool, **wish: Any) -> None:
    """See overrides of a PROGRAM, or treat one part differently; the last override of a part wins."""
    wish = {name: value for name, value in wish.items() if value is not None}
    if part is None and (remove or wish):
        raise UsageError("An override needs --part.", hint="Name the part: an MPN of the program, or MPN@MAKER.")
    if part is not None and remove == bool(wish):
        raise UsageError(
            "Say what to override, or --remove what was.", hint="For example --overage 0, --exclude, --supplier NAME."
        )
    with records.platform() as (client, _):
        found = records.find_program(client, program)
        known = overrides.parts_of(client, found.id)
        if part is None:
            there = list(client.programs.iterate_part_overrides(found.id))
        elif remove:
            removed = overrides.remove(client, found.id, overrides.part_id(part, known))
        else:
            made = overrides.add(client, found.id, overrides.part_id(part, known), wish)
    if part is None:
        if as_json:
            output.json_out(output.listing(there))
        else:
            program_views.show_overrides(there, {p.part: p.mpn or p.part for p in known if p.part})
    elif remove:
        output.json_out({"removed": removed}) if as_json else output.say(f"{removed} overrides taken back.")
    elif as_json:
        output.json_out(made)
    else:
        output.say(f"Override {made.id} for part {made.part}.")


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
