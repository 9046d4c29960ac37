"""Habits of lists that come from shops or go to them: vendors that are makers, carts with designators, shops' numbers."""

from __future__ import annotations

from pathlib import Path

from tests.bom.reading_kit import codes, columns, read_text, refs, skipped


def test_a_vendor_beside_a_supplier_is_the_maker_and_is_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Qty;Value;Package;Parts;Digikey P/N;Vendor;Vendor P/N
        1;;DC_JACK;CN1;CP-102A-ND;CUI;PJ-102A
        2;BC847;SOT23;Q1, Q2;BC847BLT1GOSCT-ND;onsemi;BC847BLT1G
        1;10k;R0603;R1;;;
        1;;SO8;U1;296-1395-5-ND;TI;LM358P
        """,
    )
    assert [(line.mpn, line.manufacturer_name) for line in bom.lines] == [
        ("PJ-102A", "CUI"),
        ("BC847BLT1G", "onsemi"),
        (None, None),
        ("LM358P", "TI"),
    ]
    assert "column-uncertain" in codes(bom)


def test_a_vendor_with_the_numbers_of_a_shop_stays_the_supplier(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,MPN,Manufacturer,Vendor,Vendor P/N
        R1,1,RC0402FR-0710KL,Yageo,Digi-Key,311-10.0KLRCT-ND
        C1,1,GRM155R71C104KA88D,Murata,Mouser,81-GRM155R71C104KA8D
        U1,1,LM358DR,Texas Instruments,Digi-Key,296-1014-1-ND
        """,
    )
    assert columns(bom)["mpn"] == "MPN"
    assert columns(bom)["supplier_part_numbers"] == "Vendor P/N"


CART = """
    Mfr. #,Manufacturer,Mouser #,Customer #,Description,Order Qty.
    LM358DR,Texas Instruments,595-LM358DR,{0},Op amp,{1}
    RC0402FR-0710KL,Yageo,603-RC0402FR-0710KL,{2},Resistor,3
    GRM155R71C104KA88D,Murata,81-GRM155R71C104KA8D,{3},Capacitor,2
    BAT54S,Nexperia,771-BAT54S215,{4},Diode,1
    """


def test_designators_in_the_customers_column_of_a_cart_are_read(tmp_path: Path) -> None:
    bom = read_text(tmp_path, CART.format("U1", 1, '"R1,R2,R3"', '"C1,C2"', "D1"))
    assert refs(bom) == ["U1", "R1 R2 R3", "C1 C2", "D1"]


def test_numbers_of_the_customers_own_stay_so(tmp_path: Path) -> None:
    bom = read_text(tmp_path, CART.format("A100", 10, "A101", "A102", "A103"))
    assert refs(bom) == ["", "", "", ""]
    assert [line.custom_id for line in bom.lines] == ["A100", "A101", "A102", "A103"]


def test_numbers_of_shops_among_the_part_numbers_are_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Qty,Manufacturer,MPN,Description
        1,C&K,CKN1099-ND,slide switch
        2,Acme,B07A1B2C3D,perfboard
        1,Yageo,RC0402FR-0710KL,resistor
        3,TDK,B82422T1103K,inductor
        """,
    )
    assert [line.mpn for line in bom.lines] == ["CKN1099-ND", "B07A1B2C3D", "RC0402FR-0710KL", "B82422T1103K"]
    assert [(f.row, f.severity) for f in bom.findings if f.code == "mpn-supplier"] == [(2, "warning"), (3, "warning")]


def test_a_column_of_alternates_gives_parts_only(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,MPN,Qualified alternate
        U1,1,LM358DR,LM358DR
        U2,1,BME280,BME680/BMP390
        U3,1,TPS62130RGTR,TPS62132RGTR/C9123456
        U4,2,MCP4822-E/SN,2x MCP4821-E/SN
        U5,1,LM393DR,296-1015-1-ND
        D1,1,SS54,Equivalent 40V Schottky
        H1,1,ATS-50150B-C1-R0,Custom copper
        Q1,1,2N7002,BSS138
        """,
    )
    found = [[other.mpn for other in line.alternates] for line in bom.lines]
    assert found == [[], ["BME680", "BMP390"], ["TPS62132RGTR"], ["MCP4821-E/SN"], [], [], [], ["BSS138"]]
    told = [(f.row, f.severity) for f in bom.findings if f.code == "alternate-unclear"]
    assert told == [(4, "info"), (6, "info"), (7, "warning"), (8, "warning")]


def test_what_describes_a_part_is_told_as_no_number_of_one(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Value,MPN
        C1,1,100nF,CL10 series
        J1,1,GPIO,2x20 2.54mm male pin header
        J2,1,SWD,PinHeader 1x05 2.54mm
        R1,1,330,0603 330R
        C2,1,10u,0805 10uF X5R 16V
        U1,1,LM358,LM358DR
        J3,1,PWR,JST B2B-PH-K-S header
        T1,1,600:600,SP-66 (or Tamura TTC-108)
        """,
    )
    assert [f.row for f in bom.findings if f.code == "mpn-prose"] == [2, 3, 4]
    assert [line.mpn for line in bom.lines[3:5]] == [None, None]
    assert (bom.lines[-1].mpn, [other.mpn for other in bom.lines[-1].alternates]) == ("SP-66", ["Tamura TTC-108"])


def test_a_designator_in_the_description_is_no_value(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Designator,Qty,Value,Description
        C1,1,100nF,U2 input bypass; close to the pin
        C2,1,100nF,10nF 50V ceramic
        """,
    )
    assert [f.row for f in bom.findings if f.code == "value-contradiction"] == [3]


def test_a_footnote_with_a_number_is_no_part_and_not_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Part,Description,Qty
        LM358DR,op amp,1
        BAT54S,diode,2
        RC0402FR-0710KL,resistor,4
        ,,
        ,3,*) number of boards
        """,
    )
    assert len(bom.lines) == 3
    assert "row-left-out" not in codes(bom)


def test_a_row_of_shops_below_the_header_is_no_part_and_not_told(tmp_path: Path) -> None:
    bom = read_text(
        tmp_path,
        """
        Qty,MPN,Manufacturer,Schematic Reference,SKU,SKU,Packaging,Packaging
        ,,,,Digi-Key,Mouser,Digi-Key,Mouser
        1,LM358DR,Texas Instruments,U1,296-1014-1-ND,595-LM358DR,Cut Tape,Reel
        2,BAT54S,Nexperia,"D1, D2",1727-1861-1-ND,771-BAT54S215,Cut Tape,Reel
        """,
    )
    assert refs(bom) == ["U1", "D1 D2"]
    assert skipped(bom) == {2: "names of suppliers"}
    assert "row-left-out" not in codes(bom)


def test_a_sum_in_words_in_the_last_row_is_no_part(tmp_path: Path) -> None:
    text = "Item Name,Qty,Price (USD)\nRaspberry Pi Pico,1,4.00\nPrism for a total station,2,9.00\nKnown total (about),1,22\n"
    bom = read_text(tmp_path, text)
    assert [line.description for line in bom.lines] == ["Raspberry Pi Pico", "Prism for a total station"]


def test_a_part_with_a_footnote_beside_it_stays_a_line(tmp_path: Path) -> None:
    bom = read_text(tmp_path, "Qty,MPN,Description\n2,LM358DR,*) optional amplifier\n1,NE555P,Timer\n")
    assert [(line.mpn, line.quantity) for line in bom.lines] == [("LM358DR", 2), ("NE555P", 1)]
