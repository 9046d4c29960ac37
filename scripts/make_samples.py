"""Writes sample_files/: BOMs of our own, small, each showing something real files do. Deterministic.

python scripts/make_samples.py
"""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

OUT = Path(__file__).resolve().parent.parent / "sample_files"
WHEN = datetime(2026, 1, 1)  # noqa: DTZ001

MOTOR = [
    ("Passives", None),
    ("R1-R4, R10", 5, "10k 1% 0402", "RC0402FR-0710KL", "Yageo", "", ""),
    ("R5,R6", 2, "100k 1% 0402", "RC0402FR-07100KL", "YAGEO", "", ""),
    ("R7, R8, R9", 3, "1k 1% 0603", "RC0603FR-071KL", "Yageo", "", ""),
    ("R11", 1, "0R 0603 jumper", "RC0603JR-070RL", "Yageo", "", "do not fit, debug only"),
    ("C1-C8", 8, "100nF 50V X7R 0603", "CC0603KRX7R9BB104", "Yageo", "", ""),
    ("C9, C10", 2, "10uF 16V tantalum, case A", "TAJA106K016RNJ", "AVX", "", ""),
    ("FB1", 1, "Ferrite bead 220R 0805", "BLM21PG221SN1D", "Murata", "", ""),
    ("Semiconductors", None),
    ("D1, D2", 2, "Schottky 20V 0.5A SOD-123", "MBR0520LT1G", "ON Semi", "", ""),
    ("D3", 1, "LED red 0603", "LTST-C190KRKT", "Lite-On", "LTST-C191KRKT", ""),
    ("D4", 1, "LED green 0603", "LTST-C190KGKT", "Liteon", "", ""),
    ("Q1, Q2", 2, "N-MOSFET 60V SOT-23", "2N7002,215", "NXP", "2N7002P,215", "second source Nexperia"),
    ("U1", 1, "8-bit AVR, TQFP-32", "ATMEGA328P-AU", "Atmel", "", ""),
    ("U2", 1, "Stepper driver, QFN-28", "A4988SETTR-T", "Allegro", "", ""),
    ("U3", 1, "LDO 3.3V 1A SOT-223", "NCP1117ST33T3G", "onsemi", "", ""),
    ("U4", 1, "USB to UART SSOP-28", "FT232RL-REEL", "FTDI", "", ""),
    ("Mechanical", None),
    ("J1", 1, "JST XH 2 pin, straight", "B2B-XH-A(LF)(SN)", "JST", "", ""),
    ("J2, J3", 2, "JST PH 4 pin", "B4B-PH-K-S(LF)(SN)", "JST", "", ""),
    ("SW1", 1, "Tactile switch", "B3U-1000P", "Omron", "", ""),
    ("Y1", 1, "Resonator 16 MHz", "CSTCE16M0V53-R0", "Murata", "", ""),
]


def main() -> None:
    """Write every sample."""
    OUT.mkdir(exist_ok=True)
    motor_driver(OUT / "motor_driver.xlsx")
    kicad(OUT / "sensor_node_kicad.csv")
    german(OUT / "netzteil_stueckliste.csv")
    easyeda(OUT / "badge_easyeda.tsv")
    doubtful(OUT / "needs_a_person.xlsx")
    catalogue(OUT / "my_catalog.csv")


def workbook(path: Path) -> Any:
    """A workbook whose bytes do not change from run to run."""
    book = xlsxwriter.Workbook(str(path))
    book.set_properties({"title": path.stem, "author": "bomtool samples", "created": WHEN})
    return book


