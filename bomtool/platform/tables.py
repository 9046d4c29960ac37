"""The platform's tables. Every row carries its org; indexes lead with it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from bomtool.platform import job_tables as job_tables
from bomtool.platform import list_counts as list_counts
from bomtool.platform import people_tables as people_tables
from bomtool.platform import stock_tables as stock_tables
from bomtool.platform import trade_tables as trade_tables
from bomtool.platform import webhook_tables as webhook_tables
from bomtool.platform.columns import flag, integration, integration_index, key, org, team, times
from bomtool.platform.job_tables import jobs as jobs
from bomtool.store.schema import Exact, Id, Json, Utc, metadata

orgs = Table(
    "orgs",
    metadata,
    key(),
    Column("name", String(255), nullable=False),
    Column("parent_id", Id, ForeignKey("orgs.id")),
    Column("meta", Json),
    flag("team_permissions"),
    Column("purchase_approval_threshold", Exact),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc),
    Index("ix_orgs_parent", "parent_id"),
)

api_keys = Table(
    "api_keys",
    metadata,
    key(),
    org(),
    Column("name", String(255), nullable=False),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("last_used_at", Utc),
    Column("revoked_at", Utc),
    Column("user_id", Id),
    Index("ix_api_keys_user", "user_id"),
)

boms = Table(
    "boms",
    metadata,
    key(),
    org(),
    Column("name", String(255)),
    Column("version", String(255)),
    Column("part_number", String(255)),
    Column("data_source", String(255)),
    flag("approved"),
    flag("archived"),
    Column("meta", Json),
    *integration(),
    Column("content_hash", String(64)),
    team(),
    Column("revision", Integer, nullable=False, default=1),
    *times(),
    Index("ix_boms_org_created", "org_id", "created_at", "id"),
    Index("ix_boms_org_team", "org_id", "team_id", "created_at", "id"),
    Index("ix_boms_org_approved", "org_id", "approved", "created_at", "id"),
    Index("ix_boms_org_archived", "org_id", "archived", "created_at", "id"),
    Index("ix_boms_org_name", "org_id", "name"),
    integration_index("boms"),
)

bom_lines = Table(
    "bom_lines",
    metadata,
    key(),
    Column("org_id", Id, nullable=False),
    Column("bom_id", Id, ForeignKey("boms.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("part_id", String(255)),
    Column("part", Json),
    Column("match", Json),
    Column("candidates", Json),
    Column("alternates", Json),
    Column("quant", Integer, nullable=False),
    Column("reference_designators", Json),
    Column("reference_designators_string", String(255)),
    Column("custom_id", String(255)),
    Column("mpn", String(255)),
    Column("manufacturer_name", String(255)),
    Column("alternative_mpns", Json),
    Column("description", String(255)),
    Column("value", String(255)),
    Column("package", String(255)),
    Column("mount_type", String(255)),
    Column("link", String(255)),
    Column("comments", String(255)),
    flag("do_not_place"),
    flag("ignored"),
    flag("is_custom_part"),
    Column("line_number", String(255)),
    Column("meta", Json),
    Column("raw", Json),
    *times(),
    Index("ix_bom_lines_bom_position", "bom_id", "position", "id"),
    Index("ix_bom_lines_bom_status", "bom_id", "status"),
    Index("ix_bom_lines_org_part", "org_id", "part_id"),
)

programs = Table(
    "programs",
    metadata,
    key(),
    org(),
    Column("name", String(255)),
    Column("reference_number", String(255)),
    flag("approved"),
    Column("production_date", Date),
    Column("production_location", String(255)),
    Column("notes", Text),
    Column("meta", Json),
    Column("po_footer_notes", Text),
    flag("include_expected_stock"),
    flag("include_processing_stock"),
    flag("include_on_hand_stock"),
    flag("add_overage", default=True),
    Column("currency", String(3), nullable=False),
    Column("overage_profile", String(255), nullable=False),
    *integration(),
    Column("content_hash", String(64)),
    team(),
    Column("revision", Integer, nullable=False, default=1),
    *times(),
    Index("ix_programs_org_created", "org_id", "created_at", "id"),
    Index("ix_programs_org_team", "org_id", "team_id", "created_at", "id"),
    Index("ix_programs_org_approved", "org_id", "approved", "created_at", "id"),
    integration_index("programs"),
)

program_lines = Table(
    "program_lines",
    metadata,
    key(),
    Column("org_id", Id, nullable=False),
    Column("program_id", Id, ForeignKey("programs.id", ondelete="CASCADE"), nullable=False),
    Column("bom_id", Id, ForeignKey("boms.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("quant", Integer, nullable=False),
    *times(),
    Index("ix_program_lines_program_position", "program_id", "position", "id"),
)

part_overrides = Table(
    "part_overrides",
    metadata,
    key(),
    Column("org_id", Id, nullable=False),
    Column("program_id", Id, ForeignKey("programs.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("part", String(255), nullable=False),
    Column("substitute_part", String(255)),
    Column("quantity", Integer),
    Column("overage", Integer),
    Column("include", Boolean(create_constraint=False)),
    Column("unit_price", Exact),
    Column("supplier", String(255)),
    Column("note", Text),
    *times(),
    Index("ix_part_overrides_program_position", "program_id", "position", "id"),
)

stock_lots = Table(
    "stock_lots",
    metadata,
    key(),
    org(),
    Column("part_id", String(255), nullable=False),
    Column("stock_class", String(16), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("expected_on", Date),
    team(),
    Column("lot_key", String(64)),
    Column("location", String(255)),
    Column("date_code", String(255)),
    Column("lot_code", String(255)),
    Column("unit_cost", Exact),
    Column("currency", String(3)),
    Column("purchase_line_id", Id, index=True),
    Column("notes", Text),
    Column("meta", Json),
    *integration(),
    Column("revision", Integer, nullable=False, default=1, server_default="1"),
    *times(),
    Index("ix_stock_lots_org_part", "org_id", "part_id", "stock_class"),
    Index("uq_stock_lots_org_key", "org_id", "lot_key", unique=True),
    integration_index("stock_lots"),
)

allocations = Table(
    "allocations",
    metadata,
    key(),
    org(),
    Column("part_id", String(255), nullable=False),
    Column("stock_class", String(16), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("program_id", Id, ForeignKey("programs.id", ondelete="CASCADE"), index=True),
    Column("stock_lot_id", Id, index=True),
    *times(),
    Index("ix_allocations_org_part", "org_id", "part_id", "stock_class"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("api_key_id", Id, ForeignKey("api_keys.id", ondelete="CASCADE"), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("status", Integer),
    Column("headers", Json),
    Column("body", Text),
    Column("created_at", Utc, nullable=False, index=True),
)
