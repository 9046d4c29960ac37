"""A workbook becomes a BOM: the table found, its columns recognised, its rows made into lines, everything accounted for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.sheets.model import Workbook

__all__ = ["read"]


def read(
    workbook: Workbook,
    *,
    sheet: str | None = None,
    profile: str | None = None,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    version: str | None = None,
    part_number: str | None = None,
    reading: Literal["best", "second"] | None = None,
) -> Bom:
    """Read the BOM of a workbook.

    `sheet` names the sheet to read (default: the most BOM-like one), `profile` a saved layout, `mapping` forces fields to
    columns by their header text ({"mpn": "Part Number"}). `name`, `version` and `part_number` of the assembly come from
    the file's title block where they are not given, the name else from the file's name. `reading` is a person's answer to
    an uncertain layout: the best reading, or the one that came second (`Layout.second` says whether there is one).

    Every non-blank row below the header stands in `Bom.source_rows` exactly once; everything doubtful is a finding with its
    cell. Raises ReadError where no table or no line is found, UsageError for a sheet, column, field or profile that does
    not exist.
    """
    from bomtool.bom.reading import read_bom

    return read_bom(
        workbook,
        sheet=sheet,
        profile=profile,
        mapping=mapping,
        name=name,
        version=version,
        part_number=part_number,
        reading=reading,
    )
