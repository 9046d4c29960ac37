"""Webhooks: what is told of which record, signed, repeated, in order, to whom it belongs and to nobody else."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from bomtool.api.webhooks import RECORD_TYPES
from bomtool.client import SignatureError, verify_webhook
from bomtool.errors import StoreError, UsageError
from bomtool.platform import webhook_delivery, webhook_secrets
from bomtool.platform.services import account
from bomtool.platform.services import webhooks as hooks
from bomtool.platform.webhook_tables import webhook_changes, webhook_deliveries, webhooks
from bomtool.store.schema import now
from tests.contract import world
from tests.platform.hookserver import CUT, DRIP, TRUNCATE, HookServer
from tests.platform.support import RESISTOR, line, raw_bom

PATHS = {
    "BOM": "boms", "Program": "programs", "Purchase": "purchases", "Supplier": "suppliers", "Team": "teams",
    "Stock Document": "stock_documents", "Outbound Email": "outbound_emails", "Part": "parts", "Tag": "tags",
    "Team Type": "team_types", "Custom Property": "custom_properties", "User": "users", "Sub-Org": "sub_orgs",
}  # fmt: skip
CHANGES = {
    "BOM": ("PATCH", "boms/{bom_id}", {"metadata": {"a": 1}}),
    "Program": ("PATCH", "programs/{program_id}", {"notes": "n"}),
    "Purchase": ("PATCH", "purchases/{purchase_id}", {"notes": "n"}),
    "Supplier": ("PATCH", "suppliers/{supplier_id}", {"name": "other"}),
    "RFQ": ("PATCH", "rfqs/{rfq_id}", {"notes": "n"}),
    "Supplier Quote": ("PATCH", "supplier_quotes/{quote_id}", {"notes": "n"}),
    "Supplier Bill": ("PATCH", "supplier_bills/{bill_id}", {"notes": "n"}),
    "Stock Lot": ("PATCH", "stock_lots/{lot_id}", {"quantity": 7}),
    "Outbound Email": ("POST", "outbound_emails/{email_id}/mark_as_sent", None),
    "Part": (
        "PUT",
        "parts/async_upsert",
        {"parts": [{"mpn": "OWN-1", "manufacturer": "We", "custom_id": "H1", "description": "d"}]},
    ),
    "Team": ("PATCH", "teams/{team_id}", {"name": "other"}),
    "Team Type": ("PATCH", "team_types/{team_type_id}", {"name": "other"}),
    "Custom Property": ("PATCH", "custom_properties/{property_id}", {"description": "d"}),
    "Tag": ("PATCH", "tags/{tag_id}", {"name": "other"}),
    "Sub-Org": ("PATCH", "sub_orgs/{sub_org_id}", {"name": "other"}),
}
BELOW = {
    "/v1/rfq_lines/{line_id}/": ("RFQ", {"quantities": [9]}),
    "/v1/supplier_quote_lines/{line_id}/": ("Supplier Quote", {"notes": "n"}),
    "/v1/supplier_bill_lines/{line_id}/": ("Supplier Bill", {"quantity": 2}),
    "/v1/programs/{program_id}/part_overrides/{override_id}/": ("Program", {"note": "n"}),
    "/v1/programs/{program_id}/lines/{line_id}/": ("Program", {"quant": 9}),
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with HookServer(tmp_path_factory.mktemp("hooks")) as made:
        yield made


@pytest.fixture
def settings(platform, server, monkeypatch):
    """The platform's, with the receiver allowed. Waits are so long that none ends by itself during a test."""
    monkeypatch.setattr(webhook_delivery, "FIRST_WAIT", timedelta(hours=2))
    monkeypatch.setattr(webhook_delivery, "LONGEST_WAIT", timedelta(hours=4))
    monkeypatch.setattr(webhook_delivery, "LONGEST_PAUSE", timedelta(hours=4))
    monkeypatch.setattr(webhook_delivery, "LEASE", timedelta(hours=1))
    server.script, server.default = [], 200
    server.got.clear()
    return platform.settings.model_copy(update={"outbound_allow": "localhost", "outbound_ca": server.ca_file})


@pytest.fixture
def admin(platform):
    return platform.key(scopes=("read", "write", "admin"))


@pytest.fixture
def hook(platform, settings, server, admin):
    made = add(platform, settings, server, admin)
    yield made
    hooks.remove(platform.store, made["id"])


