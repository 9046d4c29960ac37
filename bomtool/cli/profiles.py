"""`bomtool profiles`: saved layouts, so that the next file of the same kind needs no question."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli import output
from bomtool.cli.options import json_option, reading_options

if TYPE_CHECKING:
    from bomtool.bom.profiles import Profile


@click.group()
def profiles() -> None:
    """List, show and save layouts of BOM files.

    A profile recognises its own files by their headers; --profile NAME forces one. Your own are TOML files in the
    configuration folder and win over shipped ones of the same name.
    """


@profiles.command("list", epilog="Example: bomtool profiles list")
@json_option
def list_command(as_json: bool) -> None:
    """List the profiles there are."""
    from bomtool.bom import profiles as room

    found = room.every()
    if as_json:
        output.json_out(output.listing([to_json(profile) for profile in found]))
        return
    output.table(["profile", "for", "recognised by"], [(p.name, p.title, ", ".join(p.headers)) for p in found])


@profiles.command(epilog="Example: bomtool profiles show kicad-fields")
@click.argument("name")
@json_option
def show(name: str, as_json: bool) -> None:
    """Show which columns a profile takes for which field."""
    from bomtool.bom import profiles as room

    profile = room.load(name)
    if as_json:
        output.json_out(to_json(profile))
        return
    output.say(f"{profile.name}: {profile.title}")
    output.say(f"  {profile.path}")
    output.say(f"  recognised by {'exactly ' if profile.exactly else ''}{', '.join(profile.headers) or 'nothing'}")
    output.table(["field", "columns"], [(field, ", ".join(wanted)) for field, wanted in profile.columns.items()])


@profiles.command(epilog='Example: bomtool profiles save acme bom.xlsx --map mpn="Part Number"')
@click.argument("name")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--title", help="What the profile is for; default: the file's name.")
@reading_options
@json_option
def save(
    name: str,
    file: Path,
    title: str | None,
    sheet: str | None,
    profile: str | None,
    mapping: dict[str, str],
    encoding: str | None,
    delimiter: str | None,
    as_json: bool,
) -> None:
    """Save the layout of FILE as profile NAME: the next file with the same headers is read the same way."""
    from bomtool.bom import profiles as room
    from bomtool.cli.check import read_file

    _, bom = read_file(file, sheet, profile, mapping, encoding, delimiter)
    saved = room.save_layout(name, title or f"Files like {file.name}", bom.layout, sheet)
    if as_json:
        output.json_out(to_json(saved))
        return
    output.say(f"Saved as profile {saved.name!r}: {saved.path}")


def to_json(profile: Profile) -> dict[str, Any]:
    """The JSON of one profile."""
    return {
        "name": profile.name,
        "title": profile.title,
        "headers": list(profile.headers),
        "exactly": profile.exactly,
        "sheet": profile.sheet,
        "columns": {field: list(wanted) for field, wanted in profile.columns.items()},
        "path": str(profile.path),
    }
