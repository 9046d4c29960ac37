"""RFQs and quotes through the client."""

from __future__ import annotations

from decimal import Decimal

from bomtool.api.rfqs import QuoteBreak, QuoteLineWrite, RfqLineWrite
from bomtool.client import Client


def test_rfqs_and_quotes(client: Client) -> None:
    supplier = client.suppliers.create(name="Quotewell")
    rfq = client.rfqs.create(name="Spring", suppliers=[supplier.id], lines=[RfqLineWrite(mpn="X-1", quantities=[10])])
    assert client.rfqs.update(rfq.id, status="sent").status == "sent"
    line = client.rfqs.create_line(rfq=rfq.id, description="Panel", quantities=[1, 5])
    assert client.rfqs.update_line(line.id, quantities=[2]).quantities == [2]
    assert len(client.rfqs.update(rfq.id).lines) == 2
    price = QuoteBreak(quantity=1, price=Decimal("0.125"))
    wish = QuoteLineWrite(rfq_line=rfq.lines[0].id, prices=[price])
    quote = client.supplier_quotes.create(supplier=supplier.id, rfq=rfq.id, currency="USD", lines=[wish])
    assert (quote.lines[0].mpn, quote.lines[0].prices[0].price) == ("X-1", Decimal("0.125"))
    more = client.supplier_quotes.create_line(supplier_quote=quote.id, mpn="Y", moq=5)
    assert client.supplier_quotes.update_line(more.id, no_bid=True).no_bid
    assert client.supplier_quotes.update(quote.id, status="accepted").status == "accepted"
