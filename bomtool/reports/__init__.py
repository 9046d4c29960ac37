"""Workbooks (and CSV, JSON) written for people: the report of a program, the review workbook, the export of a BOM."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bomtool.reports.model import BomWithLines, ReportInput
    from bomtool.reports.workbook import write

__all__ = ["BomWithLines", "ReportInput", "write"]

_HOMES = {"BomWithLines": "model", "ReportInput": "model", "write": "workbook"}


def __getattr__(name: str) -> Any:
    """Loads the module of a name when it is first asked for: the wire models are not light."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
