"""Tags and custom properties: typed, checked, on records, and filtered by."""

from __future__ import annotations

import pytest

from tests.platform.support import raw_bom

KINDS = [
    ("text", "Berlin", [1, "", "x" * 1001], "Berlin"),
    ("number", 2.50, ["a", True, "NaN", [1]], "2.5"),
    ("boolean", "TRUE", ["maybe", 1], True),
    ("date", "2026-02-28", ["2026-02-30", "soon", 5], "2026-02-28"),
    ("choice", "gold", ["silver", "Gold"], "gold"),
]


@pytest.fixture
def bom(client, ok):
    return ok(client.post("/v1/parse_raw_bom/", json=raw_bom("board")))


@pytest.fixture
def program(client, ok):
    return ok(client.post("/v1/programs/", json={"name": "run"}))


def test_tags_are_unique_whatever_the_case_and_can_be_changed(client, ok):
    made = ok(client.post("/v1/tags/", json={"name": "Urgent", "color": "#ff0000", "description": "soon"}))
    assert client.post("/v1/tags/", json={"name": "urgent "}).status_code == 409
    assert client.post("/v1/tags/", json={"name": "x", "color": "red"}).status_code == 400
    assert ok(client.get(f"/v1/tags/{made['id']}/")) == made
    changed = ok(client.patch(f"/v1/tags/{made['id']}/", json={"name": "URGENT", "color": None, "archived": True}))
    assert (changed["name"], changed["color"], changed["archived"]) == ("URGENT", None, True)
    ok(client.post("/v1/tags/", json={"name": "Later"}))
    assert client.patch(f"/v1/tags/{made['id']}/", json={"name": "later"}).status_code == 409
    assert [tag["name"] for tag in ok(client.get("/v1/tags/?archived=false"))["results"]] == ["Later"]
    assert ok(client.get("/v1/tags/?search=urg"))["count"] == 1


def test_tags_hang_on_records_and_find_them(client, ok, bom, program):
    urgent = ok(client.post("/v1/tags/", json={"name": "Urgent", "color": "#ff0000"}))
    ok(client.post("/v1/tags/", json={"name": "Pilot"}))
    path = f"/v1/boms/{bom['id']}/"
    tagged = ok(client.patch(path, json={"tags": [urgent["id"], "pilot"]}))
    assert tagged["tags"] == [
        {"id": tagged["tags"][0]["id"], "name": "Pilot", "color": None},
        {"id": urgent["id"], "name": "Urgent", "color": "#ff0000"},
    ]
    assert ok(client.get(path))["tags"] == tagged["tags"]
    assert ok(client.get("/v1/boms/?tag=URGENT"))["count"] == 1
    assert ok(client.get(f"/v1/boms/?tag={urgent['id']}"))["count"] == 1
    assert ok(client.get("/v1/boms/?tag=other"))["count"] == 0
    assert ok(client.get("/v1/programs/?tag=urgent"))["count"] == 0
    assert list(client.patch(path, json={"tags": ["unknown"]}).json()) == ["tags"]
    assert ok(client.get(path))["tags"] == tagged["tags"]
    ok(client.patch(f"/v1/tags/{urgent['id']}/", json={"archived": True}))
    assert len(ok(client.patch(path, json={"tags": ["urgent"]}))["tags"]) == 1, "it keeps what it had"
    response = client.patch(f"/v1/programs/{program['id']}/", json={"tags": ["urgent"]})
    assert (response.status_code, "archived" in response.json()["tags"][0]) == (400, True)
    assert ok(client.patch(path, json={"tags": []}))["tags"] == []
    assert "tags" not in program, "a program without labels is answered exactly as documented"
    assert ok(client.patch(f"/v1/programs/{program['id']}/", json={"tags": ["pilot"]}))["tags"][0]["name"] == "Pilot"


