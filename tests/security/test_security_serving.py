"""The served platform, as a process on a socket: who may knock, for how long, what is noted, how it ends."""

from __future__ import annotations

import re
import signal
import sqlite3
import ssl
import threading
import time
from contextlib import closing, suppress

import httpx
import pytest
from starlette.datastructures import Headers

from bomtool import cli
from bomtool.errors import EXIT_USAGE, UsageError
from bomtool.platform import keys
from bomtool.platform.errors import Refusal
from bomtool.platform.server import Serving
from tests.platform.support import raw_bom
from tests.security.serving import Serve, certificate, make_key, serve

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def key(folder):
    return make_key(folder, *keys.SCOPES)


@pytest.fixture(scope="module")
def served(folder, key):
    with serve(folder) as made:
        yield made


@pytest.fixture
def client(served, key):
    with served.client(key["key"]) as made:
        yield made


def talk(served: Serve, text: str) -> str:
    """What a bare connection answers to a text, until it is closed."""
    with served.socket() as connection:
        connection.sendall(text.encode())
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found.decode()


@pytest.mark.parametrize(
    "name", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "169.254.1.1"]
)
def test_only_its_own_names_are_answered(client, name):
    response = client.get("/v1/boms/", headers={"Host": name})
    assert (response.status_code, list(response.json())) == (400, ["Host"])
    assert client.get("/openapi.json", headers={"Host": name}).status_code == 400


def test_two_hosts_are_refused(served, key):
    answer = talk(
        served,
        f"GET /v1/boms/ HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n"
        f"Authorization: Api-Key {key['key']}\r\n\r\n",
    )
    assert answer.startswith("HTTP/1.1 400")
    assert talk(served, "GET /v1/boms/ HTTP/1.0\r\n\r\n").startswith("HTTP/1.1 400")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_pages_of_other_sites_change_nothing(client, headers):
    before = client.get("/v1/boms/").json()["count"]
    response = client.post("/v1/parse_raw_bom/", json=raw_bom("forged"), headers=headers)
    assert response.status_code == 403
    assert client.get("/v1/boms/").json()["count"] == before


def test_forms_of_browsers_are_refused(client):
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"):
        response = client.post("/v1/parse_raw_bom/", content='{"name": "x"}', headers={"Content-Type": kind})
        assert response.status_code == 415


def test_no_other_origin_may_read_answers(client):
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "GET"}
    for response in (
        client.get("/v1/boms/", headers={"Origin": "https://evil.example"}),
        client.options("/v1/boms/", headers=asked),
        client.get("/openapi.json", headers=asked),
    ):
        assert not [name for name in response.headers if name.startswith("access-control-")]
        assert "set-cookie" not in response.headers


def test_every_answer_has_the_headers(client, served):
    with served.client() as stranger:
        answers = [
            client.get("/v1/boms/"),
            client.get("/v1/boms/none/"),
            client.get("/v1/boms"),
            client.post("/v1/boms/", json={}),
            stranger.get("/v1/boms/"),
            stranger.get("/healthz"),
            stranger.get("/openapi.json"),
            stranger.get("/metrics"),
            stranger.get("/healthz", headers={"Host": "evil.example"}),
        ]
    assert [answer.status_code for answer in answers] == [200, 404, 404, 400, 401, 200, 200, 200, 400]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Request-Id"]
        assert "server" not in answer.headers


def test_the_access_log_has_request_ids_and_no_secrets(served, client, key):
    secret = key["key"]
    response = client.get(f"/v1/boms/?search={secret}", headers={"X-Request-Id": "asked-7", "Cookie": f"a={secret}"})
    assert response.headers["X-Request-Id"] == "asked-7"
    (line,) = served.lines("asked-7")
    assert line == {
        **line,
        "logger": "bomtool.access", "method": "GET", "path": "/v1/boms/", "operation": "list_boms", "status": 200,
        "client": "127.0.0.1", "key_id": key["id"], "org_id": key["org_id"], "bytes_in": 0,
    }  # fmt: skip
    assert line["bytes_out"] == len(response.content)
    client.get(f"/v1/{secret}/", headers={"X-Request-Id": "asked-8"})
    assert served.lines("asked-8")[0]["path"].startswith("/v1/bomtool_")
    renamed = client.get("/v1/boms/", headers={"X-Request-Id": secret})
    assert renamed.headers["X-Request-Id"] != secret
    assert served.lines(renamed.headers["X-Request-Id"])
    assert secret.split("_", 2)[2] not in served.log_path.read_text()
    assert served.log_path.stat().st_mode & 0o077 == 0


