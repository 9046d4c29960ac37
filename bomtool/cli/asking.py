"""Records without a list of their own are found through the reporting query, on any platform that answers it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import click

from bomtool.cli.records import MIN_PREFIX
from bomtool.errors import UnknownRecord

if TYPE_CHECKING:
    from bomtool.api.suppliers import Supplier
    from bomtool.client import Client

MOST = 10_000


def rows(client: Client, query: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows of a reporting query by column. Raises ApiError."""
    answer = client.reporting.sql_query(query, limit=MOST, **parameters)
    return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]


def find(client: Client, view: str, text: str, noun: str, name: str) -> str:
    """The id of the record that `text` stands for: an id, a unique prefix of six characters or more, or exactly its `name`.

    Raises UnknownRecord, also where several fit.
    """
    found = rows(
        client,
        f"SELECT id, {name} AS name FROM {view} WHERE {name} = :text OR substr(id, 1, length(:prefix)) = :prefix",  # noqa: S608
        text=text,
        prefix=text.lower() if len(text) >= MIN_PREFIX else text + "!",
    )
    chosen = [row for row in found if row["name"] == text] or found
    if len(chosen) == 1:
        return str(chosen[0]["id"])
    if chosen:
        ids = ", ".join(str(row["id"])[:13] for row in chosen[:5])
        raise UnknownRecord(f"{len(chosen)} {noun}s fit {text!r}: {ids}.", hint="Use a longer id.")
    raise UnknownRecord(
        f"There is no {noun} {text!r}.", hint=f"Give an id, at least {MIN_PREFIX} characters of it, or its name."
    )


def find_supplier(client: Client, text: str) -> Supplier:
    """The supplier that `text` stands for: its name, whatever the case, or its id. Raises UnknownRecord."""
    wanted = " ".join(text.casefold().split())

    def fits(supplier: Supplier) -> bool:
        by_id = len(text) >= MIN_PREFIX and str(supplier.id).startswith(text.lower())
        return by_id or " ".join(supplier.name.casefold().split()) == wanted

    found = [supplier for supplier in client.suppliers.iterate(search=text[:255]) if fits(supplier)]
    found = found or [supplier for supplier in client.suppliers.iterate() if fits(supplier)]
    if len(found) != 1:
        how = "is no" if not found else "are several"
        hint = "See bomtool suppliers list."
        raise UnknownRecord(f"There {how} supplier{'s' if found else ''} {text!r}.", hint=hint)
    return found[0]


class Amount(click.ParamType[Decimal]):
    """A decimal number of 0 or more."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        """The number, with the digits it was given."""
        try:
            number = Decimal(str(value))
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or number < 0:
            self.fail(f"{value!r} is not an amount; use a decimal point, e.g. 0.0123.", param, ctx)
        return number


class Pair(click.ParamType[tuple[str, int]]):
    """NAME=QUANTITY, e.g. a line or a program and a number of pieces."""

    name = "name=quantity"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, int]:
        """The name and the number."""
        if isinstance(value, tuple):
            return value
        name, _, text = str(value).rpartition("=")
        if not name or not text.isascii() or not text.isdigit() or int(text) < 1:
            self.fail(f"{value!r} is not NAME=QUANTITY, e.g. 3f2a9c=100.", param, ctx)
        return name, int(text)


def given(**members: Any) -> dict[str, Any]:
    """The members that were given on the command line."""
    return {name: value for name, value in members.items() if value is not None}


def part_ids(client: Client, texts: Iterable[str]) -> dict[str, str]:
    """Part ids by what was typed: an id as it is, else the MPN of a part on some BOM line. Raises UnknownRecord."""
    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        known = rows(
            client,
            "SELECT DISTINCT part_id FROM bom_lines WHERE part_id IS NOT NULL AND (mpn = :text OR part_id = :text) "
            "UNION SELECT part_id FROM org_parts WHERE mpn = :text OR custom_id = :text OR part_id = :text",
            text=text,
        )
        if len(known) > 1:
            ids = ", ".join(row["part_id"] for row in known[:5])
            raise UnknownRecord(f"{text} may be several parts: {ids}.", hint="Give the part id.")
        found[text] = known[0]["part_id"] if known else text
    return found
