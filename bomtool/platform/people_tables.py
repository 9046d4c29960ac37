"""Tables of people and of what hangs on records: users, teams, tags, custom properties."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from bomtool.platform.columns import flag, key, meta, org, times
from bomtool.store.schema import Id, Json, metadata

users = Table(
    "users",
    metadata,
    key(),
    org(),
    Column("email", String(255), nullable=False),
    Column("email_key", String(255), nullable=False),
    Column("name", String(255)),
    Column("roles", Json, nullable=False),
    flag("active", True),
    *times(),
    Index("uq_users_org_email", "org_id", "email_key", unique=True),
    Index("ix_users_org_created", "org_id", "created_at", "id"),
)

team_types = Table(
    "team_types",
    metadata,
    key(),
    org(),
    Column("name", String(255), nullable=False),
    Column("name_key", String(255), nullable=False),
    meta(),
    *times(),
    Index("uq_team_types_org_name", "org_id", "name_key", unique=True),
    Index("ix_team_types_org_created", "org_id", "created_at", "id"),
)

teams = Table(
    "teams",
    metadata,
    key(),
    org(),
    Column("team_type_id", Id, ForeignKey("team_types.id"), nullable=False, index=True),
    Column("name", String(255), nullable=False),
    Column("name_key", String(255), nullable=False),
    flag("archived"),
    meta(),
    *times(),
    Index("uq_teams_org_name", "org_id", "name_key", unique=True),
    Index("ix_teams_org_created", "org_id", "created_at", "id"),
)

team_members = Table(
    "team_members",
    metadata,
    Column("team_id", Id, ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("org_id", Id, nullable=False),
)

tags = Table(
    "tags",
    metadata,
    key(),
    org(),
    Column("name", String(255), nullable=False),
    Column("name_key", String(255), nullable=False),
    Column("color", String(7)),
    Column("description", Text),
    flag("archived"),
    *times(),
    Index("uq_tags_org_name", "org_id", "name_key", unique=True),
    Index("ix_tags_org_created", "org_id", "created_at", "id"),
)

record_tags = Table(
    "record_tags",
    metadata,
    Column("tag_id", Id, ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", Id, primary_key=True, index=True),
    Column("org_id", Id, nullable=False),
    Column("record_type", String(32), nullable=False),
)

custom_properties = Table(
    "custom_properties",
    metadata,
    key(),
    org(),
    Column("record_type", String(32), nullable=False),
    Column("name", String(255), nullable=False),
    Column("name_key", String(255), nullable=False),
    Column("value_type", String(16), nullable=False),
    Column("choices", Json),
    Column("description", Text),
    flag("archived"),
    *times(),
    Index("uq_custom_properties_org_name", "org_id", "record_type", "name_key", unique=True),
    Index("ix_custom_properties_org_created", "org_id", "created_at", "id"),
)

KEY_OF_VALUE = 64
"""Characters of a value that its index knows."""

property_values = Table(
    "property_values",
    metadata,
    Column("property_id", Id, ForeignKey("custom_properties.id", ondelete="CASCADE"), primary_key=True),
    Column("record_id", Id, primary_key=True, index=True),
    Column("org_id", Id, nullable=False),
    Column("value", Text, nullable=False),
    Column("value_key", String(KEY_OF_VALUE)),
    Index("ix_property_values_value_key", "property_id", "value_key"),
)
"""`value_key` is the beginning of the value: an index of PostgreSQL holds no long texts."""
