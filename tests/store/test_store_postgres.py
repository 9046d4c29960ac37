"""PostgreSQL behaves as SQLite does: the same schema, the same order, opened by many at once, conflicts told apart."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
import threading

import pytest
from sqlalchemy import insert, inspect, select, text, update

import bomtool
from bomtool import store
from bomtool.errors import StoreError
from bomtool.platform.tables import orgs
from bomtool.store import faults, versions
from bomtool.store.schema import new_id, now

OPEN = "import sys; from bomtool import store; store.open(sys.argv[1]).close()"


@pytest.fixture(scope="module")
def opened(postgres):
    made = store.open(postgres)
    yield made
    made.close()


def test_processes_may_open_a_new_database_at_once(postgres_server):
    with postgres_server.database() as url:
        running = [
            subprocess.Popen([sys.executable, "-c", OPEN, url], stderr=subprocess.PIPE, text=True) for _ in range(4)
        ]
        errors = [process.communicate(timeout=120)[1] for process in running]
        assert [process.returncode for process in running] == [0] * 4, errors


def test_metadata_and_migrations_agree(opened):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    for module in pkgutil.walk_packages(bomtool.__path__, "bomtool."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)

    def ours(thing, name, kind, reflected, other):
        # The trigram index has an operator class, which metadata does not describe.
        return not (kind == "index" and reflected and str(name).endswith("_grams"))

    with opened.read() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": versions.TABLE, "include_object": ours, "compare_type": True}
        )
        assert compare_metadata(context, store.metadata) == []


def test_texts_compare_by_their_bytes_whatever_the_locale(opened):
    names = ["Zeta", "alpha", "Älpha", "_under", "Alpha", "a-lpha", "10", "9"]
    with opened.write() as connection:
        connection.execute(insert(orgs), [{"id": new_id(), "name": name, "created_at": now()} for name in names])
    with opened.read() as connection:
        found = connection.execute(select(orgs.c.name).where(orgs.c.name.in_(names)).order_by(orgs.c.name)).scalars()
        assert list(found) == sorted(names)
        assert connection.scalar(text("SELECT count(*) FROM orgs WHERE name >= 'A' AND name < 'B'")) == 1


def test_migrations_run_back_and_forward(postgres_server):
    with postgres_server.database() as url:
        opened = store.open(url)
        try:
            with opened.write() as connection:
                versions.move(connection, "base")
                assert set(inspect(connection).get_table_names()) <= {versions.TABLE}
            with opened.write() as connection:
                versions.move(connection, versions.known()[-1])
                assert "boms" in inspect(connection).get_table_names()
        finally:
            opened.close()


def test_a_deadlock_is_told_as_a_conflict(opened):
    with opened.write() as connection:
        ids = [new_id() for _ in range(2)]
        connection.execute(insert(orgs), [{"id": i, "name": "x", "created_at": now()} for i in ids])
    both = threading.Barrier(2)
    codes = []

    def cross(first, second):
        try:
            with opened.write() as connection:
                connection.execute(update(orgs).where(orgs.c.id == first).values(name="y"))
                both.wait(10)
                connection.execute(update(orgs).where(orgs.c.id == second).values(name="z"))
            codes.append("done")
        except StoreError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=cross, args=order) for order in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(codes) == ["done", faults.CONFLICT]
