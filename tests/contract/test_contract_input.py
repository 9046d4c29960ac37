"""What nobody should send is answered 400, 413 or 415 with a sentence that names it, never 5xx, and changes nothing."""

from __future__ import annotations

import json

import pytest

PATH = "/v1/parse_raw_bom/"
LINE = '{"mpn": "A", "quantity": %s}'


def bom(line: str) -> bytes:
    return f'{{"name": "x", "raw_lines": [{line}]}}'.encode()


BAD = {
    "not JSON": (b"{", "non_field_errors"),
    "nothing": (b"", "non_field_errors"),
    "text": (b'"x"', "non_field_errors"),
    "list": (b"[]", "non_field_errors"),
    "a number": (b"0.5", "non_field_errors"),
    "a number for a line": (b'{"name": "x", "raw_lines": [0.5]}', "raw_lines"),
    "null": (b"null", "non_field_errors"),
    "not UTF-8": (b'{"name": "\xff"}', "non_field_errors"),
    "UTF-16": ('{"name": "x"}'.encode("utf-16"), "non_field_errors"),
    "NaN": (bom(LINE % "NaN"), "non_field_errors"),
    "Infinity": (bom(LINE % "-Infinity"), "non_field_errors"),
    "a number too large": (bom(LINE % "1e999"), "non_field_errors"),
    "a number too long": (bom(LINE % ("9" * 5000)), "non_field_errors"),
    "above int32": (bom(LINE % "2147483648"), "raw_lines"),
    "below int32": (bom(LINE % "-2147483649"), "raw_lines"),
    "a fraction": (bom(LINE % "1.5"), "raw_lines"),
    "a truth for a number": (bom(LINE % "true"), "raw_lines"),
    "half a pair": (b'{"name": "\\ud800"}', "non_field_errors"),
    "half a pair as a key": (b'{"name": "x", "metadata": {"\\udc00": 1}}', "non_field_errors"),
    "NUL": (b'{"name": "a\\u0000b"}', "non_field_errors"),
    "NUL in a key": (b'{"name": "x", "metadata": {"a\\u0000": 1}}', "non_field_errors"),
    "a member twice": (b'{"name": "x", "name": "y"}', "name"),
    "a member twice, below": (b'{"name": "x", "metadata": {"a": {"b": 1, "c": 2, "b": 1}}}', "b"),
    "too long": (json.dumps({"name": "x" * 256}).encode(), "name"),
    "too short": (b'{"name": ""}', "name"),
    "unknown": (b'{"name": "x", "nmae": "y"}', "nmae"),
    "unknown in a line": (bom('{"mpn": "A", "qty": 1}'), "raw_lines"),
    "a number for a truth": (b'{"name": "x", "approved": 1}', "approved"),
    "a list for an object": (b'{"name": "x", "metadata": []}', "metadata"),
    "nested too deep": (b'{"name": "x", "metadata": {"a": ' + b"[" * 70 + b"]" * 70 + b"}}", "non_field_errors"),
    "nested out of all reason": (b"[" * 200_000, "non_field_errors"),
    "a time beyond the calendar": (
        b'{"name": "x", "synced_from_integration_at": "0001-01-01T00:00:00+23:00"}',
        "synced",
    ),
    "a number for a time": (b'{"name": "x", "synced_from_integration_at": 1700000000}', "synced"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_body_is_400_and_names_what_is_wrong(client, ok, kind):
    content, field = BAD[kind]
    response = client.post(PATH, content=content, headers={"Content-Type": "application/json"})
    assert response.status_code == 400, response.text
    assert any(name.startswith(field) for name in response.json()), response.text
    assert ok(client.get("/v1/boms/"))["count"] == 0


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "a"]
)
def test_another_content_type_is_415(client, kind):
    response = client.post(PATH, content=b'{"name": "x"}', headers={"Content-Type": kind})
    assert response.status_code == 415
    assert "application/json" in response.json()["detail"]


@pytest.mark.parametrize(
    "query",
    [
        "search=" + "x" * 300, "x" * 40_000 + "=1", "&".join(f"a{n}=1" for n in range(3_000)), "limit=0", "limit=1001",
        "limit=99999999999999999999", "offset=-1", "offset=2147483648", "limit=1e3", "limit=%00", "search=%00",
        "ordering=id;drop", "created_after=yesterday", "approved=2", "org_id=%27", "limit=%EF%BC%91x",
    ],
)  # fmt: skip
def test_a_bad_query_is_400(client, query):
    response = client.get(f"/v1/boms/?{query}")
    assert response.status_code in (400, 404), response.text
    assert response.status_code == 400 or query.startswith("org_id")


@pytest.mark.parametrize("sent", ["", "x" * 256])
def test_an_idempotency_key_has_bounds(client, sent):
    response = client.post(PATH, json={"name": "x"}, headers={"Idempotency-Key": sent})
    assert response.status_code == 400
    assert "Idempotency-Key" in response.json()


def test_what_is_refused_is_not_remembered_under_its_key(client, ok):
    key = {"Idempotency-Key": "k" * 255}
    assert client.post(PATH, json={"name": ""}, headers=key).status_code == 400
    first = ok(client.post(PATH, json={"name": "x"}, headers=key))
    again = client.post(PATH, json={"name": "x"}, headers=key)
    assert ok(again) == first
    assert again.headers["X-Bomtool-Replayed"] == "true"
    assert client.post(PATH, json={"name": "y"}, headers=key).status_code == 409
    assert client.post("/v1/boms/", json={"name": "x"}, headers=key).status_code == 409
    assert ok(client.get("/v1/boms/"))["count"] == 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ('"0.125"', "0.125"),
        ("0.1", "0.1"),
        ("5", "5"),
        ("1e3", "1000"),
        ("1234567890123.00000001", "1234567890123.00000001"),
        ("123456789012345678.123456789012", "123456789012345678.123456789012"),
    ],
)
def test_money_keeps_every_digit_it_is_written_with(client, ok, sent, kept):
    body = f'{{"name": "x", "order_fee": {sent}, "metadata": {{"n": 0.1}}}}'
    made = ok(client.post("/v1/suppliers/", content=body, headers={"Content-Type": "application/json"}))
    assert ok(client.get(f"/v1/suppliers/{made['id']}/"))["order_fee"] == kept
    assert made["metadata"] == {"n": 0.1}


@pytest.mark.parametrize("sent", ["true", "1e-13", "-1", "1e18", '"1,5"', "[1]"])
def test_what_is_no_money_is_400(client, sent):
    body = f'{{"name": "x", "order_fee": {sent}}}'
    response = client.post("/v1/suppliers/", content=body, headers={"Content-Type": "application/json"})
    assert (response.status_code, list(response.json())) == (400, ["order_fee"])


def test_a_number_is_no_empty_change(client, ok):
    made = ok(client.post("/v1/suppliers/", json={"name": "x"}))
    response = client.patch(
        f"/v1/suppliers/{made['id']}/", content=b"2.5e-59", headers={"Content-Type": "application/json"}
    )
    assert response.status_code == 400
