"""The review workbook: every line with its candidates and a Decision column, written for a person and read back.

Decisions are words (keep, ignore, custom, no part) or a part: a candidate chosen from the cell's list, a part id, an MPN
among the candidates, or MPN@MAKER. The line is known by an id in a hidden column, so that rows may be sorted, filtered or
deleted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from bomtool.bom import designators
from bomtool.errors import ReadError
from bomtool.findings import cell_address
from bomtool.reports import text as texts
from bomtool.reports.atomic import write_atomically
from bomtool.reports.book import new_book
from bomtool.reports.grid import HEADER_ROW, Column, Grid, Notices, Styled
from bomtool.reports.looks import FONT, Looks, status_text

if TYPE_CHECKING:
    from bomtool.api.boms import Bom, BomLine
    from bomtool.api.parts import PartSummary
    from bomtool.sheets import Sheet

SHEET, CHOICES = "Review", "Choices"
DECISION, LINE_ID = "Decision", "Line id"
WORDS = {"keep": "keep", "ignore": "ignore", "custom": "custom", "no part": "clear", "clear": "clear"}
"""Words of the Decision column and the action each stands for; a blank cell keeps the line as it is."""
OFFERED = ("keep", "ignore", "custom", "no part")
OPEN = ("needs_review", "no_match")

Action = Literal["keep", "ignore", "custom", "clear", "part"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided for a line; `part_id`, or `mpn` with or without `manufacturer`, for the action "part"."""

    line_id: UUID
    action: Action
    part_id: str | None = None
    mpn: str | None = None
    manufacturer: str | None = None
    cell: str = ""
    """Where the decision stands ("Review!D9")."""


def write_review(path: Path | str, bom: Bom, lines: Sequence[BomLine]) -> None:
    """Write the review workbook of a BOM. Raises WriteError, and then the file at `path` is what it was before."""
    write_atomically(path, lambda temporary: _write(temporary, bom, lines))


def read_review(path: Path | str) -> list[Decision]:
    """The decisions of a review workbook, one for each line in it.

    Raises ReadError naming the cell for a decision that cannot be understood, a line decided twice, a damaged line id, and
    for a file that is no review workbook.
    """
    from bomtool import sheets

    book = sheets.open(path)
    found = next((place for sheet in book.sheets if (place := _header(sheet))), None)
    if found is None:
        raise ReadError(
            f"{Path(path).name} is no review workbook: no sheet has the columns {DECISION} and {LINE_ID}.",
            hint="Export one with bomtool boms export BOM review.xlsx --review.",
            code="no-review",
        )
    sheet, header, decision, identity = found
    labels = _labels(book.sheets)
    return list(_decisions(sheet, header, decision, identity, labels))


def label(part: PartSummary) -> str:
    """How a candidate is named in the list of the Decision cell."""
    return f"{part.mpn} @ {part.manufacturer}" if part.manufacturer else part.mpn


def _write(path: Path, bom: Bom, lines: Sequence[BomLine]) -> None:
    with new_book(path) as book:
        looks = Looks(book)
        grid = Grid(book.add_worksheet(SHEET), SHEET, _columns(), looks, lines_max=8)
        choices = Grid(book.add_worksheet(CHOICES), CHOICES, [], looks)
        grid.start("Review", _notices(bom, lines), freeze=3)
        for line in lines:
            grid.add(_row(line))
        if not lines:
            grid.say("The BOM has no lines.")
        grid.finish()
        _choices(choices, lines)
        choices.sheet.hide()
        if lines:
            _validate(grid, len(lines), max(len(line.candidates) for line in lines))
        book.set_properties(
            {"title": texts.clean(f"Review of {bom.name or 'BOM'}")[:250], "comments": "Written by bomtool."}
        )


def _columns() -> list[Column]:
    note = "Choose from the list or write MPN@MAKER. keep: as it is. ignore: leave the line out. custom: a part of our own."
    return [
        Column("line", "Line", 6, "figure"),
        Column("status", "Status", 15),
        Column("given", "Part on the line", 24, "mono"),
        Column("decision", DECISION, 34, "input:text", note=note),
        Column("maker", "Manufacturer", 18),
        Column("designators", "Designators", 22, "wrap"),
        Column("quantity", "Quantity", 9, "integer"),
        Column("description", "Description", 26, "wrap"),
        Column("now", "Part so far", 26),
        Column("why", "Why", 34, "wrap"),
        Column("candidates", "Candidates, likeliest first", 72, "wrap"),
        Column("id", LINE_ID, 38, hidden=True),
    ]


