"""A backup made while people write is one moment, whole; it comes back the same, on either database; nothing else does."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import random
import shutil
import sqlite3
import threading
import time
import zipfile

import pytest
from click.testing import CliRunner

from bomtool import settings as settings_module
from bomtool import store as store_room
from bomtool.api.routes import ROUTES
from bomtool.cli import cli
from bomtool.errors import BomtoolError, StoreError, UsageError
from bomtool.platform.app import create_app
from bomtool.platform.backup import archive, restoring, saving, tables
from bomtool.store import engine, location, versions
from tests.contract import world
from tests.platform.support import RESISTOR, Platform, line, raw_bom


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    made = Platform(tmp_path_factory.mktemp("source"))
    made.records = world.build(made)
    with made.client(made.records["key"]["key"]) as client:
        odd = {"n": [1.5, 1e2, 10**15, 2**60, 1e22, -0.0, True, None], "é\u2028": "Ω😀"}
        body = {**raw_bom("odd", line(RESISTOR, "R1")), "metadata": odd}
        assert client.post("/v1/parse_raw_bom/", json=body, headers={"Idempotency-Key": "k"}).is_success
        hook = {"url": "https://hooks.example.com/x", "triggers": [{"record_type": "BOM", "event_type": "created"}]}
        client.post("/v1/webhooks/", json=hook)
        assert client.post("/v1/parse_raw_bom/", json=raw_bom("noted")).is_success
    yield made
    made.close()


@pytest.fixture(scope="module")
def saved(source, tmp_path_factory):
    path = tmp_path_factory.mktemp("backup") / "b.zip"
    return path, saving.save(source.settings, source.store, path)


def elsewhere(folder, target=None):
    return settings_module.load(data_dir=folder, **({"database_url": target} if target else {}))


def reopened(settings):
    """A platform over what was restored."""
    made = Platform.__new__(Platform)
    made.settings, made.store = settings, store_room.open(settings.database_url or settings.sqlite_path)
    made.app = create_app(made.store, settings)
    return made


def answers(platform, records):
    """What every reading operation says, and the bytes of the document."""
    found = {}
    with platform.client(records["key"]["key"]) as client:
        for route in ROUTES:
            if route.method == "GET" and "async" not in route.path:
                response = client.get(world.address(route.path, records))
                found[route.name] = (response.status_code, response.content)
        found["search"] = client.get("/v1/boms/?search=odd").content
    return found


def comparable(found):
    """Without what tells the moment of asking; PostgreSQL sorts the members of JSON."""
    out = {}
    for name, said in found.items():
        try:
            out[name] = json.loads(said[1] if isinstance(said, tuple) else said)
        except ValueError:
            out[name] = repr(said)
    return json.loads(json.dumps(out), object_hook=lambda d: {k: v for k, v in d.items() if k not in MOMENT})


MOMENT = {"last_used_at", "request_id", "calculated_at"}


def test_it_comes_back_with_the_same_answers(source, saved, tmp_path):
    path, told = saved
    assert told.documents == 1
    assert not told.missing
    assert not told.altered
    assert told.tables["boms"] >= 4
    assert told.tables["idempotency_keys"] == 1
    settings = elsewhere(tmp_path / "other")
    done = restoring.restore(settings, path)
    assert (done.tables, done.documents, done.kept_aside) == (told.tables, 1, None)
    assert os.name == "nt" or settings.sqlite_path.stat().st_mode & 0o077 == 0
    other = reopened(settings)
    try:
        mine, theirs = answers(source, source.records), answers(other, source.records)
        assert all(status == 200 for status, _ in (v for v in theirs.values() if isinstance(v, tuple)))
        assert comparable(mine) == comparable(theirs)
        with other.client(source.records["key"]["key"]) as client:
            made = client.post("/v1/parse_raw_bom/", json=raw_bom("x", line("RC0402FR0710KL", "R1"))).json()
            assert made["line_counts"] == {"matched": 1}, "the search index came along"
    finally:
        other.close()


def test_it_goes_to_postgresql_and_back(source, saved, postgres, tmp_path, monkeypatch):
    path, told = saved
    there = elsewhere(tmp_path / "there", postgres)
    done = restoring.restore(there, path)
    assert done.tables == told.tables
    other = reopened(there)
    try:
        assert comparable(answers(source, source.records)) == comparable(answers(other, source.records))
        with other.client(source.records["key"]["key"]) as client:
            response = client.post("/v1/parse_raw_bom/", json=raw_bom("new", line("RC0402FR0710KL", "R1")))
            assert response.json()["line_counts"] == {"matched": 1}
        back = tmp_path / "back.zip"
        again = saving.save(there, other.store, back)
        with pytest.raises(UsageError, match="has records"):
            restoring.restore(there, path)
        save = saving.save

        def slowly(*given, **more):
            done = save(*given, **more)
            time.sleep(1.5)
            return done

        with monkeypatch.context() as patched:  # keeping the old aside may take longer than a transaction may hang
            patched.setattr(saving, "save", slowly)
            patched.setattr(engine, "HANGING", 1)
            kept = restoring.restore(there, path, replace=True).kept_aside
    finally:
        other.close()
    assert again.tables["boms"] == told.tables["boms"] + 1
    for archived in (back, kept):
        home = elsewhere(tmp_path / f"home {archived!s:.5}{len(str(archived))}")
        assert restoring.restore(home, archived if archived is back else type(back)(kept)).tables == again.tables
        final = reopened(home)
        try:
            with final.client(source.records["key"]["key"]) as client:
                names = [bom["name"] for bom in client.get("/v1/boms/").json()["results"]]
                odd = client.get("/v1/boms/?search=odd").json()["results"][0]["metadata"]
                response = client.post("/v1/parse_raw_bom/", json=raw_bom("more", line("RC0402FR0710KL", "R1")))
                assert response.json()["line_counts"] == {"matched": 1}, "the search index was made anew"
        finally:
            final.close()
        assert names[-1] == "new"
        assert odd["n"] == [1.5, 100, 10**15, 2**60, 1e22, 0, True, None]


def test_while_people_write_it_is_one_moment(tmp_path):
    made = Platform(tmp_path / "busy")
    key = made.key()["key"]
    stop, acknowledged = threading.Event(), []

    def write(number):
        with made.client(key) as client:
            while not stop.is_set():
                lines = [line(f"ABC-{n}", f"R{n}") for n in range(7)]
                response = client.post("/v1/parse_raw_bom/", json=raw_bom(f"w{number}", *lines))
                if response.is_success:
                    acknowledged.append(response.json()["id"])

    writers = [threading.Thread(target=write, args=(n,)) for n in range(3)]
    made.client(key).close()
    for writer in writers:
        writer.start()
    counts = []
    try:
        for number in range(3):
            while len(acknowledged) < 3 * (number + 1):
                threading.Event().wait(0.01)
            before = set(acknowledged)
            path = tmp_path / f"{number}.zip"
            counts.append(saving.save(made.settings, made.store, path).tables["boms"])
            with zipfile.ZipFile(path) as found:
                found.extract("database.sqlite3", tmp_path / str(number))
            with contextlib.closing(sqlite3.connect(tmp_path / str(number) / "database.sqlite3")) as copy:
                lines = dict(copy.execute("SELECT bom_id, count(*) FROM bom_lines GROUP BY bom_id"))
                ids = {row[0] for row in copy.execute("SELECT id FROM boms")}
            assert before <= ids
            assert lines == dict.fromkeys(ids, 7)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
        made.close()
    assert counts == sorted(counts)


def test_what_is_there_is_not_overwritten_unasked(source, saved, tmp_path):
    path, _ = saved
    with pytest.raises(UsageError, match="exists"):
        saving.save(source.settings, source.store, path)
    busy = Platform(tmp_path / "busy")
    mark = busy.key()["org_id"]
    content = tmp_path / "busy" / "documents" / mark / "d0000000-0000-4000-8000-000000000001"
    content.parent.mkdir(parents=True)
    content.write_bytes(b"old")
    with pytest.raises(StoreError, match="in use"):
        restoring.restore(busy.settings, path, replace=True)
    busy.close()
    with pytest.raises(UsageError, match="has records"):
        restoring.restore(busy.settings, path)
    done = restoring.restore(busy.settings, path, replace=True)
    with contextlib.closing(sqlite3.connect(done.kept_aside)) as old:
        assert old.execute("SELECT count(*) FROM orgs WHERE id = ?", (mark,)).fetchone() == (1,)
    kept = list(busy.settings.data_dir.glob("documents.before-restore-*/*/*"))
    assert [file.read_bytes() for file in kept] == [b"old"]
    assert oct(type(path)(done.kept_aside).stat().st_mode & 0o777) in ("0o600", "0o666")


def test_a_damaged_database_is_replaced_and_kept(saved, tmp_path):
    settings = elsewhere(tmp_path)
    settings.sqlite_path.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(UsageError, match="damaged"):
        restoring.restore(settings, saved[0])
    done = restoring.restore(settings, saved[0], replace=True)
    assert type(tmp_path)(done.kept_aside).read_bytes().startswith(b"this is no")
    store_room.open(settings.sqlite_path).close()


def test_no_damaged_archive_is_restored_otherwise_than_it_was(saved, tmp_path):
    whole, told = saved[0].read_bytes(), saved[1]
    chance = random.Random(7)
    broken = [whole[: chance.randrange(len(whole))] for _ in range(4)] + [b"", b"PK", whole[100:]]
    for _ in range(6):
        flipped = bytearray(whole)
        flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        broken.append(bytes(flipped))
    hints = []
    for number, content in enumerate(broken):
        path, folder = tmp_path / "broken.zip", tmp_path / str(number)
        path.write_bytes(content)
        try:
            assert restoring.restore(elsewhere(folder), path).tables == told.tables
        except BomtoolError as error:
            hints.append(error.hint)
            assert not (folder / "bomtool.sqlite3").exists()
        assert not list(folder.glob(".bomtool-restore-*"))
    assert len(hints) >= 9
    assert all(hints)


def repacked(path, target, change=None, **more):
    """The archive at `path` with entries changed by name, or others added."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry.filename)
            new.writestr(entry.filename, change(entry.filename, content) if change else content)
        for name, content in more.items():
            new.writestr(name, content)
    return target


