"""What people decide is offered for such lines of the same org, and can be taken back."""

from __future__ import annotations

import pytest

from tests.platform.support import MCU, OPAMP, line, raw_bom


@pytest.fixture
def push(client, ok):
    """Pushes lines as a new BOM; gives the BOM and its lines."""

    def pushed(name, *lines):
        bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom(name, *lines)))
        return bom, ok(client.get(f"/v1/boms/{bom['id']}/lines/"))["results"]

    return pushed


def decide(client, ok, bom, entry, part):
    return ok(client.patch(f"/v1/boms/{bom['id']}/lines/{entry['id']}/", json={"part": part}))


def test_a_decision_is_offered_for_such_lines_and_can_be_taken_back(client, ok, platform, push):
    unknown = line("HOUSE-77", "U1", manufacturer_name="Ours")
    bom, (entry,) = push("first", unknown)
    assert entry["status"] == "no_match"
    assert decide(client, ok, bom, entry, platform.part_id(MCU))["status"] == "matched"

    other, (again, different) = push("second", unknown, line("HOUSE-78", "U2", manufacturer_name="Ours"))
    assert (again["status"], again["part"]) == ("needs_review", None)
    first = again["candidates"][0]
    assert (first["part"]["mpn"], first["level"]) == (MCU, "decision")
    assert "a person chose" in again["match"]["reason"]
    assert different["status"] == "no_match"
    assert decide(client, ok, other, again, platform.part_id(OPAMP))["part"]["mpn"] == OPAMP
    assert push("third", unknown)[1][0]["candidates"][0]["part"]["mpn"] == OPAMP

    assert decide(client, ok, other, again, None)["part"] is None
    assert push("fourth", unknown)[1][0]["status"] == "no_match"


def test_other_orgs_decide_for_themselves(client, ok, platform, push):
    unknown = line("HOUSE-99", "U1")
    bom, (entry,) = push("ours", unknown)
    decide(client, ok, bom, entry, platform.part_id(MCU))
    with platform.client(platform.key()["key"]) as stranger:
        theirs = ok(stranger.post("/v1/parse_raw_bom/", json=raw_bom("theirs", unknown)))
        found = ok(stranger.get(f"/v1/boms/{theirs['id']}/lines/"))["results"][0]
    assert (found["status"], found["candidates"]) == ("no_match", [])


def test_a_number_that_names_a_part_is_not_silently_replaced(client, ok, platform, push):
    named = line(OPAMP, "U1", manufacturer_name="TI")
    bom, (entry,) = push("ours", named)
    assert entry["status"] == "matched"
    decide(client, ok, bom, entry, platform.part_id(MCU))
    _, (again,) = push("next", named)
    assert again["status"] == "needs_review"
    assert [c["part"]["mpn"] for c in again["candidates"][:2]] == [MCU, OPAMP]
    assert "The part number names" in again["match"]["reason"]


def test_deciding_costs_the_same_whatever_the_bom(client, platform, push):
    push("first", line("HOUSE-0", "U0"))  # the first use of a key is noted
    counts = set()
    for size in (120, 360):
        with platform.store.count_statements() as counter:
            push(f"of {size}", *(line(f"HOUSE-{n}", f"U{n}") for n in range(size)))
        counts.add(counter.count)
    assert len(counts) == 1
