"""Reads the tables of `templates/` that users may edit."""

from __future__ import annotations

import csv

from bomtool import data
from bomtool.errors import UsageError


def rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a CSV table, cells trimmed, blank rows and rows starting with `#` left out.

    Raises UsageError where the table is missing, is not UTF-8 or lacks one of the columns.
    """
    path = data.template(name)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(line for line in file if not line.startswith("#"))
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            found = [{key: (value or "").strip() for key, value in row.items() if key} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"The table {path} cannot be read: {error}.", hint="Save it as CSV in UTF-8.") from error
    if missing:
        raise UsageError(
            f"The table {path} has no column {', '.join(missing)}.",
            hint="Compare it with the shipped one: bomtool templates list.",
        )
    return [row for row in found if any(row.values())]