HOSTILE = [
    ("../../evil", b"x"),
    ("/etc/evil", b"x"),
    ("documents/../../../evil/x", b"x"),
    ("documents/00000000-0000-4000-8000-000000000000/..", b"x"),
    ("C:\\evil", b"x"),
    ("local-key", b"x"),
    ("documents/00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000000", b"\0" * 50_000_000),
    ("documents/00000000-0000-4000-8000-000000000000/00000000-0000-4000-8000-000000000001", b"uncounted"),
]


@pytest.mark.parametrize(("name", "content"), HOSTILE, ids=[name[-12:] for name, _ in HOSTILE])
def test_a_hostile_archive_is_refused(saved, tmp_path, name, content):
    path = repacked(saved[0], tmp_path / "hostile.zip", **{name: content})
    with pytest.raises(UsageError) as refused:
        restoring.restore(elsewhere(tmp_path / "data"), path)
    assert refused.value.code == "backup-damaged"
    assert {entry.name for entry in tmp_path.rglob("*")} <= {"hostile.zip", "data"}


def test_a_database_that_would_act_by_itself_is_refused(saved, tmp_path):
    def change(name, content):
        if name != archive.DATABASE:
            return content
        path = tmp_path / "evil.sqlite3"
        path.write_bytes(content)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.execute("CREATE TRIGGER t AFTER INSERT ON boms BEGIN DELETE FROM orgs; END")
        return path.read_bytes()

    evil = repacked(saved[0], tmp_path / "one.zip", change)
    database = (tmp_path / "evil.sqlite3").read_bytes()

    def agree(name, content):
        if name == archive.MANIFEST:
            import hashlib

            said = {**json.loads(content), "sha256": hashlib.sha256(database).hexdigest(), "size": len(database)}
            return json.dumps(said).encode()
        return content

    with pytest.raises(UsageError):
        restoring.restore(elsewhere(tmp_path / "data"), evil)
    agreeing = repacked(evil, tmp_path / "two.zip", agree)
    with pytest.raises(UsageError, match="another schema"):
        restoring.restore(elsewhere(tmp_path / "data"), agreeing)


