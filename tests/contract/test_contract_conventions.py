"""Section 5 of the contract: transport, authentication, errors, lists."""

from __future__ import annotations

import uuid
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from bomtool import __version__
from bomtool.api.routes import ROUTES
from bomtool.platform import keys
from bomtool.platform.tables import api_keys
from bomtool.store.schema import now
from tests.platform.support import Served, raw_bom

CUSTOM = {"is_custom_part": True, "quantity": 1}


def filled(path, identifier=None):
    identifier = identifier or str(uuid.uuid4())
    return "/".join(identifier if piece.startswith("{") else piece for piece in path.split("/"))


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json"])
def test_open_paths_need_no_key(platform, base_url, path):
    with platform.client(None, base_url) as client:
        assert client.get(path).status_code == 200


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_no_operation_answers_without_a_key(platform, route):
    with platform.client(None) as client:
        response = client.request(route.method, filled(route.path), content=b"{not json")
    assert response.status_code == 401
    assert response.json()["detail"]


@pytest.mark.parametrize("path", ["/v1/boms", "/nowhere", "/nowhere/", "/v1/boms/x/", "/v1/parse_raw_bom/", "/"])
def test_authentication_comes_before_path_body_and_existence(platform, base_url, path):
    with platform.client(None, base_url) as client:
        for method in ("GET", "POST", "DELETE", "PUT"):
            response = client.request(method, path, content=b"\xff" * 10, headers={"Content-Type": "text/plain"})
            assert response.status_code == 401, (method, path)
            assert set(response.json()) == {"detail", "request_id"}


def test_keys_are_refused_alike_whatever_is_wrong(platform, key, base_url):
    revoked, expired = platform.key(), platform.key(days=1)
    keys.revoke(platform.store, revoked["id"])
    with platform.store.write() as connection:
        past = now() - timedelta(seconds=1)
        connection.execute(update(api_keys).where(api_keys.c.id == expired["id"]).values(expires_at=past))
    good = key["key"]
    wrong = [good[:-1] + ("A" if good[-1] != "A" else "B"), "x", "bomtool_000000000000_" + "a" * 43, revoked["key"]]
    answers = set()
    with platform.client(None, base_url) as client:
        assert client.get("/v1/boms/", headers={"Authorization": f"Api-Key {good}"}).status_code == 200
        for value in [*wrong, expired["key"]]:
            response = client.get("/v1/boms/", headers={"Authorization": f"Api-Key {value}"})
            assert response.status_code == 401
            answers.add(response.json()["detail"])
        assert len(answers) == 1
        for scheme in ("api-key", "API-KEY", "Bearer", "Api-Key:", "Token"):
            response = client.get("/v1/boms/", headers={"Authorization": f"{scheme} {good}"})
            assert response.status_code == 401, scheme


def test_a_path_without_its_slash_is_404_and_says_so(client):
    for method, path in (("GET", "/v1/boms"), ("POST", "/v1/parse_raw_bom"), ("GET", "/v1/boms?limit=1")):
        response = client.request(method, path, json={} if method == "POST" else None)
        assert response.status_code == 404
        assert "slash" in response.json()["detail"]


def test_every_answer_names_request_and_platform(client):
    answers = [
        client.get("/v1/boms/"),
        client.get("/v1/boms"),
        client.get("/v1/nowhere/"),
        client.post("/v1/boms/", json={}),
        client.delete("/v1/boms/"),
        client.get("/healthz"),
    ]
    assert [a.status_code for a in answers] == [200, 404, 404, 400, 405, 200]
    assert len({a.headers["X-Request-Id"] for a in answers}) == len(answers)
    for answer in answers:
        assert answer.headers["X-Bomtool-Platform"] == __version__
        if answer.status_code in (404, 405):
            assert answer.json()["request_id"] == answer.headers["X-Request-Id"]
    mine = client.get("/v1/boms/", headers={"X-Request-Id": "my-own.id_1"})
    assert mine.headers["X-Request-Id"] == "my-own.id_1"
    strange = client.get("/v1/boms/", headers={"X-Request-Id": "a b<script>"})
    assert strange.headers["X-Request-Id"] != "a b<script>"


def test_an_unsupported_method_is_405_with_what_is_allowed(client):
    response = client.request("DELETE", "/v1/boms/")
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, POST")
    response = client.request("POST", f"/v1/boms/{uuid.uuid4()}/")
    assert (response.status_code, response.headers["Allow"]) == (405, "DELETE, GET, PATCH")
    assert "detail" in response.json()


def test_another_content_type_is_415(client):
    response = client.post("/v1/parse_raw_bom/", content=b'{"name": "x"}', headers={"Content-Type": "text/plain"})
    assert response.status_code == 415
    response = client.post("/v1/parse_raw_bom/", content=b'{"name": "x"}')
    assert response.status_code == 415
    typed = {"Content-Type": "application/json; charset=utf-8"}
    assert client.post("/v1/parse_raw_bom/", content=b'{"name": "x"}', headers=typed).status_code == 200