def _row(line: BomLine) -> dict[str, Any]:
    told = dict.fromkeys(filter(None, (line.description, line.value if line.mpn else None, line.package)))
    return {
        "line": line.position,
        "status": Styled(status_text(line.status), f"status:{line.status}"),
        "given": line.mpn or line.value,
        "maker": line.manufacturer_name,
        "designators": designators.compress(line.reference_designators).replace(",", ", "),
        "quantity": line.quant,
        "description": " · ".join(told),
        "decision": None if line.status in OPEN else "keep",
        "now": label(line.part) if line.part else None,
        "why": line.match.reason if line.match else None,
        "candidates": "\n".join(_evidence(line)),
        "id": str(line.id),
    }


def _evidence(line: BomLine) -> Iterator[str]:
    for number, candidate in enumerate(line.candidates, 1):
        part = candidate.part
        about = (
            f"{candidate.level.replace('_', ' ')}, {candidate.score:.0%}", candidate.reason, part.description, part.package,
            part.lifecycle_status, "SAMPLE data" if part.kind == "sample" else None,
        )  # fmt: skip
        yield f"{number}.  {label(part)}  ·  {'  ·  '.join(filter(None, about))}"


def _choices(grid: Grid, lines: Sequence[BomLine]) -> None:
    """A row a line: its number, how many choices it has, the choices; the candidates' ids stand behind them."""
    most = max((len(line.candidates) for line in lines), default=0)
    style = grid.looks.body("text")
    head = ["Line", "Choices", *(f"Choice {n + 1}" for n in range(most + len(OFFERED)))]
    for column, title in enumerate([*head, *(f"Part id {n + 1}" for n in range(most))]):
        grid._put(0, column, title, grid.looks.body("head"))
    for row, line in enumerate(lines, 1):
        offered = [label(candidate.part) for candidate in line.candidates] + list(OFFERED)
        grid._put(row, 0, line.position, style)
        grid._put(row, 1, len(offered), style)
        for column, text in enumerate(offered, 2):
            grid._put(row, column, text, style)
        for column, candidate in enumerate(line.candidates, len(head)):
            grid._put(row, column, candidate.part.id, style)


def _validate(grid: Grid, count: int, most: int) -> None:
    """One list for the whole column, found by the line's number: it still fits after the rows were sorted."""
    first, column = HEADER_ROW + 1, grid._at["decision"]
    place = f"MATCH($A{first + 1},{CHOICES}!$A$1:$A${count + 1},0)"
    source = (
        f"=OFFSET({CHOICES}!$C$1,{place}-1,0,1,INDEX({CHOICES}!$B$1:$B${count + 1},{place}))" if most
        else f"={CHOICES}!$C$2:${'CDEF'[len(OFFERED) - 1]}$2"
    )  # fmt: skip
    grid.sheet.data_validation(
        first, column, first + count - 1, column,
        {"validate": "list", "source": source, "error_type": "warning", "error_title": "Not in the list",
         "error_message": "Another part is written as MPN@MAKER."},
    )  # fmt: skip


def _notices(bom: Bom, lines: Sequence[BomLine]) -> Notices:
    still = sum(line.status in OPEN for line in lines)
    name = texts.clean(bom.name or "BOM")
    command = f"bomtool boms match {str(bom.id)[:8]} THIS-FILE"
    subtitle = f"{name}  ·  {len(lines):,} lines, {still:,} to decide  ·  read back by: {command}"
    sample = any(c.part.kind == "sample" for line in lines for c in line.candidates)
    footer = f'&L&"{FONT}"&8{name[:60].replace("&", "&&")}&R&"{FONT}"&8page &P of &N'
    notice = (
        "SAMPLE data: some candidates are of the sample catalogue, whose prices and stock are invented."
        if sample
        else None
    )
    return Notices(f"{subtitle}  ·  {datetime.now(UTC):%Y-%m-%d}", notice, None, footer)