def test_requests_to_the_component_cloud_are_noted_with_their_key_too(served, key):
    secret = key["key"]
    with served.client() as stranger:
        headers = {"X-API-KEY": secret, "X-CLIENT-ID": key["org_id"]}
        for number, (path, more, status) in enumerate(
            (
                (f"/products/?schema=product-v1&q={secret}", {}, 200),
                (f"/products/{secret}?schema=product-v1", {}, 422),
                ("/products/?schema=product-v1", {"X-CLIENT-ID": "another"}, 401),
                ("/products/?schema=product-v1", {"X-API-KEY": secret[:-1] + "!"}, 401),
            )
        ):
            asked = f"cloud-{number}"
            assert stranger.get(path, headers={**headers, **more, "X-Request-Id": asked}).status_code == status
            (line,) = served.lines(asked)
            told = (key["id"], key["org_id"]) if "X-API-KEY" not in more else (None, None)
            assert (line["key_id"], line["org_id"]) == told
            assert line["operation"] == {200: "list_products", 422: "view_product", 401: "other"}[status]
    assert secret.split("_", 2)[2][:-1] not in served.log_path.read_text()


def test_nothing_breaks_the_lines_of_the_log(served, client):
    odd = "/v1/%0A%7B%22forged%22%3A1%7D%1b[31m/"
    response = client.get(odd, headers={"X-Request-Id": "a b\tc"})
    (line,) = served.lines(response.headers["X-Request-Id"])
    assert line["status"] == 404
    assert "forged" not in line


def test_alive_and_ready(served, client):
    with served.client() as stranger:
        assert stranger.get("/healthz").json() == stranger.get("/readyz").json() == {"status": "ok"}


def test_not_ready_without_its_migrations(served, folder):
    database = folder / "data" / "bomtool.sqlite3"

    def say(version):
        with closing(sqlite3.connect(database)) as connection, connection:
            before = connection.execute("SELECT version_num FROM bomtool_version").fetchone()[0]
            connection.execute("UPDATE bomtool_version SET version_num = ?", (version,))
        return before

    with served.client() as stranger:
        for version in ("0001", "9999"):
            before = say(version)
            try:
                answer = stranger.get("/readyz")
                assert answer.status_code == 503
                assert str(folder) not in answer.text
                assert stranger.get("/healthz").status_code == 200
            finally:
                say(before)
        assert stranger.get("/readyz").status_code == 200


def test_figures_are_counted_and_ask_no_database(served, client):
    client.get("/v1/boms/")
    with served.client() as stranger:
        text = stranger.get("/metrics").text
        assert re.search(r'bomtool_requests_total\{method="GET",operation="list_boms",status="200"\} \d+', text)
        assert 'bomtool_request_seconds_bucket{operation="list_boms",le="+Inf"}' in text
        assert "bomtool_requests_in_flight 1" in text
        stranger.request("X" * 50, "/nowhere/", headers={"X-Request-Id": "odd"})
        for line in stranger.get("/metrics").text.splitlines():
            assert re.fullmatch(r"# TYPE \w+ \w+|\w+(\{[^{}]*\})? [0-9.e+-]+", line), line
            assert "nowhere" not in line
            assert "XXX" not in line


@pytest.fixture(scope="module")
def proxied(folder):
    with serve(folder, "--behind-proxy", "127.0.0.1", "--allow-host", "bom.example") as made:
        yield made


TOLD = {"X-Forwarded-For": "203.0.113.9, 198.51.100.7", "X-Forwarded-Proto": "https", "Host": "bom.example"}


