"""BOMs and programs by status are found in the order of their lists, and counted in the index."""

from alembic import op

revision = "0012"
down_revision = "0011"

INDEXES = (("boms", "approved"), ("boms", "archived"), ("programs", "approved"))


def upgrade() -> None:
    """Create the indexes."""
    for table, column in INDEXES:
        op.create_index(f"ix_{table}_org_{column}", table, ["org_id", column, "created_at", "id"])


def downgrade() -> None:
    """Drop them."""
    for table, column in INDEXES:
        op.drop_index(f"ix_{table}_org_{column}", table)
