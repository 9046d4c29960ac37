"""What headers mean: the vendor's names, many spellings, ten languages, ambiguous names decided by the cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import bomtool
from bomtool.bom import headers
from bomtool.errors import UsageError
from tests.bom.reading_kit import codes, columns, read_book, read_text

VENDOR = {
    "line_number": "line number, line, number, num, item",
    "reference_designators": "reference designator, refdes, designator, references, reference",
    "quantity": "quantity, quant, qty",
    "manufacturer_name": "manufacturer, mfg, manufacturer 1",
    "mpn": "manufacturer part number, mpn, part number, part, pn, device, p/n, manufacturer part no, part number 1, "
    "manufacturer part",
    "custom_id": "custom part number, ipn, internal",
    "is_custom_part": "custom, manufactured, custom part",
    "alternative_mpns": "alternatives, alts, alt mpns",
    "do_not_place": "place, dnp, populate, fitted",
}  # fmt: skip
"""The names that the vendor of the platform maps by itself."""
CELLS = {
    "line_number": ["1", "2", "3", "4", "5", "6"],
    "reference_designators": ["R1, R2", "C1", "U1", "Q1, Q2, Q3", "J1", "D1"],
    "quantity": ["2", "1", "1", "3", "1", "1"],
    "manufacturer_name": ["Yageo", "Murata", "Texas Instruments", "onsemi", "Molex", "Vishay"],
    "mpn": ["RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR", "MMBT3904LT1G", "53261-0471", "BAT54S-E3-08"],
    "custom_id": ["10-0001", "10-0002", "20-0001", "30-0001", "40-0007", "30-0002"],
    "is_custom_part": ["no", "no", "no", "no", "yes", "no"],
    "alternative_mpns": ["CRCW040210K0FKED", "", "LM358DT", "", "", "BAT54S,215"],
    "do_not_place": ["yes", "yes", "no", "yes", "yes", "yes"],
    "description": ["Resistor 10k 1%", "Capacitor 100 nF X7R", "Dual operational amplifier", "NPN transistor 40 V",
                    "Header 4 pins right angle", "Schottky diode dual"],
    "value": ["10k", "100n", "LM358", "MMBT3904", "CONN_4", "BAT54S"],
    "package": ["0402", "0402", "SOIC-8", "SOT-23", "SMD", "SOT-23"],
    "link": ["https://example.org/1", "https://example.org/2", "https://example.org/3", "", "", "https://example.org/6"],
    "comments": ["", "", "check", "", "mate: 51021", ""],
    "supplier_part_numbers": ["311-10.0KLRCT-ND", "490-3261-1-ND", "296-1395-1-ND", "MMBT3904LT1GOSCT-ND", "WM7622CT-ND",
                              "BAT54S-E3-08GICT-ND"],
}  # fmt: skip
"""Cells that fit each field."""
BESIDE = {"reference_designators": "Designator", "quantity": "Qty", "mpn": "MPN"}


def read_with(folder: Path, named: dict[str, str]) -> bomtool.Bom:
    """A BOM with the given headers by field, and designators, quantity and MPN under plain ones."""
    table = {**{field: BESIDE[field] for field in BESIDE if field not in named}, **named}
    rows = [list(table.values()), *zip(*(CELLS[field] for field in table), strict=True)]
    return read_book(folder, rows)


@pytest.mark.parametrize(
    ("field", "name"), [(field, name) for field, names in VENDOR.items() for name in names.split(", ")]
)
@pytest.mark.parametrize("spelling", [str.lower, str.title, str.upper])
def test_every_name_of_the_vendors_table_is_understood(tmp_path: Path, field: str, name: str, spelling: object) -> None:
    header = spelling(name)  # type: ignore[operator]
    bom = read_with(tmp_path, {field: header})
    assert columns(bom)[field] == header


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("reference_designators", ["Ref Des", "Ref. Des.", "RefDes", "Designator(s)", "Reference(s)", "Refs", "Ref",
                                   "Part Reference", "Location", "Position", "PCB Reference", "Circuit Ref", "Parts",
                                   "REF DESIGNATOR", "Ref-Des"]),
        ("quantity", ["Qnty", "Q'ty", "QTY/board", "Qty.", "Qty (per 1)", "Qty per board",
                      "Quantity\nper PCB", "Qty\u00a0", "QTY", "Count", "Quantity Per PCB", "Qty/Unit",
                      "Qty Required", "No. of parts per board", "Qty#"]),
        ("mpn", ["Mfr P/N", "MFG#", "manuf#", "Man. Part No.", "MFR. PART #", "Manufacturer Part Number",
                 "Mfr. Part No", "Mfg Part #", "ManufacturerPartNumber", "manf#", "MFR_PN", "Manufacturer P/N",
                 "Mfr. No", "MPN 1", "Mfr Part Num"]),
        ("manufacturer_name", ["Mfr", "MFG", "Mfr.", "Manufacturer Name", "MANU", "Maker", "Brand", "Manf", "Mfr Name"]),
        ("package", ["Footprint", "Case/Package", "Package", "Case", "PCB Footprint", "JEDEC Type", "Pkg", "PackageReference"]),
        ("description", ["Description", "Desc.", "Part Description", "Item Description", "DESCRIPTION"]),
        ("custom_id", ["Internal Part Number", "House P/N", "Customer Part No", "ERP No.", "Company PN", "Internal PN"]),
        ("link", ["Datasheet", "Link", "URL", "Datasheet URL"]),
        ("supplier_part_numbers", ["Digi-Key Part Number", "DigiKey P/N", "Supplier Part Number 1", "Vendor P/N", "LCSC Part #",
                                   "Mouser Part No", "SKU", "Distributor Part Number", "Farnell", "Order Code"]),
        ("comments", ["Notes", "Remarks", "Comments"]),
        ("do_not_place", ["DNP", "DNI", "DNF", "Do Not Populate", "Fitted", "Populate?", "Mounted",
                          "Place", "Not Fitted", "No Stuff"]),
        ("alternative_mpns", ["Alt MPN", "Alternate Part Number", "2nd source", "Alternative MPN", "MPN 2", "Substitute"]),
    ],
)  # fmt: skip
def test_spellings(tmp_path: Path, field: str, names: Sequence[str]) -> None:
    missed = [
        name for name in names if columns(read_with(tmp_path, {field: name})).get(field) != " ".join(name.split())
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("language", "named"),
    [
        ("de", "Bezeichner=reference_designators Menge=quantity Herstellernummer=mpn Hersteller=manufacturer_name Wert=value "
               "Bauform=package Beschreibung=description Bemerkung=comments"),
        ("de", "Referenz=reference_designators Anzahl=quantity Hersteller-Teilenummer=mpn Gehäuse=package Pos.=line_number"),
        ("de", "Bauteile=reference_designators Stückzahl=quantity Artikelnummer=custom_id Hersteller=manufacturer_name"),
        ("fr", "Repère=reference_designators Quantité=quantity Référence_fabricant=mpn Fabricant=manufacturer_name "
               "Valeur=value Boîtier=package Désignation=description"),
        ("es", "Referencia=reference_designators Cantidad=quantity Fabricante=manufacturer_name Valor=value "
               "Descripción=description Encapsulado=package Número_de_parte=mpn"),
        ("it", "Riferimento=reference_designators Quantità=quantity Produttore=manufacturer_name Valore=value "
               "Descrizione=description Codice_produttore=mpn"),
        ("pt", "Referência=reference_designators Quantidade=quantity Fabricante=manufacturer_name Valor=value "
               "Descrição=description"),
        ("pl", "Oznaczenie=reference_designators Ilość=quantity Producent=manufacturer_name Wartość=value "
               "Obudowa=package Opis=description"),
        ("ru", "Позиционное_обозначение=reference_designators Количество=quantity Производитель=manufacturer_name "
               "Номинал=value Корпус=package Описание=description"),
        ("zh", "位号=reference_designators 数量=quantity 制造商料号=mpn 制造商=manufacturer_name 封装=package "
               "描述=description 备注=comments"),
        ("zh", "位号=reference_designators 用量=quantity 规格型号=mpn 品牌=manufacturer_name 封装=package 序号=line_number"),
        ("ja", "部品記号=reference_designators 員数=quantity 型番=mpn メーカー=manufacturer_name 備考=comments"),
        ("ja", "回路記号=reference_designators 数量=quantity 品番=mpn メーカ=manufacturer_name"),
    ],
)  # fmt: skip
def test_languages(tmp_path: Path, language: str, named: str) -> None:
    wanted = {part.split("=")[1]: part.split("=")[0].replace("_", " ") for part in named.split()}
    bom = read_with(tmp_path, wanted)
    found = columns(bom)
    assert {field: found.get(field) for field in wanted} == wanted


def test_a_word_inside_another_is_no_header() -> None:
    for text in ("Reference voltage", "Quantityless", "Partition", "Preference", "Locationless", "Valueless"):
        assert headers.read(text).fields.get("reference_designators", 0.0) < 2, text
        assert not headers.read(text).fields or headers.read(text).best < 2, text


@pytest.mark.parametrize(
    ("header", "cells", "field"),
    [
        ("Part Number", CELLS["mpn"], "mpn"),
        ("Part", CELLS["reference_designators"], "reference_designators"),
        ("Part", CELLS["mpn"], "mpn"),
        ("Item", CELLS["line_number"], "line_number"),
        ("Number", CELLS["line_number"], "line_number"),
        ("Part Number", CELLS["supplier_part_numbers"], "supplier_part_numbers"),
        ("Comment", CELLS["value"], "value"),
        ("Name", CELLS["description"], "description"),
        ("Position", CELLS["reference_designators"], "reference_designators"),
        ("Position", CELLS["line_number"], "line_number"),
        ("Vendor", CELLS["manufacturer_name"], "manufacturer_name"),
    ],
)
def test_ambiguous_names_are_decided_by_the_cells(tmp_path: Path, header: str, cells: list[str], field: str) -> None:
    table = {"Qty": CELLS["quantity"], header: cells}
    if field not in ("mpn", "supplier_part_numbers"):
        table["MPN"] = CELLS["mpn"]
    if field != "reference_designators":
        table["Designator"] = CELLS["reference_designators"]
    bom = read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)])
    assert columns(bom)[field] == header


def test_library_symbols_are_no_part_numbers(tmp_path: Path) -> None:
    symbols = ["C-EUC0402", "C-EUC0402", "R-EU_R0603", "R-EU_R0805", "LED-SMD", "PINHD-1X4"]
    table = {"Parts": CELLS["reference_designators"], "Qty": CELLS["quantity"], "Device": symbols}
    bom = read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)])
    assert all(line.mpn is None for line in bom.lines)


def test_part_numbers_under_a_vague_header_are_taken_with_a_warning(tmp_path: Path) -> None:
    table = {"Designator": CELLS["reference_designators"], "Quantity": CELLS["quantity"], "LibRef": CELLS["mpn"]}
    bom = read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)])
    assert bom.lines[0].mpn == "RC0402FR-0710KL"
    assert [(f.field, f.column) for f in bom.findings if f.code == "column-uncertain"] == [("mpn", 3)]


def test_part_numbers_read_as_something_else_are_told(tmp_path: Path) -> None:
    table = {"Designator": CELLS["reference_designators"], "Quantity": CELLS["quantity"], "Comment": CELLS["mpn"]}
    bom = read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)])
    assert "part-numbers-elsewhere" in codes(bom, "warning")


def test_own_part_number_and_manufacturers_part_number(tmp_path: Path) -> None:
    bom = read_with(tmp_path, {"mpn": "Manufacturer Part Number", "custom_id": "Part Number"})
    assert (columns(bom)["mpn"], columns(bom)["custom_id"]) == ("Manufacturer Part Number", "Part Number")


def test_own_numbers_have_one_shape_and_are_no_suppliers_numbers(tmp_path: Path) -> None:
    table = {
        "PART NUMBER": ["100-0001", "100-0002", "100-0003", "100-0004", "200-0001", "200-0002"],
        "QTY": CELLS["quantity"],
        "REF DES": CELLS["reference_designators"],
        "MFG P/N": CELLS["mpn"],
    }
    assert columns(read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)]))["custom_id"] == "PART NUMBER"


def test_numbered_columns_are_the_part_and_its_alternates(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Manufacturer 1,MPN 1,Manufacturer 2,MPN 2,Manufacturer 3,MPN 3
        R1,1,Yageo,RC0402FR-0710KL,Vishay,CRCW040210K0FKED,Panasonic,ERJ-2RKF1002X
        C1,1,Murata,GRM155R71C104KA88D,,,,
        U1,1,TI,LM358DR,ST,LM358DT,,
        """,
    )
    assert (bom.lines[0].manufacturer_name, bom.lines[0].mpn) == ("Yageo", "RC0402FR-0710KL")
    assert [(a.mpn, a.manufacturer_name) for a in bom.lines[0].alternates] == [
        ("CRCW040210K0FKED", "Vishay"), ("ERJ-2RKF1002X", "Panasonic"),
    ]  # fmt: skip
    assert bom.lines[1].alternates == ()


