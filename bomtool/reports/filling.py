"""Fills a template: markers by figures, the rows of lists repeated, and whatever refers to them made longer."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

from bomtool.errors import UsageError
from bomtool.reports import plain, scalars, sheetxml
from bomtool.reports.atomic import write_atomically
from bomtool.reports.model import ReportInput
from bomtool.reports.plain import PlainProgram, PlainRow, PlainTable, Value
from bomtool.reports.template import KINDS, MARKER, Sheet, Template, relations, understood, unusable


def write(path: Path | str, inputs: ReportInput, template: Template) -> None:
    """Fill the template and write it. Raises UsageError for lists that find no room, WriteError as every report."""
    path = Path(path)
    wanted = KINDS[template.path.suffix.lower()]
    if path.suffix.lower() != wanted:
        raise UsageError(
            f"A template of the kind {template.path.suffix} makes a {wanted} file, not {path.name}.",
            hint=f"Name it {path.with_suffix(wanted).name}.", code="unknown-kind",
        )  # fmt: skip
    program = plain.program_tables(inputs)
    if program.notice:
        _say_notice(template, program.notice)
    with understood(template.path):
        parts = Filler(template, program).parts()
    write_atomically(path, lambda temporary: _save(temporary, template, parts))


def _say_notice(template: Template, notice: str) -> None:
    """Sample or stale data is said on every sheet that shows figures; a template without a place for it is refused."""
    for sheet in template.sheets:
        if sheet.marks and not any(
            "notice" in map(str.casefold, MARKER.findall(text)) for text in sheet.marks.values()
        ):
            raise unusable(
                f"The sheet {sheet.name} of the template has no place to say: {notice}",
                "Write {{notice}} into a cell at its top; the cell stays blank where data is real and fresh.",
            )


class Filler:
    """Fills the worksheets; the other parts follow where rows were added."""

    def __init__(self, template: Template, program: PlainProgram) -> None:
        self.template, self.program = template, program
        self.figures = scalars.values(program.prepared.facts)
        self.grown: list[tuple[Sheet, int, int]] = []
        """Sheet, row of the marker and last row of each list."""

    def parts(self) -> dict[str, str]:
        """The parts that changed."""
        self.changed: dict[str, str] = {}
        for sheet in self.template.sheets:
            self._fill(sheet)
        for sheet in self.template.sheets:
            self._formulas(sheet)
        self._tables()
        self._charts()
        self.changed["xl/workbook.xml"] = self._workbook()
        return self.changed

    def _fill(self, sheet: Sheet) -> None:
        """Replace the markers and repeat the rows of lists, from the top down."""
        by_number = {row.number: row for row in sheet.rows}
        more: list[str] = []
        for address in sheet.marks:  # a named cell may not be written yet
            number = int(re.sub(r"\D", "", address))
            row = by_number.setdefault(number, sheetxml.Row({"r": str(number)}, []))
            if not any(cell.address == address for cell in row.cells):
                row.cells.append(sheetxml.Cell({"r": address}, ""))
                row.cells.sort(key=lambda cell: (len(cell.column), cell.column))
        for number in sorted(by_number):
            row, section = by_number[number], sheet.lists.get(number)
            if section is None:
                row.cells = [self._cell(sheet, cell, None) for cell in row.cells]
                continue
            table = self.program.tables[section]
            lines = table.lines
            last = number + max(1, len(lines)) - 1
            self._room(sheet, by_number, number, last)
            self.grown.append((sheet, number, last))
            original = row.cells
            row.cells = [self._cell(sheet, cell, (table, lines[0] if lines else None)) for cell in original]
            for offset, line in enumerate(lines[1:], 1):
                cells = [self._cell(sheet, cell, (table, line)).moved(number + offset, _translate) for cell in original]
                by_number[number + offset] = sheetxml.Row({**row.attributes, "r": str(number + offset)}, cells)
            for left, top, right, bottom in sheetxml.merged(sheet.xml):
                if top == bottom == number:
                    more += [f"{left}{at}:{right}{at}" for at in range(number + 1, last + 1)]
        sheet.rows = [by_number[number] for number in sorted(by_number)]
        xml = re.sub(r"<dimension\b[^>]*/>", "", sheet.xml)
        for _, number, last in [grown for grown in self.grown if grown[0] is sheet]:
            for element, name in (
                ("conditionalFormatting", "sqref"),
                ("dataValidation", "sqref"),
                ("autoFilter", "ref"),
            ):
                xml = sheetxml.grow_attribute(xml, element, name, number, last)
        sheet.xml = sheetxml.merge_more(xml, more)

    def _cell(self, sheet: Sheet, cell: sheetxml.Cell, at: tuple[PlainTable, PlainRow | None] | None) -> sheetxml.Cell:
        text = sheet.marks.get(cell.address)
        if text is None:
            return cell
        whole = MARKER.fullmatch(text.strip())
        if whole:
            value = self._value(sheet, cell.address, whole[1], at)
        else:
            value = MARKER.sub(lambda match: scalars.shown(self._value(sheet, cell.address, match[1], at)), text)
        return cell.filled(value, dated=cell.style in self.template.dated)

    def _value(self, sheet: Sheet, address: str, name: str, at: tuple[PlainTable, PlainRow | None] | None) -> Value:
        section, dot, key = name.casefold().partition(".")
        if not dot:
            return self.figures[section]
        assert at is not None
        table, line = at
        known = {column.key for column in table.columns}
        if key not in known:
            raise unusable(
                f"{sheet.name}!{address}: the list {section} has no column {key!r}.",
                f"It has {', '.join(sorted(known))}.",
            )
        return line.values.get(key) if line is not None else None

    def _room(self, sheet: Sheet, by_number: dict[int, sheetxml.Row], number: int, last: int) -> None:
        """Refuse a list below which something stands that it would run over."""
        if last > sheetxml.ROWS_MAX:
            raise unusable(f"{sheet.name} has no room for {last - number + 1:,} rows.", "Report fewer BOMs.")
        below = range(number + 1, last + 1)
        cells = (cell for at in below if at in by_number for cell in by_number[at].cells)
        areas = (f"{left}{top}" for left, top, _, _ in sheetxml.merged(sheet.xml) if top in below)
        taken = next((cell.address for cell in cells if not cell.blank), None) or next(areas, None)
        if taken:
            raise unusable(
                f"The list in row {number} of {sheet.name} needs the rows to {last}, but {taken} stands in its way.",
                "Put totals above the list, and every list on a sheet of its own or below all else.",
            )

    def _formulas(self, sheet: Sheet) -> None:
        """Drop what formulas came to in the template, and let their ranges grow."""
        for row in sheet.rows:
            for cell in row.cells:
                held = cell.formula()
                if held is None:
                    continue
                formula = unescape(held[2] or "")
                for other, number, last in self.grown:
                    formula = sheetxml.grow(formula, number, last, other is sheet, other.name)
                kind = sheetxml.attributes(held[1])
                told = "".join(f' {name}="{value}"' for name, value in kind.items())
                cell.inner = f"<f{told}>{escape(formula)}</f>" if formula else f"<f{told}/>"
                cell.attributes = {name: value for name, value in cell.attributes.items() if name != "t"}
        self.changed[sheet.part] = sheetxml.with_rows(sheet.xml, sheet.rows)

    def _tables(self) -> None:
        """Tables whose last row is the marker's end where the list ends."""
        for sheet, number, last in self.grown:
            for part in relations(self.template, sheet.part).values():
                if part.startswith("xl/tables/"):
                    xml = self.changed.get(part) or self.template.text(part)
                    for element in ("table", "autoFilter"):
                        xml = sheetxml.grow_attribute(xml, element, "ref", number, last)
                    self.changed[part] = xml

    def _charts(self) -> None:
        """Series that end in the marker's row end where the list ends; what they remember of the template is dropped."""
        for part in self.template.entries:
            if re.fullmatch(r"xl/charts/chart\d+\.xml", part):
                xml = self.template.text(part)
                xml = re.sub(r"(<(?:c:)?f>)([^<]*)(</(?:c:)?f>)", lambda m: m[1] + self._series(m[2]) + m[3], xml)
                self.changed[part] = re.sub(r"<c:(num|str)Cache>.*?</c:\1Cache>", "", xml, flags=re.S)

    def _reference(self, escaped: str) -> str:
        reference = unescape(escaped)
        for sheet, number, last in self.grown:
            reference = sheetxml.grow(reference, number, last, False, sheet.name)
        return escape(reference)

    def _series(self, escaped: str) -> str:
        """As `_reference`; a series of one cell counts as a range, because programs write it so."""
        single = re.fullmatch(r"(.*!)(\$?[A-Z]{1,3}\$?\d+)", unescape(escaped))
        return self._reference(escape(f"{single[1]}{single[2]}:{single[2]}") if single else escaped)

    def _workbook(self) -> str:
        """Names grow; everything is computed when the workbook is opened."""
        xml = re.sub(
            r"(<definedName\b[^>]*>)([^<]*)(</definedName>)",
            lambda m: m[1] + self._reference(m[2]) + m[3], self.template.text("xl/workbook.xml"),
        )  # fmt: skip
        if "<calcPr" in xml:
            xml = re.sub(r'(<calcPr\b[^>]*?)\s*\bfullCalcOnLoad="[^"]*"', r"\1", xml)
            return xml.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1)
        ends = ("</definedNames>", "<definedNames/>", "</externalReferences>", "</functionGroups>", "</sheets>")
        end = next(tag for tag in ends if tag in xml)
        return xml.replace(end, f'{end}<calcPr fullCalcOnLoad="1"/>', 1)


def _translate(formula: str, start: str, end: str) -> str:
    """A formula moved from one cell to another, as copying it does."""
    from openpyxl.formula.translate import Translator

    return str(Translator(f"={formula}", origin=start).translate_formula(end))[1:]


def _save(path: Path, template: Template, parts: dict[str, str]) -> None:
    """Write the zip: the parts in their order, without the calculation chain, which Excel makes again."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for info in template.infos:
            name = info.filename
            if name == "xl/calcChain.xml":
                continue
            content = parts[name].encode("utf-8") if name in parts else template.entries[name]
            if name == "[Content_Types].xml":
                text = re.sub(r'<Override\b[^>]*"/xl/calcChain\.xml"[^>]*/>', "", content.decode("utf-8"))
                text = text.replace("spreadsheetml.template.main+xml", "spreadsheetml.sheet.main+xml")
                content = text.replace("template.macroEnabled.main+xml", "sheet.macroEnabled.main+xml").encode("utf-8")
            elif name == "xl/_rels/workbook.xml.rels":
                text = re.sub(r'<Relationship\b[^>]*calcChain\.xml"[^>]*/>', "", content.decode("utf-8"))
                content = text.encode("utf-8")
            archive.writestr(name, content)
