"""The platform's tables. Every row carries its org; indexes lead with it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from bomtool.store.schema import Exact, Id, Json, Utc, metadata


def _id() -> Column[Any]:
    return Column("id", Id, primary_key=True)


def _org() -> Column[Any]:
    return Column("org_id", Id, ForeignKey("orgs.id"), nullable=False)


def _times() -> tuple[Column[Any], Column[Any]]:
    return Column("created_at", Utc, nullable=False), Column("updated_at", Utc, nullable=False)


def _flag(name: str, default: bool = False) -> Column[Any]:
    return Column(name, Boolean(create_constraint=False), nullable=False, default=default)


def _integration() -> tuple[Column[Any], ...]:
    return (
        _flag("synced_from_integration"),
        Column("integration_source_name", String(255)),
        Column("integration_record_id", String(255)),
        Column("synced_from_integration_at", Utc),
    )


def _integration_index(table: str) -> Index:
    linked = text("integration_source_name IS NOT NULL AND integration_record_id IS NOT NULL")
    return Index(
        f"uq_{table}_integration",
        "org_id",
        "integration_source_name",
        "integration_record_id",
        unique=True,
        sqlite_where=linked,
        postgresql_where=linked,
    )


orgs = Table(
    "orgs",
    metadata,
    _id(),
    Column("name", String(255), nullable=False),
    Column("parent_id", Id, ForeignKey("orgs.id")),
    Column("created_at", Utc, nullable=False),
)

api_keys = Table(
    "api_keys",
    metadata,
    _id(),
    _org(),
    Column("name", String(255), nullable=False),
    Column("prefix", String(16), nullable=False, unique=True),
    Column("secret_hash", String(64), nullable=False),
    Column("scopes", Json, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("expires_at", Utc),
    Column("last_used_at", Utc),
    Column("revoked_at", Utc),
)

boms = Table(
    "boms",
    metadata,
    _id(),
    _org(),
    Column("name", String(255)),
    Column("version", String(255)),
    Column("part_number", String(255)),
    Column("data_source", String(255)),
    _flag("approved"),
    _flag("archived"),
    Column("meta", Json),
    *_integration(),
    Column("content_hash", String(64)),
    Column("revision", Integer, nullable=False, default=1),
    *_times(),
    Index("ix_boms_org_created", "org_id", "created_at", "id"),
    Index("ix_boms_org_name", "org_id", "name"),
    _integration_index("boms"),
)

bom_lines = Table(
    "bom_lines",
    metadata,
    _id(),
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
    _flag("do_not_place"),
    _flag("ignored"),
    _flag("is_custom_part"),
    Column("line_number", String(255)),
    Column("meta", Json),
    Column("raw", Json),
    *_times(),
    Index("ix_bom_lines_bom_position", "bom_id", "position", "id"),
    Index("ix_bom_lines_bom_status", "bom_id", "status"),
    Index("ix_bom_lines_org_part", "org_id", "part_id"),
)

programs = Table(
    "programs",
    metadata,
    _id(),
    _org(),
    Column("name", String(255)),
    Column("reference_number", String(255)),
    _flag("approved"),
    Column("production_date", Date),
    Column("production_location", String(255)),
    Column("notes", Text),
    Column("meta", Json),
    Column("po_footer_notes", Text),
    _flag("include_expected_stock"),
    _flag("include_processing_stock"),
    _flag("include_on_hand_stock"),
    _flag("add_overage", default=True),
    Column("currency", String(3), nullable=False),
    Column("overage_profile", String(255), nullable=False),
    *_integration(),
    Column("content_hash", String(64)),
    Column("revision", Integer, nullable=False, default=1),
    *_times(),
    Index("ix_programs_org_created", "org_id", "created_at", "id"),
    _integration_index("programs"),
)

program_lines = Table(
    "program_lines",
    metadata,
    _id(),
    Column("org_id", Id, nullable=False),
    Column("program_id", Id, ForeignKey("programs.id", ondelete="CASCADE"), nullable=False),
    Column("bom_id", Id, ForeignKey("boms.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("quant", Integer, nullable=False),
    *_times(),
    Index("ix_program_lines_program_position", "program_id", "position", "id"),
)

part_overrides = Table(
    "part_overrides",
    metadata,
    _id(),
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
    *_times(),
    Index("ix_part_overrides_program_position", "program_id", "position", "id"),
)

stock_lots = Table(
    "stock_lots",
    metadata,
    _id(),
    _org(),
    Column("part_id", String(255), nullable=False),
    Column("stock_class", String(16), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("expected_on", Date),
    *_times(),
    Index("ix_stock_lots_org_part", "org_id", "part_id", "stock_class"),
)

allocations = Table(
    "allocations",
    metadata,
    _id(),
    _org(),
    Column("part_id", String(255), nullable=False),
    Column("stock_class", String(16), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("program_id", Id, ForeignKey("programs.id", ondelete="CASCADE"), index=True),
    *_times(),
    Index("ix_allocations_org_part", "org_id", "part_id", "stock_class"),
)

jobs = Table(
    "jobs",
    metadata,
    _id(),
    _org(),
    Column("kind", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("arguments", Json),
    Column("result", Json),
    Column("error", Text),
    Column("created_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    Index("ix_jobs_org_created", "org_id", "created_at", "id"),
    Index("ix_jobs_status", "status", "created_at"),
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
