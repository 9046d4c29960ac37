"""Habits of lists that come from shops or go to them: vendors that are makers, carts with designators, shops' numbers."""

from __future__ import annotations

from pathlib import Path

from tests.bom.reading_kit import codes, columns, read_text, refs


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