def test_sparse_part_number_column_gives_way_to_the_full_one(tmp_path: Path) -> None:
    table = {
        "Designator": CELLS["reference_designators"],
        "Qty": CELLS["quantity"],
        "Part #": CELLS["mpn"],
        "Manufacturer Part Number": ["", "", "", "", "39-30-0040", ""],
    }
    bom = read_book(tmp_path, [list(table), *zip(*table.values(), strict=True)])
    assert columns(bom)["mpn"] == "Part #"
    assert [a.mpn for a in bom.lines[4].alternates] == ["39-30-0040"]


def test_quantity_per_board_is_taken_and_the_total_is_not(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        'Ref,Total Qty,Qty per board,MPN\n"R1,R2",200,2,RC0402FR-0710KL\nC1,100,1,GRM155R71C104KA88D\nC2,100,1,X7R100N16V',
    )
    assert columns(bom)["quantity"] == "Qty per board"
    assert [line.quantity for line in bom.lines] == [2, 1, 1]


def test_totals_alone_are_divided_by_the_boards_that_the_file_names(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        'Board Qty:,50\n\nRef,Build Quantity,MPN\n"R1,R2",100,RC0402FR-0710KL\nC1,50,GRM155R71C104KA88D\nJ1,150,B2B-XH-A',
    )
    assert [line.quantity for line in bom.lines] == [2, 1, 3]
    assert [(f.field, f.severity) for f in bom.findings if f.code == "quantity-divided"] == [("quantity", "warning")]


