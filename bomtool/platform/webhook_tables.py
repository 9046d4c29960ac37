"""Tables of webhooks: who is told, what has changed, what is on its way.

Triggers of the database write `webhook_changes` (see the migration that makes them): whatever changes a record, by
whichever way, notes it in the very transaction of the change, where its org has a webhook at all.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from bomtool.platform.columns import flag, key, org, times
from bomtool.store.schema import Id, Json, Utc, metadata

_Number = BigInteger().with_variant(Integer, "sqlite")

webhooks = Table(
    "webhooks",
    metadata,
    key(),
    org(),
    Column("url", Text, nullable=False),
    Column("triggers", Json),
    flag("active", default=True),
    Column("salt", String(64), nullable=False),
    Column("old_salt", String(64)),
    Column("old_until", Utc),
    Column("key_mark", String(16), nullable=False),
    Column("failures", Integer, nullable=False, default=0),
    Column("failing_since", Utc),
    Column("disabled_reason", Text),
    Column("last_success_at", Utc),
    Column("retry_at", Utc),
    Column("leased_until", Utc),
    Column("leased_by", String(64)),
    *times(),
    Index("ix_webhooks_org_created", "org_id", "created_at", "id"),
)

webhook_changes = Table(
    "webhook_changes",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=True),
    Column("org_id", Id, nullable=False),
    Column("record_table", String(32), nullable=False),
    Column("record_id", Id, nullable=False),
    Column("event_type", String(16), nullable=False),
    Column("transaction_id", String(32), nullable=False),
    Index("uq_webhook_changes_record", "record_id", "record_table", "transaction_id", unique=True),
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("seq", _Number, primary_key=True, autoincrement=True),
    Column("id", Id, nullable=False),
    Column("org_id", Id, nullable=False),
    Column("webhook_id", Id, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("record_type", String(32), nullable=False),
    Column("record_id", Id, nullable=False),
    Column("event_type", String(16), nullable=False),
    Column("body", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("created_at", Utc, nullable=False),
    Column("next_at", Utc),
    Column("last_at", Utc),
    Column("finished_at", Utc),
    Column("last_status", Integer),
    Column("last_answer", Text),
    Column("last_error", Text),
    Index("uq_webhook_deliveries_id", "id", unique=True),
    Index("ix_webhook_deliveries_webhook", "webhook_id", "status", "seq"),
    Index("ix_webhook_deliveries_waiting", "status", "next_at"),
    Index("ix_webhook_deliveries_org", "org_id", "seq"),
)
