"""The workbook of a purchase order, as a supplier gets it."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

Values = dict[str, Any]
_COLUMNS = (
    ("Position", 10),
    ("SKU", 22),
    ("Part number", 26),
    ("Manufacturer", 24),
    ("Description", 44),
    ("Quantity", 11),
    ("Unit price", 14),
    ("Amount", 14),
)


def workbook(purchase: Values, footer: str | None) -> bytes:
    """An xlsx file of one sheet. `purchase` is as the wire has it; `footer` the program's text for the foot of the order.

    Texts are written as texts, so that none becomes a formula; amounts are those of the purchase, digit for digit.
    """
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    title = book.add_format({"bold": True, "font_size": 16})
    head = book.add_format({"bold": True, "bottom": 1, "bg_color": "#DDE6F0"})
    money = book.add_format({"num_format": "#,##0.00######"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("Purchase order")
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    number = purchase["reference_number"] or str(purchase["id"])[:8]
    sheet.write_string(0, 0, f"Purchase order {number}", title)
    facts = [
        ("Supplier", purchase["supplier_name"]),
        ("Currency", purchase["currency"]),
        ("Ship to", purchase["ship_to"]),
        ("Notes", purchase["notes"]),
    ]
    row = 2
    for name, value in facts:
        if value:
            sheet.write_string(row, 0, name, bold)
            sheet.write_string(row, 2, str(value))
            row += 1
    row += 1
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.set_column(column, column, width)
        sheet.write_string(row, column, name, head)
    for line in [*purchase["lines"], *purchase["no_part_lines"]]:
        row += 1
        texts = (line.get("sku"), line.get("mpn"), line.get("manufacturer_name"), line.get("description"))
        sheet.write_number(row, 0, line["position"])
        for column, text in enumerate(texts, 1):
            sheet.write_string(row, column, str(text or ""), wrapped)
        sheet.write_number(row, 5, line["quantity"])
        for column, name in ((6, "unit_price"), (7, "extended_price")):
            amount: Decimal | None = line[name]
            if amount is None:
                sheet.write_string(row, column, "open")
            else:
                sheet.write_number(row, column, float(amount), money)
    row += 2
    sheet.write_string(row, 6, f"Total {purchase['currency']}", bold)
    if purchase["total"] is None:
        sheet.write_string(row, 7, f"{purchase['known_total']:f} and what is open")
    else:
        sheet.write_number(row, 7, float(purchase["total"]), money)
    if footer:
        sheet.merge_range(row + 2, 0, row + 6, len(_COLUMNS) - 1, "", wrapped)
        sheet.write_string(row + 2, 0, footer, wrapped)
    book.close()
    return buffer.getvalue()
