"""What the commands print: people's tables and JSON on stdout, findings and progress on stderr.

Text from files reaches the terminal as plain text only: control characters are escaped and markup has no effect.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import click

from bomtool.findings import Finding

_MARKS = {"error": ("✖", "red"), "warning": ("▲", "yellow"), "info": ("·", "cyan")}


def plain(value: object) -> str:
    """A value as harmless terminal text: one line, control and direction-changing characters escaped."""
    if value is None:
        return ""
    text = str(value)
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else " " if c in "\n\r\t" else c.encode("unicode_escape").decode() for c in text
    )


def json_out(value: object) -> None:
    """Exactly one JSON object on stdout, ASCII only."""
    click.echo(json.dumps(value, default=_encode, ensure_ascii=True))


def _encode(value: object) -> object:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "to_json"):
        return value.to_json()
    if isinstance(value, Decimal):
        return format(value, "f")
    return str(value)


def listing(results: Sequence[object]) -> dict[str, object]:
    """The JSON form of every list."""
    return {"count": len(results), "results": list(results)}


def note(text: str) -> None:
    """A sentence for people, on stderr."""
    click.echo(plain(text), err=True)


def say(text: str = "") -> None:
    """A sentence of the result, on stdout."""
    click.echo(plain(text))


@dataclass(frozen=True, slots=True)
class Column:
    """A table column: its heading, alignment, and whether long text is folded (default) or cut."""

    title: str
    right: bool = False
    style: str | None = None
    max_width: int | None = None


def table(columns: Sequence[Column | str], rows: Iterable[Sequence[object]], title: str | None = None) -> None:
    """A table on stdout."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=plain(title) if title else None, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        spec = Column(column) if isinstance(column, str) else column
        shown.add_column(
            Text(spec.title),
            justify="right" if spec.right else "left",
            style=spec.style,
            overflow="fold",
            max_width=spec.max_width,
        )
    for row in rows:
        shown.add_row(*[cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row])
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False, width=160)
    console.print(shown)


def findings_out(
    findings: Sequence[Finding | dict[str, Any]], *, limit: int = 60, file_name: str | None = None
) -> None:
    """Findings on stderr, worst first, each with its address and what to do."""
    from rich.console import Console
    from rich.text import Text

    items = [f if isinstance(f, Finding) else _finding(f) for f in findings]
    order = {"error": 0, "warning": 1, "info": 2}
    items.sort(key=lambda f: (order.get(f.severity, 3), f.row or 0, f.column or 0))
    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)
    prefix = f"{file_name}: " if file_name else ""
    for finding in items[:limit]:
        mark, colour = _MARKS.get(finding.severity, ("·", "cyan"))
        where = finding.where()
        text = Text(f"{mark} {finding.severity}", style=colour)
        text.append(plain(f" {prefix}{where + ': ' if where else ''}{finding.message}"), style="default")
        text.append(plain(f" [{finding.code}]"), style="dim")
        if finding.advice and finding.severity != "info":
            text.append(plain(f"\n    {finding.advice}"), style="dim")
        console.print(text)
    if len(items) > limit:
        console.print(Text(f"... and {len(items) - limit} more; --json lists all of them."))


def _finding(item: dict[str, Any]) -> Finding:
    known = {name: item.get(name) for name in Finding.__slots__}
    known["severity"] = known["severity"] or "info"
    return Finding(**known)  # type: ignore[arg-type]


@contextmanager
def progress(description: str, total: int | None = None, *, unit: str = "") -> Iterator[Any]:
    """A progress bar on stderr; yields `advance(done, total)`. Silent where stderr is no terminal."""
    if not sys.stderr.isatty():
        yield lambda done, total=None: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit, markup=False),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
    )
    with bar:
        task = bar.add_task(plain(description), total=total)

        def advance(done: int, of: int | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield advance


def money(value: Decimal | None, currency: str) -> str:
    """An amount for people: digits grouped, at least two decimals, the currency behind; "-" where unknown."""
    if value is None:
        return "-"
    places = max(2, -int(value.normalize().as_tuple().exponent)) if value else 2
    return f"{value:,.{places}f} {currency}"