def test_totals_that_do_not_divide_are_kept_and_told(tmp_path: Path) -> None:
    bom = read_text(tmp_path, 'Ref,Total Qty,MPN\n"R1,R2",7,RC0402FR-0710KL\nC1,50,GRM155R71C104KA88D\nJ1,150,B2B-XH-A')
    assert [line.quantity for line in bom.lines] == [7, 50, 150]
    assert "quantity-total" in codes(bom, "warning")


def test_columns_are_forced_by_the_caller(tmp_path: Path) -> None:
    text = "Ref,Qty,MPN,Other,Menge2\nR1,1,RC0402FR-0710KL,ABC-1234-X,5\nC1,2,GRM155R71C104KA88D,DEF-5678-Y,6"
    bom = read_text(tmp_path, text, mapping={"mpn": "other", "qty": "MENGE2"})
    assert [line.mpn for line in bom.lines] == ["ABC-1234-X", "DEF-5678-Y"]
    assert [line.quantity for line in bom.lines] == [5, 6]
    assert bom.lines[0].metadata == {"Qty": "1", "MPN": "RC0402FR-0710KL"} or bom.lines[0].alternates
    with pytest.raises(UsageError, match="'Nope'") as caught:
        read_text(tmp_path, text, mapping={"mpn": "Nope"})
    assert "'Other'" in (caught.value.hint or "")
    with pytest.raises(UsageError, match="no field 'colour of the sky'"):
        read_text(tmp_path, text, mapping={"colour of the sky": "MPN"})


