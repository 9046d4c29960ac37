"""How much of a file is read at most, checked before anything is parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bomtool.settings import Settings

_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one reading. Sizes are bytes, `seconds` is wall clock of the child process, `memory` its resident set.

    The numbers of rows and columns are those of a spreadsheet; `ratio` is the compression that no honest workbook of
    more than 20 MiB reaches.
    """

    file_bytes: int = 200 * _MIB
    inflated_bytes: int = 200 * _MIB
    ratio: int = 200
    entries: int = 10_000
    sheets: int = 512
    rows: int = 1_048_576
    columns: int = 16_384
    cells: int = 20_000_000
    cell_characters: int = 100_000
    seconds: float = 120.0
    memory: int = 3072 * _MIB

    @classmethod
    def from_settings(cls, settings: Settings) -> Limits:
        """The limits that a user set (max_file_mb, max_rows, max_cells)."""
        size = settings.max_file_mb * _MIB
        return cls(file_bytes=size, inflated_bytes=size, rows=settings.max_rows, cells=settings.max_cells)