def test_figures_are_not_open_to_the_world_behind_a_proxy(proxied, folder, key):
    reader = make_key(folder)
    with proxied.client(headers=TOLD) as outside:
        assert outside.get("/metrics").status_code == 401
        for asked, status in ((reader["key"], 404), (key["key"], 200)):
            answer = outside.get("/metrics", headers={"Authorization": f"Api-Key {asked}"})
            assert answer.status_code == status


def test_the_proxy_tells_who_asks_and_nobody_else(proxied, key):
    with proxied.client(key["key"], headers=TOLD) as outside:
        answer = outside.get("/v1/boms/?limit=1", headers={"X-Request-Id": "p-1"})
    assert "Strict-Transport-Security" in answer.headers
    assert proxied.lines("p-1")[0]["client"] == "198.51.100.7"
    callers = Serving("192.0.2.9", proxies=("192.0.2.1", "10.0.0.0/8")).callers()
    told = Headers({"x-forwarded-for": "203.0.113.9, 10.2.3.4", "x-forwarded-proto": "https"})
    assert callers.told({"client": ("192.0.2.1", 1)}, told) == ("203.0.113.9", "https")
    assert callers.told({"client": ("127.0.0.1", 1)}, told) == ("127.0.0.1", "http")
    for address in ("192.0.2.2", "11.0.0.1", "nonsense"):
        with pytest.raises(Refusal) as refused:
            callers.told({"client": (address, 1)}, told)
        assert refused.value.status_code == 403


def test_headers_of_a_proxy_are_not_believed_where_there_is_none(served, client):
    told = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}
    answer = client.get("/v1/boms/?limit=1", headers={**told, "X-Request-Id": "p-2"})
    assert "Strict-Transport-Security" not in answer.headers
    assert served.lines("p-2")[0]["client"] == "127.0.0.1"


def test_beyond_the_loopback_only_with_tls_or_a_proxy_and_names(tmp_path, capsys):
    assert cli.run(["serve", "--host", "0.0.0.0", "--port", "0"]) == EXIT_USAGE
    assert "in the clear" in capsys.readouterr().err
    cert, private = certificate(tmp_path)
    for serving, code in (
        (Serving("192.0.2.7"), "tls-needed"),
        (Serving("0.0.0.0", certificate=cert, private_key=private), "names-needed"),
        (Serving("0.0.0.0", proxies=("127.0.0.1",)), "names-needed"),
        (Serving("0.0.0.0", certificate=cert), "bad-certificate"),
        (Serving("0.0.0.0", certificate=private, private_key=cert), "bad-certificate"),
        (Serving(proxies=("nonsense",)), "usage"),
    ):
        with pytest.raises(UsageError) as caught:
            serving.callers()
        assert caught.value.code == code
    assert "192.0.2.7" in Serving("192.0.2.7", certificate=cert, private_key=private).callers().names
    assert Serving().callers().names == {"localhost", "127.0.0.1", "::1"}


@pytest.fixture(scope="module")
def secure(folder):
    """Served over TLS, and what trusts its certificate."""
    cert, private = certificate(folder)
    with serve(folder, "--tls-cert", cert, "--tls-key", private) as made:
        yield made, ssl.create_default_context(cafile=str(cert))


def test_tls(secure, key):
    made, trusting = secure
    assert made.url.startswith("https://")
    base = made.url.replace("127.0.0.1", "localhost")
    with made.client(key["key"], base_url=base, verify=trusting) as client:
        answer = client.get("/v1/boms/?limit=1")
        assert (answer.status_code, "Strict-Transport-Security" in answer.headers) == (200, True)
    with made.client(base_url=base) as client, pytest.raises(httpx.ConnectError):
        client.get("/healthz")
    with made.client(base_url=base.replace("https", "http")) as client, pytest.raises(httpx.HTTPError):
        client.get("/healthz")


