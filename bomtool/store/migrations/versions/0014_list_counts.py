"""Lists know how many rows they have without counting them: triggers keep the counts, by org, team and status.

On SQLite, where writers take turns, a group is one row that each change counts up or down. On PostgreSQL a statement adds
a row with its difference for each group, so that no two writers wait for each other; the sum is the count in every
snapshot, and rows of a group are folded into one now and then, in one statement. Lists of records also get an index by
team, lists of what hangs on records one in their order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

ID = sa.String(36)
LISTS = {
    "boms": ("team_id", "approved", "archived"),
    "programs": ("team_id", "approved"),
    "suppliers": ("team_id",),
    "stock_documents": ("team_id",),
    "users": (),
    "teams": ("archived",),
    "team_types": (),
    "tags": ("archived",),
    "custom_properties": ("archived",),
}
"""Each list with the columns that its rows are counted by, beside their org."""
BY_TEAM = ("boms", "programs", "suppliers", "stock_documents")
IN_ORDER = ("teams", "team_types", "tags", "custom_properties")
GROUP = "org_id, team_id, approved, archived"

FOLD = """
CREATE FUNCTION bomtool_fold_counts(listed text, org text) RETURNS void LANGUAGE sql AS $$
WITH many AS (
    SELECT list, org_id, team_id, approved, archived FROM list_counts
    WHERE (listed IS NULL OR list = listed) AND (org IS NULL OR org_id = org)
    GROUP BY list, org_id, team_id, approved, archived HAVING count(*) > 1
), free AS (
    SELECT c.list, c.org_id, c.team_id, c.approved, c.archived, c.seq
    FROM many JOIN list_counts c USING (list, org_id, team_id, approved, archived)
    ORDER BY c.seq FOR UPDATE OF c SKIP LOCKED
), gone AS (
    DELETE FROM list_counts c USING free f
    WHERE (c.list, c.org_id, c.team_id, c.approved, c.archived, c.seq)
        = (f.list, f.org_id, f.team_id, f.approved, f.archived, f.seq)
    RETURNING c.*
)
INSERT INTO list_counts (list, org_id, team_id, approved, archived, seq, n)
SELECT list, org_id, team_id, approved, archived, nextval('list_counts_seq'), sum(n) FROM gone
GROUP BY list, org_id, team_id, approved, archived HAVING sum(n) <> 0
$$
"""
FUNCTION = """
CREATE FUNCTION bomtool_count_{table}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO list_counts (list, org_id, team_id, approved, archived, seq, n)
        SELECT '{table}', {group}, nextval('list_counts_seq'), count(*) FROM new_rows r GROUP BY 2, 3, 4, 5;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO list_counts (list, org_id, team_id, approved, archived, seq, n)
        SELECT '{table}', {group}, nextval('list_counts_seq'), -count(*) FROM old_rows r GROUP BY 2, 3, 4, 5;
    ELSE
        INSERT INTO list_counts (list, org_id, team_id, approved, archived, seq, n)
        SELECT '{table}', org_id, team_id, approved, archived, nextval('list_counts_seq'), sum(n) FROM (
            SELECT {group}, 1 FROM new_rows r UNION ALL SELECT {group}, -1 FROM old_rows r
        ) AS changed (org_id, team_id, approved, archived, n) GROUP BY 2, 3, 4, 5 HAVING sum(n) <> 0;
    END IF;
    IF FOUND AND TG_OP <> 'DELETE' AND random() < 0.005
        AND coalesce(current_setting('bomtool.folded', true), '') = ''
    THEN
        PERFORM set_config('bomtool.folded', 'yes', true);
        PERFORM bomtool_fold_counts('{table}', (SELECT org_id FROM new_rows LIMIT 1));
    END IF;
    RETURN NULL;
END $$
"""
"""One of two hundred statements folds the rows of its list and org itself, so that they stay few where no worker runs; one
in a transaction, since what it has folded lies in the index until it ends."""


def upgrade() -> None:
    """Create the table, the triggers and the indexes, and count what is there."""
    op.create_table(
        "list_counts",
        sa.Column("list", sa.String(32), nullable=False),
        sa.Column("org_id", ID, nullable=False),
        sa.Column("team_id", ID, nullable=False),
        sa.Column("approved", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("list", "org_id", "team_id", "approved", "archived", "seq", name="pk_list_counts"),
        sqlite_with_rowid=False,
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("CREATE SEQUENCE list_counts_seq")
        op.execute(FOLD)
    for table in LISTS:
        for statement in _on_postgresql(table) if postgresql else _on_sqlite(table):
            op.execute(statement)
        # The triggers first: on PostgreSQL nobody else writes the table from there on.
        op.execute(
            f"INSERT INTO list_counts SELECT '{table}', {_group(table, 'r')}, 0, count(*) "  # noqa: S608
            f"FROM {table} r GROUP BY 2, 3, 4, 5"
        )
    for table in BY_TEAM:
        op.create_index(f"ix_{table}_org_team", table, ["org_id", "team_id", "created_at", "id"])
    for table in IN_ORDER:
        op.create_index(f"ix_{table}_org_created", table, ["org_id", "created_at", "id"])


def downgrade() -> None:
    """Drop them."""
    for table in BY_TEAM:
        op.drop_index(f"ix_{table}_org_team", table)
    for table in IN_ORDER:
        op.drop_index(f"ix_{table}_org_created", table)
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in LISTS:
        for happens in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER count_{table}_{happens}" + (f" ON {table}" if postgresql else ""))
        if postgresql:
            op.execute(f"DROP FUNCTION bomtool_count_{table}()")
    if postgresql:
        op.execute("DROP FUNCTION bomtool_fold_counts(text, text)")
        op.execute("DROP SEQUENCE list_counts_seq")
    op.drop_table("list_counts")


def _group(table: str, row: str) -> str:
    """The group a row is counted in: org, team ('' for none), approved, archived (no where a list knows no such thing)."""
    columns = LISTS[table]
    team = f"coalesce({row}.team_id, '')" if "team_id" in columns else "''"
    flags = (f"{row}.{name}" if name in columns else "false" for name in ("approved", "archived"))
    return ", ".join((f"{row}.org_id", team, *flags))


def _on_sqlite(table: str) -> list[str]:
    def count(row: str, step: int) -> str:
        return (
            f"INSERT INTO list_counts (list, {GROUP}, seq, n) VALUES ('{table}', {_group(table, row)}, 0, {step}) "  # noqa: S608
            f"ON CONFLICT (list, {GROUP}, seq) DO UPDATE SET n = n + excluded.n; "
        )

    columns = ("org_id", *LISTS[table])
    differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
    return [
        f"CREATE TRIGGER count_{table}_insert AFTER INSERT ON {table} BEGIN {count('NEW', 1)}END",
        f"CREATE TRIGGER count_{table}_delete AFTER DELETE ON {table} BEGIN {count('OLD', -1)}END",
        f"CREATE TRIGGER count_{table}_update AFTER UPDATE OF {', '.join(columns)} ON {table} WHEN {differs} "
        f"BEGIN {count('OLD', -1)}{count('NEW', 1)}END",
    ]


def _on_postgresql(table: str) -> list[str]:
    made = [FUNCTION.format(table=table, group=_group(table, "r"))]
    for happens, rows in (
        ("insert", "NEW TABLE AS new_rows"),
        ("update", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
        ("delete", "OLD TABLE AS old_rows"),
    ):
        made.append(
            f"CREATE TRIGGER count_{table}_{happens} AFTER {happens.upper()} ON {table} REFERENCING {rows} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION bomtool_count_{table}()"
        )
    return made
