"""`bomtool templates`: the data files a user may change, and copies of one's own."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path

import click

from bomtool.cli import output
from bomtool.cli.options import json_option


@click.group()
def templates() -> None:
    """List the data files that decide how BOMs are read and reports look, and copy one to change it."""


@templates.command("list")
@json_option
def list_templates(as_json: bool) -> None:
    """List the files; a copy of your own wins over the shipped file."""
    from bomtool import data

    found = data.templates()
    if as_json:
        output.json_out(output.listing([{"name": name, "path": str(path), "own": own} for name, path, own in found]))
        return
    output.table(
        ["name", "used", "what it is"],
        [(name, "your copy" if own else "shipped", about(path)) for name, path, own in found],
    )
    output.say(f"Your copies are in {data.config_dir() / 'templates'}")


@templates.command(epilog="Example: bomtool templates copy report.toml")
@click.argument("name")
@click.option("--to", type=click.Path(path_type=Path), help="Another file or folder, e.g. for a report template.")
@click.option("--force", is_flag=True, help="Replace the file that is there.")
@json_option
def copy(name: str, to: Path | None, force: bool, as_json: bool) -> None:
    """Copy a shipped file to your configuration folder, where it is used from then on."""
    from bomtool import data
    from bomtool.errors import UsageError
    from bomtool.reports.atomic import write_atomically

    shipped = data.shipped_template(name)
    target = data.config_dir() / "templates" / name if to is None else to / Path(name).name if to.is_dir() else to
    if target.exists() and not force:
        raise UsageError(f"{target} is there already.", hint="Add --force to replace it.", code="file-exists")
    if to is None:
        target.parent.mkdir(parents=True, exist_ok=True)
    content = shipped.read_bytes()
    write_atomically(target, lambda temporary: _put(temporary, content))
    if as_json:
        output.json_out({"name": name, "path": str(target)})
    else:
        output.say(f"Copied to {target}")


def about(path: Path) -> str:
    """What a file is: its title, or the first sentence of its opening comment."""
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            found = re.search(r"<dc:title>([^<]*)", archive.read("docProps/core.xml").decode("utf-8"))
        return unescape(found[1]) if found else ""
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline().strip()
    if first.startswith("title = "):
        return first.removeprefix("title = ").strip('"')
    return first.strip("#/* ").partition(". ")[0].rstrip(".") if first.startswith(("#", "/*")) else ""


def _put(path: Path, content: bytes) -> None:
    path.write_bytes(content)