@pytest.mark.parametrize(("kind", "value", "wrong", "shown"), KINDS, ids=[kind[0] for kind in KINDS])
def test_custom_properties_are_typed_and_checked(client, ok, bom, kind, value, wrong, shown):
    body = {
        "name": "Plant",
        "record_type": "bom",
        "value_type": kind,
        "choices": ["gold", "red"] if kind == "choice" else [],
    }
    ok(client.post("/v1/custom_properties/", json=body))
    path = f"/v1/boms/{bom['id']}/"
    assert ok(client.patch(path, json={"custom_properties": {"plant": value}}))["custom_properties"] == {"Plant": shown}
    for bad in wrong:
        response = client.patch(path, json={"custom_properties": {"Plant": bad}})
        assert response.status_code == 400, bad
        assert list(response.json()["custom_properties"]) == ["Plant"]
    text = str(value).lower() if kind == "boolean" else str(value)
    assert ok(client.get("/v1/boms/", params={"custom_property": f"PLANT:{text}"}))["count"] == 1
    assert ok(client.get("/v1/boms/", params={"custom_property": "Plant:other"}))["count"] == 0
    assert ok(client.patch(path, json={"custom_properties": {"Plant": None}}))["custom_properties"] == {}


def test_custom_properties_belong_to_a_kind_of_record(client, ok, bom, program):
    made = ok(
        client.post("/v1/custom_properties/", json={"name": "Run", "record_type": "program", "value_type": "text"})
    )
    assert ok(client.get(f"/v1/custom_properties/{made['id']}/")) == made
    unknown = client.patch(f"/v1/boms/{bom['id']}/", json={"custom_properties": {"Run": "x"}})
    assert (unknown.status_code, list(unknown.json()["custom_properties"])) == (400, ["Run"])
    changed = ok(client.patch(f"/v1/programs/{program['id']}/", json={"custom_properties": {"Run": "7"}}))
    assert changed["custom_properties"] == {"Run": "7"}
    assert ok(client.get("/v1/custom_properties/?record_type=program"))["count"] == 1
    assert ok(client.get("/v1/custom_properties/?record_type=bom"))["count"] == 0
    ok(client.patch(f"/v1/custom_properties/{made['id']}/", json={"archived": True, "name": "Lot"}))
    kept = ok(client.get(f"/v1/programs/{program['id']}/"))
    assert kept["custom_properties"] == {"Lot": "7"}
    response = client.patch(f"/v1/programs/{program['id']}/", json={"custom_properties": {"Lot": "8"}})
    assert response.status_code == 400


def test_choices_fit_their_type_and_stay_while_they_are_used(client, ok, bom):
    base = {"name": "Grade", "record_type": "bom"}
    for wrong in (
        {"value_type": "choice"},
        {"value_type": "text", "choices": ["a"]},
        {"value_type": "choice", "choices": ["a", "a"]},
    ):
        assert list(client.post("/v1/custom_properties/", json={**base, **wrong}).json()) == ["choices"]
    made = ok(client.post("/v1/custom_properties/", json={**base, "value_type": "choice", "choices": ["a", "b"]}))
    assert client.post("/v1/custom_properties/", json={**base, "value_type": "text"}).status_code == 409
    ok(client.patch(f"/v1/boms/{bom['id']}/", json={"custom_properties": {"Grade": "a"}}))
    path = f"/v1/custom_properties/{made['id']}/"
    assert client.patch(path, json={"choices": ["b"]}).status_code == 409
    assert ok(client.patch(path, json={"choices": ["a", "c"]}))["choices"] == ["a", "c"]
    assert client.patch(path, json={"value_type": "text"}).status_code == 400


@pytest.mark.parametrize("query", ["custom_property=x", "custom_property=:x", "custom_property=x:"])
def test_a_filter_by_property_names_it_and_its_value(client, query):
    assert list(client.get(f"/v1/boms/?{query}").json()) == ["custom_property"]


def test_statements_of_a_list_do_not_grow_with_its_labels(platform, client, ok):
    ok(client.post("/v1/tags/", json={"name": "t"}))
    for number in range(6):
        bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom(f"b{number}")))
        ok(client.patch(f"/v1/boms/{bom['id']}/", json={"tags": ["t"]}))
    counts = []
    for limit in (1, 5):  # not all of them: a page that is the last one need not count
        with platform.store.count_statements() as counter:
            ok(client.get(f"/v1/boms/?limit={limit}"))
        counts.append(counter.count)
    assert counts[0] == counts[1]
