"""Do not place: what flag columns, words in other cells and headings say, brought together for every line."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bomtool.bom import designators, placement
from bomtool.bom.model import Line
from bomtool.bom.table import Table

_NOT_ASSEMBLED = re.compile(r"(?:NA|NS|NM|NP|NC|NF|NI|DNP|N/A|N\.\s?[AMPSF]\.)\s?[(\[](?=.*\d)")
"""A value in brackets behind an abbreviation: "NA(220pF/100V)" is the part that would stand there."""


def flag_columns(table: Table, lines: Sequence[Line], rows: Sequence[list[str]]) -> None:
    """Read the do-not-place column over all lines (`rows` are their texts): polarity needs header and values together."""
    position = table.position("do_not_place")
    if position < 0 or not lines:
        return
    texts = [row[position] if position < len(row) else "" for row in rows]
    flag = placement.read_flag(table.flag_header or table.header(position), texts)
    for line, decision, text in zip(lines, flag.decisions, texts, strict=True):
        if decision is False and text and line.do_not_place:
            message = f'The column "{table.header(position)}" says "{text}", but another cell says that the part is not placed.'
            table.say("placement-contradiction", message, row=line.row, name="do_not_place")
        if decision is None and not text and table.flag_header:
            decision = True  # the caller named the marks of what is fitted: a blank is not
        line.do_not_place |= bool(decision)
    for code, at, message in flag.problems:
        if code == "placement-blank" and table.flag_header:
            continue
        row = lines[at].row if at is not None else table.candidate.header_row
        table.say(code, message, row=row, name="do_not_place")


def excluded(table: Table, lines: Sequence[Line], rows: Sequence[list[str]]) -> None:
    """Lines that a column like "Exclude from BOM" takes out: they stay, but are not placed; each is told."""
    position = table.position("exclude")
    if position < 0:
        return
    for line, row in zip(lines, rows, strict=True):
        text = row[position] if position < len(row) else ""
        if placement.flag_meaning(text) in ("yes", "not-placed") or "exclude" in text.casefold():
            line.do_not_place = True
            message = f'"{table.header(position)}" says "{text}"; the line is kept as not placed.'
            table.say("line-excluded", message, row=line.row, name="exclude")


def words(line: Line) -> bool:
    """Whether value, description, comments or package say that the part is not placed."""
    return (
        (line.value is not None and (_said(line.value) or _NOT_ASSEMBLED.match(line.value) is not None))
        or (line.description is not None and _said(line.description))
        or (line.comments is not None and _said(line.comments))
        or (line.package is not None and _said(line.package))
        or (line.value is not None and placement.of_passive(line.value) and _is_passive(line))
    )


def _is_passive(line: Line) -> bool:
    refs = line.reference_designators
    return bool(refs) and designators.kind(refs[0]) in ("resistor", "capacitor", "inductor", "ferrite")


@functools.lru_cache(maxsize=8192)
def _said(text: str) -> bool:
    return placement.says_not_placed(text)


def split_partly(line: Line, left_out: frozenset[str]) -> list[Line]:
    """The lines of a line of which some designators are not placed: what is placed, and what is not."""
    out = [ref for ref in line.reference_designators if ref in left_out]
    kept = [ref for ref in line.reference_designators if ref not in left_out]
    if not out:
        return [line]
    if not kept:
        line.do_not_place = True
        return [line]
    count = line.quantity
    everything = count is None or count == len(line.reference_designators) or count != len(kept)
    placed = None if count is None else count - len(out) if everything and count >= len(out) else count
    left = None if count is None else Decimal(len(out))
    return [
        replace(line, reference_designators=tuple(kept), quantity=placed),
        replace(line, reference_designators=tuple(out), quantity=left, do_not_place=True),
    ]
