"""A file becomes a BOM, within the limits of the settings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from bomtool import settings as settings_module
from bomtool.errors import BomtoolError, ReadError

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.sheets.model import Workbook


def read_file(
    path: Path,
    sheet: str | None = None,
    profile: str | None = None,
    mapping: dict[str, str] | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    answer: Literal["best", "second"] | None = None,
    **names: str | None,
) -> tuple[Workbook, Bom]:
    """Open a file within the limits of the settings and read its BOM; `answer` is what a person chose where the layout is
    uncertain. Raises ReadError."""
    from bomtool import bom as bom_room
    from bomtool import sheets

    limits = sheets.Limits.from_settings(settings_module.load())
    try:
        workbook = sheets.open(path, encoding=encoding, delimiter=delimiter, limits=limits)
        bom = bom_room.read(workbook, sheet=sheet, profile=profile, mapping=mapping or None, reading=answer, **names)
        return workbook, bom
    except BomtoolError:
        raise
    except RecursionError as error:
        raise ReadError(
            f"{path.name} is nested too deeply to be read.", hint="Save it again as .xlsx or .csv.", code="unreadable"
        ) from error
