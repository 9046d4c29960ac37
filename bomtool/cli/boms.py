"""`bomtool boms`: list, show, approve, delete, export BOMs, and decide what a line's part is."""

from __future__ import annotations

from pathlib import Path

import click

from bomtool.cli import output, records
from bomtool.cli.importing import lines_table
from bomtool.cli.match import match
from bomtool.cli.options import json_option


@click.group()
def boms() -> None:
    """List, show, match, approve, delete and export BOMs. A BOM is named by its id, a part of it, or its name."""


boms.add_command(match)


@boms.command("list")
@click.option("--search", help="Only BOMs whose name contains this.")
@click.option("--archived", is_flag=True, help="Archived BOMs instead of live ones.")
@json_option
def list_boms(search: str | None, archived: bool, as_json: bool) -> None:
    """List BOMs, oldest first."""
    filters: dict[str, object] = {"archived": archived}
    if search:
        filters["search"] = search
    with records.platform() as (client, _):
        found = list(client.boms.iterate(**filters))
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "name", "version", "approved", output.Column("lines", right=True), "open", "updated"],
        [
            (
                bom.id,
                bom.name,
                bom.version,
                bom.approved,
                bom.line_count,
                _open_lines(bom.line_counts),
                bom.updated_at.strftime("%Y-%m-%d %H:%M") if bom.updated_at else "",
            )
            for bom in found
        ],
    )


def _open_lines(counts: dict[str, int] | None) -> str:
    if not counts:
        return ""
    return ", ".join(f"{counts[s]} {s.replace('_', ' ')}" for s in ("needs_review", "no_match") if counts.get(s))


@boms.command()
@click.argument("bom")
@json_option
def show(bom: str, as_json: bool) -> None:
    """Show one BOM."""
    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
    if as_json:
        output.json_out(found)
        return
    source = (found.metadata or {}).get("bomtool") or {}
    rows = [
        ("name", found.name),
        ("id", found.id),
        ("version", found.version),
        ("part number", found.part_number),
        ("approved", found.approved),
        ("archived", "true" if found.archived else "false"),
        ("file", source.get("file") if isinstance(source, dict) else None),
        ("sheet", source.get("sheet") if isinstance(source, dict) else None),
        ("created", found.created_at),
        ("updated", found.updated_at),
    ]
    counts = {k.replace("_", " "): v for k, v in (found.line_counts or {}).items() if v}
    rows.append(("lines", ", ".join([str(found.line_count or 0), *(f"{v} {k}" for k, v in counts.items())])))
    output.table(["", ""], [row for row in rows if row[1] is not None])


@boms.command()
@click.argument("bom")
@json_option
def lines(bom: str, as_json: bool) -> None:
    """List the lines of a BOM with their match."""
    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
        items = list(client.boms.iterate_lines(found.id))
    if as_json:
        output.json_out(output.listing(items))
    else:
        lines_table(items)


@boms.command()
@click.argument("bom")
@click.option("--allow-unmatched", is_flag=True, help="Approve although lines are unmatched; they stay uncosted.")
@json_option
def approve(bom: str, allow_unmatched: bool, as_json: bool) -> None:
    """Approve a BOM, so that programs may build it."""
    from bomtool.api.boms import BomApprove

    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
        done = client.boms.approve(found.id, BomApprove(allow_unmatched=allow_unmatched))
    if as_json:
        output.json_out(done)
    else:
        output.say(f"Approved {done.name!r}, id {done.id}")


@boms.command()
@click.argument("bom")
@json_option
def delete(bom: str, as_json: bool) -> None:
    """Delete a BOM; an approved one is archived instead."""
    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
        client.boms.delete(found.id)
    word = "archived" if found.approved == "true" else "deleted"
    if as_json:
        output.json_out({"id": str(found.id), "name": found.name, "outcome": word})
    else:
        output.say(f"{word.capitalize()} {found.name!r}, id {found.id}")


@boms.command(epilog="Example: bomtool boms export mainboard review.xlsx --review")
@click.argument("bom")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--review", is_flag=True, help="A workbook with a Decision column, for bomtool boms match.")
@json_option
def export(bom: str, out: Path, review: bool, as_json: bool) -> None:
    """Write a BOM to OUT (.xlsx, .csv or .json), or the review workbook with --review."""
    from bomtool.reports import atomic

    atomic.preflight(out)
    with records.platform() as (client, _):
        found = records.find_bom(client, bom)
        items = list(client.boms.iterate_lines(found.id))
    if review:
        from bomtool.reports.review import write_review

        write_review(out, found, items)
    else:
        from bomtool.reports.export import export_bom

        export_bom(out, found, items)
    if as_json:
        output.json_out({"bom": str(found.id), "file": str(out), "lines": len(items)})
    else:
        output.say(f"{len(items)} lines written to {out}")
