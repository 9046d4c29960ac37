"""Outbound e-mail through the client."""

from __future__ import annotations

import pytest

from bomtool.client import Client
from bomtool.errors import ApiError


def test_outbound_emails(client: Client) -> None:
    supplier = client.suppliers.create(name="Northwind", email="sales@northwind.example")
    purchase = client.purchases.create(supplier=supplier.id, reference_number="PO-7")
    made = client.outbound_emails.create(purchase=purchase.id)
    assert (made.status, made.attachments[0].name) == ("draft", "Purchase order PO-7.xlsx")
    assert client.stock_documents.download(made.attachments[0].document).startswith(b"PK")
    assert client.outbound_emails.get(made.id).subject == "Purchase order PO-7"
    assert client.outbound_emails.mark_as_sent(made.id).status == "sent"
    with pytest.raises(ApiError, match="No mail server"):
        client.outbound_emails.create(purchase=purchase.id, send=True)
