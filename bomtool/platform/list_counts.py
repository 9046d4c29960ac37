"""How many rows a list has, known without counting them: triggers of the database keep the counts (see the migration that
makes them), whichever way a row comes, changes or goes.

A group is what shares list, org, team ('' for none) and status; its count is the sum of its rows here. On SQLite that is one
row, on PostgreSQL some: each statement adds its difference, and `fold` makes one of many again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import BigInteger, Boolean, Column, Connection, String, Table, func, select

from bomtool.store.schema import Id, metadata

LISTS: Mapping[str, tuple[str, ...]] = {
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

list_counts = Table(
    "list_counts",
    metadata,
    Column("list", String(32), primary_key=True),
    Column("org_id", Id, primary_key=True),
    Column("team_id", Id, primary_key=True),
    Column("approved", Boolean(create_constraint=False), primary_key=True),
    Column("archived", Boolean(create_constraint=False), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("n", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)


def of(
    connection: Connection,
    table: Table,
    orgs: Collection[str],
    teams: Collection[str | None] | None,
    flags: Mapping[str, bool],
) -> int:
    """Rows of some orgs, of some teams (None among them: of no team; None for all), with these flags."""
    c = list_counts.c
    query = select(func.coalesce(func.sum(c.n), 0)).where(c.list == table.name, c.org_id.in_(orgs))
    if teams is not None and "team_id" in LISTS[table.name]:
        query = query.where(c.team_id.in_([team or "" for team in teams]))
    for name, value in flags.items():
        query = query.where(c[name] == value)
    return int(connection.execute(query).scalar_one())


def fold(connection: Connection) -> None:
    """Make one row of the many that PostgreSQL has of a group; what others hold just now is left for the next time."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SELECT bomtool_fold_counts(NULL, NULL)")


def recount(connection: Connection) -> None:
    """Count anew, where rows came past the triggers."""
    connection.exec_driver_sql("DELETE FROM list_counts")
    for name, columns in LISTS.items():
        team = "coalesce(team_id, '')" if "team_id" in columns else "''"
        flags = [flag if flag in columns else "false" for flag in ("approved", "archived")]
        connection.exec_driver_sql(
            f"INSERT INTO list_counts SELECT '{name}', org_id, {team}, {', '.join(flags)}, 0, count(*) "  # noqa: S608
            f"FROM {name} GROUP BY 2, 3, 4, 5"
        )
