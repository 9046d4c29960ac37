"""Migrations with data: what both versions know survives each step down and up, whoever wrote it, on both databases."""

from __future__ import annotations

import uuid
from datetime import date, datetime

import pytest
from sqlalchemy import JSON, Boolean, Date, DateTime, Integer, LargeBinary, MetaData, String, insert, inspect, select

from bomtool.store import engine, location, versions
from tests.conftest import ON_POSTGRES
from tests.contract import world
from tests.platform.support import Platform

DERIVED = ("part_gram", "sqlite_", "bomtool_version", "list_grams", "list_refs", "list_waiting")
NOTED = {"webhook_changes"}
"""Filled by triggers of the database itself."""


@pytest.fixture
def target(request, tmp_path):
    if not ON_POSTGRES:
        yield str(tmp_path / "bomtool.sqlite3")
        return
    with request.getfixturevalue("postgres_server").database() as url:
        yield url


def unmigrated(target):
    """A store over a database as it is."""
    url = location.parse(target)
    make = (
        engine._sqlite_engine if url.get_backend_name() == "sqlite" else lambda url, _: engine._postgresql_engine(url)
    )
    return engine.Store(make(url, 30.0), url)


def reflected(connection):
    """Our tables as they are at this version, those referred to first."""
    found = MetaData()
    names = [name for name in inspect(connection).get_table_names() if not name.startswith(DERIVED)]
    found.reflect(connection, only=names)
    return found.sorted_tables


def rows(connection):
    """Every row of every table, as the driver has it, by column."""
    found = {}
    for name in inspect(connection).get_table_names():
        if not name.startswith(DERIVED):
            said = connection.exec_driver_sql(f'SELECT * FROM "{name}"')  # noqa: S608
            found[name] = [dict(row) for row in said.mappings()]
    return found


def add_row(connection, table, number):
    """One row more, made up from the types; it refers to rows that are there."""
    values = {}
    for column in table.columns:
        if column.foreign_keys:
            other = next(iter(column.foreign_keys)).column
            known = connection.execute(select(other).order_by(other)).scalars().all()
            own = made_up(other, f"{other.table.name}.{other.name}", number)
            values[column.name] = own if own in known else known[0] if known else None
        else:
            values[column.name] = made_up(column, f"{table.name}.{column.name}", number)
    connection.execute(insert(table).values(values))


def made_up(column, name, number):
    kind = column.type
    if isinstance(kind, JSON):
        return {"number": number, "text": "Ω", "list": [1, None, "x"]}
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, DateTime):
        return datetime(2026, 1, 1 + number % 28, 1, 2, 3, 456789)  # noqa: DTZ001 (as the driver has it)
    if isinstance(kind, Date):
        return date(2026, 2, 1 + number % 28)
    if isinstance(kind, Integer):
        return 1_000_000 + number
    if isinstance(kind, LargeBinary):
        return bytes([number % 256, 0, 255])
    assert isinstance(kind, String), name
    text = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{name}{number}"))
    return text if kind.length is None else text[: kind.length]


def check_kept(before, after, step):
    """Rows of tables that are in both, in the columns that are in both; how many these are."""
    compared = 0
    for name in before.keys() & after.keys() - NOTED:
        assert len(after[name]) == len(before[name]), f"{step}: {name}"
        if before[name]:
            both = sorted(before[name][0].keys() & after[name][0].keys())
            old, new = [
                sorted(repr([row[key] for key in both]) for row in side) for side in (before[name], after[name])
            ]
            assert old == new, f"{step}: {name}"
            compared += len(old)
    return compared


def test_a_life_goes_down_and_up_again(target, tmp_path):
    made = Platform(tmp_path, target)
    world.build(made)
    made.close()
    store = unmigrated(target)
    try:
        with store.write() as connection:
            for table in reflected(connection):
                if not connection.execute(select(table).limit(1)).first():
                    add_row(connection, table, 0)
            before = rows(connection)
        assert all(before.values()), [name for name, found in before.items() if not found]
        order, triggers = versions.known(), _triggers(store)
        for step in [*reversed(order[:-1]), *order[1:]]:
            with store.write() as connection:
                versions.move(connection, step)
                after = rows(connection)
            assert check_kept(before, after, step) >= 10
            before = after
        assert _triggers(store) == triggers, "webhooks hear of changes as before"
        with store.read() as connection:
            assert versions.is_current(store)
            if store.dialect == "sqlite":
                assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
                assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    finally:
        store.close()


def test_what_every_earlier_version_wrote_is_there_at_the_newest(target):
    store = unmigrated(target)
    try:
        before = {}
        for number, step in enumerate(versions.known()):
            with store.write() as connection:
                versions.move(connection, step)
                after = rows(connection)
                check_kept(before, after, step)
                assert before.keys() <= after.keys()
                for table in reflected(connection):
                    for n in (2 * number, 2 * number + 1):
                        if table.name not in NOTED:
                            add_row(connection, table, n)
                before = rows(connection)
        assert all(len(found) >= 2 for name, found in before.items() if name not in NOTED)
        assert len(before["boms"]) == 2 * len(versions.known())
    finally:
        store.close()


def _triggers(store):
    with store.read() as connection:
        if store.dialect == "sqlite":
            said = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        else:
            said = connection.exec_driver_sql(
                "SELECT trigger_name || event_manipulation, action_statement FROM information_schema.triggers"
            )
        return {tuple(row) for row in said}
