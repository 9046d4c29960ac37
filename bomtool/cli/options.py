"""Options and parameter types that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")


def reading_options(command: F) -> F:
    """How a file is read: --sheet, --profile, --map, --encoding, --delimiter."""
    for option in reversed(
        [
            click.option("--sheet", help="Name of the sheet to read; default: the most BOM-like one."),
            click.option("--profile", help="Name of a saved layout."),
            click.option(
                "--map",
                "mapping",
                multiple=True,
                metavar="FIELD=HEADER",
                callback=_mapping,
                help='Force a column, e.g. --map mpn="Part Number"; may be repeated.',
            ),
            click.option("--encoding", help="Encoding of a text file; default: detected and shown."),
            click.option("--delimiter", callback=_delimiter, help="Delimiter of a text file; 'tab' for a tab."),
        ]
    ):
        command = option(command)
    return command


def _mapping(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    mapping: dict[str, str] = {}
    for value in values:
        field, equals, header = value.partition("=")
        if not equals or not field.strip() or not header.strip():
            raise click.BadParameter(f"{value!r} is not of the form FIELD=HEADER.", context, parameter)
        mapping[field.strip()] = header.strip()
    return mapping


def _delimiter(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    value = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}.get(value.casefold(), value)
    if len(value) != 1:
        raise click.BadParameter("must be one character, or 'tab'.", context, parameter)
    return value


class BomQuantity(click.ParamType[tuple[str, int]]):
    """`BOM=QTY`: a BOM (id, prefix or name) and how many to build."""

    name = "BOM=QTY"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """Split at the last equals sign: names may contain one."""
        if isinstance(value, tuple):
            return value
        bom, equals, quantity = str(value).rpartition("=")
        if not equals or not bom or not quantity.strip().isdecimal() or int(quantity) < 1:
            self.fail(f"{value!r} is not of the form BOM=QTY with a whole number of at least 1.", param, ctx)
        return bom, int(quantity)
