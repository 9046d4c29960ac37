"""E-mails about RFQs and purchases: to whom, what they say, what goes with them."""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, select

from bomtool.platform.calls import Call
from bomtool.platform.errors import invalid
from bomtool.platform.services import contents, documents, order_sheet, purchases, records, rfqs
from bomtool.platform.services.documents import Received
from bomtool.platform.services.trade import Values
from bomtool.platform.stock_tables import stock_documents, suppliers
from bomtool.platform.tables import programs
from bomtool.platform.trade_tables import purchases as purchase_table
from bomtool.platform.trade_tables import rfqs as rfq_table

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(slots=True)
class Composed:
    """An e-mail ready to be kept: its columns, and the order's workbook where one goes with it."""

    values: Values
    order: Received | None = None
    order_name: str = ""
    notes: list[str] = field(default_factory=list)


def compose(call: Call, given: Values) -> Composed:
    """The e-mail for a request. Raises Refusal 400 for what cannot be seen, or where there is nobody to write to."""
    with call.read() as connection:
        if given.get("rfq") and given.get("purchase"):
            raise invalid({"purchase": "An e-mail is about an RFQ or about a purchase, not both."})
        if given.get("rfq"):
            found = _about_rfq(connection, call, given)
        elif given.get("purchase"):
            found = _about_purchase(connection, call, given)
        else:
            found = Composed({"team_id": None, "supplier_id": _supplier_id(connection, call, given.get("supplier"))})
        values = found.values
        for name in ("subject", "body"):
            if given.get(name):
                values[name] = given[name]
            elif not values.get(name):
                raise invalid({name: "Needed where the e-mail is about no RFQ or purchase."})
        values["to"] = given.get("to") or _address(connection, values["supplier_id"])
        values["attachments"] = _attachments(connection, call, given.get("attachments") or [])
    values |= {"cc": given.get("cc") or [], "meta": given.get("metadata") or {}, "status": "draft", "revision": 1}
    return found


def _supplier_id(connection: Connection, call: Call, supplier: Any) -> str | None:
    if supplier is None:
        return None
    found = records.known(
        connection, call, suppliers, [supplier], org_id=call.org_id, field="supplier", what="supplier"
    )
    return str(found[str(supplier)].id)


def _address(connection: Connection, supplier_id: str | None) -> list[str]:
    email = connection.execute(select(suppliers.c.email).where(suppliers.c.id == (supplier_id or ""))).scalar()
    if not email:
        raise invalid({"to": "Needed: the supplier has no e-mail address."})
    return [email]


def _attachments(connection: Connection, call: Call, wanted: list[Any]) -> list[Values]:
    found = records.known(
        connection, call, stock_documents, wanted, org_id=call.org_id, field="attachments", what="stock document"
    )
    rows = [found[str(identifier)] for identifier in wanted]
    return [attachment(row) for row in rows]


def attachment(row: Any) -> Values:
    """A document as an e-mail names it."""
    return {"document": row.id, "name": row.name, "content_type": row.content_type, "size": row.size}


def _about_rfq(connection: Connection, call: Call, given: Values) -> Composed:
    wanted = given["rfq"]
    known = records.known(connection, call, rfq_table, [wanted], org_id=call.org_id, field="rfq", what="RFQ")
    row = known[str(wanted)]
    rfq = rfqs.shown(connection, call, row)
    asked = [str(given["supplier"])] if given.get("supplier") else rfq["suppliers"]
    if len(asked) != 1 or asked[0] not in rfq["suppliers"]:
        raise invalid({"supplier": "Name one of the suppliers that the RFQ asks; each gets an e-mail of its own."})
    due = f" by {rfq['due_on'].isoformat()}" if rfq["due_on"] else ""
    lines = [_rfq_line(line) for line in rfq["lines"]]
    notes = [rfq["notes"], ""] if rfq["notes"] else []
    currency = [f"Please quote in {rfq['currency']}."] if rfq["currency"] else []
    text = [f"Please quote the following{due}:", "", *lines, "", *notes, *currency]
    text.append("Please name stock, lead time, minimum quantity, order multiple and how long the quote is valid.")
    values = {"rfq_id": row.id, "purchase_id": None, "supplier_id": asked[0], "team_id": row.team_id}
    return Composed({**values, "subject": _one_line(f"Request for quotation: {rfq['name']}"), "body": "\n".join(text)})


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:255]


def _rfq_line(line: Values) -> str:
    what = " ".join(filter(None, (line["mpn"], line["manufacturer_name"])))
    shown = ", ".join(filter(None, (what, line["description"])))
    numbers = " / ".join(f"{quantity:,}" for quantity in line["quantities"])
    needed = f", needed by {line['needed_by'].isoformat()}" if line["needed_by"] else ""
    return f"{line['position']}. {shown}: {numbers} pieces{needed}"


def _about_purchase(connection: Connection, call: Call, given: Values) -> Composed:
    wanted = given["purchase"]
    known = records.known(
        connection, call, purchase_table, [wanted], org_id=call.org_id, field="purchase", what="purchase"
    )
    row = known[str(wanted)]
    purchase = purchases.shown(connection, call, row)
    number = purchase["reference_number"] or row.id[:8]
    total = purchase["total"]
    lines = [_purchase_line(line, row.currency) for line in [*purchase["lines"], *purchase["no_part_lines"]]]
    text = [f"Please take our purchase order {number}:", "", *lines, ""]
    text.append(f"Total: {total:f} {row.currency}" if total is not None else "Please confirm the open prices.")
    text += [f"Ship to: {purchase['ship_to']}"] if purchase["ship_to"] else []
    text += [purchase["notes"]] if purchase["notes"] else []
    values = {"rfq_id": None, "purchase_id": row.id, "supplier_id": row.supplier_id, "team_id": row.team_id}
    subject = _one_line(f"Purchase order {number}")
    found = Composed({**values, "subject": subject, "body": "\n".join(text)})
    if given.get("attach_order", True):
        footer = connection.execute(
            select(programs.c.po_footer_notes).where(programs.c.id == (row.program_id or ""))
        ).scalar()
        found.order = _kept(call, order_sheet.workbook(purchase, footer))
        found.order_name = contents.safe_name(f"Purchase order {number}.xlsx", _XLSX)
    return found


def _purchase_line(line: Values, currency: str) -> str:
    names = (line.get("mpn"), line.get("manufacturer_name"), line.get("sku") and f"SKU {line['sku']}")
    shown = ", ".join(filter(None, (*names, line.get("description"))))
    price = f" at {line['unit_price']:f} {currency}" if line["unit_price"] is not None else ", price open"
    return f"{line['position']}. {line['quantity']:,} x {shown}{price}"


def _kept(call: Call, content: bytes) -> Received:
    """A file of ours, received like one that was sent."""
    incoming = documents.folder(call.settings) / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = incoming / uuid.uuid4().hex
    path.write_bytes(content)
    return Received(path, len(content), hashlib.sha256(content).hexdigest(), _XLSX)
