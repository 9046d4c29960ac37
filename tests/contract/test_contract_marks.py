"""Lists are walked by the marks that `next` carries."""

from __future__ import annotations

import base64
import json
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.test_contract_conventions import CUSTOM, raw_bom


def push(client, ok, name):
    return ok(client.post("/v1/parse_raw_bom/", json=raw_bom(name, CUSTOM, record=name)))


def mark(page):
    return parse_qs(urlsplit(page["next"]).query)["after"][0]


def written(*content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_walk_misses_nothing_that_stays_while_others_come_and_go(client, ok):
    made = {name: push(client, ok, name)["id"] for name in ("a", "b", "c", "d", "e")}
    first = ok(client.get("/v1/boms/?limit=2"))
    assert [bom["name"] for bom in first["results"]] == ["a", "b"]
    client.delete(f"/v1/boms/{made['a']}/")  # by offset "c" would be skipped now
    push(client, ok, "f")
    second = ok(client.get(first["next"]))
    assert [bom["name"] for bom in second["results"]] == ["c", "d"]
    assert second["previous"].endswith("limit=2&offset=0")
    third = ok(client.get(second["next"]))
    assert ([bom["name"] for bom in third["results"]], third["next"]) == (["e", "f"], None)


def test_a_mark_keeps_filters_and_limits(client, ok):
    for number in range(5):
        push(client, ok, f"board {number}")
    push(client, ok, "other")
    page = ok(client.get("/v1/boms/?search=board&limit=2"))
    names = [bom["name"] for bom in page["results"]]
    while page["next"]:
        page = ok(client.get(page["next"]))
        assert page["count"] == 5
        names += [bom["name"] for bom in page["results"]]
    assert names == [f"board {number}" for number in range(5)]


def test_lines_are_walked_by_their_position(client, ok):
    lines = [{**CUSTOM, "reference_designators": [f"X{number}"]} for number in range(7)]
    made = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("long", *lines)))
    url, seen = f"/v1/boms/{made['id']}/lines/?limit=3", []
    while url:
        page = ok(client.get(url))
        assert page["count"] == 7
        seen += [line["reference_designators"] for line in page["results"]]
        url = page["next"]
    assert seen == [[f"X{number}"] for number in range(7)]


@pytest.mark.parametrize(
    "query",
    [
        "after=x",
        "after=%00",
        "after=" + "[" * 900,
        "after=" + written(),
        "after=" + written("0" * 16, 5, "2026-01-01T00:00:00+00:00", "a"),
        "after=" + written("0" * 16, 5, "9999-12-31T23:59:59-10:00", "a"),
        "after=" + written("0" * 16, 5, "2026-01-01T00:00:00", "a"),
        "after=" + written("0" * 16, True, "2026-01-01T00:00:00+00:00", "a"),
        "after=" + written("0" * 16, 5, "2026-01-01T00:00:00+00:00", "\ud800"),
        "after=" + written("0" * 16, 5, "2026-01-01T00:00:00+00:00", "\x00"),
        "after=" + written("0" * 16, 5, 7, "a"),
    ],
)
def test_marks_that_are_none_are_400(client, query):
    response = client.get(f"/v1/boms/?{query}")
    assert (response.status_code, list(response.json())) == (400, ["after"])


def test_a_mark_of_another_list_or_order_is_400(client, ok):
    for name in ("a", "b", "c"):
        push(client, ok, name)
    text = mark(ok(client.get("/v1/boms/?limit=1")))
    for url in (
        f"/v1/programs/?after={text}",
        f"/v1/boms/?search=a&after={text}",
        f"/v1/boms/?ordering=name&after={text}",
    ):
        response = client.get(url)
        assert (response.status_code, list(response.json())) == (400, ["after"])