def _header(sheet: Sheet) -> tuple[Sheet, int, int, int] | None:
    """Sheet, header row, columns of decision and line id, all 1-based; None where the sheet has no such header."""
    for row in range(1, min(len(sheet.rows), 50) + 1):
        words = [sheet.text(row, column).strip() for column in range(1, len(sheet.rows[row - 1]) + 1)]
        if DECISION in words and LINE_ID in words:
            return sheet, row, words.index(DECISION) + 1, words.index(LINE_ID) + 1
    return None


def _labels(found: Sequence[Sheet]) -> dict[str, set[str]]:
    """The part ids that each label of the workbook's own lists stands for."""
    sheet = next((sheet for sheet in found if sheet.name == CHOICES), None)
    labels: dict[str, set[str]] = {}
    if sheet is None or not sheet.rows:
        return labels
    head = [sheet.text(1, column) for column in range(1, len(sheet.rows[0]) + 1)]
    ids = head.index("Part id 1") + 1 if "Part id 1" in head else None
    for row in range(2, len(sheet.rows) + 1):
        column = ids
        while column and (part := sheet.text(row, column)):
            labels.setdefault(_key(sheet.text(row, column - ids + 3)), set()).add(part)  # type: ignore[operator]
            column += 1
    return labels


def _decisions(
    sheet: Sheet, header: int, decision: int, identity: int, labels: dict[str, set[str]]
) -> Iterator[Decision]:
    seen: dict[UUID, int] = {}
    for row in range(header + 1, len(sheet.rows) + 1):
        text, name = sheet.text(row, decision).strip(), sheet.text(row, identity).strip()
        if not text and not name:
            continue
        try:
            line = UUID(name)
        except ValueError:
            raise _refused(
                sheet, row, identity, f"{name!r} is no line id" if name else "the line id is missing",
                "Do not change the hidden column Line id; export the review workbook again.", "decision-line-unknown",
            ) from None  # fmt: skip
        if line in seen:
            raise _refused(
                sheet, row, decision, f"the line of row {seen[line]} stands here again", "Delete one of the two rows.",
                "decision-twice",
            )  # fmt: skip
        seen[line] = row
        yield _decision(sheet, row, decision, line, text, labels)


def _decision(sheet: Sheet, row: int, column: int, line: UUID, text: str, labels: dict[str, set[str]]) -> Decision:
    where = _where(sheet, row, column)
    detail = sheet.details.get((row, column))
    computed = detail is not None and bool(detail.error or detail.formula)
    if not text and not computed:
        return Decision(line, "keep", cell=where)
    if computed or not isinstance(sheet.value(row, column), str):
        raise _refused(
            sheet, row, column, f"{text!r} is a number, a date or a formula and no text",
            "Format the cell as text and write the part number again.", "decision-not-text",
        )  # fmt: skip
    word = WORDS.get(" ".join(text.casefold().split()))
    if word:
        return Decision(line, word, cell=where)  # type: ignore[arg-type]
    ids = labels.get(_key(text), set())
    if len(ids) == 1:
        return Decision(line, "part", part_id=next(iter(ids)), cell=where)
    name, at, maker = (piece.strip() for piece in text.rpartition("@"))
    if at and name and maker:
        return Decision(line, "part", mpn=name, manufacturer=maker, cell=where)
    if at or not any(character.isalnum() for character in text) or len(text.split()) > 6:
        raise _refused(
            sheet, row, column, f"{text!r} is no decision",
            f"Write {', '.join(OFFERED)}, or a part as MPN@MAKER.", "decision-unclear",
        )  # fmt: skip
    return Decision(line, "part", mpn=text, cell=where)


def _key(text: str) -> str:
    return " ".join(text.replace("@", " @ ").casefold().split())


def _refused(sheet: Sheet, row: int, column: int, what: str, hint: str, code: str) -> ReadError:
    return ReadError(
        f"{_where(sheet, row, column)}: {what}.", hint=hint, code=code, sheet=sheet.name, row=row, column=column
    )


def _where(sheet: Sheet, row: int, column: int) -> str:
    cell = cell_address(row, column)
    return f"{sheet.name}!{cell}" if sheet.name else cell
