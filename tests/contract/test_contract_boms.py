"""BOMs and their lines: pushed once, matched, merged, approved, archived."""

from __future__ import annotations

import uuid

import pytest

from tests.platform.support import CAPACITOR, MCU, OPAMP, RESISTOR, line, raw_bom


@pytest.fixture
def board(client, ok):
    """A BOM with a matched line, one nobody knows, one not placed and a custom part."""
    return ok(
        client.post(
            "/v1/parse_raw_bom/",
            json=raw_bom(
                "board",
                line(RESISTOR, "R1,R2,R3", manufacturer_name="Yageo"),
                line("NOSUCHPART-1", "U9"),
                line(CAPACITOR, "C1", do_not_place=True, manufacturer_name="Murata"),
                line(None, "MECH1", is_custom_part=True, description="Front panel"),
            ),
        )
    )


def lines_of(client, ok, bom):
    return ok(client.get(f"/v1/boms/{bom['id']}/lines/"))["results"]


def test_raw_lines_are_matched_counted_and_kept(client, ok, platform, board):
    assert board["approved"] == "false"
    assert board["line_count"] == 4
    assert board["line_counts"] == {"matched": 1, "no_match": 1, "do_not_place": 1, "custom_part": 1}
    found = lines_of(client, ok, board)
    assert [entry["position"] for entry in found] == [1, 2, 3, 4]
    first = found[0]
    assert (first["status"], first["part"]["mpn"], first["part"]["id"]) == (
        "matched",
        RESISTOR,
        platform.part_id(RESISTOR),
    )
    assert first["match"]["level"] == "exact"
    assert first["match"]["reason"]
    assert first["quant"] == 3
    assert (first["reference_designators"], first["reference_designators_string"]) == (["R1", "R2", "R3"], "R1-R3")
    assert first["raw"]["mpn"] == RESISTOR
    assert found[1]["part"] is None
    assert found[1]["match"]["reason"]
    assert found[3]["raw"]["description"] == "Front panel"
    one = ok(client.get(f"/v1/boms/{board['id']}/lines/{first['id']}/"))
    assert one == first
    assert [e["mpn"] for e in ok(client.get(f"/v1/boms/{board['id']}/lines/?status=no_match"))["results"]] == [
        "NOSUCHPART-1"
    ]
    assert client.get(f"/v1/boms/{board['id']}/lines/?status=odd").status_code == 400


def test_designators_come_from_the_string_where_no_list_is_given(client, ok):
    made = ok(
        client.post(
            "/v1/parse_raw_bom/",
            json=raw_bom("x", {"mpn": MCU, "quantity": 4, "reference_designators_string": "C1-C3, C7"}),
        )
    )
    assert lines_of(client, ok, made)[0]["reference_designators"] == ["C1", "C2", "C3", "C7"]


def test_parse_raw_bom_never_merges_within_a_request(client, ok):
    made = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", line(RESISTOR, "R1"), line(RESISTOR, "R1"))))
    assert made["line_count"] == 2


def test_a_raw_line_merges_only_with_the_same_part_and_designators(client, ok, board):
    path = f"/v1/boms/{board['id']}/parse_raw_line/"
    same = ok(client.post(path, json=line(RESISTOR, "r3,R1,R2", 3, manufacturer_name="Yageo")))
    assert (same["quant"], same["position"]) == (6, 1)
    assert same["metadata"]["merged"][0]["mpn"] == RESISTOR
    other = ok(client.post(path, json=line(RESISTOR, "R9", manufacturer_name="Yageo")))
    assert (other["quant"], other["position"]) == (1, 5)
    unknown = [ok(client.post(path, json=line("NOSUCHPART-1", "U9"))) for _ in range(2)]
    assert len({entry["id"] for entry in unknown}) == 2
    placed = ok(client.post(path, json=line(CAPACITOR, "C1", manufacturer_name="Murata")))
    assert (placed["quant"], placed["status"]) == (1, "matched"), "a placed line is not added to one that is not placed"


