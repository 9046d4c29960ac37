"""Opening the store: by real processes at once, and refused with a sentence where it cannot be."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError

from bomtool import store
from bomtool.errors import StoreError
from bomtool.platform.tables import boms, orgs
from bomtool.store import location, versions
from bomtool.store.schema import new_id, now

OPEN_AND_WRITE = """
import sys, uuid
from bomtool import store
from sqlalchemy import text
opened = store.open(sys.argv[1])
for number in range(5):
    with opened.write() as connection:
        connection.execute(text("INSERT INTO orgs (id, name, created_at) VALUES (:id, 'x', '2026-01-01 00:00:00')"),
                           {"id": str(uuid.uuid4())})
opened.close()
"""


def _org(connection, name="acme"):
    identifier = new_id()
    connection.execute(insert(orgs).values(id=identifier, name=name, created_at=now()))
    return identifier


@pytest.fixture
def opened(tmp_path):
    made = store.open(tmp_path / "data" / "bomtool.sqlite3")
    yield made
    made.close()


def test_eight_processes_may_open_a_new_store_at_once(tmp_path):
    path = tmp_path / "new" / "bomtool.sqlite3"
    running = [
        subprocess.Popen([sys.executable, "-c", OPEN_AND_WRITE, str(path)], stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    errors = [process.communicate(timeout=120)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, errors
    again = store.open(path)
    with again.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM orgs")).scalar() == 40
        assert connection.execute(text(f"SELECT count(*) FROM {versions.TABLE}")).scalar() == 1
    again.close()


def test_an_open_store_that_is_current_does_not_import_alembic(opened):
    code = (
        "import sys; from bomtool import store; "
        "store.open(sys.argv[1]).close(); sys.exit('alembic' in sys.modules or 'filelock' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(opened.path)], timeout=60).returncode == 0


def test_connections_are_set_up_for_shared_durable_use(opened):
    with opened.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 30_000}


def test_a_block_that_fails_is_rolled_back(opened):
    with pytest.raises(RuntimeError), opened.write() as connection:  # noqa: PT012
        _org(connection)
        raise RuntimeError
    with opened.read() as connection:
        assert connection.execute(select(orgs)).all() == []


def test_a_write_takes_the_lock_at_its_beginning(opened, tmp_path):
    other = store.open(opened.path, busy_timeout=0.1)
    with opened.write(), pytest.raises(StoreError) as caught, other.write():
        pass
    assert caught.value.code == "store-locked"
    assert caught.value.hint
    with opened.write() as connection:
        _org(connection, "kept")
        with other.read() as reader:
            assert reader.execute(select(orgs)).all() == []
    other.close()


def test_a_reader_sees_one_snapshot(opened):
    with opened.read() as reader:
        assert reader.execute(select(orgs)).all() == []
        with opened.write() as connection:
            _org(connection)
        assert reader.execute(select(orgs)).all() == []
    with opened.read() as reader:
        assert len(reader.execute(select(orgs)).all()) == 1


def test_foreign_keys_are_enforced_and_integrity_errors_pass(opened):
    with pytest.raises(IntegrityError), opened.write() as connection:
        connection.execute(insert(boms).values(id=new_id(), org_id="nobody", created_at=now(), updated_at=now()))


def test_statements_are_counted_without_transaction_control(opened):
    with opened.count_statements() as counter, opened.write() as connection:
        connection.execute(insert(orgs), [{"id": new_id(), "name": str(n), "created_at": now()} for n in range(50)])
        connection.execute(select(orgs))
    assert counter.count == 2
    with opened.read() as connection:
        connection.execute(select(orgs))
    assert counter.count == 2


def test_a_newer_schema_is_refused(opened):
    with opened.write() as connection:
        connection.execute(text(f"UPDATE {versions.TABLE} SET version_num = '9999'"))
    with pytest.raises(StoreError) as caught:
        store.open(opened.path)
    assert caught.value.code == "newer-schema"
    assert "9999" in caught.value.message
    assert "Update bomtool" in caught.value.hint


def test_a_file_that_is_not_a_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    content = b"these are only notes, not a database\n" * 100
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        store.open(path)
    assert caught.value.code == "not-a-database"
    assert path.read_bytes() == content


def test_another_programs_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "other.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(StoreError) as caught:
        store.open(path)
    assert caught.value.code == "foreign-database"
    assert path.read_bytes() == before


def test_a_full_disk_is_said(opened):
    with pytest.raises(StoreError) as caught, opened.write() as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA max_page_count = 60")
        rows = [{"id": new_id(), "name": "n" * 250, "created_at": now()} for _ in range(5_000)]
        connection.execute(insert(orgs), rows)
    assert caught.value.code == "store-full"
    with opened.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM orgs")).scalar() == 0


def test_a_read_only_database_is_said(opened):
    with pytest.raises(StoreError) as caught, opened.read() as connection:  # noqa: PT012
        connection.exec_driver_sql("PRAGMA query_only = ON")
        try:
            _org(connection)
        finally:
            connection.exec_driver_sql("PRAGMA query_only = OFF")
    assert caught.value.code == "store-read-only"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="permissions do not bind this user")
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(StoreError) as caught:
        store.open(tmp_path / "sub" / "bomtool.sqlite3")
    tmp_path.chmod(0o700)
    assert caught.value.code in ("store-unreachable", "store-read-only")


def test_a_folder_below_a_file_is_said(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError) as caught:
        store.open(tmp_path / "file" / "bomtool.sqlite3")
    assert caught.value.code == "store-unreachable"
    assert "BOMTOOL_DATA_DIR" in caught.value.hint


@pytest.mark.parametrize("url", ["mysql://host/db", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?mode=ro"])
def test_unusable_urls_are_refused(url):
    with pytest.raises(StoreError) as caught:
        store.open(url)
    assert caught.value.code == "bad-database-url"


def test_an_unreachable_server_is_said_without_its_password():
    pytest.importorskip("psycopg")
    with pytest.raises(StoreError) as caught:
        store.open("postgresql://someone:topsecret@127.0.0.1:9/none?connect_timeout=2")
    assert caught.value.code == "store-unreachable"
    assert "topsecret" not in caught.value.message + caught.value.hint


def test_network_shares_are_known_by_their_mount(tmp_path):
    mounts = location.parse_mounts(
        f"/dev/sda1 / ext4 rw 0 0\nserver:/x {tmp_path}/with\\040space nfs4 rw 0 0\n"
        f"tmpfs {tmp_path}/with\\040space/local tmpfs rw 0 0\n"
    )
    share = tmp_path / "with space"
    assert location._from_mounts(share / "deep" / "er", mounts) == "nfs4"
    assert location._from_mounts(share / "local" / "x", mounts) is None
    assert location._from_mounts(Path("/elsewhere"), mounts) is None
    assert location.network_type(tmp_path) is None


def test_a_data_folder_on_a_share_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(location, "network_type", lambda folder: "cifs")
    with pytest.raises(StoreError) as caught:
        store.open(tmp_path / "bomtool.sqlite3")
    assert caught.value.code == "store-on-network"
    assert not (tmp_path / "bomtool.sqlite3").exists()


@pytest.mark.skipif(os.name == "nt", reason="POSIX modes")
def test_a_database_is_of_its_user_alone_wherever_it_lies(tmp_path):
    tmp_path.chmod(0o755)
    path = tmp_path / "bomtool.sqlite3"
    opened = store.open(path)
    try:
        with opened.read() as connection:
            connection.exec_driver_sql("SELECT 1")
            modes = {found.name: found.stat().st_mode & 0o077 for found in tmp_path.glob("bomtool.sqlite3*")}
    finally:
        opened.close()
    assert {name: mode for name, mode in modes.items() if mode and not name.endswith(".lock")} == {}
    assert len(modes) > 1