def add(platform, settings, server, key, *triggers, url=None):
    guard = webhook_delivery.guard_of(settings)
    wanted = hooks.read_triggers(triggers)
    return hooks.add(platform.store, settings, guard, key["org_id"], url or server.url, wanted)


def turn(platform, settings):
    return webhook_delivery.turn(platform.store, settings)


def hasten(platform, hook, **hook_values):
    """Let the waits of a webhook be over."""
    with platform.store.write() as connection:
        d = webhook_deliveries.c
        waiting = update(webhook_deliveries).where(d.webhook_id == hook["id"], d.status == "pending")
        connection.execute(waiting.values(next_at=now()))
        connection.execute(update(webhooks).where(webhooks.c.id == hook["id"]).values(retry_at=None, **hook_values))


def told(server):
    return [(got.body["record_type"], got.body["event_type"]) for got in server.got]


def make(platform, key, name="Tag 1"):
    with platform.client(key["key"]) as client:
        return client.post("/v1/tags/", json={"name": name}).json()


def test_every_kind_of_record_is_told_when_created_and_when_updated(platform, settings, server, admin, hook):
    ids = world.build(platform, admin)
    with platform.client(admin["key"]) as client:
        own = client.post(
            "/v1/parts/async_create/", json={"parts": [{"mpn": "OWN-1", "manufacturer": "We", "custom_id": "H1"}]}
        )
        assert own.is_success, own.text
    turn(platform, settings)
    created = {got.body["record_type"] for got in server.got if got.body["event_type"] == "created"}
    assert created == set(RECORD_TYPES.values())
    with platform.client(admin["key"]) as client:
        call = client.get("/openapi.json").json()["webhooks"]["recordChanged"]["post"]
        described = call["requestBody"]["content"]["application/json"]["schema"]
        for got in server.got:
            assert {header["name"].lower() for header in call["parameters"]} <= set(got.headers)
            event = verify_webhook(hook["secret"], got.headers["x-bomtool-signature"], got.content)
            assert set(event) == set(described["required"]) == {"event_type", "record_type", "id", "data"}
            assert event["record_type"] in described["properties"]["record_type"]["enum"]
            assert event["data"]["id"] == event["id"]
            if path := PATHS.get(event["record_type"]):
                assert event["data"] == client.get(f"/v1/{path}/{event['id']}/").json(), "what a GET answers"
        for kind, (method, path, body) in CHANGES.items():
            server.got.clear()
            answer = client.request(method, f"/v1/{path.format(**ids)}/", json=body)
            assert answer.is_success, answer.text
            turn(platform, settings)
            assert (kind, "updated") in told(server), kind
            assert not [event for event in told(server) if event[1] == "created"]
            if kind in ("RFQ", "Supplier Quote", "Supplier Bill", "Stock Lot"):
                assert server.got[0].body["data"] == answer.json()


def test_a_change_of_a_line_is_one_of_its_record(platform, settings, server, admin, hook):
    ids = world.build(platform, admin)
    turn(platform, settings)
    with platform.client(admin["key"]) as client:
        for path, (kind, body) in BELOW.items():
            server.got.clear()
            answer = client.patch(world.address(path, ids), json=body)
            assert answer.is_success, answer.text
            turn(platform, settings)
            assert told(server) == [(kind, "updated")]
        server.got.clear()
        bom = client.post("/v1/parse_raw_bom/", json=raw_bom("b", line(RESISTOR, "R1,R2"), line(None, "X1"))).json()
        turn(platform, settings)
        assert told(server) == [("BOM", "created")], "one event for a BOM with its lines"
        lines = client.get(f"/v1/boms/{bom['id']}/lines/").json()["results"]
        client.delete(f"/v1/boms/{bom['id']}/lines/{lines[0]['id']}/")
        turn(platform, settings)
        assert told(server)[1:] == [("BOM", "updated")]
        assert server.got[1].body["data"]["line_count"] == 1


def test_a_change_that_is_taken_back_is_not_told(platform, settings, server, admin, hook):
    make(platform, admin, "one")
    turn(platform, settings)
    with platform.client(admin["key"]) as client:
        assert client.post("/v1/tags/", json={"name": "ONE"}).status_code == 409

    def broken():
        with platform.store.write() as connection:
            account.create_org(connection, admin["org_id"], {"name": "sub", "metadata": {}})
            assert connection.execute(select(func.count()).select_from(webhook_changes)).scalar_one() == 1
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert turn(platform, settings) == 0
    assert told(server) == [("Tag", "created")]


