"""The links of a large sheet, kept on the disk until the sheet is closed: XlsxWriter holds a kilobyte for each."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from bomtool.reports import spool


class Links:
    """Stands where XlsxWriter keeps `hyperlinks[row][column]` of a sheet that is written row by row, from the top down."""

    def __init__(self) -> None:
        self._kept = spool.of_objects(memory=0)
        self._rows = array("l")
        self._columns = array("l")
        self._first: dict[int, int] = {}

    def add(self, row: int, column: int, url: Any) -> None:
        """Keep a link; rows come in ascending order."""
        self._first.setdefault(row, len(self._kept))
        self._kept.append(url)
        self._rows.append(row)
        self._columns.append(column)

    def keys(self) -> Sequence[int]:
        """Rows with links."""
        return list(self._first)

    def __getitem__(self, row: int) -> _Row:
        return _Row(self, row)

    def columns(self, row: int) -> list[int]:
        """Columns of a row that have links."""
        found, place = [], self._first.get(row, len(self._rows))
        while place < len(self._rows) and self._rows[place] == row:
            found.append(self._columns[place])
            place += 1
        return found

    def link(self, row: int, column: int) -> Any:
        """The link of a cell; of several the last one."""
        columns = self.columns(row)
        return self._kept[self._first[row] + len(columns) - 1 - columns[::-1].index(column)]


class _Row:
    """The links of one row."""

    __slots__ = ("_links", "_row")

    def __init__(self, links: Links, row: int) -> None:
        self._links, self._row = links, row

    def __setitem__(self, column: int, url: Any) -> None:
        self._links.add(self._row, column, url)

    def __getitem__(self, column: int) -> Any:
        return self._links.link(self._row, column)

    def keys(self) -> set[int]:
        """Columns with links."""
        return set(self._links.columns(self._row))
