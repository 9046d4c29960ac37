"""Records are found by the value of a custom property: by the beginning of the value, which an index can hold."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INDEX = "ix_property_values_value_key"


def upgrade() -> None:
    """Add the column, fill it, create its index."""
    op.add_column("property_values", sa.Column("value_key", sa.String(64)))
    op.execute("UPDATE property_values SET value_key = substr(value, 1, 64)")
    op.create_index(INDEX, "property_values", ["property_id", "value_key"])


def downgrade() -> None:
    """Drop both."""
    op.drop_index(INDEX, "property_values")
    op.drop_column("property_values", "value_key")
