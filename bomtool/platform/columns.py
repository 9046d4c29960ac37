"""Columns that many tables of the platform share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, false, text, true

from bomtool.store.schema import Id, Json, Utc


def key() -> Column[Any]:
    """The record's id."""
    return Column("id", Id, primary_key=True)


def org() -> Column[Any]:
    """The org a row belongs to."""
    return Column("org_id", Id, ForeignKey("orgs.id"), nullable=False)


def times() -> tuple[Column[Any], Column[Any]]:
    """When it was made, and changed last."""
    return Column("created_at", Utc, nullable=False), Column("updated_at", Utc, nullable=False)


def flag(name: str, default: bool = False) -> Column[Any]:
    """Yes or no."""
    server = true() if default else false()
    return Column(name, Boolean(create_constraint=False), nullable=False, default=default, server_default=server)


def meta() -> Column[Any]:
    """`metadata` of the wire."""
    return Column("meta", Json)


def team() -> Column[Any]:
    """The team whose members alone see the row; null for everybody. Checked by the service that writes it."""
    return Column("team_id", Id)


def revision() -> Column[Any]:
    """Counted up with each change: the ETag."""
    return Column("revision", Integer, nullable=False, default=1)


def integration() -> tuple[Column[Any], ...]:
    """The integration block."""
    return (
        flag("synced_from_integration"),
        Column("integration_source_name", String(255)),
        Column("integration_record_id", String(255)),
        Column("synced_from_integration_at", Utc),
    )


def integration_index(table: str) -> Index:
    """An org's integration records are unique."""
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
