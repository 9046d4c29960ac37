"""Jobs are leased by workers: who has one, until when, at which attempt; their steps, the turns of orgs, the workers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

JSON = sa.JSON().with_variant(JSONB(), "postgresql")
UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the columns, create the tables."""
    with op.batch_alter_table("jobs") as jobs:
        jobs.add_column(sa.Column("attempts", sa.Integer(), server_default="0", nullable=False))
        jobs.add_column(sa.Column("worker", sa.String(64)))
        jobs.add_column(sa.Column("lease_until", UTC))
        jobs.add_column(sa.Column("cancelling", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_jobs_status_org", "jobs", ["status", "org_id", "created_at", "id"])
    op.create_index("ix_jobs_worker", "jobs", ["worker"])
    op.create_index("ix_jobs_finished", "jobs", ["finished_at"])
    op.create_table(
        "job_steps",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("result", JSON),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("done_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("job_id", "name", name="pk_job_steps"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_steps_job_id", ondelete="CASCADE"),
    )
    op.create_table(
        "job_files",
        sa.Column("job_id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", name="pk_job_files"),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name="fk_job_files_job_id", ondelete="CASCADE"),
    )
    op.create_table(
        "job_turns",
        sa.Column("org_id", sa.String(36), nullable=False),
        sa.Column("served_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("org_id", name="pk_job_turns"),
    )
    op.create_table(
        "job_workers",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("kinds", JSON, nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("beat_at", UTC, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_job_workers"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("job_workers", "job_turns", "job_files", "job_steps"):
        op.drop_table(table)
    for index in ("ix_jobs_finished", "ix_jobs_worker", "ix_jobs_status_org"):
        op.drop_index(index, "jobs")
    with op.batch_alter_table("jobs") as jobs:
        for column in ("cancelling", "lease_until", "worker", "attempts"):
            jobs.drop_column(column)