def test_a_catalogue_line_merges_with_the_same_part(client, ok, platform, board):
    path = f"/v1/boms/{board['id']}/lines/"
    part = platform.part_id(RESISTOR)
    added = ok(client.post(path, json={"part": part, "quant": 2, "reference_designators": ["R8", "R7"]}))
    assert (added["quant"], added["position"]) == (5, 1)
    assert added["reference_designators"] == ["R1", "R2", "R3", "R8", "R7"]
    fresh = ok(client.post(path, json={"part": platform.part_id(MCU), "quant": 1}))
    assert (fresh["status"], fresh["part"]["mpn"], fresh["position"]) == ("matched", MCU, 5)
    response = client.post(path, json={"part": "AAAAAAAAAAAA"})
    assert (response.status_code, list(response.json())) == (400, ["part"])
    too_many = client.post(path, json={"part": part, "quant": 2**31 - 1})
    assert (too_many.status_code, list(too_many.json())) == (400, ["quantity"])


def test_a_bom_from_catalogue_parts(client, ok, platform):
    part, other = platform.part_id(RESISTOR), platform.part_id(OPAMP)
    made = ok(
        client.post(
            "/v1/boms/",
            json={
                "name": "x",
                "lines": [{"part": part, "quant": 2}, {"part": other, "quant": 1}, {"part": part, "quant": 3}],
            },
        )
    )
    assert [(e["part"]["id"], e["quant"]) for e in lines_of(client, ok, made)] == [(part, 5), (other, 1)]
    wrong = client.post("/v1/boms/", json={"name": "x", "lines": [{"part": part}, {"part": "AAAAAAAAAAAA"}]})
    assert wrong.status_code == 400
    assert list(wrong.json()["lines"]) == ["1"]


def test_pushing_the_same_record_makes_one_bom(client, ok):
    body = raw_bom("x", line(RESISTOR, "R1"), record="abc")
    first = client.post("/v1/parse_raw_bom/", json=body)
    assert first.headers["X-Bomtool-Outcome"] == "created"
    ids = [e["id"] for e in lines_of(client, ok, first.json())]
    again = client.post("/v1/parse_raw_bom/", json=body)
    assert again.headers["X-Bomtool-Outcome"] == "updated"
    assert again.json()["id"] == first.json()["id"]
    assert [e["id"] for e in lines_of(client, ok, first.json())] == ids
    ok(client.post(f"/v1/boms/{first.json()['id']}/approve/"))
    third = client.post("/v1/parse_raw_bom/", json={**body, "metadata": {"file": "renamed.csv"}})
    assert (third.headers["X-Bomtool-Outcome"], third.json()["approved"]) == ("unchanged", "true")
    other = client.post("/v1/parse_raw_bom/", json=raw_bom("x", line(RESISTOR, "R2"), record="abc"))
    assert (other.status_code, other.json()["bom"]) == (409, first.json()["id"])
    assert ok(client.get("/v1/boms/"))["count"] == 1


def test_an_unapproved_record_takes_new_content_and_keeps_decisions(client, ok, platform):
    first = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", line("MYSTERY", "U1"), line(MCU, "U2"), record="r")))
    mystery, _ = lines_of(client, ok, first)
    part = platform.part_id(OPAMP)
    ok(client.patch(f"/v1/boms/{first['id']}/lines/{mystery['id']}/", json={"part": part}))
    body = raw_bom("x", line(MCU, "U2"), line("MYSTERY", "U1,U3"), line("ELSE", "U4"), record="r", version="2")
    second = client.post("/v1/parse_raw_bom/", json=body)
    assert (second.headers["X-Bomtool-Outcome"], second.json()["id"]) == ("updated", first["id"])
    found = lines_of(client, ok, first)
    assert [(e["mpn"], e["status"], e["quant"]) for e in found] == [
        (MCU, "matched", 1),
        ("MYSTERY", "matched", 2),
        ("ELSE", "no_match", 1),
    ]
    assert found[1]["part"]["id"] == part
    assert found[1]["match"]["level"] == "decision"


