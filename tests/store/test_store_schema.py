"""The migrated schema is the one the rooms' tables describe; types keep what they are given."""

from __future__ import annotations

import importlib
import pkgutil
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, MetaData, Table, insert, inspect, select, text

import bomtool
from bomtool import store
from bomtool.store import versions
from bomtool.store.schema import Exact, Utc


@pytest.fixture
def opened(tmp_path):
    made = store.open(tmp_path / "bomtool.sqlite3")
    yield made
    made.close()


def _all_tables():
    for module in pkgutil.walk_packages(bomtool.__path__, "bomtool."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    return store.metadata


def test_metadata_and_migrations_agree(opened):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    described = _all_tables()

    def ours(thing, name, kind, reflected, other):
        # Search tables of the database itself (FTS shadows) have no description in metadata.
        return not (kind == "table" and reflected and name not in described.tables)

    with opened.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": versions.TABLE, "include_object": ours, "compare_type": True}
        )
        assert compare_metadata(context, described) == []


def test_the_versions_are_one_line_of_numbers():
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(versions.FOLDER))
    assert len(scripts.get_heads()) == 1
    assert tuple(sorted(s.revision for s in scripts.walk_revisions())) == versions.known()


def test_migrations_run_back_and_forward(opened):
    with opened.write() as connection:
        versions.move(connection, "base")
        assert set(inspect(connection).get_table_names()) <= {versions.TABLE}
    with opened.write() as connection:
        versions.move(connection, versions.known()[-1])
        assert versions.version(connection, "here") == versions.known()[-1]
        assert "boms" in inspect(connection).get_table_names()


def test_a_migration_that_fails_leaves_nothing(opened, monkeypatch):
    with opened.write() as connection:
        versions.move(connection, "base")
        connection.execute(text(f"DROP TABLE {versions.TABLE}"))
        connection.execute(text("CREATE TABLE bom_lines (id TEXT)"))  # in the way of a later statement of 0001
    before = _names(opened)
    with pytest.raises(Exception, match="bom_lines"), opened.write() as connection:
        versions.move(connection, versions.known()[-1])
    assert _names(opened) == before


def _names(opened):
    with opened.read() as connection:
        return set(connection.execute(text("SELECT name FROM sqlite_master")).scalars())


def test_types_keep_digits_and_zones(opened):
    table = Table("t", MetaData(), Column("price", Exact), Column("at", Utc))
    east = datetime(2026, 1, 2, 3, 4, 5, 678901, timezone(timedelta(hours=5)))
    with opened.write() as connection:
        table.create(connection)
        connection.execute(
            insert(table), [{"price": Decimal("0.00000012300"), "at": east}, {"price": Decimal("1E+3"), "at": None}]
        )
        rows = connection.execute(select(table)).all()
        with pytest.raises(Exception, match="zone"):
            connection.execute(insert(table).values(at=datetime(2026, 1, 1)))  # noqa: DTZ001
        connection.execute(text("DROP TABLE t"))
    assert format(rows[0].price, "f") == "0.00000012300"
    assert rows[0].at == east
    assert rows[0].at.tzinfo is UTC
    assert (str(rows[1].price), rows[1].at) == ("1000", None)
