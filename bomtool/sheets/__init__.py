"""A file becomes sheets of cells: `open` it, whatever its name says. This room knows nothing of BOMs."""

from __future__ import annotations

from os import PathLike

from bomtool.sheets.limits import Limits
from bomtool.sheets.model import Detail, Sheet, Workbook

__all__ = ["Detail", "Limits", "Sheet", "Workbook", "open"]


def open(
    path: str | PathLike[str],
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    limits: Limits | None = None,
) -> Workbook:
    """Read a file into a Workbook: xlsx, xlsm, xls, xlsb, ods, delimited or fixed-width text, an HTML, XML or JSON table.

    The kind is taken from the content, never from the name. `encoding` and `delimiter` force the reading of text files
    (`delimiter` may also be "fixed-width"). Raises ReadError with a code, one sentence and a hint for anything else.
    """
    from bomtool.sheets.reading import read_workbook

    return read_workbook(path, encoding=encoding, delimiter=delimiter, limits=limits or Limits())