def test_bodies_have_a_size(served, client, key):
    head = f"POST /v1/parse_raw_bom/ HTTP/1.1\r\nHost: localhost\r\nAuthorization: Api-Key {key['key']}\r\n"
    head += "Content-Type: application/json\r\nConnection: close\r\n"
    assert talk(served, f"{head}Content-Length: {2**31}\r\n\r\n").startswith("HTTP/1.1 413")

    with served.socket() as connection:
        connection.sendall(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode())
        piece = b"100000\r\n" + b" " * 2**20 + b"\r\n"
        sent = 0
        with suppress(OSError):  # it hangs up on those who go on
            for _ in range(80):
                connection.sendall(piece)
                sent += 1
        got = b""
        with suppress(ConnectionError):
            got = connection.recv(65536)
    assert sent < 80 or got.startswith(b"HTTP/1.1 413")
    assert client.get("/healthz").status_code == 200


QUICK = """
import sys
from bomtool.platform import front, protocol
front.Pace.__init__.__defaults__ = (1.0, 64, 5.0)
protocol.PatientProtocol.head_seconds = 1.0
from bomtool.cli import main
main(sys.argv[1:])
"""


@pytest.mark.parametrize("part", ["nothing", "head", "second head", "body", "body after the answer"])
def test_those_who_send_slowly_are_cut_off(impatient, part):
    """With seconds of grace in place of the twenty of the real ones."""
    served, secret = impatient
    head = (
        f"POST /v1/parse_raw_bom/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\nAuthorization: Api-Key {secret}"
    )
    head += "\r\nContent-Type: application/json\r\n\r\n"
    first = {
        "nothing": "",
        "head": "GET /v1/boms/ HTTP/1.1\r\nHost: local",
        "second head": "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\nGET /healthz HTTP/1.1\r\nX-Slow: ",
        "body": head,
        "body after the answer": head.replace(secret, "wrong"),
    }[part]
    with served.socket() as connection:
        connection.sendall(first.encode())
        stop = threading.Event()

        def drip():
            while not stop.wait(0.2):
                try:
                    connection.sendall(b"x")
                except OSError:
                    return

        dripping = threading.Thread(target=drip)
        if part != "nothing":
            dripping.start()
        got = b""
        with suppress(ConnectionError):
            while piece := connection.recv(65536):
                got += piece
        stop.set()
        if part != "nothing":
            dripping.join()
    if part == "body":
        assert b" 408 " in got
    with served.client() as other:
        assert other.get("/healthz").status_code == 200


@pytest.fixture(scope="module")
def impatient(folder, key, tmp_path_factory):
    script = tmp_path_factory.mktemp("quick") / "quick.py"
    script.write_text(QUICK)
    with serve(folder, program=(str(script),)) as made:
        yield made, key["key"]


def test_told_to_stop_it_finishes_what_is_in_flight(secure, key, served):
    made, trusting = secure
    body = b'{"name": "in flight", "raw_lines": []}'
    with made.socket() as bare, trusting.wrap_socket(bare, server_hostname="localhost") as connection:
        head = f"POST /v1/parse_raw_bom/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n"
        head += f"Authorization: Api-Key {key['key']}\r\nContent-Type: application/json\r\n\r\n"
        connection.sendall(head.encode() + body[:10])
        until = time.monotonic() + 20
        with made.client(base_url=made.url.replace("127.0.0.1", "localhost"), verify=trusting) as other:
            while "bomtool_requests_in_flight 2" not in other.get("/metrics").text:
                assert time.monotonic() < until
        made.process.send_signal(signal.SIGTERM)
        while True:  # it takes no more
            assert time.monotonic() < until
            try:
                made.socket().close()
            except OSError:
                break
            time.sleep(0.02)
        connection.sendall(body[10:])
        answer = b""
        with suppress(ssl.SSLEOFError):
            while piece := connection.recv(65536):
                answer += piece
    assert answer.startswith(b"HTTP/1.1 200")
    assert made.stop() in (0, -signal.SIGTERM)
    with served.client(key["key"]) as client:
        assert client.get("/v1/boms/?search=in flight").json()["count"] == 1
