"""Assembles the report: one workbook from the platform's answers, written whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bomtool.errors import UsageError
from bomtool.reports import facts, options, program
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.book import new_book
from bomtool.reports.model import ReportInput
from bomtool.reports.overview import Overview
from bomtool.reports.together import Together

LARGE = 5_000
"""Rows over all sheets from which cells go to the disk as they are written, so that memory does not grow with them."""
PROGRAMS_MAX = 20
"""Most programs in one workbook: more tabs than that nobody finds a sheet in."""


def write(path: Path | str, inputs: ReportInput | Sequence[ReportInput]) -> None:
    """Write the report of a program, or of several with an overview and one purchase list over all of them.

    Raises WriteError, and then the file at `path` is what it was before; UsageError for no or too many programs.
    """
    several = [inputs] if isinstance(inputs, ReportInput) else list(inputs)
    if not 0 < len(several) <= PROGRAMS_MAX:
        raise UsageError(
            f"A workbook holds 1 to {PROGRAMS_MAX} programs, not {len(several)}.", hint="Write several reports."
        )
    chosen = options.load()
    prepared = [program.prepare(item, chosen) for item in several]
    write_atomically(path, lambda temporary: _write(temporary, prepared, chosen))


def _write(path: Path, prepared: list[program.Prepared], chosen: options.Options) -> None:
    large = sum(item.size for item in prepared) > LARGE
    with new_book(path, constant_memory=large) as book:
        if len(prepared) == 1:
            program.ProgramSheets(book, prepared[0], chosen).write()
        else:
            front = Overview(book, chosen.paper)
            buy = Together(book, chosen.paper)
            sheets = [
                program.ProgramSheets(book, item, chosen, f"{number} ") for number, item in enumerate(prepared, 1)
            ]
            front.write(sheets)
            buy.write(sheets)
            for one in sheets:
                one.write()
        _properties(book, [item.facts for item in prepared])


def _properties(book: Any, found: list[facts.Facts]) -> None:
    sample = any(one.notice and "SAMPLE" in one.notice for one in found)
    names = ", ".join(dict.fromkeys(texts.clean(one.inputs.name) for one in found))
    planned = ", ".join(dict.fromkeys(facts.when(one.inputs.pricing.calculated_at) for one in found))
    book.set_properties(
        {
            "title": names[:250],
            "subject": "Availability and pricing of a production run",
            "category": "BOM report",
            "keywords": "BOM, sourcing, pricing, availability",
            "comments": f"{'SAMPLE data, invented for trying out. ' if sample else ''}Written by bomtool; planned {planned}.",
            "created": max(one.inputs.generated_at for one in found).replace(tzinfo=None),
        }
    )
    book.worksheets()[0].activate()
