"""Waiting jobs have an index by kind and org: a worker steps over what it cannot do."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Exchange the index."""
    op.drop_index("ix_jobs_status_org", "jobs")
    op.create_index("ix_jobs_waiting", "jobs", ["status", "kind", "org_id", "created_at", "id"])


def downgrade() -> None:
    """Exchange it back."""
    op.drop_index("ix_jobs_waiting", "jobs")
    op.create_index("ix_jobs_status_org", "jobs", ["status", "org_id", "created_at", "id"])
