"""The workbook of a plan with another number of builds written into it, against the platform's own plan for that number."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bomtool import reports
from bomtool.journey.programs import collect
from bomtool.parts import tables
from bomtool.platform.embedded import open_embedded
from bomtool.settings import load as load_settings
from tests.reports.recompute import convert, load, values

HEADER = 5
SAME = {
    "Need": "quantity_needed",
    "Overage": "overage",
    "Required": "quantity_required",
    "To buy": "quantity_to_buy",
}


@dataclass
class Counted:
    """Parts compared, figures compared, and what differs in words."""

    parts: int
    figures: int
    wrong: list[str]


def part_ids() -> list[str]:
    """Ids of all parts of the loaded catalogues."""
    platform = open_embedded(load_settings())
    try:
        with platform.store.read() as connection:
            return sorted(connection.scalars(select(tables.parts.c.part_id)).all())
    finally:
        platform.close()


def compare(
    client: Any,
    ids: Sequence[str],
    folder: Path,
    *,
    seed: int,
    lines: int,
    boms: int,
    profile: str,
    builds: Sequence[int],
) -> Counted:
    """A program of random parts is planned for the first number of builds and its workbook computed for each of the others;
    LibreOffice must find what the platform plans."""
    rng = random.Random(seed)
    made = []
    for number in range(boms):
        chosen = [
            {"part": part, "quant": rng.choice([1, 1, 2, 3, 7, 20, 150]), "reference_designators": []}
            for part in rng.sample(list(ids), min(lines, len(ids)))
        ]
        bom = client.boms.create(name=f"{seed}-{number}", lines=chosen)
        made.append(client.boms.approve(bom.id, allow_unmatched=True).id)
    rest = [rng.randrange(1, 400) for _ in made[1:]]

    def program(count: int) -> Any:
        quantities = [count, *rest]
        return client.programs.create(
            name=f"x {count}", add_overage=profile != "none", overage_profile=profile,
            lines=[{"bom": bom, "quant": quant} for bom, quant in zip(made, quantities, strict=True)],
        )  # fmt: skip

    first = folder / f"{seed}.xlsx"
    (inputs,) = collect(client, [program(builds[0])])
    reports.write(first, inputs)
    changed = []
    for count in builds[1:]:
        book = load(first)
        book["Summary"]["K13"].value = count
        changed.append(folder / f"{seed}-{count}.xlsx")
        book.save(changed[-1])  # openpyxl leaves the cached values out
    found = Counted(0, 0, [])
    with tempfile.TemporaryDirectory() as out:
        for count, done in zip(builds[1:], convert(changed, "xlsx", Path(out)), strict=True):
            _check(found, _rows(done), client.programs.get_availabilities(program(count).id), f"{profile} x {count}")
            computed = values(done)
            total = sum((Decimal(str(row["Line total, USD"])) for row in _rows(done, "Pricing")[:-1]
                         if row["Line total, USD"] not in (None, "")), Decimal(0))  # fmt: skip
            fees = inputs.pricing.known_total - sum(
                (one.extended_price for one in inputs.prices if one.priced and one.extended_price is not None),
                Decimal(0),
            )
            if Decimal(str(computed["Summary", "B8"])) != total + fees:
                found.wrong.append(f"{profile} x {count}: the total is not the sum of its lines")
    return found


def _check(found: Counted, rows: list[dict[str, Any]], planned: Any, what: str) -> None:
    """The rows of the Availability sheet against the platform's parts."""
    if len(rows) != len(planned.parts):
        found.wrong.append(f"{what}: {len(rows)} rows, {len(planned.parts)} parts")
        return
    for row, part in zip(rows, planned.parts, strict=True):
        found.parts += 1
        for title, name in SAME.items():
            found.figures += 1
            if row[title] != getattr(part, name):
                found.wrong.append(
                    f"{what}, {part.mpn}: {title} is {row[title]}, the platform says {getattr(part, name)}"
                )


def _rows(path: Path, sheet: str = "Availability") -> list[dict[str, Any]]:
    rows = load(path, data_only=True)[sheet].iter_rows(min_row=HEADER, values_only=True)
    head = next(rows)
    return [dict(zip(head, row, strict=True)) for row in rows if any(cell is not None for cell in row)]
