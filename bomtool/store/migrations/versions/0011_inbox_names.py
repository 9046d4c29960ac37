"""The files of the watched folder are found by their name too: what lay there before under the same one."""

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the index."""
    op.create_index("ix_inbox_files_folder_name", "inbox_files", ["folder", "name", "finished_at"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_inbox_files_folder_name", "inbox_files")
