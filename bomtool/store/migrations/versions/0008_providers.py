"""Answers of providers of live prices, and how often each was asked."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

UTC = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "provider_answers",
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("mpn_key", sa.Text(), nullable=False),
        sa.Column("asked_at", UTC, nullable=False),
        sa.Column("priced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "mpn_key", name="pk_provider_answers"),
    )
    op.create_table(
        "provider_usage",
        sa.Column("provider", sa.String(32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("next_at", UTC, nullable=False),
        sa.Column("blocked_until", UTC),
        sa.Column("remaining", sa.Integer()),
        sa.Column("allowed", sa.Integer()),
        sa.PrimaryKeyConstraint("provider", name="pk_provider_usage"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("provider_usage")
    op.drop_table("provider_answers")