def test_forced_columns_make_any_row_a_header(tmp_path: Path) -> None:
    rows = [["Xyz", "Foo", "Bar"], ["R1", 1, "RC0402FR-0710KL"], ["C1", 2, "GRM155R71C104KA88D"]]
    bom = read_book(tmp_path, rows, read={"mapping": {"designator": "Xyz", "quantity": "Foo", "mpn": "Bar"}})
    assert bom.layout.header_row == 1
    assert [line.mpn for line in bom.lines] == ["RC0402FR-0710KL", "GRM155R71C104KA88D"]


def test_designators_of_two_sides_are_joined_where_the_quantity_counts_both(tmp_path: Path) -> None:
    rows = [["R1,R2", "R9", 3], ["C1", "C7,C8", 3], ["", "U5", 1], ["J1", "", 1]]
    numbers = ["RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR", "53261-0471"]
    table = [
        ["Ref Top", "Ref Bottom", "Qty", "MPN"],
        *[[*row, number] for row, number in zip(rows, numbers, strict=True)],
    ]
    bom = read_book(tmp_path, table)
    assert [" ".join(line.reference_designators) for line in bom.lines] == ["R1 R2 R9", "C1 C7 C8", "U5", "J1"]
    assert codes(bom, "warning") == []
    for row in table[1:]:
        row[2] = len([ref for ref in str(row[0]).split(",") if ref])
    assert "designators-elsewhere" in codes(read_book(tmp_path, table), "warning")
