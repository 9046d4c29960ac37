"""What a URL that somebody typed in may lead to, and what comes back from there."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import replace

import pytest

from bomtool.errors import UsageError
from bomtool.net import outside
from bomtool.net.addresses import Allowed, public
from bomtool.net.outside import Guard, NoAnswer, Refused
from tests.platform.hookserver import CUT, DRIP, TRUNCATE, HookServer

LOOPBACK = Allowed.read(["127.0.0.0/8"])


@pytest.fixture
def server(tmp_path):
    with HookServer(tmp_path / "tls", names=("localhost", "hooks.example")) as made:
        yield made


def local(server, **more):
    """A guard that may reach the server, by whatever name."""
    settings = {"allowed": LOOPBACK, "ca_file": server.ca_file, "resolver": lambda host, port: ["127.0.0.1"], **more}
    return Guard(**settings)


CLOSED = """\
0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.254 127.0.0.1 127.255.0.1 169.254.169.254 172.16.0.1 172.31.255.255
192.0.0.8 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1
255.255.255.255
:: ::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::1
100::1 2001::1 2001:0:53aa:64c::1 2001:db8::1 2002:7f00:1::1 3fff::1 fc00::1 fd12:3456::1 fe80::1 fec0::1 ff02::1
4000::1
""".split()  # noqa: SIM905
OPEN = "1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.0 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.254 2606:4700::1111"


@pytest.mark.parametrize("text", CLOSED)
def test_addresses_that_are_not_public_are_refused(text):
    assert not public(ipaddress.ip_address(text))
    with pytest.raises(Refused, match="not an address of the public network"):
        Guard(resolver=lambda host, port: [text]).check("https://hooks.example/")


@pytest.mark.parametrize("text", [*OPEN.split(), "2a00:1450:4001::1", "3ffe::1"])
def test_public_addresses_are_not(text):
    assert public(ipaddress.ip_address(text))
    assert Guard(resolver=lambda host, port: [text]).check("https://hooks.example/") == [text]


def test_one_closed_address_among_public_ones_spoils_the_name():
    with pytest.raises(Refused):
        Guard(resolver=lambda host, port: ["8.8.8.8", "10.0.0.1"]).send("POST", "https://hooks.example/")


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f000001", "017700000001", "localhost", "[::1]", "0"])
def test_other_spellings_of_this_machine_are_refused_by_the_real_resolver(host):
    with pytest.raises((Refused, NoAnswer)):
        Guard().send("POST", f"https://{host}:9/")
    if "." not in host:
        with pytest.raises(Refused):
            Guard().check(f"https://{host}:9/")


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/",
        "ftp://hooks.example/",
        "file:///etc/passwd",
        "//hooks.example/",
        "https://",
        "https://user:word@hooks.example/",
        "https://hooks.example/#part",
        "https://hooks.example:0/",
        "https://hooks.example:99999/",
        "https://hooks.example:x/",
        "https://hooks.example\\@10.0.0.1/",
        "https://hooks.example/a b",
        "https://hooks.example/\r\nHost: other",
        "https://höoks.example/",
        "https://[::1",
        "https://hooks.example/" + "a" * 2100,
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    asked = []
    with pytest.raises(Refused):
        Guard(resolver=lambda host, port: asked.append(host) or ["8.8.8.8"]).send("GET", url)
    assert not asked, "not even its name is looked up"


def test_what_is_allowed_is_reached(server):
    answer = local(server).send("POST", server.url + "?a=1", content=b'{"a":1}', headers={"X-One": "1"})
    assert (answer.status, answer.content) == (200, b"ok")
    got = server.got[0]
    assert (got.method, got.path, got.body, got.headers["x-one"]) == ("POST", "/hook?a=1", {"a": 1}, "1")
    assert got.headers["host"] == f"localhost:{server.port}"


def test_names_and_networks_can_be_allowed():
    private = ipaddress.ip_address("10.1.2.3")
    assert not Allowed().may_reach("hooks.corp", private)
    assert Allowed.read(["hooks.corp"]).may_reach("HOOKS.corp.", private)
    assert not Allowed.read(["hooks.corp"]).may_reach("other.corp", private)
    assert Allowed.read([" 10.1.0.0/16 ", ""]).may_reach("any", private)
    assert not Allowed.read(["10.2.0.0/16", "::/0"]).may_reach("any", private)
    for word in ("10.0.0.0/99", "a/b", "two words", "http://x"):
        with pytest.raises(UsageError):
            Allowed.read([word])


def test_the_connection_goes_to_the_address_that_was_checked(server, monkeypatch):
    """A name that is public when it is checked and private a moment later: it is asked once, and dialled as checked."""
    answers = [["8.8.8.8"], ["127.0.0.1"], ["127.0.0.1"]]
    asked, dialled = [], []

    def resolver(host, port):
        asked.append(host)
        return answers.pop(0)

    def dial(address, timeout=None, *rest, **more):
        dialled.append(address)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(socket, "create_connection", dial)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: pytest.fail("the system is not asked again"))
    guard = Guard(ca_file=server.ca_file, resolver=resolver)
    with pytest.raises(NoAnswer):
        guard.send("POST", f"https://hooks.example:{server.port}/")
    assert (asked, dialled) == (["hooks.example"], [("8.8.8.8", server.port)])
    with pytest.raises(Refused):
        guard.send("POST", f"https://hooks.example:{server.port}/")
    assert len(dialled) == 1
    assert not server.got


def test_a_name_is_dialled_by_address_and_proven_by_its_certificate(server):
    """`hooks.example` leads nowhere in the real world; here it is the server's, whose certificate names it."""
    guard = local(server)
    assert guard.send("GET", f"https://hooks.example:{server.port}/x").status == 200
    assert server.got[0].headers["host"] == f"hooks.example:{server.port}"
    with pytest.raises(NoAnswer, match="certificate is not valid"):
        guard.send("GET", f"https://other.example:{server.port}/x")
    with pytest.raises(NoAnswer, match="certificate is not valid"):
        replace(guard, ca_file=None).send("GET", f"https://hooks.example:{server.port}/x")
    assert len(server.got) == 1


