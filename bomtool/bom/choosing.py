"""Which sheet and which table of it is the BOM: all candidates of all sheets compared, or what the caller forces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bomtool.bom import doubts, headers, layout, placement, profiles, sides, solve, totals
from bomtool.bom.grid import Grid
from bomtool.bom.layout import Candidate
from bomtool.bom.table import Table
from bomtool.errors import ReadError, UsageError
from bomtool.findings import Findings
from bomtool.sheets.model import Sheet, Workbook

UNSURE = 0.45
"""Below this confidence the layout is reported as uncertain."""
OWN_TITLE, OWN_HEADER = "BOM name:", (5,)
"""The first cell and the header row of a BOM sheet that bomtool wrote: in a report it stands beside sheets of costs."""
Reading = Literal["best", "second"]
KNOWN = 0.9
"""The least confidence where a profile recognises the file."""
FIELDS = (*solve.SINGLE, *solve.MANY)


@dataclass(slots=True)
class Choice:
    """The table chosen, how sure that is, and what came second."""

    table: Table
    confidence: float
    runner_up: str | None
    profile: str | None = None
    evidence: list[str] = field(default_factory=list)
    second: bool = False
    """Whether there is another reading that can be asked for."""


def choose(
    workbook: Workbook,
    findings: Findings,
    *,
    sheet: str | None,
    profile: str | None,
    mapping: Mapping[str, str] | None,
    reading: Reading | None = None,
) -> Choice:
    """The table to read. `reading` is what a person chose: the best one, or the one that came second.

    Raises ReadError where there is none, UsageError for a sheet, field or column that is not there."""
    forced = _fields(mapping or {})
    saved = profiles.load(profile) if profile is not None else None
    if sheet is None and saved is not None and saved.sheet in [one.name for one in workbook.sheets]:
        sheet = saved.sheet
    sheets = [_named(workbook, sheet)] if sheet is not None else _readable(workbook)
    ranked: list[list[Candidate]] = []
    shipped = profiles.every()

    def known(texts: Sequence[str]) -> dict[str, list[int]] | None:
        recognised = saved or profiles.recognise(texts, shipped)
        return recognised.forced(texts) if recognised is not None and recognised.fits(texts) else None

    for one in sheets:
        found = layout.candidates(Grid(one), forced, known)
        if saved is not None:
            found = [c for c in found if saved.fits(c.headers)]
        if found:
            ranked.append(found)
    if not ranked:
        if saved is not None and any(layout.candidates(Grid(one), forced) for one in sheets):
            raise UsageError(
                f"The profile {saved.name!r} does not fit {workbook.path.name}: it has none of its columns.",
                hint=f"Leave --profile out, or see bomtool profiles show {saved.name}.",
                code="profile-misfit",
            )
        raise _nothing(workbook, sheets, forced)
    order = sorted(range(len(ranked)), key=lambda i: (-_worth(ranked[i][0]), i))
    best = first = ranked[order[0]][0]
    others = [c for i in order for c in ranked[i] if c is not best]
    saved = saved or profiles.recognise(best.headers, shipped)
    second = _second(best, others)
    if reading == "second" and second is not None:
        best, others, saved = second, [], None
    elif saved is not None:
        best = layout.resolved(first, saved.forced(first.headers) | _indexes(first, forced))
    table = Table.of(best, findings, best.columns)
    table.flag_header = next((w for w in mapping or () if placement.header_polarity(w) is not None), None)
    totals.take(table)
    sides.join(table)
    confidence = layout.confidence(best, others)
    if saved is not None:
        confidence = max(confidence, KNOWN)
    doubts.tell(table, frozenset(forced) | frozenset(saved.columns if saved is not None else ()))
    doubts.other_tables(table)
    _tell(table, [ranked[i][0] for i in order[1:]], workbook, confidence if reading is None else 1.0)
    rival = others[0].where() + f" (evidence {others[0].score:.1f} against {best.score:.1f})" if others else None
    runner_up = "; ".join(filter(None, [rival, best.assignment.runner_up])) or None
    name = saved.name if saved is not None else None
    return Choice(table, confidence, runner_up, name, _evidence(best), second is not None)


def _second(best: Candidate, others: Sequence[Candidate]) -> Candidate | None:
    """The reading that came second: the same table with another column for a field, where that is the closest choice,
    else another table."""
    rival = best.assignment.rival
    near = others[0] if others and others[0].score > best.score - 4.0 else None
    if rival is not None and (near is None or best.assignment.margin < best.score - near.score):
        kept = {name: columns for name, columns in best.columns.items() if name != rival[0] and rival[1] not in columns}
        return layout.resolved(best, {**kept, rival[0]: [rival[1]]})
    return others[0] if others else None


def _indexes(candidate: Candidate, forced: Mapping[str, str]) -> dict[str, list[int]]:
    """The columns that the caller named by their headers."""
    keys = [headers.key(text) for text in candidate.headers]
    return {name: [keys.index(headers.key(text)) + 1] for name, text in forced.items()}


def _worth(candidate: Candidate) -> float:
    sheet = candidate.grid.sheet
    score = candidate.score - (6.0 if sheet.state != "visible" else 0.0)
    return score + (30.0 if sheet.text(1, 1) == OWN_TITLE and candidate.header_rows == OWN_HEADER else 0.0)


def _readable(workbook: Workbook) -> list[Sheet]:
    return [sheet for sheet in workbook.sheets if sheet.rows]


def _named(workbook: Workbook, name: str) -> Sheet:
    wanted = name.strip().casefold()
    for sheet in workbook.sheets:
        if (sheet.name or "").strip().casefold() == wanted:
            return sheet
    names = ", ".join(repr(sheet.name) for sheet in workbook.sheets if sheet.name is not None)
    raise UsageError(
        f"{workbook.path.name} has no sheet {name!r}.",
        hint=f"Its sheets are {names}." if names else "A text file has no sheets; leave --sheet out.",
        code="sheet-unknown",
    )


def _fields(mapping: Mapping[str, str]) -> dict[str, str]:
    """Field to header text; a field may be named as in the table or by a header that means it ("refdes", "qty")."""
    found: dict[str, str] = {}
    for written, header in mapping.items():
        name = written.strip().casefold().replace("-", "_").replace(" ", "_")
        if name not in FIELDS:
            meanings = headers.read(written).fields
            name = max(meanings, key=lambda n: meanings[n]) if meanings else ""
        if name not in FIELDS:
            raise UsageError(
                f"There is no field {written!r}.", hint=f"Fields are {', '.join(solve.SINGLE)}.", code="field-unknown"
            )
        found[name] = header
    return found


def _nothing(workbook: Workbook, sheets: Sequence[Sheet], forced: Mapping[str, str]) -> Exception:
    """The error for a file in which no table is found."""
    name = workbook.path.name
    if not any(any(cell not in (None, "") for cell in row) for sheet in sheets for row in sheet.rows):
        return ReadError(f"No cell of {name} is filled.", hint="Give the file that has the BOM.", code="no-cells")
    if forced:
        free = [c for sheet in sheets for c in layout.candidates(Grid(sheet))]
        named = [text for text in free[0].headers if text] if free else []
        return UsageError(
            f"No header row of {name} has the column {' and '.join(repr(text) for text in forced.values())}.",
            hint=f"The columns are {', '.join(map(repr, named))}."
            if named
            else "Give the header as the file writes it.",
            code="column-unknown",
        )
    return ReadError(
        f"No table of parts was found in {name}: no row names columns such as designator, quantity or part number.",
        hint="Give the file that has the BOM; name its columns in the first row, or say which is which with --map.",
        code="no-table",
    )


def _tell(table: Table, other_sheets: Sequence[Candidate], workbook: Workbook, confidence: float) -> None:
    best = table.candidate
    sheet = best.grid.sheet
    if sheet.state != "visible":
        table.say("sheet-hidden", f"The sheet {sheet.name!r} is hidden and was read, as no visible one has a BOM.")
    rivals = [c.grid.sheet.name for c in other_sheets if c.score > 0.5 * best.score and c.rows > 2]
    if rivals:
        names = ", ".join(repr(name) for name in rivals)
        table.say("other-sheets", f"The sheet {sheet.name!r} was read; {names} may be BOMs as well.")
    if confidence < UNSURE:
        second = f" The next best choice is {best.assignment.runner_up}." if best.assignment.runner_up else ""
        fields = [n for n in solve.ESSENTIAL if n in best.columns]
        weakest = min(fields, key=lambda n: best.assignment.weights[n, best.columns[n][0]], default=None)
        table.say(
            "layout-uncertain",
            f"The columns were recognised with a confidence of {confidence:.0%} only.{second}",
            row=best.header_row,
            name=weakest,
        )


def _evidence(best: Candidate) -> list[str]:
    sentences = [f"{best.where()}: evidence {best.score:.1f}, about {best.rows} rows fit."]
    for name, indexes in best.columns.items():
        for index in indexes:
            named = best.readings[index - 1].fields.get(name, 0.0)
            weight, filled = best.assignment.weights.get((name, index), 0.0), best.cells[index - 1].filled
            sentences.append(
                f"{name} is column {index} {best.headers[index - 1]!r}: header {named:.1f}, with its cells {weight:.1f}; "
                f"{filled:.0%} of the cells are filled."
            )
    return sentences
