"""The ledger of watched folders."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)
ID = sa.String(36)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "inbox_jobs",
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("owner", ID),
        sa.Column("sent", JSON, nullable=False),
        sa.Column("bom_name", sa.Text()),
        sa.Column("version", sa.Text()),
        sa.Column("previous", ID),
        sa.Column("bom_id", sa.Text()),
        sa.Column("program_id", sa.Text()),
        sa.Column("created_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_inbox_jobs"),
    )
    op.create_index("ix_inbox_jobs_bom_name", "inbox_jobs", ["bom_name"])
    op.create_table(
        "inbox_files",
        sa.Column("id", ID, nullable=False),
        sa.Column("folder", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("job", sa.String(64)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("owner", ID),
        sa.Column("verdict", sa.String(16)),
        sa.Column("target", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", JSON),
        sa.Column("summary", JSON),
        sa.Column("millis", sa.BigInteger()),
        sa.Column("first_seen_at", UTC, nullable=False),
        sa.Column("updated_at", UTC, nullable=False),
        sa.Column("finished_at", UTC),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_files"),
    )
    op.create_index(
        "uq_inbox_files_live", "inbox_files", ["folder", "name"], unique=True, **_where("finished_at IS NULL")
    )
    op.create_index("ix_inbox_files_folder_state", "inbox_files", ["folder", "state"])
    op.create_index("ix_inbox_files_job", "inbox_files", ["job"])
    op.create_table(
        "inbox_watchers",
        sa.Column("id", ID, nullable=False),
        sa.Column("folder", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("lock", sa.Text(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("beat_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_inbox_watchers"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("inbox_watchers", "inbox_files", "inbox_jobs"):
        op.drop_table(name)