def test_only_what_was_asked_for_is_told(platform, settings, server, admin):
    hook = add(platform, settings, server, admin, "tag:updated", "Supplier")
    made = make(platform, admin)
    with platform.client(admin["key"]) as client:
        client.patch(f"/v1/tags/{made['id']}/", json={"name": "two"})
        turn(platform, settings)
        client.post("/v1/suppliers/", json={"name": "s"})
        client.patch(f"/v1/tags/{made['id']}/", json={"name": "three"})
    turn(platform, settings)
    assert told(server) == [("Supplier", "created"), ("Tag", "updated")]
    hooks.remove(platform.store, hook["id"])
    for word in ("Tag:deleted", "Nothing", ""):
        with pytest.raises(UsageError, match="no trigger"):
            hooks.read_triggers([word])


def test_an_org_hears_of_its_own_records_only(platform, settings, server, admin, hook):
    below = platform.key(parent=admin["org_id"])
    other = platform.key()
    made = add(platform, settings, server, below)
    turn(platform, settings)
    server.got.clear()
    make(platform, below, "below")
    make(platform, other, "other")
    make(platform, admin, "above")
    with platform.store.read() as connection:
        noted = select(func.count()).select_from(webhook_changes).where(webhook_changes.c.org_id == other["org_id"])
        assert connection.execute(noted).scalar_one() == 0, "nothing is written down where nobody listens"
    turn(platform, settings)  # takes up both changes together
    got = {got.body["data"]["name"]: (got.headers["x-bomtool-signature"], got.content) for got in server.got}
    assert (len(server.got), got.keys()) == (2, {"above", "below"})
    assert verify_webhook(made["secret"], *got["below"])
    assert verify_webhook(hook["secret"], *got["above"])
    with pytest.raises(SignatureError):
        verify_webhook(hook["secret"], *got["below"])
    hooks.remove(platform.store, made["id"])


def test_what_fails_is_repeated_until_it_is_taken(platform, settings, server, admin, hook):
    server.script = [500, CUT, TRUNCATE, (302, {"Location": "https://localhost:1/"}, b""), (200, {}, b"thanks")]
    make(platform, admin)
    for tries in range(1, 6):
        assert turn(platform, settings) == 1
        entry = hooks.log(platform.store, hook["id"])[0]
        assert entry["attempts"] == tries
        if tries < 5:
            assert (entry["status"], entry["finished_at"]) == ("pending", None)
            assert turn(platform, settings) == 0, "not before its time"
            hasten(platform, hook)
    assert (entry["status"], entry["last_status"], entry["last_answer"]) == ("delivered", 200, "thanks")
    assert len({got.headers["x-bomtool-delivery"] for got in server.got}) == 1
    assert {got.content for got in server.got} == {server.got[0].content}
    assert turn(platform, settings) == 0


def test_the_log_says_what_went_wrong(platform, settings, server, admin, hook):
    secret = hook["secret"].encode()
    server.script = [(503, {}, b"down\x1b[31m\n" + secret + b"x" * 2000), (301, {"Location": "http://a"}, b""), CUT]
    make(platform, admin)
    entries = []
    for _ in range(3):
        turn(platform, settings)
        hasten(platform, hook)
        entries.append(hooks.log(platform.store, hook["id"])[0])
    assert entries[0]["last_status"] == 503
    assert entries[0]["last_answer"].startswith("down [31m **********xxx")
    assert len(entries[0]["last_answer"]) == 500
    assert "redirect" in entries[1]["last_error"]
    assert "localhost did not answer" in entries[2]["last_error"]
    _, findings = hooks.listed(platform.store, settings, admin["org_id"])
    assert [item.code for item in findings.items] == ["webhook-failing"]


def test_waits_grow_and_differ():
    waits = [[webhook_delivery.wait(tries) for _ in range(40)] for tries in range(1, 30)]
    for tries, found in enumerate(waits):
        longest = min(timedelta(seconds=10 * 2**tries), timedelta(hours=1))
        assert all(longest / 2 <= one <= longest for one in found)
        assert len(set(found)) > 30


