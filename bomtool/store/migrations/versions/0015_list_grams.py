"""What lists are searched for has an index of trigrams: of the lists that grow large.

On SQLite `list_refs_` numbers the records (the row numbers that SQLite gives by itself change with VACUUM) and keeps the text
that is indexed, `list_grams_` has its trigrams. A trigger may not write such an index while schemas are not trusted, so it
notes the record in `list_waiting`, and who writes or tidies takes it up from there; a search looks into both. On PostgreSQL
it is an index of the extension pg_trgm, where that is to be had; without it a search reads the list.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

SEARCHED = {
    "boms": ("name", "version", "part_number", "integration_record_id"),
    "programs": ("name", "reference_number", "integration_record_id"),
    "suppliers": ("name", "code", "email", "contact_name"),
    "stock_documents": ("name", "notes"),
}


def upgrade() -> None:
    """Create the indexes; on SQLite all records wait to be taken up."""
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        try:
            with connection.begin_nested():
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        except sa.exc.DBAPIError:  # no such extension, or no right to make it
            return
        for table, columns in SEARCHED.items():
            keys = ", ".join(f"{name} gin_trgm_ops" for name in columns)
            op.execute(
                f"CREATE INDEX ix_{table}_grams ON {table} USING gin ({keys}) WITH (gin_pending_list_limit = 1024)"
            )
        return
    op.execute(
        "CREATE TABLE list_waiting (list VARCHAR(32) NOT NULL, id VARCHAR(36) NOT NULL, PRIMARY KEY (list, id)) "
        "WITHOUT ROWID"
    )
    for table, columns in SEARCHED.items():
        op.execute(
            f"CREATE TABLE list_refs_{table} "
            "(ref INTEGER PRIMARY KEY, id VARCHAR(36) NOT NULL UNIQUE, text TEXT NOT NULL)"
        )
        op.execute(
            f"CREATE VIRTUAL TABLE list_grams_{table} USING fts5"
            "(text, content='', tokenize='trigram', detail='none', columnsize=0)"
        )
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
        for name, happens, row in (
            ("insert", f"INSERT ON {table}", "NEW"),
            ("update", f"UPDATE OF {', '.join(columns)} ON {table} WHEN {differs}", "NEW"),
            ("delete", f"DELETE ON {table}", "OLD"),
        ):
            op.execute(
                f"CREATE TRIGGER grams_{table}_{name} AFTER {happens} BEGIN "  # noqa: S608
                f"INSERT INTO list_waiting (list, id) VALUES ('{table}', {row}.id) ON CONFLICT DO NOTHING; END"
            )
        op.execute(f"INSERT INTO list_waiting (list, id) SELECT '{table}', id FROM {table}")  # noqa: S608


def downgrade() -> None:
    """Drop them; the extension stays, others use it."""
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in SEARCHED:
        if postgresql:
            op.execute(f"DROP INDEX IF EXISTS ix_{table}_grams")
            continue
        for happens in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER grams_{table}_{happens}")
        op.execute(f"DROP TABLE list_grams_{table}")
        op.execute(f"DROP TABLE list_refs_{table}")
    if not postgresql:
        op.execute("DROP TABLE list_waiting")
