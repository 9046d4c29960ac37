"""Reading a BOM: choose the table, sort its rows, make its lines, look over the whole."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bomtool.bom import choosing, hiding, levels, placement, placing, repeats, review, rows, titles, totals
from bomtool.bom.designators import Expansion
from bomtool.bom.lines import Builder
from bomtool.bom.model import Bom, Column, Layout, Line, SourceRow
from bomtool.bom.rows import Sorted
from bomtool.bom.table import Table
from bomtool.errors import ReadError
from bomtool.findings import Findings
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
) -> Bom:
    """See `bomtool.bom.read`."""
    findings = Findings(list(workbook.findings))
    choice = choosing.choose(workbook, findings, sheet=sheet, profile=profile, mapping=mapping)
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
        name=name or titles.pick(block, "name") or workbook.path.stem or "BOM",
        lines=reader.lines,
        layout=_layout(choice),
        source_rows=reader.source,
        findings=findings.items,
        version=version or titles.pick(block, "version"),
        part_number=part_number or titles.pick(block, "part_number"),
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
        self.flagged: list[tuple[Line, list[str]]] = []
        self.partly: list[tuple[Line, frozenset[str]]] = []

    def read(self) -> None:
        """Make all lines; `source` accounts for every row."""
        owners: list[tuple[SourceRow, Line | None]] = []
        read = [item.row for item in self.rows if item.kind in ("line", "alternate", "continuation")]
        hidden = hiding.rows(self.table, read)
        current: Line | None = None
        for item in self.rows:
            text, mark = rows.joined(item.texts), "hidden row" if item.row in hidden else None
            if item.kind == "line":
                current = self._line(item)
                owners.append((SourceRow(item.row, "line", None, mark, text), current))
            elif item.kind == "alternate" and current is not None:
                found = self.builder.alternates(item.row, item.texts)
                current.alternates += tuple(found)
                current.rows += (item.row,)
                owners.append((SourceRow(item.row, "alternate", None, mark, text), current))
            elif item.kind == "continuation" and current is not None:
                self._continue(current, item)
                owners.append((SourceRow(item.row, "continuation", None, mark, text), current))
            else:
                if item.kind == "section":
                    self._heading(item)
                elif item.reason == "repeated header":
                    self.builder.relabel(item.texts)
                elif item.doubtful:
                    self.table.say("row-left-out", f"The row was not read as a part: {text[:100]}", row=item.row)
                if item.reason == "struck through":
                    self.table.say("row-struck", "The row is struck through and was taken as removed.", row=item.row)
                reason = item.reason or "no line above it"
                owners.append((SourceRow(item.row, "skipped", None, reason, text), None))
        placing.flag_columns(self.table, self.flagged)
        levels.flatten(self.table, [line for line, _ in self.flagged], [texts for _, texts in self.flagged])
        hiding.columns(self.table)
        hiding.cells(self.table, {line.row: line for line, _ in self.flagged})
        self._finish(owners)

    def _finish(self, owners: list[tuple[SourceRow, Line | None]]) -> None:
        partly = {id(line): left_out for line, left_out in self.partly}
        index: dict[int, int] = {}
        for line, _ in self.flagged:
            index[id(line)] = len(self.lines)
            left_out = partly.get(id(line))
            self.lines += placing.split_partly(line, left_out) if left_out else [line]
        for entry, owner in owners:
            if owner is None:
                self.source.append(entry)
            else:
                self.source.append(SourceRow(entry.row, entry.fate, index[id(owner)], entry.reason, entry.text))

    def _line(self, item: Sorted) -> Line:
        line = self.builder.line(item.row, item.texts)
        line.section = self.section
        if self.section_left_out or placing.words(line):
            line.do_not_place = True
        if 0 <= self.builder.refs < len(item.texts):
            self._left_out(line, item.texts[self.builder.refs])
        self.flagged.append((line, item.texts))
        return line

    def _left_out(self, line: Line, written: str) -> None:
        found = self._expanded(written, line)
        if found.do_not_place:
            self.partly.append((line, found.do_not_place))
        elif not found.refs and written and placement.says_not_placed(written):
            line.do_not_place = True

    def _expanded(self, written: str, line: Line) -> Expansion:
        from bomtool.bom import designators

        if written.isascii() and " " not in written and "(" not in written:
            return Expansion(line.reference_designators)
        return designators.expand(written)

    def _continue(self, line: Line, item: Sorted) -> None:
        """Designators that go on in the next row."""
        written = item.texts[self.builder.refs] if 0 <= self.builder.refs < len(item.texts) else ""
        found = self.builder.expansion(item.row, written, None)
        line.reference_designators += found.refs
        line.rows += (item.row,)
        line.raw["reference_designators"] = f"{line.raw.get('reference_designators', '')}\n{written}".strip()
        if self.builder.qty < 0:
            line.quantity = Decimal(len(line.reference_designators))

    def _heading(self, item: Sorted) -> None:
        self.section = next(text for text in item.texts if text)
        self.section_left_out = placement.says_not_placed(self.section)


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
    )
