"""Reading a BOM: choose the table, sort its rows, make its lines, look over the whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bomtool.bom import choosing, hiding, levels, placement, placing, repeats, review, rows, titles, totals
from bomtool.bom.lines import Builder
from bomtool.bom.model import Bom, Column, Layout, Line, SourceRow, joined
from bomtool.bom.rows import Sorted
from bomtool.bom.table import Table
from bomtool.errors import ReadError
from bomtool.findings import Findings
from bomtool.sheets.collector import collector_paused
from bomtool.sheets.model import Workbook


def read_bom(
    workbook: Workbook,
    *,
    sheet: str | None = None,
    profile: str | None = None,
    mapping: Mapping[str, str] | None = None,
    name: str | None = None,
    version: str | None = None,
    part_number: str | None = None,
    reading: choosing.Reading | None = None,
) -> Bom:
    """See `bomtool.bom.read`."""
    with collector_paused():
        return _read(workbook, Names(name, version, part_number), sheet, profile, mapping, reading)


@dataclass(frozen=True, slots=True)
class Names:
    """What the caller calls the assembly, its version and its part number; None leaves it to the file."""

    name: str | None
    version: str | None
    part_number: str | None


def _read(
    workbook: Workbook,
    names: Names,
    sheet: str | None,
    profile: str | None,
    mapping: Mapping[str, str] | None,
    reading: choosing.Reading | None,
) -> Bom:
    findings = Findings(list(workbook.findings))
    choice = choosing.choose(workbook, findings, sheet=sheet, profile=profile, mapping=mapping, reading=reading)
    table = choice.table
    block = titles.title_block(table.grid, table.candidate.header_row)
    sorted_rows = repeats.without_repeats(table, rows.sort_rows(table))
    reader = _Reader(table, sorted_rows)
    reader.read()
    if not reader.lines:
        raise ReadError(
            f"The table of {workbook.path.name} has a header but no line below it.",
            hint="See that the export finished and that the right sheet is given (--sheet).",
            code="no-lines",
            sheet=table.grid.sheet.name,
            row=table.candidate.header_row,
        )
    totals.settle(table, reader.lines, titles.pick(block, "boards"))
    review.look_over(table, reader.lines)
    return Bom(
        name=names.name or titles.pick(block, "name") or workbook.path.stem or "BOM",
        lines=reader.lines,
        layout=_layout(choice),
        source_rows=reader.source,
        findings=findings.items,
        version=names.version or titles.pick(block, "version"),
        part_number=names.part_number or titles.pick(block, "part_number"),
        file_name=workbook.path.name,
        file_sha256=workbook.sha256,
        file_kind=workbook.kind,
        encoding=workbook.encoding,
        delimiter=workbook.delimiter,
        title_block=block,
    )


class _Reader:
    """Goes through the sorted rows of one table and keeps account of each."""

    def __init__(self, table: Table, sorted_rows: list[Sorted]) -> None:
        self.table, self.rows = table, sorted_rows
        self.builder = Builder(table, [item.texts for item in sorted_rows if item.kind == "line"])
        self.lines: list[Line] = []
        self.source: list[SourceRow] = []
        self.section: str | None = None
        self.section_left_out = False
        self.made: list[Line] = []
        self.texts: list[list[str]] = []  # of the rows of `made`
        self.partly: dict[int, frozenset[str]] = {}

    def read(self) -> None:
        """Make all lines; `source` accounts for every row."""
        hidden = hiding.rows(
            self.table, [item.row for item in self.rows if item.kind in ("line", "alternate", "continuation")]
        )
        owners: list[int | None] = []  # the line of every row, as its place in `made`
        current: Line | None = None
        for item in self.rows:
            if item.kind == "line":
                owners.append(len(self.made))
                current = self._line(item)
            elif item.kind == "alternate" and current is not None:
                current.alternates += tuple(self.builder.alternates(item.row, item.texts))
                current.rows += (item.row,)
                owners.append(len(self.made) - 1)
            elif item.kind == "continuation" and current is not None:
                self._continue(current, item)
                owners.append(len(self.made) - 1)
            else:
                self._skip(item)
                owners.append(None)
        placing.flag_columns(self.table, self.made, self.texts)
        placing.excluded(self.table, self.made, self.texts)
        levels.flatten(self.table, self.made, self.texts)
        hiding.columns(self.table)
        if self.table.grid.sheet.details:
            hiding.cells(self.table, {line.row: line for line in self.made})
        self._finish(owners, hidden)

    def _finish(self, owners: list[int | None], hidden: frozenset[int]) -> None:
        """The lines in their order, and the account of all rows. Rows are let go one by one: of long files they take
        as much memory as the account."""
        places: list[int] = []
        self.texts.clear()
        self.made.reverse()
        while self.made:
            line = self.made.pop()
            places.append(len(self.lines))
            left_out = self.partly.get(line.row)
            if left_out:
                self.lines += placing.split_partly(line, left_out)
            else:
                self.lines.append(line)
        self.rows.reverse()
        owners.reverse()
        while owners:
            owner, item = owners.pop(), self.rows.pop()
            cells = item.texts
            if owner is None or item.kind == "skipped" or item.kind == "section":
                self.source.append(SourceRow(item.row, "skipped", None, item.reason or "no line above it", cells))
            else:
                mark = "hidden row" if item.row in hidden else None
                self.source.append(SourceRow(item.row, item.kind, places[owner], mark, cells))

    def _line(self, item: Sorted) -> Line:
        line, found = self.builder.line(item.row, item.texts)
        line.section = self.section
        if self.section_left_out or placing.words(line):
            line.do_not_place = True
        if found.do_not_place:
            self.partly[line.row] = found.do_not_place
        elif not found.refs and placement.says_not_placed(line.raw.get("reference_designators", "")):
            line.do_not_place = True
        self.made.append(line)
        self.texts.append(item.texts)
        return line

    def _skip(self, item: Sorted) -> None:
        """Keep the heading of a section; tell of rows whose loss a person should know of."""
        if item.kind == "section":
            self.section = next(text for text in item.texts if text)
            self.section_left_out = placement.says_not_placed(self.section)
        elif item.reason == "repeated header":
            self.builder.relabel(item.texts)
        elif item.reason == "struck through":
            self.table.say("row-struck", "The row is struck through and was taken as removed.", row=item.row)
        elif item.doubtful:
            text = joined(item.texts)[:100]
            self.table.say("row-left-out", f"The row was not read as a part: {text}", row=item.row)

    def _continue(self, line: Line, item: Sorted) -> None:
        """Designators that go on in the next row."""
        written = item.texts[self.builder.refs] if 0 <= self.builder.refs < len(item.texts) else ""
        found = self.builder.expansion(item.row, written, None)
        line.reference_designators += found.refs
        line.rows += (item.row,)
        before = line.raw.get("reference_designators", "")
        line.raw = {**line.raw, "reference_designators": f"{before}\n{written}".strip()}
        if self.builder.qty < 0:
            line.quantity = Decimal(len(line.reference_designators))


def _layout(choice: choosing.Choice) -> Layout:
    best, table = choice.table.candidate, choice.table
    columns = {name: [Column(table.header(p), p + 1) for p in positions] for name, positions in table.columns.items()}
    return Layout(
        sheet=table.grid.sheet.name,
        header_row=best.header_row,
        header_rows=best.header_rows,
        first_row=best.first_row,
        last_row=best.last_row,
        columns=columns,
        confidence=choice.confidence,
        runner_up=choice.runner_up,
        profile=choice.profile,
        evidence=choice.evidence,
        second=choice.second,
        headers=tuple(best.headers),
    )