def test_after_a_day_it_is_given_up(platform, settings, server, admin, hook):
    server.default = 500
    make(platform, admin)
    turn(platform, settings)
    with platform.store.write() as connection:
        d = webhook_deliveries.c
        old = update(webhook_deliveries).where(d.webhook_id == hook["id"])
        connection.execute(old.values(created_at=now() - timedelta(hours=23, minutes=59, seconds=50)))
    hasten(platform, hook)
    turn(platform, settings)
    entry = hooks.log(platform.store, hook["id"])[0]
    assert entry["status"] == "pending"
    with platform.store.write() as connection:
        connection.execute(old.values(created_at=now() - timedelta(hours=24)))
    hasten(platform, hook)
    turn(platform, settings)
    entry = hooks.log(platform.store, hook["id"], status="failed")[0]
    assert (entry["attempts"], entry["next_at"]) == (3, None)
    _, findings = hooks.listed(platform.store, settings, admin["org_id"])
    assert [item.code for item in findings.items] == ["webhook-given-up"]
    server.default = 200
    assert turn(platform, settings) == 0
    assert hooks.retry(platform.store, hook["id"], entry["id"]) == 1
    assert turn(platform, settings) == 1
    assert hooks.log(platform.store, hook["id"])[0]["status"] == "delivered"


@pytest.mark.parametrize("way", ["three days", "410"])
def test_what_is_dead_is_switched_off(platform, settings, server, admin, hook, way):
    server.default = 410 if way == "410" else 500
    make(platform, admin, "one")
    make(platform, admin, "two")
    turn(platform, settings)
    if way == "three days":
        assert hooks.listed(platform.store, settings, admin["org_id"])[0][0]["active"]
        hasten(platform, hook, failing_since=now() - timedelta(days=3))
        turn(platform, settings)
    found, findings = hooks.listed(platform.store, settings, admin["org_id"])
    assert (found[0]["active"], found[0]["deliveries"]) == (False, {"cancelled": 2})
    assert [(item.code, item.severity) for item in findings.items] == [("webhook-off", "error")]
    make(platform, admin, "three")
    assert turn(platform, settings) == 0
    server.default = 200
    hooks.switch(platform.store, settings, hook["id"], on=True)
    server.got.clear()
    make(platform, admin, "four")
    turn(platform, settings)
    assert [got.body["data"]["name"] for got in server.got] == ["four"]


def test_the_events_of_a_record_stay_in_order(platform, settings, server, admin, hook):
    with platform.client(admin["key"]) as client:
        made = make(platform, admin, "first")
        webhook_delivery.webhook_events.take_up(platform.store, settings)
        client.patch(f"/v1/tags/{made['id']}/", json={"name": "second"})
        webhook_delivery.webhook_events.take_up(platform.store, settings)
        client.patch(f"/v1/tags/{made['id']}/", json={"name": "third"})
        make(platform, admin, "else")
    server.script = [500]
    assert turn(platform, settings) == 1
    with platform.store.write() as connection:  # the webhook may be called again; the one that failed waits on
        connection.execute(update(webhooks).values(retry_at=None))
    assert turn(platform, settings) == 1
    assert [got.body["data"]["name"] for got in server.got] == ["first", "else"]
    hasten(platform, hook)
    assert turn(platform, settings) == 3
    assert [got.body["data"]["name"] for got in server.got][2:] == ["first", "second", "third"]


def test_many_senders_send_each_event_once(platform, settings, server, admin, hook):
    made = [make(platform, admin, f"tag {number}")["id"] for number in range(15)]
    failed = []

    def work():
        try:
            for _ in range(3):
                turn(platform, settings)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    turn(platform, settings)
    assert not failed
    assert [got.body["id"] for got in server.got] == made


def test_a_process_that_is_killed_loses_nothing(platform, settings, server, admin, hook):
    server.script = [DRIP]
    made = make(platform, admin)
    program = (
        "import sys; from bomtool import store, settings; from bomtool.platform import webhook_delivery as w;"
        "w.turn(store.open(sys.argv[1]), settings.load())"
    )
    environment = {
        "BOMTOOL_DATA_DIR": str(settings.data_dir),
        "BOMTOOL_OUTBOUND_ALLOW": "localhost",
        "BOMTOOL_OUTBOUND_CA": str(server.ca_file),
    }
    target = platform.store.url.render_as_string(hide_password=False)
    sender = subprocess.Popen([sys.executable, "-c", program, target], env=environment)
    until = time.monotonic() + 60
    while not server.got:
        assert time.monotonic() < until
        assert sender.poll() is None
        time.sleep(0.02)
    sender.kill()
    sender.wait()
    assert hooks.log(platform.store, hook["id"])[0]["attempts"] == 0
    assert turn(platform, settings) == 0, "the dead one's lease still holds"
    hasten(platform, hook, leased_until=now())
    assert turn(platform, settings) == 1
    assert [got.body["id"] for got in server.got] == [made["id"], made["id"]]
    assert server.got[0].headers["x-bomtool-delivery"] == server.got[1].headers["x-bomtool-delivery"]


