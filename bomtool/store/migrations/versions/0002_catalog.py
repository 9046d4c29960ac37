"""Catalogues of parts and offers, their search tables, and remembered decisions."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002"
down_revision = "0001"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
REF = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "catalogs",
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_of", sa.Date()),
        sa.Column("preference", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("beat_at", UTC, nullable=False),
        sa.Column("loaded_at", UTC),
        sa.Column("notes", JSON, nullable=False),
        sa.Column("fingerprint", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_catalogs"),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_catalogs_ready_name", "catalogs", ["name"], unique=True, **_where("state = 'ready'"))
    op.create_table(
        "catalog_parts",
        sa.Column("ref", REF, nullable=False, autoincrement=False),
        sa.Column("part_id", sa.String(12), nullable=False),
        sa.Column("mpn", sa.Text(), nullable=False),
        sa.Column("mpn_key", sa.Text(), nullable=False),
        sa.Column("stem_key", sa.Text()),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("package", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("mount", sa.String(3)),
        sa.Column("lifecycle", sa.String(16)),
        sa.Column("datasheet", sa.Text()),
        sa.Column("spec_key", sa.Text()),
        sa.Column("spec", sa.Text()),
        sa.Column("stock", REF),
        sa.PrimaryKeyConstraint("ref", name="pk_catalog_parts"),
    )
    op.create_index("ix_catalog_parts_part_id", "catalog_parts", ["part_id"])
    op.create_index("ix_catalog_parts_mpn_key", "catalog_parts", ["mpn_key"])
    op.create_index("ix_catalog_parts_stem_key", "catalog_parts", ["stem_key"], **_where("stem_key IS NOT NULL"))
    op.create_index(
        "ix_catalog_parts_spec_key_stock", "catalog_parts", ["spec_key", "stock"], **_where("spec_key IS NOT NULL")
    )
    op.create_table(
        "catalog_offers",
        sa.Column("ref", REF, nullable=False, autoincrement=False),
        sa.Column("position", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("sku_key", sa.Text()),
        sa.Column("stock", REF),
        sa.Column("moq", sa.Integer(), nullable=False),
        sa.Column("order_multiple", sa.Integer(), nullable=False),
        sa.Column("packaging", sa.Text()),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("breaks", sa.Text(), nullable=False),
        sa.Column("lead_time_days", sa.Integer()),
        sa.Column("authorized", sa.Boolean()),
        sa.Column("url", sa.Text()),
        sa.Column("fetched_at", UTC),
        sa.PrimaryKeyConstraint("ref", "position", name="pk_catalog_offers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_catalog_offers_sku_key", "catalog_offers", ["sku_key"], **_where("sku_key IS NOT NULL"))
    op.create_table(
        "part_gram_counts",
        sa.Column("gram", sa.String(3), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("gram", name="pk_part_gram_counts"),
    )
    op.create_table(
        "part_decisions",
        sa.Column("org_id", sa.String(36), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("part_id", sa.String(12), nullable=False),
        sa.Column("mpn", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("decided_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("org_id", "key", name="pk_part_decisions"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE part_grams USING fts5"
            "(mpn_key, content='', tokenize='trigram case_sensitive 1', detail='none', columnsize=0)"
        )
        op.execute("CREATE VIRTUAL TABLE part_gram_vocab USING fts5vocab('part_grams', 'row')")


def downgrade() -> None:
    """Drop the tables."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE part_gram_vocab")
        op.execute("DROP TABLE part_grams")
    for name in ("part_decisions", "part_gram_counts", "catalog_offers", "catalog_parts", "catalogs"):
        op.drop_table(name)