def test_deleted_means_created_again_and_archived_is_named(client, ok):
    body = raw_bom("x", line(RESISTOR, "R1"), record="again")
    first = ok(client.post("/v1/parse_raw_bom/", json=body))
    assert client.delete(f"/v1/boms/{first['id']}/").status_code == 204
    assert client.get(f"/v1/boms/{first['id']}/").status_code == 404
    second = client.post("/v1/parse_raw_bom/", json={**body, "approved": True})
    assert second.headers["X-Bomtool-Outcome"] == "created"
    identifier = second.json()["id"]
    assert identifier != first["id"]
    assert client.delete(f"/v1/boms/{identifier}/").status_code == 204
    archived = ok(client.get(f"/v1/boms/{identifier}/"))
    assert (archived["archived"], archived["approved"]) == (True, "true")
    assert client.delete(f"/v1/boms/{identifier}/").status_code == 204
    third = client.post("/v1/parse_raw_bom/", json=body)
    assert (third.headers["X-Bomtool-Outcome"], third.json()["archived"]) == ("unchanged", True)
    other = client.post("/v1/parse_raw_bom/", json=raw_bom("y", record="again"))
    assert other.status_code == 409
    assert "archived" in other.json()["detail"]
    assert ok(client.get("/v1/boms/?archived=true"))["count"] == 1
    assert client.patch(f"/v1/boms/{identifier}/", json={"data_source": "x"}).status_code == 409


def test_approval_lists_what_has_no_part(client, ok, board):
    path = f"/v1/boms/{board['id']}/approve/"
    refused = client.post(path)
    assert refused.status_code == 409
    assert [entry["mpn"] for entry in refused.json()["lines"]] == ["NOSUCHPART-1"]
    assert ok(client.get(f"/v1/boms/{board['id']}/"))["approved"] == "false"
    assert ok(client.post(path, json={"allow_unmatched": "true"}))["approved"] == "true"
    assert ok(client.post(path))["approved"] == "true"


def test_unmatched_lines_may_be_allowed_in_the_query(client, ok, board):
    assert ok(client.post(f"/v1/boms/{board['id']}/approve/?allow_unmatched=true"))["approved"] == "true"


def test_approved_at_creation_follows_the_same_rule(client, ok):
    body = raw_bom("x", line("NOSUCHPART-1", "U1"), approved=True)
    assert client.post("/v1/parse_raw_bom/", json=body).status_code == 409
    assert ok(client.get("/v1/boms/"))["count"] == 0
    assert ok(client.post("/v1/parse_raw_bom/?allow_unmatched=true", json=body))["approved"] == "true"


def test_an_approved_design_is_fixed_but_matches_may_be_decided(client, ok, platform, board):
    base = f"/v1/boms/{board['id']}"
    unknown = lines_of(client, ok, board)[1]
    ok(client.post(f"{base}/approve/?allow_unmatched=true"))
    path = f"{base}/lines/{unknown['id']}/"
    for change in ({"quant": 7}, {"mpn": "OTHER"}, {"do_not_place": True}, {"metadata": {"a": 1}}):
        assert client.patch(path, json=change).status_code == 409, change
    assert ok(client.patch(path, json={"quant": unknown["quant"]}))["quant"] == unknown["quant"]
    assert client.post(f"{base}/lines/", json={"part": platform.part_id(MCU)}).status_code == 409
    assert client.post(f"{base}/parse_raw_line/", json=line(MCU, "U1")).status_code == 409
    assert client.delete(path).status_code == 409
    assert client.patch(f"{base}/", json={"name": "other"}).status_code == 409
    assert ok(client.patch(f"{base}/", json={"data_source": "plm", "name": "board"}))["data_source"] == "plm"
    decided = ok(client.patch(path, json={"part": platform.part_id(OPAMP)}))
    assert (decided["status"], decided["part"]["mpn"], decided["match"]["level"]) == ("matched", OPAMP, "decision")
    assert ok(client.patch(path, json={"part": None}))["status"] == "no_match"
    assert ok(client.patch(path, json={"ignored": True}))["status"] == "ignored"
    assert ok(client.patch(path, json={"ignored": False}))["status"] == "no_match"
    assert ok(client.patch(path, json={"is_custom_part": True}))["status"] == "custom_part"


def test_a_line_that_says_something_else_is_searched_again(client, ok, board):
    first, unknown, unplaced, _ = lines_of(client, ok, board)
    base = f"/v1/boms/{board['id']}/lines/"
    changed = ok(client.patch(f"{base}{unknown['id']}/", json={"mpn": MCU, "quant": 4}))
    assert (changed["status"], changed["part"]["mpn"], changed["quant"]) == ("matched", MCU, 4)
    assert changed["raw"]["mpn"] == "NOSUCHPART-1"
    assert ok(client.patch(f"{base}{first['id']}/", json={"mpn": "GONE"}))["status"] == "no_match"
    placed = ok(client.patch(f"{base}{unplaced['id']}/", json={"do_not_place": False}))
    assert (placed["status"], placed["part"]["mpn"]) == ("matched", CAPACITOR)
    assert client.patch(f"{base}{first['id']}/", json={"quant": None}).status_code == 400
    assert client.patch(f"{base}{first['id']}/", json={"part": "AAAAAAAAAAAA"}).status_code == 400


