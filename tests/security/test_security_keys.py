"""Keys: rotated with a period of grace, bound to orgs and people, limited in their rate; never told apart when wrong."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select, update

from bomtool import cli
from bomtool.errors import UnknownRecord, UsageError
from bomtool.net import _Loop
from bomtool.platform import keys
from bomtool.platform.app import create_app
from bomtool.platform.limits import Limits
from bomtool.platform.services import account
from bomtool.platform.tables import api_keys
from bomtool.store.schema import now


def works(platform, key):
    with platform.client(key) as client:
        return client.get("/v1/boms/").status_code == 200


def ends(platform, key_id, moment):
    with platform.store.write() as connection:
        connection.execute(update(api_keys).where(api_keys.c.id == key_id).values(expires_at=moment))


def test_the_old_key_works_beside_the_new_one_for_a_while(platform):
    old = platform.key(scopes=("read",), days=90)
    new = keys.rotate(platform.store, old["id"], grace=timedelta(hours=2))
    assert (new["scopes"], new["org_id"], new["replaces"]) == (["read"], old["org_id"], old["id"])
    assert new["key"] != old["key"]
    assert works(platform, old["key"])
    assert works(platform, new["key"])
    with platform.store.read() as connection:
        rows = {row.id: row for row in connection.execute(select(api_keys))}
    assert timedelta(hours=1) < rows[old["id"]].expires_at - now() <= timedelta(hours=2)
    assert timedelta(days=89) < rows[new["id"]].expires_at - now() <= timedelta(days=90)
    ends(platform, old["id"], now() - timedelta(seconds=1))
    assert not works(platform, old["key"])
    assert works(platform, new["key"])
    with pytest.raises(UsageError, match="no longer works"):
        keys.rotate(platform.store, old["id"])


def test_rotation_never_lengthens_a_life_and_grace_may_be_nothing(platform):
    short = platform.key(days=1)
    ends(platform, short["id"], now() + timedelta(minutes=5))
    keys.rotate(platform.store, short["id"])
    with platform.store.read() as connection:
        row = connection.execute(select(api_keys).where(api_keys.c.id == short["id"])).one()
    assert row.expires_at < now() + timedelta(minutes=6)
    plain = platform.key()
    new = keys.rotate(platform.store, plain["id"], grace=timedelta(0))
    assert (works(platform, plain["key"]), works(platform, new["key"])) == (False, True)


def test_the_command_line_rotates_and_binds(capsys, monkeypatch):
    import json

    def command(*arguments):
        code = cli.run([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    _, first = command("keys", "create")
    _, rotated = command("keys", "rotate", first["id"], "--grace-hours", "1")
    assert rotated["replaces"] == first["id"]
    command("orgs", "add-user", "ann@example.com", "--role", "editor")
    _, anns = command("keys", "create", "--user", "Ann@example.com", "--org", "My organisation")
    assert anns["org_id"] == first["org_id"]
    _, listed = command("keys", "list")
    assert [entry["id"] for entry in listed["results"]] == [first["id"], rotated["id"], anns["id"]]
    assert anns["key"].split("_", 2)[2] not in json.dumps(listed)
    for unknown in (("--user", "nobody@example.com"), ("--org", "nothing")):
        code, said = command("keys", "create", *unknown)
        assert (code, list(said)) == (UnknownRecord.exit_code, ["error"])


def test_a_person_who_left_has_no_key(platform):
    from bomtool.platform.people_tables import users

    org = platform.key()["org_id"]
    with platform.store.write() as connection:
        user = account.create_user(connection, org, email="ann@example.com", roles=("admin",))
    key = keys.create(platform.store, name="x", org_id=org, email="ann@example.com")["key"]
    assert works(platform, key)
    with platform.store.write() as connection:
        connection.execute(update(users).where(users.c.id == user).values(active=False))
    assert not works(platform, key)


def test_wrong_keys_are_not_told_apart(platform):
    good, revoked, expired = platform.key(), platform.key(), platform.key()
    keys.revoke(platform.store, revoked["id"])
    ends(platform, expired["id"], now() - timedelta(seconds=1))
    guessed = good["key"][:-1] + ("A" if good["key"][-1] != "A" else "B")
    unknown = "bomtool_0123456789ab_" + "A" * 43
    answers = set()
    for key in (revoked["key"], expired["key"], guessed, unknown, "nonsense"):
        with platform.client(key) as client:
            answer = client.get("/v1/boms/")
        said = answer.json()
        said.pop("request_id")
        answers.add((answer.status_code, tuple(said.items()), answer.headers["WWW-Authenticate"]))
    assert len(answers) == 1


def test_a_key_may_ask_so_often_and_others_do_not_suffer(platform):
    clock = [0.0]
    loop = _Loop(create_app(platform.store, platform.settings, limits=Limits(5, lambda: clock[0])))
    one, other = platform.key(), platform.key()

    def ask(key):
        headers = {"Authorization": f"Api-Key {key['key']}"}
        with httpx.Client(transport=httpx.WSGITransport(app=loop.wsgi), base_url="http://x", headers=headers) as client:
            return client.get("/v1/boms/?limit=1")

    try:
        assert [ask(one).status_code for _ in range(6)] == [200] * 5 + [429]
        refused = ask(one)
        assert refused.headers["Retry-After"] == "12"
        assert "5 times a minute" in refused.json()["detail"]
        assert refused.json()["request_id"] == refused.headers["X-Request-Id"]
        assert ask(other).status_code == 200
        clock[0] += 12
        assert [ask(one).status_code for _ in range(2)] == [200, 429]
        clock[0] += 3600
        assert [ask(one).status_code for _ in range(6)] == [200] * 5 + [429]
    finally:
        loop.close()


def test_buckets_do_not_pile_up():
    clock = [0.0]
    limits = Limits(60, lambda: clock[0])
    for number in range(25_000):
        clock[0] += 1
        assert limits.wait(f"key {number}") == 0
    assert len(limits._buckets) < 10_002
    assert Limits(0).wait("anybody") == 0
