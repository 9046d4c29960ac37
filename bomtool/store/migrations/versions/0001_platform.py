"""Orgs, keys, BOMs, programs, stock, jobs and idempotency keys."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001"
down_revision = None

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
LINKED = sa.text("integration_source_name IS NOT NULL AND integration_record_id IS NOT NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "orgs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("parent_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["orgs.id"], name="fk_orgs_parent_id"),
        sa.PrimaryKeyConstraint("id", name="pk_orgs"),
    )
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("prefix", sa.String(length=16), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("expires_at", UTC, nullable=True),
        sa.Column("last_used_at", UTC, nullable=True),
        sa.Column("revoked_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_api_keys_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("prefix", name="uq_api_keys_prefix"),
    )
    op.create_table(
        "boms",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("version", sa.String(length=255), nullable=True),
        sa.Column("part_number", sa.String(length=255), nullable=True),
        sa.Column("data_source", sa.String(length=255), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("meta", JSON, nullable=True),
        sa.Column("synced_from_integration", sa.Boolean(), nullable=False),
        sa.Column("integration_source_name", sa.String(length=255), nullable=True),
        sa.Column("integration_record_id", sa.String(length=255), nullable=True),
        sa.Column("synced_from_integration_at", UTC, nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_boms_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_boms"),
    )
    op.create_index("ix_boms_org_created", "boms", ["org_id", "created_at", "id"])
    op.create_index("ix_boms_org_name", "boms", ["org_id", "name"])
    op.create_index(
        "uq_boms_integration",
        "boms",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_table(
        "jobs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("arguments", JSON, nullable=True),
        sa.Column("result", JSON, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("started_at", UTC, nullable=True),
        sa.Column("finished_at", UTC, nullable=True),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_jobs_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_org_created", "jobs", ["org_id", "created_at", "id"])
    op.create_index("ix_jobs_status", "jobs", ["status", "created_at"])
    op.create_table(
        "programs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=True),
        sa.Column("reference_number", sa.String(length=255), nullable=True),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("production_date", sa.Date(), nullable=True),
        sa.Column("production_location", sa.String(length=255), nullable=True),
        sa.Column("notes", sa.Text(), nullable=True),
        sa.Column("meta", JSON, nullable=True),
        sa.Column("po_footer_notes", sa.Text(), nullable=True),
        sa.Column("include_expected_stock", sa.Boolean(), nullable=False),
        sa.Column("include_processing_stock", sa.Boolean(), nullable=False),
        sa.Column("include_on_hand_stock", sa.Boolean(), nullable=False),
        sa.Column("add_overage", sa.Boolean(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("overage_profile", sa.String(length=255), nullable=False),
        sa.Column("synced_from_integration", sa.Boolean(), nullable=False),
        sa.Column("integration_source_name", sa.String(length=255), nullable=True),
        sa.Column("integration_record_id", sa.String(length=255), nullable=True),
        sa.Column("synced_from_integration_at", UTC, nullable=True),
        sa.Column("content_hash", sa.String(length=64), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_programs_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_programs"),
    )
    op.create_index(
        "uq_programs_integration",
        "programs",
        ["org_id", "integration_source_name", "integration_record_id"],
        unique=True,
        sqlite_where=LINKED,
        postgresql_where=LINKED,
    )
    op.create_index("ix_programs_org_created", "programs", ["org_id", "created_at", "id"])
    op.create_table(
        "stock_lots",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=255), nullable=False),
        sa.Column("stock_class", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_stock_lots_org_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stock_lots"),
    )
    op.create_index("ix_stock_lots_org_part", "stock_lots", ["org_id", "part_id", "stock_class"])
    op.create_table(
        "allocations",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("part_id", sa.String(length=255), nullable=False),
        sa.Column("stock_class", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("program_id", sa.String(length=36), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name="fk_allocations_org_id"),
        sa.ForeignKeyConstraint(["program_id"], ["programs.id"], name="fk_allocations_program_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_allocations"),
    )
    op.create_index("ix_allocations_org_part", "allocations", ["org_id", "part_id", "stock_class"])
    op.create_index("ix_allocations_program_id", "allocations", ["program_id"])
    op.create_table(
        "bom_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("bom_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("part_id", sa.String(length=255), nullable=True),
        sa.Column("part", JSON, nullable=True),
        sa.Column("match", JSON, nullable=True),
        sa.Column("candidates", JSON, nullable=True),
        sa.Column("alternates", JSON, nullable=True),
        sa.Column("quant", sa.Integer(), nullable=False),
        sa.Column("reference_designators", JSON, nullable=True),
        sa.Column("reference_designators_string", sa.String(length=255), nullable=True),
        sa.Column("custom_id", sa.String(length=255), nullable=True),
        sa.Column("mpn", sa.String(length=255), nullable=True),
        sa.Column("manufacturer_name", sa.String(length=255), nullable=True),
        sa.Column("alternative_mpns", JSON, nullable=True),
        sa.Column("description", sa.String(length=255), nullable=True),
        sa.Column("value", sa.String(length=255), nullable=True),
        sa.Column("package", sa.String(length=255), nullable=True),
        sa.Column("mount_type", sa.String(length=255), nullable=True),
        sa.Column("link", sa.String(length=255), nullable=True),
        sa.Column("comments", sa.String(length=255), nullable=True),
        sa.Column("do_not_place", sa.Boolean(), nullable=False),
        sa.Column("ignored", sa.Boolean(), nullable=False),
        sa.Column("is_custom_part", sa.Boolean(), nullable=False),
        sa.Column("line_number", sa.String(length=255), nullable=True),
        sa.Column("meta", JSON, nullable=True),
        sa.Column("raw", JSON, nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["bom_id"], ["boms.id"], name="fk_bom_lines_bom_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_bom_lines"),
    )
    op.create_index("ix_bom_lines_bom_position", "bom_lines", ["bom_id", "position", "id"])
    op.create_index("ix_bom_lines_bom_status", "bom_lines", ["bom_id", "status"])
    op.create_index("ix_bom_lines_org_part", "bom_lines", ["org_id", "part_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("api_key_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", JSON, nullable=True),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["api_key_id"], ["api_keys.id"], name="fk_idempotency_keys_api_key_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("api_key_id", "key", name="pk_idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_created_at", "idempotency_keys", ["created_at"])
    op.create_table(
        "part_overrides",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("program_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(length=255), nullable=False),
        sa.Column("substitute_part", sa.String(length=255), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=True),
        sa.Column("overage", sa.Integer(), nullable=True),
        sa.Column("include", sa.Boolean(), nullable=True),
        sa.Column("unit_price", sa.String(64), nullable=True),
        sa.Column("supplier", sa.String(length=255), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name="fk_part_overrides_program_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_part_overrides"),
    )
    op.create_index("ix_part_overrides_program_position", "part_overrides", ["program_id", "position", "id"])
    op.create_table(
        "program_lines",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=36), nullable=False),
        sa.Column("program_id", sa.String(length=36), nullable=False),
        sa.Column("bom_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("quant", sa.Integer(), nullable=False),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.ForeignKeyConstraint(["bom_id"], ["boms.id"], name="fk_program_lines_bom_id"),
        sa.ForeignKeyConstraint(
            ["program_id"], ["programs.id"], name="fk_program_lines_program_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_program_lines"),
    )
    op.create_index("ix_program_lines_bom_id", "program_lines", ["bom_id"])
    op.create_index("ix_program_lines_program_position", "program_lines", ["program_id", "position", "id"])
    # ### end Alembic commands ###


def downgrade() -> None:
    """Drop the tables, children first."""
    for name in (
        "program_lines",
        "part_overrides",
        "idempotency_keys",
        "bom_lines",
        "allocations",
        "stock_lots",
        "programs",
        "jobs",
        "boms",
        "api_keys",
        "orgs",
    ):
        op.drop_table(name)