def test_lines_can_be_removed_and_headers_changed(client, ok, board):
    gone = lines_of(client, ok, board)[1]
    assert client.delete(f"/v1/boms/{board['id']}/lines/{gone['id']}/").status_code == 204
    assert client.get(f"/v1/boms/{board['id']}/lines/{gone['id']}/").status_code == 404
    changed = ok(client.patch(f"/v1/boms/{board['id']}/", json={"name": "new", "version": None, "metadata": {"a": 1}}))
    assert (changed["name"], changed["version"], changed["metadata"], changed["line_count"]) == (
        "new",
        None,
        {"a": 1},
        3,
    )
    assert client.patch(f"/v1/boms/{board['id']}/", json={"name": None}).json() == {
        "name": ["This field may not be null."]
    }


def test_if_match_refuses_what_somebody_else_changed(client, ok, board):
    path = f"/v1/boms/{board['id']}/"
    seen = client.get(path).headers["ETag"]
    first = client.patch(path, json={"name": "mine"}, headers={"If-Match": seen})
    assert first.status_code == 200
    second = client.patch(path, json={"name": "yours"}, headers={"If-Match": seen})
    assert (second.status_code, list(second.json())) == (412, ["detail", "request_id"])
    assert client.patch(path, json={"name": "z"}, headers={"If-Match": first.headers["ETag"]}).status_code == 200
    assert ok(client.get(path))["name"] == "z"


def test_approving_and_deleting_keep_to_the_revision_too(client, ok, board):
    path = f"/v1/boms/{board['id']}/"
    old = client.get(path).headers["ETag"]
    ok(client.patch(path, json={"name": "other"}))
    query = {"allow_unmatched": "true"}
    assert client.post(f"{path}approve/", params=query, headers={"If-Match": old}).status_code == 412
    assert client.delete(path, headers={"If-Match": old}).status_code == 412
    now = client.get(path).headers["ETag"]
    assert client.post(f"{path}approve/", params=query, headers={"If-Match": now}).status_code == 200


@pytest.mark.parametrize("edit", ["quantity", "line added", "line removed", "name"])
def test_an_approved_bom_that_was_edited_is_not_the_one_that_is_pushed(client, ok, edit):
    body = raw_bom("x", line(RESISTOR, "R1", manufacturer_name="Yageo"), line(MCU, "U1"), record="edited")
    path = f"/v1/boms/{ok(client.post('/v1/parse_raw_bom/', json=body))['id']}/"
    first = f"{path}lines/{ok(client.get(f'{path}lines/'))['results'][0]['id']}/"
    if edit == "quantity":
        ok(client.patch(first, json={"quant": 9}))
    elif edit == "line added":
        ok(client.post(f"{path}parse_raw_line/", json=line(OPAMP, "U7")))
    elif edit == "line removed":
        assert client.delete(first).status_code == 204
    else:
        ok(client.patch(path, json={"name": "y"}))
    ok(client.post(f"{path}approve/?allow_unmatched=true"))
    again = client.post("/v1/parse_raw_bom/", json=body)
    assert again.status_code == 409, again.text
    assert "other content" in again.json()["detail"]


def test_a_decision_leaves_a_bom_what_it_was_pushed_as(client, ok, platform):
    body = raw_bom("x", line("NOSUCHPART-1", "U9"), record="decided")
    path = f"/v1/boms/{ok(client.post('/v1/parse_raw_bom/', json=body))['id']}/"
    first = ok(client.get(f"{path}lines/"))["results"][0]["id"]
    ok(client.patch(f"{path}lines/{first}/", json={"part": platform.part_id(MCU)}))
    ok(client.post(f"{path}approve/"))
    assert client.post("/v1/parse_raw_bom/", json=body).headers["X-Bomtool-Outcome"] == "unchanged"


