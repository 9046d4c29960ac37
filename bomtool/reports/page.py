"""The report as one HTML page that needs nothing else: no script, no font, no picture from anywhere; made for printing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path

from bomtool import data
from bomtool.reports import drawing, options, plain, scalars
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.facts import Facts, when
from bomtool.reports.grid import NUMBERS, Column
from bomtool.reports.looks import STATUS, status_text
from bomtool.reports.model import ReportInput
from bomtool.reports.plain import PlainProgram, PlainRow, PlainTable

SHOWN = ("purchase_list", "availability", "pricing", "cost_curve", "problems", "alternates", "source_lines")
"""Tables of the page in their order; offers are left to the workbook."""
LEFT_OUT = {"pricing": {"own_price"}, "availability": {"own_overage"}, "purchase_list": {"note"}}
"""Columns that are inputs of the workbook."""


def write(path: Path | str, inputs: Sequence[ReportInput]) -> None:
    """Write the page. Raises WriteError as every report."""
    chosen = options.load()
    programs = [plain.program_tables(item, chosen) for item in inputs]
    text = page(programs)
    write_atomically(path, lambda temporary: _write(temporary, text))


def page(programs: Sequence[PlainProgram]) -> str:
    """The page of some programs."""
    title = ", ".join(one.prepared.facts.inputs.name for one in programs)
    body = "".join(_program(one) for one in programs)
    style = data.template("report.css").read_text(encoding="utf-8").replace("</", "<\\/")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="generator" content="bomtool">'
        f"<title>{_text(title[:200])}</title><style>{style}</style></head><body>{body}</body></html>\n"
    )


def _program(one: PlainProgram) -> str:
    facts = one.prepared.facts
    figures = scalars.values(facts)
    notice = f'<div class="notice">▲ {_text(one.notice)}</div>' if one.notice else ""
    told = [f"all amounts in {facts.currency}", f"planned {scalars.shown(figures['planned_at'])}"]
    told += [f"data: {figures['sources']}"] if figures["sources"] else []
    told.append(str(figures["boms"] or "no BOM"))
    head = f"<h1>{_text(facts.inputs.name)}</h1><div class='quiet'>{_text('  ·  '.join(told))}</div>"
    found = [one.tables[name] for name in SHOWN]
    tables = "".join(_section(table, notice, facts) for table in found if table.rows or table.notes)
    return f"<article>{head}{notice}{_cards(facts)}{_holding(facts)}{_breakdown(one)}{tables}{_end(facts)}</article>"


def _cards(facts: Facts) -> str:
    pricing, available = facts.inputs.pricing, facts.inputs.availabilities
    known = "Known cost" if pricing.total is None else "Total cost"
    now = "unknown" if available.buildable_now is None else f"{available.buildable_now:,}"
    ready = available.ready_date.isoformat() if available.ready_date else "unknown"
    covered = f"cost of {pricing.lines_priced} of {pricing.lines_total} lines"
    cards = [
        (known, f"{facts.currency} {_money(pricing.known_total, facts.digits)}", covered),
        (
            "Per build",
            f"{facts.currency} {_money(pricing.known_unit_cost, facts.digits)}",
            f"for {facts.planned:,} builds",
        ),
        ("Buildable now", now, f"{available.buildable_from_stock:,} from own stock alone"),
        ("Ready date", ready, "if ordered today" if available.ready_date else "a lead time is missing"),
    ]
    inner = "".join(
        f'<div class="card"><span class="label">{label}</span><b>{_text(figure)}</b><small>{_text(more)}</small></div>'
        for label, figure, more in cards
    )
    return f'<div class="cards">{inner}</div>'


def _holding(facts: Facts) -> str:
    lines = scalars.values(facts)["gating"]
    items = "".join(f"<li>{_text(line)}</li>" for line in str(lines).split("\n")) if lines else ""
    inner = f"<ol>{items}</ol>" if items else '<p class="quiet">No line limits the run.</p>'
    overage = _text(facts.inputs.availabilities.overage_text)
    return f'<h2>What holds it up</h2>{inner}<p class="quiet">{overage}</p>'


def _breakdown(one: PlainProgram) -> str:
    """The status ring, cost by category and by supplier."""
    tally = one.prepared.tally
    fees = {"Fees of orders": one.prepared.facts.fees} if one.prepared.facts.fees else {}
    counts = tally.statuses
    ring = [(status, status_text(status), counts[status]) for status in STATUS if counts[status]]
    charts = [
        ("Lines by status", drawing.ring(ring)),
        ("Cost by category", drawing.bars(dict(tally.categories.ranked) | fees)),
        ("Cost by supplier", drawing.bars(dict(tally.suppliers.ranked) | fees)),
    ]
    inner = "".join(f"<div><h3>{title}</h3>{svg}</div>" for title, svg in charts if svg)
    return f'<div class="columns">{inner}</div>' if inner else ""


def _section(table: PlainTable, notice: str, facts: Facts) -> str:
    out = LEFT_OUT.get(table.section, set())
    columns = [column for column in table.shown if column.key not in out]
    head = "".join(f"<th{_class(column, None)}>{_text(column.title)}</th>" for column in columns)
    rows = "".join(_row(row, columns, facts) for row in table.rows)
    curve = drawing.curve(facts.inputs.pricing.quantities) if table.section == "cost_curve" else ""
    notes = "".join(f'<p class="quiet">{_text(note)}</p>' for note in table.notes)
    body = (
        f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>' if rows else ""
    )
    return f"<section><h2>{_text(table.title)}</h2>{notice}{body}{curve}{notes}</section>"


def _row(row: PlainRow, columns: Iterable[Column], facts: Facts) -> str:
    kind = f' class="{row.kind}"' if row.kind != "line" else ""
    cells = "".join(
        f"<td{_class(column, row.tones.get(column.key))}>{_cell(row, column, facts)}</td>" for column in columns
    )
    return f"<tr{kind}>{cells}</tr>"


def _cell(row: PlainRow, column: Column, facts: Facts) -> str:
    value = row.values.get(column.key)
    shown = _shown(value, column.kind.rpartition(":")[2], facts)
    link = texts.web_link(row.links.get(column.key))
    return f'<a href="{escape(link)}" rel="noreferrer noopener">{_text(shown)}</a>' if link and shown else _text(shown)


def _shown(value: plain.Value | float, kind: str, facts: Facts) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if kind == "date" else when(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if kind == "money":
        return _money(Decimal(value), facts.digits)
    if kind == "price":
        return _price(Decimal(value), facts.digits)
    if kind == "share" and 0 < value < 0.005:
        return "<1%"
    if kind in ("percent", "share"):
        return f"{value:.0%}"
    if kind == "days":
        return f"{value} days"
    return f"{value:,}" if isinstance(value, int) else f"{value:,f}"


def _money(value: Decimal, digits: int) -> str:
    return f"{value:,.{digits}f}"


def _price(value: Decimal, digits: int) -> str:
    """Every digit, at least those of the minor unit."""
    whole, _, part = f"{value:,f}".partition(".")
    part = part.rstrip("0").ljust(digits, "0")
    return f"{whole}.{part}" if part else whole


def _class(column: Column, tone: str | None) -> str:
    kind = column.kind.rpartition(":")[2]
    name = "n" if kind in NUMBERS or kind == "figure" else "id" if kind == "mono" else ""
    if tone:
        name = drawing.tone_of(tone)
    return f' class="{name}"' if name else ""


def _end(facts: Facts) -> str:
    return f'<p class="quiet">Written by bomtool, {when(facts.inputs.generated_at)}.</p>'


def _text(value: str) -> str:
    return escape(texts.clean(value)).replace("\n", "<br>")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="replace")
