"""Outbound e-mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api.emails import OutboundEmail, OutboundEmailCreate
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class OutboundEmails:
    """`client.outbound_emails`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def create(self, body: OutboundEmailCreate | None = None, **members: Any) -> OutboundEmail:
        """Compose an e-mail about an RFQ or a purchase, or by hand; with `send` it is sent once."""
        sent = request(OutboundEmailCreate, body, members)
        return self._client.read("create_outbound_email", OutboundEmail, {}, body=sent)

    def get(self, email_id: Id) -> OutboundEmail:
        """One e-mail, and what became of it."""
        return self._client.read("get_outbound_email", OutboundEmail, {"email_id": email_id})

    def mark_as_sent(self, email_id: Id) -> OutboundEmail:
        """Note that it was sent by hand; twice is harmless."""
        return self._client.read("mark_email_as_sent", OutboundEmail, {"email_id": email_id})