def test_an_integration_record_that_is_taken_is_409(client, ok):
    ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x", record="mine")))
    other = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("y", record="yours")))
    response = client.patch(f"/v1/boms/{other['id']}/", json={"integration_record_id": "mine"})
    assert (response.status_code, "integration record" in response.json()["detail"]) == (409, True)


def test_a_lines_record_is_only_found_below_its_own_bom(client, ok, board):
    other = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("other")))
    inner = lines_of(client, ok, board)[0]["id"]
    for method in ("GET", "PATCH", "DELETE"):
        response = client.request(
            method, f"/v1/boms/{other['id']}/lines/{inner}/", json={} if method == "PATCH" else None
        )
        assert response.status_code == 404


def test_an_upsert_is_a_job_that_replaces_by_record(client, ok):
    body = raw_bom("x", line(RESISTOR, "R1"), record="job")
    started = client.put("/v1/boms/async_upsert/", json=body)
    assert (started.status_code, started.json()["kind"]) == (202, "upsert_bom")
    job = ok(client.get(f"/v1/async_jobs/{started.json()['id']}/"))
    assert (job["status"], job["progress"], job["result"]["outcome"]) == (
        "succeeded",
        {"done": 1, "total": 1},
        "created",
    )
    body["raw_lines"].append(line(MCU, "U1"))
    again = ok(client.get(f"/v1/async_jobs/{ok(client.put('/v1/boms/async_upsert/', json=body))['id']}/"))
    assert again["result"] == {"bom": job["result"]["bom"], "outcome": "updated"}
    assert ok(client.get(f"/v1/boms/{job['result']['bom']}/"))["line_count"] == 2
    assert client.put("/v1/boms/async_upsert/", json={"name": "x"}).status_code == 400
    ok(client.post(f"/v1/boms/{job['result']['bom']}/approve/"))
    body["raw_lines"].pop()
    failed = ok(client.get(f"/v1/async_jobs/{ok(client.put('/v1/boms/async_upsert/', json=body))['id']}/"))
    assert failed["status"] == "failed"
    assert "approved" in failed["error"]


def test_a_part_with_its_offers(client, ok, platform):
    found = ok(client.get(f"/v1/parts/{platform.part_id(RESISTOR)}/"))
    assert (found["mpn"], found["manufacturer"].casefold(), found["kind"]) == (RESISTOR, "yageo", "snapshot")
    assert [(p["quantity"], p["price"]) for p in found["offers"][0]["prices"]] == [
        (1, "0.10"),
        (100, "0.02"),
        (1000, "0.005"),
    ]
    assert client.get("/v1/parts/AAAAAAAAAAAA/").status_code == 404


def test_an_idempotency_key_takes_effect_once(client, ok, platform, base_url):
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    first = client.post("/v1/parse_raw_bom/", json=raw_bom("x"), headers=headers)
    again = client.post("/v1/parse_raw_bom/", json=raw_bom("x"), headers=headers)
    assert (again.json(), again.headers["X-Bomtool-Replayed"]) == (first.json(), "true")
    assert again.headers["X-Bomtool-Outcome"] == "created"
    assert again.headers["X-Request-Id"] != first.headers["X-Request-Id"]
    assert client.post("/v1/parse_raw_bom/", json=raw_bom("y"), headers=headers).status_code == 409
    assert ok(client.get("/v1/boms/"))["count"] == 1
    with platform.client(platform.key()["key"], base_url) as stranger:
        other = stranger.post("/v1/parse_raw_bom/", json=raw_bom("x"), headers=headers)
        assert other.json()["id"] != first.json()["id"]
    assert (
        client.post("/v1/parse_raw_bom/", json=raw_bom("x"), headers={"Idempotency-Key": "k" * 256}).status_code == 400
    )
    path = f"/v1/boms/{first.json()['id']}/"
    gone = [client.delete(path, headers={"Idempotency-Key": "bye"}).status_code for _ in range(2)]
    assert gone == [204, 204]


def test_a_refused_request_does_not_use_up_its_key(client, ok):
    headers = {"Idempotency-Key": "mistake"}
    assert client.post("/v1/parse_raw_bom/", json={"name": ""}, headers=headers).status_code == 400
    assert client.post("/v1/parse_raw_bom/", json={"name": "x"}, headers=headers).status_code == 200
