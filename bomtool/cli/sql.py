"""`bomtool sql`: one read-only SELECT over the platform's documented views."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import click

from bomtool.cli import output, records
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError


@click.command(epilog='Example: bomtool sql "SELECT name, status FROM rfqs" -o rfqs.csv')
@click.argument("query")
@click.option("--limit", type=click.IntRange(1, 10_000), default=1_000, show_default=True, help="Most rows.")
@click.option("-o", "--out", type=click.Path(dir_okay=False, path_type=Path), help="Write the rows to this CSV file.")
@json_option
def sql(query: str, limit: int, out: Path | None, as_json: bool) -> int:
    """Answer one SELECT over the views of your own records; docs/api.md lists them. Exit 1 where rows are left out."""
    with records.platform() as (client, _):
        found = client.reporting.sql_query(query, limit=limit)
    if out is not None:
        _write(out, found.columns, found.rows)
    if as_json:
        output.json_out(found)
    elif out is None:
        output.table(found.columns, [["" if cell is None else cell for cell in row] for row in found.rows])
    else:
        output.say(f"{found.row_count:,} rows in {out}")
    if found.truncated:
        output.note(f"There are more rows than {limit:,}; raise --limit or narrow the query.")
    return EXIT_PARTLY if found.truncated else EXIT_DONE


def _write(path: Path, columns: list[str], rows: list[list[Any]]) -> None:
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerows([_cell(cell) for cell in row] for row in rows)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror or error}.") from error


def _cell(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t") else value