def test_a_newer_backup_is_refused_and_an_older_one_brought_up(saved, tmp_path):
    def newer(name, content):
        return json.dumps({**json.loads(content), "schema": "9999"}).encode() if name == archive.MANIFEST else content

    with pytest.raises(UsageError, match="newer"):
        restoring.restore(elsewhere(tmp_path / "data"), repacked(saved[0], tmp_path / "newer.zip", newer))

    old = tmp_path / "old.sqlite3"
    url = location.parse(old)
    store = engine.Store(engine._sqlite_engine(url, 30.0), url)
    with store.write() as connection:
        versions.move(connection, "0001")
        connection.exec_driver_sql(
            "INSERT INTO orgs (id, name, created_at) VALUES ('o', 'old', '2026-01-02 03:04:05.000006')"
        )
    store.close()
    with contextlib.closing(sqlite3.connect(old)) as database:
        counted = tables.counts(tables.of_sqlite(database), tables.shapes(database), lambda *_: None)
    path = tmp_path / "old.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed, old.open("rb") as file:
        size, digest = archive.add(packed, archive.DATABASE, file)
        with zipfile.ZipFile(saved[0]) as other:
            manifest = json.loads(other.read(archive.MANIFEST))
        listed = {name: dataclasses.asdict(count) for name, count in counted.items()}
        nothing = {"count": 0, "bytes": 0}
        manifest |= {"schema": "0001", "size": size, "sha256": digest, "tables": listed, "documents": nothing}
        packed.writestr(archive.MANIFEST, json.dumps(manifest))
    done = restoring.restore(elsewhere(tmp_path / "data"), path)
    assert (done.schema, done.tables["orgs"]) == ("0001", 1)
    store = store_room.open(tmp_path / "data" / "bomtool.sqlite3")
    with store.read() as connection:
        assert connection.exec_driver_sql("SELECT id, name FROM orgs").all() == [("o", "old")]
        assert versions.version(connection, "here") == versions.known()[-1]
    store.close()


