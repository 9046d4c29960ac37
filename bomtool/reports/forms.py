"""The forms a report is written in, by the ending of its name: workbook, page, JSON, CSV set."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool.errors import UsageError

if TYPE_CHECKING:
    from bomtool.reports.model import ReportInput
    from bomtool.reports.template import Template

FORMS = {".xlsx": "workbook", ".html": "page", ".json": "JSON", ".zip": "CSV files"}


def check(path: Path, *, template: bool = False, programs: int = 1) -> None:
    """Refuse before any work what cannot be written. Raises UsageError."""
    kind = path.suffix.lower()
    if template:
        if programs > 1:
            raise UsageError("A template takes one program.", hint="Write one report for each program.")
    elif kind not in FORMS:
        known = ", ".join(f"{ending} ({what})" for ending, what in FORMS.items())
        raise UsageError(f"{path.name} ends in no form of a report.", hint=f"Use {known}.", code="unknown-kind")


def write(path: Path, inputs: Sequence[ReportInput], template: Template | None = None) -> None:
    """Write the report in the form of its name, or by a template. Raises UsageError, WriteError."""
    check(path, template=template is not None, programs=len(inputs))
    if template is not None:
        from bomtool.reports import filling

        return filling.write(path, inputs[0], template)
    kind = path.suffix.lower()
    if kind == ".xlsx":
        from bomtool.reports import workbook

        return workbook.write(path, inputs)
    if kind == ".html":
        from bomtool.reports import page

        return page.write(path, inputs)
    if kind == ".json":
        from bomtool.reports import document

        return document.write(path, inputs)
    from bomtool.reports import csvset

    return csvset.write(path, inputs)
