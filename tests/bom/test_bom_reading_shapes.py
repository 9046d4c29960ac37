"""Tables of shapes that people and tools make: which column is which, and what is told where a cell says something else."""

from __future__ import annotations

from pathlib import Path

from tests.bom.reading_kit import codes, read_text


def test_maker_of_the_part_is_no_alternate(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        POS,QTY,PART NAME,PART MANUFACTURER,PART CODE,DESIGNATORS
        1,2,Spacer 6 mm,Ettinger,05.03.063,H1 H2
        2,1,Lens ring,Fluxoptik,LR-25,H3
        3,1,Case,Hammond,1455B802RD,H4
        """,
    )
    assert [line.manufacturer_name for line in bom.lines] == ["Ettinger", "Fluxoptik", "Hammond"]
    assert not any(line.alternates for line in bom.lines)


def test_sentences_are_no_alternates(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        refs,qty,mpn,manufacturer,substitution
        U1,1,LM358DR,Texas Instruments,LM358DT
        R1,1,RC0402FR-0710KL,Yageo,any part of the same rating
        F1,1,1812L075/33DR,Littelfuse,not without asking the designer
        D1,1,BAT54S,Nexperia,
        """,
    )
    assert [[a.mpn for a in line.alternates] for line in bom.lines] == [["LM358DT"], [], [], []]
    assert [f.row for f in bom.findings if f.code == "alternate-unclear"] == [3, 4]


def test_numbers_of_a_shop_below_part_number(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Quan,P/N,Ref
        2,311-10.0KLRCT-ND,R1 R2
        1,490-3261-1-ND,C1
        1,296-1395-5-ND,U1
        2,1189-4068-ND,C2 C3
        1,SC1858-ND,J1
        """,
    )
    assert {name: [c.header for c in found] for name, found in bom.layout.columns.items()} == {
        "quantity": ["Quan"],
        "reference_designators": ["Ref"],
        "supplier_part_numbers": ["P/N"],
    }
    assert [line.mpn for line in bom.lines] == [None] * 5


def test_numbers_that_count_nothing_are_no_quantities(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        RefDes,Value,Footprint,Usage rank,Notes
        R1,10k,R0603,73,
        R2,10k,R0603,73,
        C1,100n,C0603,64,
        C2,1u,C0603,0,
        U1,LM358,SO8,12,
        """,
    )
    assert [line.quantity for line in bom.lines] == [1] * 5


def test_symbols_beside_value_and_package_are_no_part_numbers(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Number,Parts,Value,Device,Package,Remarks
        2,"R1,R2",330,R-EU_R0603,R0603,
        1,X1,,PINHD-2X5,2X05,
        1,U1,MCP1825S-3302E/DB,MCP1825S-3302E/DB,SOT223,
        1,S1,,SPDTEG-1218,EG-1218,
        """,
    )
    assert "mpn" not in bom.layout.columns
    assert [line.mpn for line in bom.lines] == [None] * 4


def test_a_column_that_a_profile_names_twice_is_read_once(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Comment,Designator,Footprint,LCSC Part #
        4k7,"R7,R8",R0805,C17673
        CH340C,U3,SOIC-16,C84681
        """,
    )
    assert [line.supplier_part_numbers for line in bom.lines] == [{"LCSC Part #": "C17673"}, {"LCSC Part #": "C84681"}]


def test_a_place_in_words_is_no_designator(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        reference,manufacturer,mpn,function
        U6,Etron,EM68B16CWQD-25H,DDR2 SDRAM
        U4,Macronix,MX29GL256EHT2I-90Q,NOR flash
        main board CPU location,Cavium,CN5010-400BG564-SCP-G,processor
        """,
    )
    assert [line.reference_designators for line in bom.lines] == [("U6",), ("U4",), ()]
    assert "designator-remark" in codes(bom)


def test_long_dashes_stand_for_nothing(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Обозначение;Номинал;Кол-во
        R1;10k;1
        —;—;2
        U1,U2;LM358;2
        """,
    )
    assert [line.value for line in bom.lines] == ["10k", None, "LM358"]
    assert bom.lines[1].reference_designators == ()


def test_a_quantity_that_cannot_be_read_makes_a_line_all_the_same(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Part,Amount
        Bearing 683 ZZ,6
        "LED strip, warm white",~2m
        PCB,1
        Cable,~30cm
        """,
    )
    assert [line.description for line in bom.lines] == ["Bearing 683 ZZ", "LED strip, warm white", "PCB", "Cable"]
    assert [f.row for f in bom.findings if f.code == "quantity-unreadable"] == [3, 5]


def test_rows_left_out_are_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Qty,Digikey,Description,Notes
        5,311-10.0KLRCT-ND,resistor,
        1,,,
        ,,hot air blower,for heat shrink tubing
        2,490-3261-1-ND,capacitor,
        ,,solder,leaded is easier
        """,
    )
    assert [line.row for line in bom.lines] == [2, 5]
    assert [f.row for f in bom.findings if f.code == "row-left-out"] == [3, 4, 6]


def test_a_mark_of_a_fiducial_twice_is_nothing(tmp_path: Path) -> None:
    bom = read_text(tmp_path, 'Designator,Qty,Value\n"Fid,Fid",2,FIDUCIAL\n"R1,R2",2,10k\n"C1",1,100n')
    assert "designator-duplicate" not in codes(bom)


def test_an_address_is_no_maker(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Part name,Quantity,Manufacturer,Mfr Part number,Type(SMT/THT)
        Driver,1,https://www.example.com/makers/st/,B-G431B-ESC1,THT
        Charger,1,Analog Devices,LT3750EMS#TRPBF,SMT
        """,
    )
    assert [line.manufacturer_name for line in bom.lines] == [None, "Analog Devices"]
    assert bom.lines[0].raw["manufacturer_name"].startswith("https://")
    assert [line.mount_type for line in bom.lines] == ["THT", "SMT"]


def test_a_second_column_of_makers_fills_the_blanks_of_the_first(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Reference,Qty,Value,MANUFACTURER,Manufacturer_Name,Manufacturer_Part_Number
        U1,1,Sensor,Sensirion,,SCD30
        S1,1,Switch,,Vimex,SS12D00G3
        R1,1,10k,,,
        U2,1,Module,Espressif,,ESP32-WROOM-32
        """,
    )
    assert [(line.mpn, line.manufacturer_name) for line in bom.lines] == [
        ("SCD30", "Sensirion"), ("SS12D00G3", "Vimex"), (None, None), ("ESP32-WROOM-32", "Espressif")
    ]  # fmt: skip