def test_a_body_that_is_too_large_is_413(platform, key):
    from bomtool.platform.app import create_app

    small = Served(create_app(platform.store, platform.settings, max_body=1000))
    with platform.client(key["key"], small.url) as client:
        assert client.post("/v1/boms/", json={"name": "x" * 10}).status_code == 200
        assert client.post("/v1/boms/", json={"name": "x" * 2000}).status_code == 413
        chunks = (b"{" + b" " * 100 for _ in range(100))
        response = client.post("/v1/boms/", content=chunks, headers={"Content-Type": "application/json"})
        assert response.status_code == 413
        assert set(response.json()) == {"detail", "request_id"}
    small.close()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, {"name": ["This field is required."]}),
        ({"name": "x", "colour": 1}, {"colour": ["This field is not known."]}),
        ({"name": "x", "approved": 1}, {"approved": ["Must be true or false."]}),
        ([], {"non_field_errors": ["Must be an object."]}),
        (
            {"name": "x", "raw_lines": [{}, {}, {}, {"quantity": 2**31}]},
            {"raw_lines": {"3": {"quantity": ["Input should be less than or equal to 2147483647."]}}},
        ),
        (
            {"name": "x", "raw_lines": [{"quantity": True, "colour": "red"}]},
            {"raw_lines": {"0": {"quantity": ["Must be a whole number."], "colour": ["This field is not known."]}}},
        ),
        ({"name": "x", "raw_lines": "none"}, {"raw_lines": ["Must be a list."]}),
        ({"name": "x", "version": ""}, {"version": ["String should have at least 1 character."]}),
    ],
)
def test_mistakes_in_a_body_are_400_by_field(client, body, expected):
    response = client.post("/v1/parse_raw_bom/", json=body)
    assert (response.status_code, response.json()) == (400, expected)


@pytest.mark.parametrize(
    "content",
    [
        b"{",
        b"",
        b"\xff\xfe",
        b'{"name": "x", "metadata": {"a": NaN}}',
        b'{"name": "x", "metadata": {"a": 1e999}}',
        b'{"name": "x", "metadata": {"a": %s}}' % (b"9" * 5000),
        b'{"name": "a\\u0000b"}',
        b'{"name": "a\\ud800b"}',
        b'{"name": "x", "metadata": {"\\ud800": 1}}',
        b'{"name": "x", "metadata": %s1%s}' % (b'{"a":' * 100, b"}" * 100),
        b"[" * 100_000,
        b'{"name": "x", "metadata": %s%s}' % (b"[" * 5000, b"]" * 5000),
    ],
    ids=range(12),
)
def test_json_that_no_record_can_hold_is_400(client, content):
    response = client.post("/v1/parse_raw_bom/", content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400, response.text
    assert response.json()["non_field_errors"]


def test_text_of_any_language_comes_back_as_sent(client, ok):
    name = 'Ω µ 電阻 \U0001f600 "quoted" \\u0000 \\\\ \u202e <b>'
    made = ok(client.post("/v1/parse_raw_bom/", json=raw_bom(name, metadata={"näme": [1, 0.5, None, True, name]})))
    assert made["name"] == name
    assert ok(client.get(f"/v1/boms/{made['id']}/"))["metadata"] == {"näme": [1, 0.5, None, True, name]}


def test_booleans_may_be_strings_in_any_case(client, ok):
    made = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", {**CUSTOM, "do_not_place": "TRUE"}, approved="True")))
    assert made["approved"] == "true"
    assert made["line_counts"] == {"do_not_place": 1}


def test_lists_have_pages_order_and_filters(client, ok):
    names = [f"board {n:02}" for n in range(7)]
    for name in names:
        ok(client.post("/v1/parse_raw_bom/", json=raw_bom(name, approved=name.endswith("3"), record=name)))
    first = ok(client.get("/v1/boms/", params={"limit": 3}))
    assert (first["count"], first["previous"], len(first["results"])) == (7, None, 3)
    seen, url = [], str(client.base_url).rstrip("/") + "/v1/boms/?limit=3"
    while url:
        page = ok(client.get(url))
        seen += [bom["name"] for bom in page["results"]]
        url = page["next"]
        assert url is None or urlsplit(url).netloc == urlsplit(str(client.base_url)).netloc
    assert seen == names
    assert ok(client.get("/v1/boms/?limit=3&offset=5"))["previous"].endswith("limit=3&offset=2")
    assert [b["name"] for b in ok(client.get("/v1/boms/?ordering=-name"))["results"]] == names[::-1]
    assert ok(client.get("/v1/boms/?search=BOARD%2003"))["count"] == 1
    assert ok(client.get("/v1/boms/?search=%25"))["count"] == 0
    assert ok(client.get("/v1/boms/?approved=true"))["count"] == 1
    assert ok(client.get("/v1/boms/?approved=False"))["count"] == 6
    source = {"integration_source_name": "bomtool", "integration_record_id": "board 02"}
    assert [b["name"] for b in ok(client.get("/v1/boms/", params=source))["results"]] == ["board 02"]
    third = ok(client.get("/v1/boms/?limit=1&offset=2"))["results"][0]["created_at"]
    assert ok(client.get("/v1/boms/", params={"created_after": third}))["count"] == 4


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("offset=-1", "offset"),
        ("limit=x", "limit"),
        ("ordering=colour", "ordering"),
        ("colour=red", "colour"),
        ("approved=1", "approved"),
        ("created_after=yesterday", "created_after"),
        ("created_after=5", "created_after"),
        ("created_after=9999-12-31T23:59:59-10:00", "created_after"),
        ("search=%00", "search"),
    ],
)
def test_mistakes_in_a_query_are_400_by_parameter(client, query, field):
    response = client.get(f"/v1/boms/?{query}")
    assert response.status_code == 400
    assert list(response.json()) == [field]


def test_an_id_that_is_none_is_404(client):
    for identifier in ("abc", "0", str(uuid.uuid4()), "%00", "a" * 5000):
        response = client.get(f"/v1/boms/{identifier}/")
        assert response.status_code == 404, identifier
        assert "detail" in response.json()
