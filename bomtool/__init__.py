"""Reads electronics BOMs, matches them to parts, plans the purchase and writes the report.

bom = bomtool.read_bom("bom.xlsx")              # a Bom: lines, layout, findings, what became of every row
with bomtool.connect() as client:               # the embedded platform, or the one of BOMTOOL_API_URL
    client.boms.create_raw(bom)
"""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

from bomtool.connect import connect

if TYPE_CHECKING:
    from bomtool.bom.model import Alternate, Bom, Line
    from bomtool.errors import BomtoolError, ReadError
    from bomtool.findings import Finding

__version__ = "0.1.0"
__all__ = [
    "Alternate",
    "Bom",
    "BomtoolError",
    "Finding",
    "Line",
    "ReadError",
    "__version__",
    "connect",
    "read_bom",
]

_HOMES = {
    "Alternate": "bomtool.bom.model",
    "Bom": "bomtool.bom.model",
    "BomtoolError": "bomtool.errors",
    "Finding": "bomtool.findings",
    "Line": "bomtool.bom.model",
    "ReadError": "bomtool.errors",
}


def read_bom(
    path: str | PathLike[str],
    *,
    sheet: str | None = None,
    profile: str | None = None,
    mapping: Mapping[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    name: str | None = None,
    version: str | None = None,
    part_number: str | None = None,
) -> Bom:
    """Read a BOM file of any kind: xlsx, xls, ods, delimited or fixed-width text, a table saved as HTML or XML.

    `mapping` forces fields to columns by header ({"mpn": "Part Number"}), `profile` names a saved layout, `encoding` and
    `delimiter` are for text files. What is doubtful stands in `Bom.findings`, each with its cell. Raises ReadError for a
    file that cannot be read as a BOM, UsageError for a sheet, column or profile that does not exist.
    """
    from bomtool import bom, settings, sheets

    limits = sheets.Limits.from_settings(settings.load())
    workbook = sheets.open(path, encoding=encoding, delimiter=delimiter, limits=limits)
    return bom.read(
        workbook, sheet=sheet, profile=profile, mapping=mapping, name=name, version=version, part_number=part_number
    )


def __getattr__(name: str) -> Any:
    import importlib

    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'bomtool' has no attribute {name!r}")
    return getattr(importlib.import_module(home), name)
