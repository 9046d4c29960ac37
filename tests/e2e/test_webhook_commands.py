"""`bomtool webhooks` as a person uses it: added, tested, told, looked at, switched, removed."""

from __future__ import annotations

import json

import pytest

from bomtool.cli import run
from bomtool.client import verify_webhook
from tests.platform.hookserver import HookServer


@pytest.fixture
def server(tmp_path, monkeypatch, any_database):
    with HookServer(tmp_path / "tls") as made:
        monkeypatch.setenv("BOMTOOL_OUTBOUND_ALLOW", "localhost")
        monkeypatch.setenv("BOMTOOL_OUTBOUND_CA", str(made.ca_file))
        yield made


@pytest.fixture
def bomtool(capsys):
    def call(*words, exits=0):
        assert run(["webhooks", *words, "--json"]) == exits
        return json.loads(capsys.readouterr().out)

    return call


def test_the_life_of_a_webhook(server, bomtool, capsys):
    hook = bomtool("add", server.url + "?token=t0ken", "--on", "Supplier")
    assert bomtool("test", hook["id"])["taken"]
    event = verify_webhook(hook["secret"], server.got[0].headers["x-bomtool-signature"], server.got[0].content)
    assert (event["event_type"], server.got[0].path) == ("test", "/hook?token=t0ken")
    assert run(["suppliers", "create", "Northwind"]) == 0
    capsys.readouterr()
    server.script = [500]
    assert bomtool("send") == {"calls": 1}
    assert bomtool("list")["findings"][0]["code"] == "webhook-failing"
    assert bomtool("retry", hook["id"][:8]) == {"queued": 1}
    assert bomtool("send") == {"calls": 1}
    assert server.got[-1].body["data"]["name"] == "Northwind"
    entry = bomtool("log", hook["id"], "--status", "delivered")["results"][0]
    assert (entry["attempts"], entry["last_status"], entry["record_type"]) == (2, 200, "Supplier")
    assert run(["webhooks", "log", hook["id"]]) == 0
    assert "Supplier created" in capsys.readouterr().out
    server.default = 410
    assert not bomtool("test", hook["id"], exits=4)["taken"]
    assert run(["doctor"]) == 0
    assert "1, all of them taking what is sent" in capsys.readouterr().out
    assert bomtool("off", hook["id"])["active"] is False
    assert run(["doctor"]) == 4
    assert "is switched off: By hand." in " ".join(capsys.readouterr().out.split())
    assert run(["webhooks", "list"]) == 1
    shown = capsys.readouterr()
    assert "is switched off" in shown.err
    for secret in ("t0ken", hook["secret"]):
        assert secret not in shown.out + shown.err
    assert bomtool("on", hook["id"])["active"] is True
    assert bomtool("rotate", hook["id"])["secret"] != hook["secret"]
    assert bomtool("remove", hook["id"])["id"] == hook["id"]
    assert bomtool("list")["count"] == 0


def test_what_is_wrong_is_said(server, bomtool, monkeypatch):
    assert "trigger" in bomtool("add", server.url, "--on", "Nothing", exits=2)["error"]["message"]
    assert bomtool("add", server.url, "--org", "nope", exits=2)["error"]["code"] == "unknown-record"
    assert bomtool("log", "abcdef", exits=2)["error"]["code"] == "unknown-record"
    for url in ("http://localhost/", "https://10.0.0.1/", "https://[::1]/"):
        assert bomtool("add", url, exits=2)["error"]["code"] == "address-refused"
    monkeypatch.setenv("BOMTOOL_OUTBOUND_ALLOW", "10.0.0.0/99")
    assert bomtool("add", server.url, exits=2)["error"]["code"] == "bad-setting"
    monkeypatch.setenv("BOMTOOL_API_URL", "https://platform.example")
    assert bomtool("list", exits=2)["error"]["code"] == "usage"
