"""Users, teams, tags and custom properties; settings of orgs; the team of a record."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0003"
down_revision = "0002"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)
NAME = sa.String(255)
TEAMED = ("boms", "programs", "jobs")
TABLES = (
    "property_values",
    "custom_properties",
    "record_tags",
    "tags",
    "team_members",
    "teams",
    "team_types",
    "users",
)


def _record(*columns: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    times = sa.Column("created_at", UTC, nullable=False), sa.Column("updated_at", UTC, nullable=False)
    return (sa.Column("id", ID, nullable=False), sa.Column("org_id", ID, nullable=False), *columns, *times)


def _named(table: str) -> tuple[sa.Constraint, ...]:
    return (
        sa.ForeignKeyConstraint(["org_id"], ["orgs.id"], name=f"fk_{table}_org_id"),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
    )


def _flag(name: str, default: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true() if default else sa.false())


def upgrade() -> None:
    """Create the tables and columns."""
    op.add_column("orgs", sa.Column("meta", JSON))
    op.add_column("orgs", _flag("team_permissions"))
    op.add_column("orgs", sa.Column("purchase_approval_threshold", sa.String(64)))
    op.add_column("orgs", sa.Column("updated_at", UTC))
    op.create_index("ix_orgs_parent", "orgs", ["parent_id"])
    op.add_column("api_keys", sa.Column("user_id", ID))
    op.create_index("ix_api_keys_user", "api_keys", ["user_id"])
    for table in TEAMED:
        op.add_column(table, sa.Column("team_id", ID))
    op.create_table(
        "users",
        *_record(
            sa.Column("email", NAME, nullable=False),
            sa.Column("email_key", NAME, nullable=False),
            sa.Column("name", NAME),
            sa.Column("roles", JSON, nullable=False),
            _flag("active", True),
        ),
        *_named("users"),
    )
    op.create_index("uq_users_org_email", "users", ["org_id", "email_key"], unique=True)
    op.create_index("ix_users_org_created", "users", ["org_id", "created_at", "id"])
    name = sa.Column("name", NAME, nullable=False), sa.Column("name_key", NAME, nullable=False)
    op.create_table("team_types", *_record(*_copies(name), sa.Column("meta", JSON)), *_named("team_types"))
    op.create_index("uq_team_types_org_name", "team_types", ["org_id", "name_key"], unique=True)
    op.create_table(
        "teams",
        *_record(
            sa.Column("team_type_id", ID, nullable=False), *_copies(name), _flag("archived"), sa.Column("meta", JSON)
        ),
        *_named("teams"),
        sa.ForeignKeyConstraint(["team_type_id"], ["team_types.id"], name="fk_teams_team_type_id"),
    )
    op.create_index("uq_teams_org_name", "teams", ["org_id", "name_key"], unique=True)
    op.create_index("ix_teams_team_type_id", "teams", ["team_type_id"])
    op.create_table(
        "team_members",
        sa.Column("team_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["team_id"], ["teams.id"], name="fk_team_members_team_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name="fk_team_members_user_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("team_id", "user_id", name="pk_team_members"),
    )
    op.create_index("ix_team_members_user_id", "team_members", ["user_id"])
    op.create_table(
        "tags",
        *_record(
            *_copies(name), sa.Column("color", sa.String(7)), sa.Column("description", sa.Text()), _flag("archived")
        ),
        *_named("tags"),
    )
    op.create_index("uq_tags_org_name", "tags", ["org_id", "name_key"], unique=True)
    op.create_table(
        "record_tags",
        sa.Column("tag_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("record_type", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name="fk_record_tags_tag_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tag_id", "record_id", name="pk_record_tags"),
    )
    op.create_index("ix_record_tags_record_id", "record_tags", ["record_id"])
    op.create_table(
        "custom_properties",
        *_record(
            sa.Column("record_type", sa.String(32), nullable=False),
            *_copies(name),
            sa.Column("value_type", sa.String(16), nullable=False),
            sa.Column("choices", JSON),
            sa.Column("description", sa.Text()),
            _flag("archived"),
        ),
        *_named("custom_properties"),
    )
    columns = ["org_id", "record_type", "name_key"]
    op.create_index("uq_custom_properties_org_name", "custom_properties", columns, unique=True)
    op.create_table(
        "property_values",
        sa.Column("property_id", ID, nullable=False),
        sa.Column("record_id", ID, nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["property_id"], ["custom_properties.id"], name="fk_property_values_property_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("property_id", "record_id", name="pk_property_values"),
    )
    op.create_index("ix_property_values_record_id", "property_values", ["record_id"])


def _copies(columns: tuple[sa.Column[Any], ...]) -> list[sa.Column[Any]]:
    return [sa.Column(column.name, column.type, nullable=column.nullable) for column in columns]


def downgrade() -> None:
    """Drop them, children first."""
    for table in TABLES:
        op.drop_table(table)
    for table in TEAMED:
        op.drop_column(table, "team_id")
    op.drop_index("ix_api_keys_user", "api_keys")
    op.drop_column("api_keys", "user_id")
    op.drop_index("ix_orgs_parent", "orgs")
    for column in ("meta", "team_permissions", "purchase_approval_threshold", "updated_at"):
        op.drop_column("orgs", column)
