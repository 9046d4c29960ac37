"""Keys as the command line makes them, and the key of the embedded platform."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from sqlalchemy import select

from bomtool import settings as settings_module
from bomtool.errors import UnknownRecord, UsageError
from bomtool.platform import embedded, keys
from bomtool.platform.tables import api_keys


def _kept(store):
    """Everything the database holds of keys, as it lies there."""
    if store.path is None:
        with store.read() as connection:
            return str(connection.execute(select(api_keys)).all()).encode()
    files = [store.path, store.path.with_name(store.path.name + "-wal")]
    return b"".join(path.read_bytes() for path in files if path.exists())


def test_a_key_is_shown_once_and_kept_as_a_hash(platform):
    made = keys.create(platform.store, name="ci", scopes=("write", "read"), days=3)
    assert set(made) == {"id", "key", "org_id", "scopes", "expires_at"}
    assert made["scopes"] == ["read", "write"]
    assert made["expires_at"].endswith("Z")
    secret = made["key"].split("_", 2)[2]
    content = _kept(platform.store)
    assert made["id"].encode() in content
    assert secret.encode() not in content
    assert all(secret not in str(entry) for entry in keys.list_keys(platform.store))


def test_keys_are_listed_and_revoked_by_a_beginning_of_their_id(platform, ok):
    made = keys.create(platform.store, name="short-lived")
    with platform.client(made["key"]) as client:
        assert client.get("/v1/boms/").status_code == 200
        shown = keys.revoke(platform.store, made["id"][:13])
        assert shown["revoked_at"]
        assert client.get("/v1/boms/").status_code == 401
    assert keys.revoke(platform.store, made["id"])["revoked_at"] == shown["revoked_at"]
    listed = {entry["id"]: entry for entry in keys.list_keys(platform.store)}
    assert listed[made["id"]]["last_used_at"]
    for unknown in ("nothing", "", made["id"][:3]):
        with pytest.raises(UnknownRecord):
            keys.revoke(platform.store, unknown)


def test_unknown_scopes_are_refused(platform):
    for scopes in (("root",), ()):
        with pytest.raises(UsageError):
            keys.create(platform.store, name="x", scopes=scopes)


def test_the_local_key_is_made_once_and_renewed_when_it_no_longer_works(platform, tmp_path):
    first = embedded.local_key(platform.store, tmp_path)
    path = tmp_path / embedded.KEY_FILE
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o600
    assert embedded.local_key(platform.store, tmp_path) == first
    with platform.store.read() as connection:
        prefix = keys.split(first)[0]
        identifier = connection.execute(select(api_keys.c.id).where(api_keys.c.prefix == prefix)).scalar()
    keys.revoke(platform.store, identifier)
    second = embedded.local_key(platform.store, tmp_path)
    assert second != first
    path.write_text("rubbish")
    assert embedded.local_key(platform.store, tmp_path) not in (first, second)
    assert list(tmp_path.iterdir()) == [path]


OPEN_EMBEDDED = """
import sys
from bomtool import settings
from bomtool.platform.embedded import open_embedded
opened = open_embedded(settings.load(data_dir=sys.argv[1]))
print(opened.api_key)
opened.close()
"""


def test_processes_may_open_the_embedded_platform_at_once(tmp_path):
    folder = tmp_path / "data"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_EMBEDDED, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, answers
    opened = embedded.open_embedded(settings_module.load(data_dir=folder))
    try:
        assert all(keys.works(opened.store, out.strip()) for out, _ in answers)
        assert opened.api_key in {out.strip() for out, _ in answers}
    finally:
        opened.close()
