"""Purchases with their events, bills, outbound e-mail."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)
NAME = sa.String(255)
MONEY = sa.String(64)
LINKED = sa.text("integration_source_name IS NOT NULL AND integration_record_id IS NOT NULL")
TABLES = (
    "purchases",
    "purchase_lines",
    "no_part_lines",
    "purchase_events",
    "supplier_bills",
    "supplier_bill_lines",
    "outbound_emails",
)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "purchases",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("program_id", ID),
        sa.Column("reference_number", NAME),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("ship_to", sa.Text()),
        sa.Column("notes", sa.Text()),
        sa.Column("from_plan", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("approved_at", UTC),
        sa.Column("ordered_at", UTC),
        sa.Column("meta", JSON),
        sa.Column("synced_from_integration", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("integration_source_name", NAME),
        sa.Column("integration_record_id", NAME),
        sa.Column("synced_from_integration_at", UTC),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_purchases_org_id"),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name="fk_purchases_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_purchases"),
    )
    op.create_index("ix_purchases_org_created", "purchases", ["org_id", "created_at", "id"])
    op.create_index("ix_purchases_program_id", "purchases", ["program_id"])
    op.create_index("ix_purchases_supplier_id", "purchases", ["supplier_id"])
    op.create_index(
        "uq_purchases_integration",
        "purchases",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_index("uq_purchases_org_reference", "purchases", ["org_id", "reference_number"], unique=True)
    op.create_table(
        "purchase_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part_id", NAME, nullable=False),
        sa.Column("mpn", NAME),
        sa.Column("manufacturer_name", NAME),
        sa.Column("description", sa.Text()),
        sa.Column("sku", NAME),
        sa.Column("packaging", NAME),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("allocate_quantity", sa.Integer()),
        sa.Column("unit_price", MONEY),
        sa.Column("expected_on", sa.Date()),
        sa.Column("shipped_quantity", sa.Integer(), nullable=False),
        sa.Column("received_quantity", sa.Integer(), nullable=False),
        sa.Column("cancelled_quantity", sa.Integer(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("meta", JSON),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchases.id"], name="fk_purchase_lines_purchase_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_lines"),
    )
    op.create_index("ix_purchase_lines_org_part", "purchase_lines", ["org_id", "part_id"])
    op.create_index("ix_purchase_lines_purchase_id", "purchase_lines", ["purchase_id"])
    op.create_table(
        "no_part_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MONEY),
        sa.Column("notes", sa.Text()),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchases.id"], name="fk_no_part_lines_purchase_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_no_part_lines"),
    )
    op.create_index("ix_no_part_lines_purchase_id", "no_part_lines", ["purchase_id"])
    op.create_table(
        "purchase_events",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("purchase_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("event_type", sa.String(length=16), nullable=False),
        sa.Column("occurred_at", UTC, nullable=False),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("carrier", NAME),
        sa.Column("tracking_number", NAME),
        sa.Column("api_key_id", ID),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchases.id"], name="fk_purchase_events_purchase_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_purchase_events"),
    )
    op.create_index("ix_purchase_events_purchase_id", "purchase_events", ["purchase_id"])
    op.create_table(
        "supplier_bills",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("purchase_id", ID),
        sa.Column("bill_number", NAME, nullable=False),
        sa.Column("bill_date", sa.Date()),
        sa.Column("due_date", sa.Date()),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("meta", JSON),
        sa.Column("synced_from_integration", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("integration_source_name", NAME),
        sa.Column("integration_record_id", NAME),
        sa.Column("synced_from_integration_at", UTC),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_supplier_bills_org_id"),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name="fk_supplier_bills_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_bills"),
    )
    op.create_index("ix_supplier_bills_org_created", "supplier_bills", ["org_id", "created_at", "id"])
    op.create_index("ix_supplier_bills_purchase_id", "supplier_bills", ["purchase_id"])
    op.create_index(
        "uq_supplier_bills_integration",
        "supplier_bills",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_index("uq_supplier_bills_supplier_number", "supplier_bills", ["supplier_id", "bill_number"], unique=True)
    op.create_table(
        "supplier_bill_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("supplier_bill_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("purchase_line_id", ID),
        sa.Column("no_part_line_id", ID),
        sa.Column("description", sa.Text()),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price", MONEY, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_bill_id"],
            ["supplier_bills.id"],
            name="fk_supplier_bill_lines_supplier_bill_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_bill_lines"),
    )
    op.create_index("ix_supplier_bill_lines_no_part_line_id", "supplier_bill_lines", ["no_part_line_id"])
    op.create_index("ix_supplier_bill_lines_purchase_line_id", "supplier_bill_lines", ["purchase_line_id"])
    op.create_index("ix_supplier_bill_lines_supplier_bill_id", "supplier_bill_lines", ["supplier_bill_id"])
    op.create_table(
        "outbound_emails",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("to", JSON, nullable=False),
        sa.Column("cc", JSON, nullable=False),
        sa.Column("subject", NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("attachments", JSON, nullable=False),
        sa.Column("rfq_id", ID),
        sa.Column("purchase_id", ID),
        sa.Column("supplier_id", ID),
        sa.Column("message_id", NAME),
        sa.Column("error", sa.Text()),
        sa.Column("sent_at", UTC),
        sa.Column("meta", JSON),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_outbound_emails_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outbound_emails"),
    )
    op.create_index("ix_outbound_emails_org_created", "outbound_emails", ["org_id", "created_at", "id"])
    op.create_index("ix_outbound_emails_purchase_id", "outbound_emails", ["purchase_id"])
    op.create_index("ix_outbound_emails_rfq_id", "outbound_emails", ["rfq_id"])


def downgrade() -> None:
    """Drop them, children first."""
    for table in reversed(TABLES):
        op.drop_table(table)
