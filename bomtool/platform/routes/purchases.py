"""The operations of the section Purchases."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.responses import Response

from bomtool.api.bills import BillLineCreate, BillLineUpdate, SupplierBillCreate, SupplierBillUpdate
from bomtool.api.purchases import (
    NoPartLinesUpdate,
    NoPartLineWrite,
    PurchaseCreate,
    PurchaseEventCreate,
    PurchaseLinesUpdate,
    PurchaseLineWrite,
    PurchaseUpdate,
)
from bomtool.platform.calls import CallDep
from bomtool.platform.errors import invalid
from bomtool.platform.listing import Paging, page, whole
from bomtool.platform.routes.program_parts import _in
from bomtool.platform.routes.rfqs import sent
from bomtool.platform.rows import Rows
from bomtool.platform.services import bills, purchase_lines, purchases, receiving
from bomtool.platform.trade_tables import no_part_lines
from bomtool.platform.trade_tables import purchase_lines as line_table

Pages = Annotated[Paging, Depends()]
ChangedLines = Annotated[PurchaseLinesUpdate, _in("lines")]
ChangedNoPartLines = Annotated[NoPartLinesUpdate, _in("lines")]


def create_purchase(call: CallDep, body: PurchaseCreate) -> Response:
    """Create an order at one supplier: with lines by hand, or (`from_plan`) with what a program's plan buys there."""
    if (earlier := call.replayed()) is not None:
        return earlier
    if body.from_plan and body.program is None:
        raise invalid({"program": "Needed with from_plan: whose plan?"})
    if body.from_plan and body.lines:
        raise invalid({"lines": "Send lines or from_plan, not both."})
    plan = purchases.planned(call, body.program, body.supplier) if body.from_plan else (None, [])
    return call.change(lambda connection: purchases.create(connection, call, sent(body), plan))


def get_purchase(call: CallDep, purchase_id: str) -> Response:
    """One purchase with its lines and events."""
    with call.read() as connection:
        return call.answer(purchases.shown(connection, call, purchases.get(connection, call, purchase_id)))


def update_purchase(call: CallDep, purchase_id: str, body: PurchaseUpdate) -> Response:
    """Change the members sent."""
    return call.change(lambda connection: purchases.change(connection, call, purchase_id, sent(body)))


def delete_purchase(call: CallDep, purchase_id: str) -> Response:
    """Delete a purchase that is not ordered yet; an ordered one is cancelled by an event."""
    return call.change(lambda connection: purchases.remove(connection, call, purchase_id))


def list_purchase_lines(call: CallDep, purchase_id: str, paging: Pages) -> Response:
    """The lines of a purchase, in their order."""
    with call.read() as connection:
        row = purchases.get(connection, call, purchase_id)
        return call.answer(
            page(
                connection,
                call.request,
                Rows(line_table).where(line_table.c.purchase_id == row.id),
                paging,
                orderable=("position", "mpn", "quantity", "expected_on", "created_at"),
                default=("position",),
                shown=lambda rows: purchases.lines_shown(rows, row.currency),
            )
        )


def get_purchase_line(call: CallDep, purchase_id: str, line_id: str) -> Response:
    """One line."""
    with call.read() as connection:
        row = purchases.get(connection, call, purchase_id)
        line = purchase_lines.get(connection, line_table, row.id, line_id)
        return call.answer(purchases.lines_shown([line], row.currency)[0])


def create_purchase_line(call: CallDep, purchase_id: str, body: PurchaseLineWrite) -> Response:
    """Add a line to a purchase that is not ordered yet; an approval given before no longer holds."""
    return call.change(lambda connection: purchase_lines.add(connection, call, purchase_id, sent(body)))


def update_purchase_lines(call: CallDep, purchase_id: str, body: ChangedLines) -> Response:
    """Change many lines at once; the answer holds them in the order sent."""
    changes = sent(body)["lines"]
    return call.change(lambda connection: whole(purchase_lines.change(connection, call, purchase_id, changes)))


def delete_purchase_line(call: CallDep, purchase_id: str, line_id: str) -> Response:
    """Remove a line of a purchase that is not ordered yet."""
    return call.change(lambda connection: purchase_lines.remove(connection, call, purchase_id, line_id))


def list_no_part_lines(call: CallDep, purchase_id: str, paging: Pages) -> Response:
    """Freight, fees and services of a purchase, in their order."""
    with call.read() as connection:
        row = purchases.get(connection, call, purchase_id)
        return call.answer(
            page(
                connection,
                call.request,
                Rows(no_part_lines).where(no_part_lines.c.purchase_id == row.id),
                paging,
                orderable=("position", "kind", "created_at"),
                default=("position",),
                shown=lambda rows: purchases.no_part_shown(rows, row.currency),
            )
        )


def create_no_part_line(call: CallDep, purchase_id: str, body: NoPartLineWrite) -> Response:
    """Add freight, a fee or a service, at any time until the purchase is cancelled."""
    return call.change(lambda connection: purchase_lines.add_no_part(connection, call, purchase_id, sent(body)))


def update_no_part_lines(call: CallDep, purchase_id: str, body: ChangedNoPartLines) -> Response:
    """Change many no-part lines at once; the answer holds them in the order sent."""
    changes = sent(body)["lines"]
    return call.change(lambda connection: whole(purchase_lines.change_no_part(connection, call, purchase_id, changes)))


def delete_no_part_line(call: CallDep, purchase_id: str, line_id: str) -> Response:
    """Remove a no-part line."""
    return call.change(lambda connection: purchase_lines.remove_no_part(connection, call, purchase_id, line_id))


def create_purchase_event(call: CallDep, purchase_id: str, body: PurchaseEventCreate) -> Response:
    """Let something happen: requested, approved, ordered, shipped, arrived, received, cancelled. Stock follows."""
    return call.change(lambda connection: receiving.record(connection, call, purchase_id, sent(body)))


def create_supplier_bill(call: CallDep, body: SupplierBillCreate) -> Response:
    """Keep a bill; its lines are checked against what was bought, received and billed before."""
    return call.change(lambda connection: bills.create(connection, call, sent(body)))


def update_supplier_bill(call: CallDep, bill_id: str, body: SupplierBillUpdate) -> Response:
    """Change the members sent; approving or paying a bill with errors is 409 unless `accept_problems`."""
    return call.change(lambda connection: bills.change(connection, call, bill_id, sent(body)))


def create_supplier_bill_line(call: CallDep, body: BillLineCreate) -> Response:
    """Add a line to a bill; an approval given before no longer holds."""
    return call.change(lambda connection: bills.add_line(connection, call, sent(body)))


def update_supplier_bill_line(call: CallDep, line_id: str, body: BillLineUpdate) -> Response:
    """Change the members sent; an approval given before no longer holds."""
    return call.change(lambda connection: bills.change_line(connection, call, line_id, sent(body)))