def motor_driver(path: Path) -> None:
    """A hand-made workbook: title block, sections, do-not-fit by note, alternates, a total, a revision sheet."""
    book = workbook(path)
    sheet = book.add_worksheet("BOM")
    bold, head = (
        book.add_format({"bold": True, "font_size": 14}),
        book.add_format({"bold": True, "bg_color": "#D9E2EC"}),
    )
    section = book.add_format({"italic": True, "bg_color": "#F0F4F8"})
    sheet.write_string(0, 0, "Stepper motor driver", bold)
    for row, (name, value) in enumerate([("Assembly", "MD-100"), ("Revision", "B"), ("Date", "2026-01-01")], 1):
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
    header = [
        "Item",
        "Designator",
        "Qty",
        "Description",
        "Manufacturer Part Number",
        "Manufacturer",
        "Alt MPN",
        "DNP",
        "Notes",
    ]
    for column, text in enumerate(header):
        sheet.write_string(5, column, text, head)
    row, item = 6, 0
    for entry in MOTOR:
        if entry[1] is None:
            sheet.write_string(row, 0, str(entry[0]), section)
        else:
            item += 1
            refs, quantity, description, mpn, maker, alternate, notes = entry
            sheet.write_number(row, 0, item)
            sheet.write_number(row, 2, quantity)
            dnp = "DNP" if "do not fit" in notes else ""
            for column, text in (
                (1, refs),
                (3, description),
                (4, mpn),
                (5, maker),
                (6, alternate),
                (7, dnp),
                (8, notes),
            ):
                if text:
                    sheet.write_string(row, column, text)
        row += 1
    pieces = sum(entry[1] for entry in MOTOR if entry[1] is not None)
    sheet.write_string(row + 1, 1, "Total")
    sheet.write_formula(row + 1, 2, f"=SUM(C7:C{row})", None, pieces)
    sheet.set_column(0, 0, 8)
    sheet.set_column(1, 1, 16)
    sheet.set_column(3, 4, 28)
    sheet.set_column(5, 8, 18)
    history = book.add_worksheet("Revisions")
    for row, cells in enumerate(
        [("Rev", "Date", "Change"), ("A", "2025-10-01", "first build"), ("B", "2026-01-01", "new LDO")]
    ):
        for column, text in enumerate(cells):
            history.write_string(row, column, text)
    book.close()


def text_file(
    path: Path, rows: list[list[str]], *, delimiter: str, encoding: str, bom: bytes = b"", quote: bool = False
) -> None:
    """A delimited file in a given encoding."""
    buffer = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if quote else csv.QUOTE_MINIMAL
    csv.writer(buffer, delimiter=delimiter, quoting=quoting, lineterminator="\r\n").writerows(rows)
    path.write_bytes(bom + buffer.getvalue().encode(encoding))


def kicad(path: Path) -> None:
    """An export of the schematic editor, grouped, with ranges and a DNP column."""
    rows = [
        ["Reference", "Value", "Footprint", "Datasheet", "Qty", "DNP", "MPN", "Manufacturer"],
        ["C1-C3,C7", "100n", "Capacitor_SMD:C_0603_1608Metric", "~", "4", "", "CC0603KRX7R9BB104", "YAGEO"],
        ["C4", "10u", "Capacitor_Tantalum_SMD:CP_EIA-3216-18_Kemet-A", "~", "1", "", "TAJA106K016RNJ", "Kyocera AVX"],
        ["D1", "BAT54", "Package_TO_SOT_SMD:SOT-23", "~", "1", "", "BAT54", "onsemi"],
        [
            "J1",
            "Conn_01x02",
            "Connector_JST:JST_PH_B2B-PH-K_1x02_P2.00mm_Vertical",
            "~",
            "1",
            "",
            "B2B-PH-K-S(LF)(SN)",
            "JST",
        ],
        ["R1-R4", "10k", "Resistor_SMD:R_0603_1608Metric", "~", "4", "", "RC0603FR-0710KL", "YAGEO"],
        ["R5,R6", "1M", "Resistor_SMD:R_0603_1608Metric", "~", "2", "DNP", "RC0603FR-071ML", "YAGEO"],
        [
            "U1",
            "BME280",
            "Package_LGA:Bosch_LGA-8_2.5x2.5mm_P0.65mm_ClockwisePinNumbering",
            "~",
            "1",
            "",
            "BME280",
            "Bosch Sensortec",
        ],
        ["U2", "MCP1700-3302E", "Package_TO_SOT_SMD:SOT-23", "~", "1", "", "MCP1700T-3302E/TT", "Microchip"],
    ]
    text_file(path, rows, delimiter=",", encoding="utf-8", quote=True)


