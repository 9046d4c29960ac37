"""Webhooks: who is told, what changed, what is on its way; triggers that note each change in its own transaction.

A trigger fires only in orgs that have an active webhook. Several changes of a record in one transaction are one note:
on SQLite, where writers take turns, until the note is taken up; on PostgreSQL by the number of the transaction.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

RECORDS = (
    "boms", "programs", "purchases", "suppliers", "rfqs", "supplier_quotes", "supplier_bills", "stock_lots",
    "stock_documents", "outbound_emails", "org_parts", "teams", "team_types", "custom_properties", "tags", "users",
    "orgs",
)  # fmt: skip
BELOW = {
    "bom_lines": ("boms", "bom_id"),
    "program_lines": ("programs", "program_id"),
    "part_overrides": ("programs", "program_id"),
    "purchase_lines": ("purchases", "purchase_id"),
    "no_part_lines": ("purchases", "purchase_id"),
    "purchase_events": ("purchases", "purchase_id"),
    "rfq_lines": ("rfqs", "rfq_id"),
    "supplier_quote_lines": ("supplier_quotes", "supplier_quote_id"),
    "supplier_bill_lines": ("supplier_bills", "supplier_bill_id"),
}
"""Lines: a change of one is a change of the record they stand below."""

FUNCTION = """
CREATE FUNCTION bomtool_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    changed jsonb := to_jsonb(CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END);
    org text := changed ->> TG_ARGV[1];
BEGIN
    IF EXISTS (SELECT 1 FROM webhooks WHERE org_id = org AND active) THEN
        INSERT INTO webhook_changes (org_id, record_table, record_id, event_type, transaction_id)
        VALUES (org, TG_ARGV[0], changed ->> TG_ARGV[2], TG_ARGV[3], pg_current_xact_id()::text)
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END $$
"""


def upgrade() -> None:
    """Create the tables and the triggers."""
    op.create_table(
        "webhooks",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("triggers", JSON),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("old_salt", sa.String(64)),
        sa.Column("old_until", UTC),
        sa.Column("key_mark", sa.String(16), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", UTC),
        sa.Column("disabled_reason", sa.Text()),
        sa.Column("last_success_at", UTC),
        sa.Column("retry_at", UTC),
        sa.Column("leased_until", UTC),
        sa.Column("leased_by", sa.String(64)),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_webhooks_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_webhooks"),
    )
    op.create_index("ix_webhooks_org_created", "webhooks", ["org_id", "created_at", "id"])
    op.create_table(
        "webhook_changes",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=True),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("record_table", sa.String(32), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("event_type", sa.String(16), nullable=False),
        sa.Column("transaction_id", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_webhook_changes"),
    )
    op.create_index(
        "uq_webhook_changes_record", "webhook_changes", ["record_id", "record_table", "transaction_id"], unique=True
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("seq", NUMBER, nullable=False, autoincrement=True),
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("webhook_id", ID, nullable=False),
        sa.Column("record_type", sa.String(32), nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("event_type", sa.String(16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("next_at", UTC),
        sa.Column("last_at", UTC),
        sa.Column("finished_at", UTC),
        sa.Column("last_status", sa.Integer()),
        sa.Column("last_answer", sa.Text()),
        sa.Column("last_error", sa.Text()),
        sa.ForeignKeyConstraint(
            ["webhook_id"], ["webhooks.id"], name="fk_webhook_deliveries_webhook_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("seq", name="pk_webhook_deliveries"),
    )
    op.create_index("uq_webhook_deliveries_id", "webhook_deliveries", ["id"], unique=True)
    op.create_index("ix_webhook_deliveries_webhook", "webhook_deliveries", ["webhook_id", "status", "seq"])
    op.create_index("ix_webhook_deliveries_waiting", "webhook_deliveries", ["status", "next_at"])
    op.create_index("ix_webhook_deliveries_org", "webhook_deliveries", ["org_id", "seq"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(FUNCTION)
    for table, name, happens, arguments in triggers():
        op.execute(_trigger(table, name, happens, *arguments))


def downgrade() -> None:
    """Drop them."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table, name, _, _ in triggers():
        op.execute(f"DROP TRIGGER {name} ON {table}" if postgresql else f"DROP TRIGGER {name}")
    if postgresql:
        op.execute("DROP FUNCTION bomtool_note_change()")
    op.drop_table("webhook_deliveries")
    op.drop_table("webhook_changes")
    op.drop_table("webhooks")


def triggers() -> Iterator[tuple[str, str, str, tuple[str, str, str, str]]]:
    """Each trigger: its table, its name, what it waits for, and (record table, org column, id column, event)."""
    for table in RECORDS:
        org = "parent_id" if table == "orgs" else "org_id"
        for happens, event in (("INSERT", "created"), ("UPDATE", "updated")):
            yield table, f"webhook_{table}_{event}", happens, (table, org, "id", event)
    for table, (record, column) in BELOW.items():
        for happens in ("INSERT", "UPDATE", "DELETE"):
            yield table, f"webhook_{table}_{happens.lower()}", happens, (record, "org_id", column, "updated")


def _trigger(table: str, name: str, happens: str, record: str, org: str, column: str, event: str) -> str:
    if op.get_bind().dialect.name == "postgresql":
        words = ", ".join(f"'{word}'" for word in (record, org, column, event))
        return (
            f"CREATE TRIGGER {name} AFTER {happens} ON {table} FOR EACH ROW "
            f"EXECUTE FUNCTION bomtool_note_change({words})"
        )
    row = "OLD" if happens == "DELETE" else "NEW"
    return (
        f"CREATE TRIGGER {name} AFTER {happens} ON {table} "  # noqa: S608 (all words stand in this file)
        f"WHEN EXISTS (SELECT 1 FROM webhooks WHERE org_id = {row}.{org} AND active) BEGIN "
        "INSERT OR IGNORE INTO webhook_changes (org_id, record_table, record_id, event_type, transaction_id) "
        f"VALUES ({row}.{org}, '{record}', {row}.{column}, '{event}', ''); END"
    )
