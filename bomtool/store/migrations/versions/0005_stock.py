"""Suppliers, stock documents, parts of an org's own; what a stock lot and an allocation say of themselves."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0005"
down_revision = "0004"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)
NAME = sa.String(255)
LINKED = sa.text("integration_source_name IS NOT NULL AND integration_record_id IS NOT NULL")
LOT_COLUMNS = (
    ("team_id", ID),
    ("lot_key", sa.String(64)),
    ("location", NAME),
    ("date_code", NAME),
    ("lot_code", NAME),
    ("unit_cost", sa.String(64)),
    ("currency", sa.String(3)),
    ("purchase_line_id", ID),
    ("notes", sa.Text()),
    ("meta", JSON),
    ("integration_source_name", NAME),
    ("integration_record_id", NAME),
    ("synced_from_integration_at", UTC),
)


def _columns(names: str, kind: sa.types.TypeEngine[Any] = NAME) -> list[sa.Column[Any]]:
    return [sa.Column(name, kind) for name in names.split()]


def _times() -> list[sa.Column[Any]]:
    return [sa.Column("created_at", UTC, nullable=False), sa.Column("updated_at", UTC, nullable=False)]


def _synced() -> sa.Column[Any]:
    return sa.Column("synced_from_integration", sa.Boolean(), nullable=False, server_default=sa.false())


def _keys(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name=f"fk_{table}_org_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    ]


def _integration_index(table: str) -> None:
    columns = ["org_id", "integration_source_name", "integration_record_id"]
    where: dict[str, Any] = {"sqlite_where": LINKED, "postgresql_where": LINKED}
    op.create_index(f"uq_{table}_integration", table, columns, unique=True, **where)


def upgrade() -> None:
    """Create the tables and columns."""
    op.create_table(
        "suppliers",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID),
        sa.Column("name", NAME, nullable=False),
        sa.Column("name_key", NAME, nullable=False),
        *_columns("code email phone contact_name website"),
        sa.Column("address", sa.Text()),
        sa.Column("currency", sa.String(3)),
        sa.Column("payment_terms", NAME),
        sa.Column("notes", sa.Text()),
        sa.Column("purchase_rule", sa.String(16), nullable=False),
        *_columns("order_fee minimum_order", sa.String(64)),
        sa.Column("meta", JSON),
        _synced(),
        *_columns("integration_source_name integration_record_id"),
        sa.Column("synced_from_integration_at", UTC),
        sa.Column("revision", sa.Integer(), nullable=False),
        *_times(),
        *_keys("suppliers"),
    )
    op.create_index("uq_suppliers_org_name", "suppliers", ["org_id", "name_key"], unique=True)
    op.create_index("ix_suppliers_org_created", "suppliers", ["org_id", "created_at", "id"])
    _integration_index("suppliers")
    op.create_table(
        "stock_documents",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        *_columns("team_id stock_lot_id purchase_id", ID),
        sa.Column("name", NAME, nullable=False),
        sa.Column("document_type", sa.String(32), nullable=False),
        sa.Column("content_type", NAME, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("notes", sa.Text()),
        *_times(),
        *_keys("stock_documents"),
    )
    op.create_index("ix_stock_documents_org_created", "stock_documents", ["org_id", "created_at", "id"])
    op.create_index("ix_stock_documents_stock_lot_id", "stock_documents", ["stock_lot_id"])
    op.create_index("ix_stock_documents_purchase_id", "stock_documents", ["purchase_id"])
    op.create_table(
        "org_parts",
        sa.Column("id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("part_id", sa.String(12), nullable=False),
        sa.Column("mpn", NAME, nullable=False),
        sa.Column("mpn_key", NAME, nullable=False),
        sa.Column("manufacturer", NAME, nullable=False),
        sa.Column("custom_id", NAME),
        sa.Column("description", sa.Text()),
        *_columns("package category datasheet"),
        sa.Column("mount", sa.String(3)),
        sa.Column("lifecycle", sa.String(16)),
        sa.Column("alternative_mpns", JSON),
        sa.Column("meta", JSON),
        *_times(),
        *_keys("org_parts"),
    )
    op.create_index("uq_org_parts_org_part", "org_parts", ["org_id", "part_id"], unique=True)
    op.create_index("ix_org_parts_org_mpn", "org_parts", ["org_id", "mpn_key"])
    op.create_index("ix_org_parts_org_custom", "org_parts", ["org_id", "custom_id"])
    for name, kind in LOT_COLUMNS:
        op.add_column("stock_lots", sa.Column(name, kind))
    op.add_column("stock_lots", _synced())
    op.add_column("stock_lots", sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.create_index("uq_stock_lots_org_key", "stock_lots", ["org_id", "lot_key"], unique=True)
    op.create_index("ix_stock_lots_purchase_line_id", "stock_lots", ["purchase_line_id"])
    _integration_index("stock_lots")
    op.add_column("allocations", sa.Column("stock_lot_id", ID))
    op.create_index("ix_allocations_stock_lot_id", "allocations", ["stock_lot_id"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_allocations_stock_lot_id", "allocations")
    op.drop_column("allocations", "stock_lot_id")
    for index in ("uq_stock_lots_integration", "ix_stock_lots_purchase_line_id", "uq_stock_lots_org_key"):
        op.drop_index(index, "stock_lots")
    for name in ("revision", "synced_from_integration", *(name for name, _ in LOT_COLUMNS)):
        op.drop_column("stock_lots", name)
    for table in ("org_parts", "stock_documents", "suppliers"):
        op.drop_table(table)