def german(path: Path) -> None:
    """A German list: semicolons, Windows encoding, decimal commas, "Bestückung"."""
    rows = [
        [
            "Pos",
            "Bezeichner",
            "Anzahl",
            "Wert",
            "Bauform",
            "Hersteller",
            "Herstellernummer",
            "Bestückung",
            "Preis in €",
        ],
        ["1", "R1, R2", "2", "100 R", "0603", "Yageo", "RC0603FR-07100RL", "ja", "0,01"],
        ["2", "C1; C2", "2", "4,7 µF", "1206", "Murata", "GRM31CR71H475KA12L", "ja", "0,12"],
        ["3", "D1", "1", "SS14", "SMA", "onsemi", "SS14", "ja", "0,08"],
        ["4", "IC1", "1", "L7805", "TO-220", "ST Microelectronics", "L7805CV", "ja", "0,45"],
        ["5", "F1", "1", "0,5 A", "1812", "Bourns", "MF-MSMF050-2", "nicht bestückt", "0,20"],
        ["6", "X1", "1", "Klemme 2-polig", "5 mm", "Phönix Contact", "1935161", "ja", "0,60"],
    ]
    text_file(path, rows, delimiter=";", encoding="cp1252")


def easyeda(path: Path) -> None:
    """A tab-separated export in UTF-16, as browser-based editors write it."""
    rows = [
        [
            "ID",
            "Name",
            "Designator",
            "Footprint",
            "Quantity",
            "Manufacturer Part",
            "Manufacturer",
            "Supplier",
            "Supplier Part",
        ],
        ["1", "100nF", "C1,C2,C3", "C0805", "3", "CC0805KRX7R9BB104", "YAGEO", "", ""],
        ["2", "10k", "R1,R2", "R0402", "2", "RC0402FR-0710KL", "YAGEO", "", ""],
        ["3", "Red", "LED1,LED2,LED3,LED4", "LED0603", "4", "LTST-C190KRKT", "Lite-On", "", ""],
        ["4", "AO3401A", "Q1", "SOT-23", "1", "AO3401A", "Alpha & Omega Semiconductor", "", ""],
        ["5", "ATMEGA32U4-AU", "U1", "QFP-44", "1", "ATMEGA32U4-AU", "Microchip Technology", "", ""],
    ]
    text_file(path, rows, delimiter="\t", encoding="utf-16-le", bom=b"\xff\xfe")


def doubtful(path: Path) -> None:
    """Lines that need a person: a wrong maker, a value without a part number, a quantity that disagrees, Excel's damage."""
    book = workbook(path)
    sheet = book.add_worksheet("Parts list")
    rows: list[list[object]] = [
        ["RefDes", "Quantity", "MPN", "Mfr", "Description"],
        ["R1, R2, R3", 2, "RC0603FR-0710KL", "YAGEO", "10k 0603, quantity disagrees"],
        ["Q1", 1, "MMBT3904", "Texas Instruments", "the maker does not make it"],
        ["R4-R6", 3, "", "", "4k7 1% 0603"],
        ["U1", 1, "LM358DRX", "Texas Instruments", "a letter too many"],
        ["J1", 1, 9.55167e12, "Harting", "a part number Excel took for a number"],
        ["U2", 1, "LM358DR", "TI", "op-amp, SOIC-8"],
    ]
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if value != "":
                sheet.write(row, column, value)
    scientific = book.add_format({"num_format": "0.00E+00"})
    sheet.write_number(5, 2, 9551670000001, scientific)
    sheet.set_column(0, 4, 22)
    book.close()


def catalogue(path: Path) -> None:
    """A small catalogue to load with `bomtool catalog load`: one row an offer, breaks as quantity:price."""
    rows = [
        [
            "mpn",
            "manufacturer",
            "package",
            "description",
            "distributor",
            "sku",
            "stock",
            "moq",
            "multiple",
            "packaging",
            "currency",
            "breaks",
        ],
        [
            "RC0603FR-074K7L",
            "YAGEO",
            "0603",
            "Resistor 4.7 kOhm 1 %",
            "Example Parts Co.",
            "EX-1001",
            "52000",
            "10",
            "10",
            "cut tape",
            "USD",
            "10:0.012 100:0.006 1000:0.0031",
        ],
        [
            "RC0603FR-074K7L",
            "YAGEO",
            "0603",
            "Resistor 4.7 kOhm 1 %",
            "Example Parts Co.",
            "EX-1001-R",
            "45000",
            "5000",
            "5000",
            "reel",
            "USD",
            "5000:0.0017",
        ],
        [
            "LM358DR",
            "Texas Instruments",
            "SOIC-8",
            "Dual operational amplifier",
            "Example Parts Co.",
            "EX-2001",
            "8100",
            "1",
            "1",
            "cut tape",
            "USD",
            "1:0.24 10:0.17 100:0.12 2500:0.081",
        ],
    ]
    text_file(path, rows, delimiter=",", encoding="utf-8")


if __name__ == "__main__":
    main()
