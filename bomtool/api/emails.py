"""Outbound e-mail on the wire: composed, kept, sent where SMTP is configured, or marked as sent by hand."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from bomtool.api.base import Address, Answer, Boolean, Metadata, Request, Text255, Timestamp

EmailStatus = Literal["draft", "queued", "sending", "sent", "failed", "uncertain"]


def _one_line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("must be one line of visible characters")
    return text


Line255 = Annotated[Text255, AfterValidator(_one_line)]
MAX_ADDRESSES, MAX_ATTACHMENTS = 50, 20


class OutboundEmailCreate(Request):
    """`POST /v1/outbound_emails/`: about an RFQ (to one `supplier` of it), about a purchase, or about neither.

    Subject and body are composed where none are sent, `to` is the supplier's address. A purchase order goes with its
    workbook unless `attach_order` is false; `attachments` are stock documents. With `send` it is sent at once.
    """

    rfq: UUID | None = None
    purchase: UUID | None = None
    supplier: UUID | None = None
    to: Annotated[list[Address], Field(max_length=MAX_ADDRESSES, examples=[["sales@example.com"]])] | None = None
    cc: Annotated[list[Address], Field(max_length=MAX_ADDRESSES, examples=[["buyer@example.com"]])] = []
    subject: Line255 | None = None
    body: Annotated[str, StringConstraints(min_length=1, max_length=100_000)] | None = None
    attachments: Annotated[list[UUID], Field(max_length=MAX_ATTACHMENTS)] = []
    attach_order: Boolean = True
    send: Boolean = False
    metadata: Metadata = {}


class EmailAttachment(Answer):
    """A stock document that goes with the e-mail."""

    document: UUID
    name: str
    content_type: str
    size: int


class OutboundEmail(Answer):
    """An e-mail. `uncertain` means it was handed to the mail server and nobody can tell whether it was taken: look before
    sending it again. `error` says why it failed."""

    id: UUID
    org_id: str
    status: EmailStatus
    to: list[str]
    cc: list[str] = []
    subject: str
    body: str
    attachments: list[EmailAttachment] = []
    rfq: UUID | None = None
    purchase: UUID | None = None
    supplier: UUID | None = None
    team: UUID | None = None
    message_id: str | None = None
    error: str | None = None
    sent_at: Timestamp | None = None
    metadata: Metadata | None = None
    created_at: Timestamp
    updated_at: Timestamp
