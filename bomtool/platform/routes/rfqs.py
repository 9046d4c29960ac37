"""The operations of the sections Rfqs, RfqLines, SupplierQuote and SupplierQuoteLines."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from bomtool.api.rfqs import (
    QuoteLineCreate,
    QuoteLineUpdate,
    RfqCreate,
    RfqLineCreate,
    RfqLineUpdate,
    RfqUpdate,
    SupplierQuoteCreate,
    SupplierQuoteUpdate,
)
from bomtool.platform.calls import CallDep
from bomtool.platform.errors import invalid
from bomtool.platform.services import quotes, rfqs


def sent(body: BaseModel) -> dict[str, Any]:
    """The members that were sent, nested ones as plain values."""
    return body.model_dump(exclude_unset=True)


def create_rfq(call: CallDep, body: RfqCreate) -> Response:
    """Ask suppliers: with lines by hand, or (`from_needs`) with what the plan of a program cannot buy now."""
    if (earlier := call.replayed()) is not None:
        return earlier
    if body.from_needs and body.program is None:
        raise invalid({"program": "Needed with from_needs: whose needs?"})
    more = rfqs.needed(call, body.program) if body.from_needs else []
    return call.change(lambda connection: rfqs.create(connection, call, sent(body), more))


def update_rfq(call: CallDep, rfq_id: str, body: RfqUpdate) -> Response:
    """Change the members sent; without any the RFQ is answered as it is."""
    return call.change(lambda connection: rfqs.change(connection, call, rfq_id, sent(body)))


def create_rfq_line(call: CallDep, body: RfqLineCreate) -> Response:
    """Add a line to an RFQ that is still open."""
    return call.change(lambda connection: rfqs.add_line(connection, call, sent(body)))


def update_rfq_line(call: CallDep, line_id: str, body: RfqLineUpdate) -> Response:
    """Change the members sent, while the RFQ is open."""
    return call.change(lambda connection: rfqs.change_line(connection, call, line_id, sent(body)))


def create_supplier_quote(call: CallDep, body: SupplierQuoteCreate) -> Response:
    """Keep the answer of a supplier. While it is valid, its lines are offers in the org's plans."""
    return call.change(lambda connection: quotes.create(connection, call, sent(body)))


def update_supplier_quote(call: CallDep, quote_id: str, body: SupplierQuoteUpdate) -> Response:
    """Change the members sent; a rejected or withdrawn quote is no offer."""
    return call.change(lambda connection: quotes.change(connection, call, quote_id, sent(body)))


def create_supplier_quote_line(call: CallDep, body: QuoteLineCreate) -> Response:
    """Add a line to a quote."""
    return call.change(lambda connection: quotes.add_line(connection, call, sent(body)))


def update_supplier_quote_line(call: CallDep, line_id: str, body: QuoteLineUpdate) -> Response:
    """Change the members sent."""
    return call.change(lambda connection: quotes.change_line(connection, call, line_id, sent(body)))
