"""Requests for quotation, and the quotes of suppliers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)
NAME = sa.String(255)
MONEY = sa.String(64)
LINKED = sa.text("integration_source_name IS NOT NULL AND integration_record_id IS NOT NULL")
TABLES = ("rfqs", "rfq_lines", "supplier_quotes", "supplier_quote_lines")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "rfqs",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("name", NAME, nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("program_id", ID),
        sa.Column("supplier_ids", JSON),
        sa.Column("due_on", sa.Date()),
        sa.Column("currency", sa.String(length=3)),
        sa.Column("notes", sa.Text()),
        sa.Column("meta", JSON),
        sa.Column("synced_from_integration", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("integration_source_name", NAME),
        sa.Column("integration_record_id", NAME),
        sa.Column("synced_from_integration_at", UTC),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_rfqs_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_rfqs"),
    )
    op.create_index("ix_rfqs_org_created", "rfqs", ["org_id", "created_at", "id"])
    op.create_index("ix_rfqs_program_id", "rfqs", ["program_id"])
    op.create_index(
        "uq_rfqs_integration",
        "rfqs",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_table(
        "rfq_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("rfq_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part_id", NAME),
        sa.Column("mpn", NAME),
        sa.Column("manufacturer_name", NAME),
        sa.Column("description", sa.Text()),
        sa.Column("quantities", JSON, nullable=False),
        sa.Column("target_price", MONEY),
        sa.Column("needed_by", sa.Date()),
        sa.Column("notes", sa.Text()),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["rfq_id"], ["rfqs.id"], name="fk_rfq_lines_rfq_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_rfq_lines"),
    )
    op.create_index("ix_rfq_lines_rfq_id", "rfq_lines", ["rfq_id"])
    op.create_table(
        "supplier_quotes",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("rfq_id", ID),
        sa.Column("supplier_id", ID, nullable=False),
        sa.Column("quote_number", NAME),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("valid_until", sa.Date()),
        sa.Column("received_at", UTC, nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("meta", JSON),
        sa.Column("synced_from_integration", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("integration_source_name", NAME),
        sa.Column("integration_record_id", NAME),
        sa.Column("synced_from_integration_at", UTC),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_supplier_quotes_org_id"),
        sa.ForeignKeyConstraint(["supplier_id"], ["suppliers.id"], name="fk_supplier_quotes_supplier_id"),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_quotes"),
    )
    op.create_index("ix_supplier_quotes_org_created", "supplier_quotes", ["org_id", "created_at", "id"])
    op.create_index("ix_supplier_quotes_rfq_id", "supplier_quotes", ["rfq_id"])
    op.create_index("ix_supplier_quotes_supplier_id", "supplier_quotes", ["supplier_id"])
    op.create_index(
        "uq_supplier_quotes_integration",
        "supplier_quotes",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_table(
        "supplier_quote_lines",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("supplier_quote_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rfq_line_id", ID),
        sa.Column("part_id", NAME),
        sa.Column("mpn", NAME),
        sa.Column("manufacturer_name", NAME),
        sa.Column("description", sa.Text()),
        sa.Column("sku", NAME),
        sa.Column("packaging", NAME),
        sa.Column("moq", sa.Integer(), nullable=False),
        sa.Column("order_multiple", sa.Integer(), nullable=False),
        sa.Column("stock", sa.Integer()),
        sa.Column("lead_time_days", sa.Integer()),
        sa.Column("breaks", JSON, nullable=False),
        sa.Column("no_bid", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplier_quote_id"],
            ["supplier_quotes.id"],
            name="fk_supplier_quote_lines_supplier_quote_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_supplier_quote_lines"),
    )
    op.create_index("ix_supplier_quote_lines_org_part", "supplier_quote_lines", ["org_id", "part_id"])
    op.create_index("ix_supplier_quote_lines_rfq_line_id", "supplier_quote_lines", ["rfq_line_id"])
    op.create_index("ix_supplier_quote_lines_supplier_quote_id", "supplier_quote_lines", ["supplier_quote_id"])


def downgrade() -> None:
    """Drop them, children first."""
    for table in reversed(TABLES):
        op.drop_table(table)