def test_addresses_are_looked_at_when_they_are_given_and_when_they_are_called(platform, settings, server, admin, hook):
    closed = settings.model_copy(update={"outbound_allow": ""})
    for url in (server.url, "http://localhost/", "https://169.254.169.254/latest/", "https://user:x@hooks.example/"):
        with pytest.raises(UsageError):
            add(platform, closed, server, admin, url=url)
    make(platform, admin)
    assert turn(platform, closed) == 1
    assert not server.got
    assert "not an address of the public network" in hooks.log(platform.store, hook["id"])[0]["last_error"]


def test_secrets_are_shown_once_and_not_kept(platform, settings, server, admin, hook):
    with platform.store.read() as connection:
        row = connection.execute(select(webhooks).where(webhooks.c.id == hook["id"])).mappings().one()
    assert hook["secret"].startswith("whsec_")
    assert len(hook["secret"]) == 49
    assert hook["secret"] not in json.dumps(dict(row), default=str)
    assert hook["secret"] not in json.dumps(hooks.listed(platform.store, settings)[0])
    assert "?..." in hooks.shown(row_like(row, url="https://a.example/x?token=abc"))["url"]
    key_file = settings.data_dir / webhook_secrets.KEY_FILE
    assert key_file.stat().st_mode & 0o077 == 0
    assert key_file.read_text().strip() not in json.dumps(dict(row), default=str)


def test_a_damaged_key_is_said_and_signs_nothing(settings, tmp_path, monkeypatch):
    elsewhere = settings.model_copy(update={"data_dir": tmp_path})
    assert webhook_secrets.master(elsewhere, make=False) is None

    def refused(*_):
        raise PermissionError(1, "no hard links here")

    monkeypatch.setattr(webhook_secrets.os, "link", refused)
    key = webhook_secrets.master(elsewhere)
    assert webhook_secrets.master(elsewhere) == key
    assert [file.name for file in tmp_path.iterdir()] == [webhook_secrets.KEY_FILE]
    (tmp_path / webhook_secrets.KEY_FILE).write_text("")
    with pytest.raises(StoreError, match="damaged"):
        webhook_secrets.master(elsewhere)


def row_like(row, **changed):
    from types import SimpleNamespace

    return SimpleNamespace(**{**row, **changed})


def test_another_secret_takes_over_with_a_day_of_both(platform, settings, server, admin, hook):
    renewed = hooks.rotate(platform.store, settings, hook["id"])
    assert renewed["secret"] != hook["secret"]
    make(platform, admin, "one")
    turn(platform, settings)
    with platform.store.write() as connection:
        connection.execute(update(webhooks).where(webhooks.c.id == hook["id"]).values(old_until=now()))
    make(platform, admin, "two")
    turn(platform, settings)
    both, new = server.got
    for secret in (hook["secret"], renewed["secret"]):
        assert verify_webhook(secret, both.headers["x-bomtool-signature"], both.content)
    assert verify_webhook(renewed["secret"], new.headers["x-bomtool-signature"], new.content)
    with pytest.raises(SignatureError):
        verify_webhook(hook["secret"], new.headers["x-bomtool-signature"], new.content)


def test_a_machine_with_another_key_sends_nothing(platform, settings, server, admin, hook, tmp_path):
    make(platform, admin)
    elsewhere = settings.model_copy(update={"data_dir": tmp_path})
    assert turn(platform, elsewhere) == 0
    _, findings = hooks.listed(platform.store, elsewhere, admin["org_id"])
    assert [item.code for item in findings.items] == ["webhook-key"]
    with pytest.raises(UsageError, match="another key"):
        hooks.test(platform.store, elsewhere, webhook_delivery.guard_of(elsewhere), hook["id"])
    assert not server.got
    assert turn(platform, settings) == 1


def test_the_loop_sends_by_itself(platform, settings, server, admin, hook):
    loop = webhook_delivery.Loop(platform.store, settings, every=0.02)
    loop.start()
    try:
        make(platform, admin)
        until = time.monotonic() + 30
        while hooks.log(platform.store, hook["id"], status="delivered") == []:
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        loop.close()
    assert told(server) == [("Tag", "created")]
