"""The connection: what is repeated and what is not, what is refused, and that the key is never seen."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import traceback

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from bomtool.errors import ApiError, PlatformError, UncertainOutcome, Unreachable, UsageError
from bomtool.net import MAX_RETRY_AFTER, Connection, Limits, Patience
from bomtool.net.sentences import messages
from bomtool.net.urls import loopback, proxy, same_origin
from tests.net.scripted import Answer, scripted

KEY = "bt_live_9fQ2mXw7Lr4TzB6n"
OWN = {"X-Bomtool-Platform": "0.1.0"}


def connect(url: str, sleeps: list[float] | None = None, **limits: float) -> Connection:
    naps = sleeps if sleeps is not None else []
    bounds = Limits(**{"connect": 2, "read": 2, "body_seconds": 2, **limits})  # type: ignore[arg-type]
    return Connection(url, SecretStr(KEY), limits=bounds, patience=Patience(sleep=naps.append))


def test_every_request_has_the_key_the_slash_and_no_query_member_of_none() -> None:
    with scripted(Answer(body=b'{"a": 1}')) as server, connect(server.url) as connection:
        reply = connection.request(
            "GET", "/v1/boms/", query={"limit": 5, "search": None, "approved": True, "q": [1, 2]}
        )
        assert reply.body == {"a": 1}
        assert server.asked[0].path == "/v1/boms/?limit=5&approved=true&q=1%2C2"
        assert server.asked[0].headers["authorization"] == f"Api-Key {KEY}"
        for path in ("/v1/boms", "v1/boms/", ""):
            with pytest.raises(ValueError, match="slash"):
                connection.request("GET", path)
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_idempotent_calls_are_repeated(method: str, status: int) -> None:
    sleeps: list[float] = []
    with scripted(Answer(status), Answer(status), Answer(body=b'{"ok": true}')) as server:
        with connect(server.url, sleeps) as connection:
            reply = connection.request(method, "/v1/boms/", body={} if method != "GET" else None)
        assert (reply.body, reply.repeats, len(server.asked)) == ({"ok": True}, 2, 3)
    assert 0 <= sleeps[0] <= 0.5
    assert 0 <= sleeps[1] <= 1.0


def test_repetition_is_bounded_and_jittered() -> None:
    sleeps: list[float] = []
    with scripted(Answer(503, b'{"detail": "busy"}', {"X-Request-Id": "r-77"})) as server:
        with connect(server.url, sleeps) as connection:
            for _ in range(3):
                with pytest.raises(ApiError, match=r"failed \(status 503\): busy \(request r-77\)\.") as caught:
                    connection.request("GET", "/v1/boms/")
        assert len(server.asked) == 15
    assert caught.value.exit_code == 4
    assert all(0 <= nap <= 0.25 * 2 ** (index % 4 + 1) for index, nap in enumerate(sleeps))
    assert len(set(sleeps)) > 6


@pytest.mark.parametrize(("header", "expected"), [("7", 7.0), ("3600", MAX_RETRY_AFTER), ("nonsense", None)])
def test_retry_after_is_obeyed_and_capped(header: str, expected: float | None) -> None:
    sleeps: list[float] = []
    with scripted(Answer(429, headers={"Retry-After": header}), Answer()) as server, connect(server.url, sleeps) as net:
        net.request("GET", "/v1/boms/")
    assert sleeps[0] == expected if expected else 0 <= sleeps[0] <= 0.5


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 412, 413, 415, 418])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_other_refusals_are_never_repeated(method: str, status: int) -> None:
    with scripted(Answer(status, b'{"detail": "no"}', OWN)) as server, connect(server.url) as connection:
        with pytest.raises(ApiError) as caught:
            connection.request(method, "/v1/boms/", body={}, idempotency_key="k")
        assert len(server.asked) == 1
    assert caught.value.status == status
    assert caught.value.exit_code == (5 if status in (401, 403) else 2)


@pytest.mark.parametrize("cut", ["before", "body"])
def test_broken_replies_are_asked_for_again(cut: str) -> None:
    with scripted(Answer(cut=cut, body=b'{"a": 1}'), Answer(body=b'{"a": 1}')) as server:
        with connect(server.url) as connection:
            assert connection.request("GET", "/v1/boms/").body == {"a": 1}
        assert len(server.asked) == 2


@pytest.mark.parametrize("answer", [Answer(cut="before"), Answer(cut="body", body=b'{"a": 1}'), Answer(wait=0.4)])
@pytest.mark.parametrize("key", [None, "k-1"])
def test_a_post_to_a_stranger_is_sent_once(answer: Answer, key: str | None) -> None:
    with scripted(answer) as server, connect(server.url, read=0.2) as connection:
        with pytest.raises(UncertainOutcome, match="whether it took effect is unknown") as caught:
            connection.request("POST", "/v1/programs/", body={}, idempotency_key=key)
        assert caught.value.exit_code == 4
        assert len(server.asked) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_post_to_a_stranger_is_not_repeated_on_any_status(status: int) -> None:
    with scripted(Answer(status)) as server, connect(server.url) as connection:
        with pytest.raises(ApiError):
            connection.request("POST", "/v1/programs/", body={}, idempotency_key="k-1")
        assert len(server.asked) == 1


def test_a_post_is_repeated_with_its_key_where_answers_say_that_keys_are_honoured() -> None:
    answers = (Answer(headers=OWN), Answer(cut="before"), Answer(503), Answer(body=b'{"id": 1}'))
    with scripted(*answers) as server, connect(server.url) as connection:
        connection.request("GET", "/v1/boms/")
        assert connection.request("POST", "/v1/programs/", body={}, idempotency_key="k-1").body == {"id": 1}
        assert {asked.headers["idempotency-key"] for asked in server.asked[1:]} == {"k-1"}
        assert len(server.asked) == 4
        server.answers.append(Answer(cut="before"))
        with pytest.raises(UncertainOutcome):
            connection.request("POST", "/v1/programs/", body={})
        assert len(server.asked) == 5


def test_a_delete_whose_reply_was_lost_is_done_when_the_record_is_gone() -> None:
    with (
        scripted(Answer(cut="before"), Answer(404, b'{"detail": "gone"}')) as server,
        connect(server.url) as connection,
    ):
        assert connection.request("DELETE", "/v1/boms/1/").status == 204
        with pytest.raises(ApiError):
            connection.request("DELETE", "/v1/boms/1/")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(status: int) -> None:
    with scripted() as other, scripted(Answer(status, headers={"Location": other.url + "/v1/boms/"})) as server:
        with connect(server.url) as connection, pytest.raises(PlatformError, match="redirect"):
            connection.request("GET", "/v1/boms/")
        assert not other.asked


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example",
        "http://10.0.0.5:8000",
        "http://127.0.0.1.example",
        "http://localhost.example",
        "http://[fe80::1]",
    ],
)
def test_a_key_is_not_sent_over_plain_http_to_another_machine(url: str) -> None:
    with pytest.raises(UsageError, match="plain http") as caught:
        connect(url)
    assert caught.value.hint
    Connection(url, None).close()


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1", "http://localhost", "http://[::1]:8000", "https://platform.example/api/"]
)
def test_these_addresses_may_have_the_key(url: str) -> None:
    with connect(url) as connection:
        assert not connection.base_url.endswith("/")


@pytest.mark.parametrize(
    "url",
    ["ftp://x", "platform.example", "", "https://", "https://x:port", "https://u:p@x", "https://x/?a=1", "https://[x"],
)
def test_these_are_no_addresses(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        connect(url)
    assert ":p@" not in str(caught.value)


def test_html_is_named() -> None:
    page = Answer(200, b"<html>Sign in</html>", {"Content-Type": "text/html; charset=utf-8"})
    with scripted(page) as server, connect(server.url) as connection:
        assert connection.platform is None
        with pytest.raises(PlatformError, match="answered with text/html instead of JSON") as caught:
            connection.request("GET", "/v1/boms/")
        assert not isinstance(caught.value, UncertainOutcome)
        with pytest.raises(UncertainOutcome):
            connection.request("POST", "/v1/boms/", body={})
    with scripted(Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"})) as server:
        connection = connect(server.url)
        with connection, pytest.raises(ApiError, match=r"^The platform failed \(status 502\)\.$"):
            connection.request("GET", "/v1/boms/")


@pytest.mark.parametrize("body", [b"[" * 200_000, b"NaN", b'{"a": Infinity}', b"\xff\xfe", b""])
def test_what_is_no_json_is_not_taken_for_it(body: bytes) -> None:
    with scripted(Answer(body=body)) as server:
        connection = connect(server.url)
        with connection, pytest.raises(PlatformError, match="instead of JSON"):
            connection.request("GET", "/v1/boms/")


def test_large_and_inflating_answers_are_cut_short() -> None:
    bomb = gzip.compress(b" " * 40_000_000)
    for answer in (Answer(body=b" " * 3_000_000), Answer(body=bomb, headers={"Content-Encoding": "gzip"})):
        with scripted(answer) as server:
            connection = connect(server.url, body_bytes=1_000_000)
            with connection, pytest.raises(PlatformError, match="larger than 1,000,000 bytes"):
                connection.request("GET", "/v1/boms/")


def test_gzip_is_read() -> None:
    answer = Answer(body=gzip.compress(b'{"a": "\xc2\xb5"}'), headers={"Content-Encoding": "gzip"})
    with scripted(answer) as server, connect(server.url) as connection:
        assert connection.request("GET", "/v1/boms/").body == {"a": "µ"}


def test_timeouts_and_refused_connections_are_unreachable() -> None:
    with scripted(Answer(wait=0.5)) as server, connect(server.url, read=0.1) as connection:
        with pytest.raises(Unreachable, match="no answer in time"):
            connection.request("GET", "/v1/boms/")
        url = server.url
    for method in ("GET", "POST"):
        with connect(url) as connection, pytest.raises(Unreachable, match="does not answer") as caught:
            connection.request(method, "/v1/boms/", body={})
        assert caught.value.exit_code == 4


def test_field_messages_become_a_sentence() -> None:
    body = {
        "raw_lines": {"3": {"quantity": ["must be a whole number", "too large"]}},
        "name": ["required"],
        "request_id": "r",
    }
    answer = Answer(400, json.dumps(body).encode(), {"X-Request-Id": "r-1"})
    with scripted(answer) as server, connect(server.url) as connection, pytest.raises(ApiError) as caught:
        connection.request("POST", "/v1/parse_raw_bom/", body={})
    assert caught.value.message == (
        "raw_lines 3 quantity: must be a whole number; raw_lines 3 quantity: too large; name: required (request r-1)."
    )
    assert caught.value.request_id == "r-1"
    assert caught.value.body == body


def test_beside_a_detail_nothing_else_is_told() -> None:
    assert messages({"detail": "2 lines have no part.", "lines": [{"id": "x", "mpn": "Y"}], "request_id": "r"}) == [
        "2 lines have no part."
    ]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50)
@given(json_values)
def test_any_error_body_gives_at_most_twenty_sentences(body: object) -> None:
    told = messages(body)
    assert len(told) <= 20
    assert all(isinstance(sentence, str) and sentence for sentence in told)


def test_the_key_is_never_seen(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """Not in a repr, log, error, traceback or the body of an error, even where the server echoes it."""
    caplog.set_level(logging.DEBUG)
    echo = json.dumps({"detail": f"unknown key {KEY}"}).encode()
    seen: list[str] = []
    answers = [
        Answer(401, echo),
        Answer(500, echo),
        Answer(200, KEY.encode(), {"Content-Type": KEY}),
        Answer(cut="before"),
        Answer(302, echo, {"Location": f"https://x/?key={KEY}"}),
        Answer(200, echo),
    ]
    for answer in answers:
        with scripted(answer) as server, connect(server.url, read=0.3) as connection:
            seen += [
                repr(connection),
                str(connection.__dict__),
                repr(connection._http.headers),
                repr(connection._http._auth),
            ]
            for method in ("GET", "POST"):
                try:
                    reply = connection.request(method, "/v1/boms/", body={"a": 1})
                    seen += [repr(reply)]
                except PlatformError as error:
                    inner = error.__traceback__.tb_next  # this test's own frame holds the key
                    told = traceback.TracebackException(type(error), error, inner, capture_locals=True)
                    seen += ["".join(told.format())]
                    seen += [repr(error), str(error.hint), str(error.to_json()), str(getattr(error, "body", ""))]
            assert server.asked[0].headers["authorization"].endswith(KEY)
    seen += [caplog.text, *capfd.readouterr()]
    assert len(seen) > 30
    assert not [text for text in seen if KEY in text]


def test_proxies_of_the_environment_serve_https_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", "inside.example")
    assert proxy("https://platform.example") == "http://proxy.example:3128"
    assert proxy("https://inside.example") is None
    assert proxy("http://127.0.0.1:8000") is None
    with scripted() as server, connect(server.url) as connection:
        assert connection.request("GET", "/v1/boms/").status == 200


def test_origins() -> None:
    assert same_origin("https://A.example/v1/", "https://a.example:443/other")
    assert not same_origin("https://a.example", "http://a.example")
    assert not same_origin("https://a.example", "https://a.example:8443")
    assert not same_origin("https://a.example", "https://a.example.evil")
    assert not same_origin("https://a.example", "//a.example")
    assert loopback("127.8.8.8")
    assert loopback("::1")
    assert not loopback("0.0.0.0")  # noqa: S104


async def echo_app(scope: dict, receive: object, send: object) -> None:
    """An ASGI app that answers with what it was asked."""
    assert scope["type"] == "http"
    message = await receive()  # type: ignore[operator]
    sent = message["body"]
    while message.get("more_body"):
        message = await receive()  # type: ignore[operator]
        sent += message["body"]
    headers = {name.decode(): value.decode() for name, value in scope["headers"]}
    status = int(headers.get("idempotency-key", "200"))
    answer = {
        "path": scope["path"],
        "query": scope["query_string"].decode(),
        "auth": headers["authorization"],
        "size": len(sent),
    }
    start = {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
    await send(start)  # type: ignore[operator]
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})  # type: ignore[operator]


def test_in_process() -> None:
    with Connection.in_process(echo_app, SecretStr(KEY), patience=Patience(sleep=lambda _: None)) as connection:
        for _ in range(50):
            reply = connection.request("POST", "/v1/boms/", query={"a": "µ ü"}, body={"text": "x" * 200_000})
        assert reply.body == {
            "path": "/v1/boms/",
            "query": "a=%C2%B5+%C3%BC",
            "auth": "**********".join(["Api-Key ", ""]),
            "size": 200_011,
        }
        with pytest.raises(ApiError):
            connection.request("POST", "/v1/boms/", body={}, idempotency_key="500")
    connection.close()


def test_in_process_works_inside_a_running_loop() -> None:
    async def main() -> int:
        with Connection.in_process(echo_app, SecretStr(KEY)) as connection:
            return connection.request("GET", "/v1/boms/").status

    assert asyncio.run(main()) == 200
