"""Rows and strings that a pattern takes are what the handlers read: a comment in the part sends all of it to the handlers."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bomtool import sheets
from bomtool.errors import ReadError
from bomtool.sheets import Limits, Sheet, markup

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STYLES = (
    f'<styleSheet xmlns="{MAIN}"><numFmts><numFmt numFmtId="164" formatCode="0000000000"/>'
    '<numFmt numFmtId="165" formatCode="d-mmm"/></numFmts><fonts><font/><font><strike/></font></fonts><cellXfs>'
    '<xf numFmtId="0" fontId="0"/><xf numFmtId="164" fontId="0"/><xf numFmtId="165" fontId="0"/>'
    '<xf numFmtId="11" fontId="1"/></cellXfs></styleSheet>'
)
ITEMS = [
    "<si><t>R1, R2</t></si>",
    '<si><t xml:space="preserve"> 10 kΩ </t></si>',
    "<si><t></t></si>",
    "<si><t/></si>",
    "<si><t>R&amp;D &lt;5 Ω&#x3e;</t></si>",
    "<si><t>a_x000D_b\r\nc</t></si>",
    '<si><r><rPr><strike/></rPr><t>R9</t></r><r><rPr><sz val="8"/></rPr><t>, R10</t></r></si>',
    "<si><t>漢</t><rPh><t>kan</t></rPh></si>",
    "\n  <si><t>tab\tand !? marks</t></si>\n",
]
CONTENTS = [
    *(
        f"<v>{number}</v>"
        for number in ("0", "12", "-3", "2.50", "1E5", "9551670000000", " 7 ", "", "00012", "60", "1_0")
    ),
    "<v/>",
    "<f>A1*2</f><v>4</v>",
    "<f>A1*2</f>",
    '<f t="shared" si="0"/><v>0</v>',
    "<is><t>LM358</t></is>",
    '<is><t xml:space="preserve"> x </t></is>',
    "<is><t></t></is>",
    "<is><t>a&gt;b</t></is>",
    "<is><r><rPr><strike/></rPr><t>old</t></r><r><t>new</t></r></is>",
    "\n<v>3</v>\n",
    "",
]
cells = st.tuples(
    st.sampled_from(["A", "B", "C", "D", "AA", None]),
    st.sampled_from([None, 0, 1, 2, 3, 77]),
    st.sampled_from([None, None, "s", "s", "n", "b", "e", "str", "d", "inlineStr"]),
    st.sampled_from(CONTENTS),
    st.sampled_from(["r s t", "t s r", "r  s t"]),
)
row_tags = st.sampled_from(
    ["", ' spans="1:9"', ' hidden="1"', ' ht="0"', " hidden='true'", ' x:ht="0"', ' note="a>b"', ' note="&amp;"', "\n"]
)
rows = st.lists(
    st.tuples(st.sampled_from([None, 1, 1, 1, 2, 5, -1]), row_tags, st.lists(cells, max_size=5)), min_size=1, max_size=9
)


def cell_xml(row: int, cell: tuple[str | None, int | None, str | None, str, str]) -> str:
    column, style, kind, content, order = cell
    if kind == "s" and content not in ("<v>0</v>", "<v/>", "<v></v>", ""):
        content = f"<v>{len(content) % len(ITEMS)}</v>"
    given_ = {"r": f"{column}{row}" if column else None, "s": style, "t": kind}
    attributes = "".join(
        f' {name}="{given_[name]}"' if name else " "
        for name in order.split(" ")
        if name == "" or given_[name] is not None
    )
    return f"<c{attributes}/>" if not content else f"<c{attributes}>{content}</c>"


def sheet_xml(drawn: list[tuple[int | None, str, list[tuple[str | None, int | None, str | None, str, str]]]]) -> str:
    found, number = "", 0
    for step, tag, made in drawn:
        number = max(1, number + (step or 1))
        name = f' r="{number}"' if step is not None else ""
        body = "".join(cell_xml(number, cell) for cell in made)
        found += f"<row{name}{tag}>{body}</row>"
    return found


def packed(body: str, *, comment: str = "", declared: str = ' encoding="UTF-8"') -> bytes:
    out = io.BytesIO()
    head = f'<?xml version="1.0"{declared}?>\n'
    codec = "latin-1" if "8859" in declared else "utf-8"
    with zipfile.ZipFile(out, "w") as archive:
        relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns:r="{relation}"><sheets><sheet name="S" r:id="a"/></sheets></workbook>'
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="a" Type="{relation}/worksheet" Target="s.xml"/>'
            f'<Relationship Id="b" Type="{relation}/sharedStrings" Target="t.xml"/>'
            f'<Relationship Id="c" Type="{relation}/styles" Target="y.xml"/></Relationships>',
        )
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/y.xml", STYLES)
        archive.writestr("xl/t.xml", f'<?xml version="1.0"?><sst xmlns="{MAIN}">{comment}{"".join(ITEMS)}</sst>')
        archive.writestr(
            "xl/s.xml",
            f'{head}<worksheet xmlns="{MAIN}" xmlns:x="x">{comment}<sheetData>{body}</sheetData></worksheet>'.encode(
                codec
            ),
        )
    return out.getvalue()


def read(data: bytes, limits: Limits | None = None) -> Sheet | str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "b.xlsx"
        path.write_bytes(data)
        try:
            return sheets.open(path, limits=limits or Limits()).sheets[0]
        except ReadError as error:
            return f"{error.code}: {error}"


@settings(max_examples=150, deadline=None)
@given(rows, st.sampled_from([70, 230, 1000, 1 << 18]))
def test_the_quick_way_reads_what_the_handlers_read(drawn: list, chunk: int) -> None:  # type: ignore[type-arg]
    body = sheet_xml(drawn)
    with mock.patch.object(markup, "_CHUNK", chunk):
        assert read(packed(body)) == read(packed(body, comment="<!-- -->"))


def test_plain_rows_do_not_reach_the_handlers() -> None:
    body = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="4" spans="1:3"><c r="B4" s="1"><v>7</v></c><c r="C4" s="1"/></row>'
        '<row r="5"><c r="A5" t="inlineStr"><is><t>LM358</t></is></c></row>'
        '<row r="6"><c r="A6" s="0"><v>1.5</v></c></row>'
    )
    seen: list[str] = []
    with mock.patch("bomtool.sheets.ooxml_cells.CellReader.start", lambda self, tag, _: seen.append(tag)):
        found = read(packed(body))
    assert isinstance(found, Sheet)
    assert seen.count("row") == 1  # the first one comes with what stands before the rows
    assert found.rows == [[], [], [], [None, 7], ["LM358"], [1.5]]
    assert {where: detail.text for where, detail in found.details.items()} == {(4, 2): "0000000007"}


@pytest.mark.parametrize(
    ("body", "rows_"),
    [
        ("<!-- <row r='1'><c r='A1'><v>9</v></c></row> --><row r=\"2\"><c r=\"A2\"><v>1</v></c></row>", [[], [1]]),
        (
            '<row r="1"><c r="A1" t="str"><v><![CDATA[</v></c></row><row r="1"><c r="A1"><v>9</v></c></row>]]></v></c></row>',
            [['</v></c></row><row r="1"><c r="A1"><v>9</v></c></row>']],
        ),
        ('<?x <row r="1"><c r="A1"><v>9</v></c></row> ?><row r="1"><c r="A1"><v>2</v></c></row>', [[2]]),
    ],
)
def test_rows_in_comments_sections_and_instructions_are_none(body: str, rows_: list[list[object]]) -> None:
    found = read(packed(body))
    assert isinstance(found, Sheet)
    assert found.rows == rows_


def test_another_encoding_is_understood() -> None:
    found = read(packed('<row r="1"><c r="A1" t="str"><v>Größe</v></c></row>', declared=' encoding="ISO-8859-1"'))
    assert isinstance(found, Sheet)
    assert found.rows == [["Größe"]]


@pytest.mark.parametrize(
    ("limits", "code"),
    [(Limits(rows=2), "too-many-rows"), (Limits(columns=2), "too-many-columns"), (Limits(cells=4), "too-many-cells")],
)
def test_limits_hold_on_the_quick_way(limits: Limits, code: str) -> None:
    body = "".join(f'<row r="{r}"><c r="A{r}"><v>1</v></c><c r="C{r}"><v>2</v></c></row>' for r in (1, 2, 3))
    assert str(read(packed(body), limits)).startswith(code)
    assert read(packed(body), limits) == read(packed(body, comment="<!-- -->"), limits)


@pytest.mark.parametrize("broken", ["<row r=\"2\"><c r='A2'><v>1</v></row>", '<row r="2">\x01</row>', "&nbsp;", "</x>"])
def test_markup_that_is_not_well_formed_is_refused(broken: str) -> None:
    found = read(packed('<row r="1"><c r="A1"><v>1</v></c></row>' + broken))
    assert str(found).startswith("file-damaged")