def test_what_is_gone_from_the_document_folder_is_told(tmp_path):
    made = Platform(tmp_path / "a")
    records = world.build(made)
    file = next((tmp_path / "a" / "documents").glob("*/*-*"))
    file.write_bytes(b"altered")
    altered = saving.save(made.settings, made.store, tmp_path / "1.zip")
    assert (altered.documents, altered.altered, altered.missing) == (1, [records["document_id"]], [])
    file.unlink()
    missing = saving.save(made.settings, made.store, tmp_path / "2.zip")
    assert (missing.documents, missing.missing) == (0, [records["document_id"]])
    made.close()
    assert restoring.restore(elsewhere(tmp_path / "b"), tmp_path / "2.zip").missing == [records["document_id"]]


def test_the_commands_tell_what_they_did_and_keep_keys_out(tmp_path, monkeypatch):
    run = CliRunner()
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(tmp_path / "one"))
    key = json.loads(run.invoke(cli, ["keys", "create", "--json"]).stdout)["key"]
    assert run.invoke(cli, ["boms", "list"]).exit_code == 0
    file = tmp_path / "b.zip"
    said = run.invoke(cli, ["backup", str(file), "--json"], catch_exceptions=False)
    assert said.exit_code == 0
    assert json.loads(said.stdout)["tables"]["api_keys"] == 2
    local = (tmp_path / "one" / "local-key").read_text().strip()
    with zipfile.ZipFile(file) as packed:
        content = b"".join(packed.read(name) for name in packed.namelist())
    for secret in (key, local):
        assert secret.encode() not in content
        assert secret.split("_", 2)[2].encode() not in content
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(tmp_path / "two"))
    done = run.invoke(cli, ["restore", str(file), "--json"], catch_exceptions=False)
    assert (done.exit_code, json.loads(done.stdout)["kept_aside"]) == (0, None)
    assert len(json.loads(run.invoke(cli, ["keys", "list", "--json"]).stdout)["results"]) == 2
    assert isinstance(run.invoke(cli, ["restore", str(file)]).exception, UsageError)
    monkeypatch.setenv("BOMTOOL_API_URL", "https://example.com")
    assert isinstance(run.invoke(cli, ["backup", str(tmp_path / "c.zip")]).exception, UsageError)
    shutil.rmtree(tmp_path / "two")
