"""Tables of buying: requests for quotation, quotes, purchases and their events, bills, outbound e-mail."""

from __future__ import annotations

from sqlalchemy import Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bomtool.platform.columns import flag, integration, integration_index, key, meta, org, revision, team, times
from bomtool.store.schema import Exact, Id, Json, Utc, metadata


def _below(parent: str) -> tuple[Column[str], Column[str], Column[int]]:
    """The record a line belongs to, its org, and its place."""
    name = parent.rstrip("s") + "_id"
    return (
        Column("org_id", Id, nullable=False),
        Column(name, Id, ForeignKey(f"{parent}.id", ondelete="CASCADE"), nullable=False, index=True),
        Column("position", Integer, nullable=False),
    )


def _named_part() -> tuple[Column[str], ...]:
    return (
        Column("part_id", String(255)),
        Column("mpn", String(255)),
        Column("manufacturer_name", String(255)),
        Column("description", Text),
    )


rfqs = Table(
    "rfqs",
    metadata,
    key(),
    org(),
    team(),
    Column("name", String(255), nullable=False),
    Column("status", String(16), nullable=False),
    Column("program_id", Id, index=True),
    Column("supplier_ids", Json),
    Column("due_on", Date),
    Column("currency", String(3)),
    Column("notes", Text),
    meta(),
    *integration(),
    revision(),
    *times(),
    Index("ix_rfqs_org_created", "org_id", "created_at", "id"),
    integration_index("rfqs"),
)

rfq_lines = Table(
    "rfq_lines",
    metadata,
    key(),
    *_below("rfqs"),
    *_named_part(),
    Column("quantities", Json, nullable=False),
    Column("target_price", Exact),
    Column("needed_by", Date),
    Column("notes", Text),
    *times(),
)

supplier_quotes = Table(
    "supplier_quotes",
    metadata,
    key(),
    org(),
    team(),
    Column("rfq_id", Id, index=True),
    Column("supplier_id", Id, ForeignKey("suppliers.id"), nullable=False, index=True),
    Column("quote_number", String(255)),
    Column("status", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("valid_from", Date),
    Column("valid_until", Date),
    Column("received_at", Utc, nullable=False),
    Column("notes", Text),
    meta(),
    *integration(),
    revision(),
    *times(),
    Index("ix_supplier_quotes_org_created", "org_id", "created_at", "id"),
    integration_index("supplier_quotes"),
)

supplier_quote_lines = Table(
    "supplier_quote_lines",
    metadata,
    key(),
    *_below("supplier_quotes"),
    Column("rfq_line_id", Id, index=True),
    *_named_part(),
    Column("sku", String(255)),
    Column("packaging", String(255)),
    Column("moq", Integer, nullable=False),
    Column("order_multiple", Integer, nullable=False),
    Column("stock", Integer),
    Column("lead_time_days", Integer),
    Column("breaks", Json, nullable=False),
    flag("no_bid"),
    Column("notes", Text),
    *times(),
    Index("ix_supplier_quote_lines_org_part", "org_id", "part_id"),
)

purchases = Table(
    "purchases",
    metadata,
    key(),
    org(),
    team(),
    Column("supplier_id", Id, ForeignKey("suppliers.id"), nullable=False, index=True),
    Column("program_id", Id, index=True),
    Column("reference_number", String(255)),
    Column("status", String(24), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("ship_to", Text),
    Column("notes", Text),
    flag("from_plan"),
    Column("approved_at", Utc),
    Column("ordered_at", Utc),
    meta(),
    *integration(),
    revision(),
    *times(),
    Index("uq_purchases_org_reference", "org_id", "reference_number", unique=True),
    Index("ix_purchases_org_created", "org_id", "created_at", "id"),
    integration_index("purchases"),
)

purchase_lines = Table(
    "purchase_lines",
    metadata,
    key(),
    *_below("purchases"),
    Column("part_id", String(255), nullable=False),
    Column("mpn", String(255)),
    Column("manufacturer_name", String(255)),
    Column("description", Text),
    Column("sku", String(255)),
    Column("packaging", String(255)),
    Column("quantity", Integer, nullable=False),
    Column("allocate_quantity", Integer),
    Column("unit_price", Exact),
    Column("expected_on", Date),
    Column("shipped_quantity", Integer, nullable=False, default=0),
    Column("received_quantity", Integer, nullable=False, default=0),
    Column("cancelled_quantity", Integer, nullable=False, default=0),
    Column("notes", Text),
    meta(),
    *times(),
    Index("ix_purchase_lines_org_part", "org_id", "part_id"),
)

no_part_lines = Table(
    "no_part_lines",
    metadata,
    key(),
    *_below("purchases"),
    Column("kind", String(16), nullable=False),
    Column("description", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", Exact),
    Column("notes", Text),
    *times(),
)

purchase_events = Table(
    "purchase_events",
    metadata,
    key(),
    *_below("purchases"),
    Column("event_type", String(16), nullable=False),
    Column("occurred_at", Utc, nullable=False),
    Column("lines", Json, nullable=False),
    Column("note", Text),
    Column("carrier", String(255)),
    Column("tracking_number", String(255)),
    Column("api_key_id", Id),
    *times(),
)

supplier_bills = Table(
    "supplier_bills",
    metadata,
    key(),
    org(),
    team(),
    Column("supplier_id", Id, ForeignKey("suppliers.id"), nullable=False),
    Column("purchase_id", Id, index=True),
    Column("bill_number", String(255), nullable=False),
    Column("bill_date", Date),
    Column("due_date", Date),
    Column("currency", String(3), nullable=False),
    Column("status", String(16), nullable=False),
    Column("notes", Text),
    meta(),
    *integration(),
    revision(),
    *times(),
    Index("uq_supplier_bills_supplier_number", "supplier_id", "bill_number", unique=True),
    Index("ix_supplier_bills_org_created", "org_id", "created_at", "id"),
    integration_index("supplier_bills"),
)

supplier_bill_lines = Table(
    "supplier_bill_lines",
    metadata,
    key(),
    *_below("supplier_bills"),
    Column("purchase_line_id", Id, index=True),
    Column("no_part_line_id", Id, index=True),
    Column("description", Text),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", Exact, nullable=False),
    *times(),
)

outbound_emails = Table(
    "outbound_emails",
    metadata,
    key(),
    org(),
    team(),
    Column("status", String(16), nullable=False),
    Column("to", Json, nullable=False),
    Column("cc", Json, nullable=False),
    Column("subject", String(255), nullable=False),
    Column("body", Text, nullable=False),
    Column("attachments", Json, nullable=False),
    Column("rfq_id", Id, index=True),
    Column("purchase_id", Id, index=True),
    Column("supplier_id", Id),
    Column("message_id", String(255)),
    Column("error", Text),
    Column("sent_at", Utc),
    meta(),
    revision(),
    *times(),
    Index("ix_outbound_emails_org_created", "org_id", "created_at", "id"),
)