def test_the_next_address_is_tried_where_one_does_not_answer(server):
    guard = local(server, resolver=lambda host, port: ["127.0.0.9", "127.0.0.1"])
    assert guard.send("GET", server.url).status == 200


def test_a_redirect_is_an_answer_and_not_followed(server):
    server.script = [(302, {"Location": f"https://localhost:{server.port}/elsewhere"}, b"")]
    assert local(server).send("POST", server.url).status == 302
    assert [got.path for got in server.got] == ["/hook"]


def test_answers_are_bounded_in_time_and_size(server):
    server.script = [DRIP, TRUNCATE, CUT, (200, {}, b"x" * 100_000)]
    guard = local(server, answer_bytes=1000)
    with pytest.raises(NoAnswer, match="within 0.3 seconds"):
        replace(guard, seconds=0.3).send("POST", server.url)
    with pytest.raises(NoAnswer, match="broke off"):
        guard.send("POST", server.url)
    with pytest.raises(NoAnswer):
        guard.send("POST", server.url)
    assert guard.send("POST", server.url).content == b"x" * 1000


def test_no_proxy_of_the_environment_is_used(server, monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert local(server).send("GET", server.url).status == 200


def test_a_name_that_is_not_known():
    def resolver(host, port):
        raise socket.gaierror(-2, "Name or service not known")

    with pytest.raises(NoAnswer, match="is not known"):
        Guard(resolver=resolver).send("GET", "https://hooks.example/")
    with pytest.raises(NoAnswer, match="no address"):
        Guard(resolver=lambda host, port: []).send("GET", "https://hooks.example/")
    assert outside.resolve("127.0.0.1", 443) == ["127.0.0.1"]


def test_a_file_of_authorities_that_cannot_be_read(server, tmp_path):
    (tmp_path / "bad.pem").write_text("no certificate")
    for name in ("bad.pem", "missing.pem"):
        with pytest.raises(NoAnswer, match="authorities"):
            local(server, ca_file=tmp_path / name).send("GET", server.url)
