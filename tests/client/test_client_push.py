"""Pushing once against a foreign server: whatever breaks, the platform ends up with one BOM, or we say we cannot tell."""

from __future__ import annotations

import random

import pytest

from bomtool.api.programs import ProgramCreate
from bomtool.client import Client
from bomtool.client.push import LOOK_SECONDS
from bomtool.errors import ApiError, PlatformError, UncertainOutcome, Unreachable, UsageError
from tests.client.foreign import AFTER, BEFORE, ORG, Foreign, serving
from tests.client.making import FakeTime, make_bom, make_client, make_line

FAULTS = (*BEFORE, *AFTER)


def codes(findings: list) -> list[str]:
    return [finding.code for finding in findings]


def test_push_creates_and_a_second_push_finds_it() -> None:
    with serving() as server, make_client(server.url) as client:
        first = client.boms.create_raw(make_bom())
        second = client.boms.create_raw(make_bom())
        assert (first.outcome, second.outcome) == ("created", "unchanged")
        assert first.bom.id == second.bom.id
        assert first.bom.approved == "false"
        assert first.bom.model_extra["flavour"] == "foreign"
        assert len(server.boms) == len(server.posts) == 1


def test_a_corrected_reading_is_a_new_record() -> None:
    with serving() as server, make_client(server.url) as client:
        client.boms.create_raw(make_bom())
        again = client.boms.create_raw(make_bom([make_line(2, mpn="RC0402FR-0710KL", reference_designators=("R1",))]))
        assert again.outcome == "created"
        assert len(server.boms) == 2


def test_new_makes_another_one_of_the_same_content() -> None:
    with serving() as server, make_client(server.url) as client:
        client.boms.create_raw(make_bom())
        assert client.boms.create_raw(make_bom(), new=True).outcome == "created"
        assert len({bom["integration_record_id"] for bom in server.boms}) == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_one_broken_post_ends_in_one_bom(fault: str) -> None:
    time = FakeTime()
    broken: list[int] = []

    def once(number: int, method: str) -> str | None:
        if method == "POST" and not broken:
            broken.append(number)
            return fault
        return None

    with serving(Foreign(fault=once, now=time.now)) as server, make_client(server.url, time) as client:
        pushed = client.boms.create_raw(make_bom())
        assert pushed.outcome == "created"
        assert len(server.boms) == 1
        assert not server.pending
        assert len(server.posts) == 1


def test_before_sending_again_it_looks_for_thirty_seconds() -> None:
    time = FakeTime()
    posts: list[float] = []

    def fault(number: int, method: str) -> str | None:
        if method == "POST":
            posts.append(time.now())
            return "cut-before" if len(posts) == 1 else None
        return None

    with serving(Foreign(fault=fault)) as server, make_client(server.url, time) as client:
        client.boms.create_raw(make_bom())
        assert len(posts) == 2
        assert posts[1] - posts[0] >= LOOK_SECONDS
        looks = [method for method, _, _ in server.requests]
        assert looks[2:-1].count("GET") >= 5


@pytest.mark.parametrize("seed", range(60))
def test_random_cuts_never_double(seed: int) -> None:
    """Up to six broken requests at random places, of every kind; then the same command again on a healthy server."""
    chance = random.Random(seed)
    time = FakeTime()
    plan = {number: chance.choice(FAULTS) for number in chance.sample(range(14), chance.randint(1, 6))}
    others = chance.choice((0, 3, 7))
    state = Foreign(
        fault=lambda number, method: plan.get(number),
        now=time.now,
        page_cap=chance.choice((1, 2, 100)),
        honours_filters=chance.random() < 0.3,
        next_lies=chance.choice((None, None, "other-origin")),
    )
    with serving(state) as server, make_client(server.url, time) as client:
        for index in range(others):
            server.boms.append(server.record({"name": f"other {index}"}, ORG))
        try:
            pushed = client.boms.create_raw(make_bom())
        except PlatformError:
            pushed = None
        time.sleep(60)
        server.settle()
        ours = [bom for bom in server.boms if bom["name"] == "Blinker"]
        assert len(ours) <= 1
        if pushed is not None:
            assert [str(pushed.bom.id)] == [bom["id"] for bom in ours]
        plan.clear()
        again = client.boms.create_raw(make_bom())
        ours = [bom for bom in server.boms if bom["name"] == "Blinker"]
        assert [bom["id"] for bom in ours] == [str(again.bom.id)]
        assert len(ours[0]["lines_sent"]) == 2


def test_where_the_list_cannot_be_read_after_a_lost_reply_nothing_is_sent_again() -> None:
    def fault(number: int, method: str) -> str | None:
        if method == "POST":
            return "cut-after"
        return "html-before" if server.posts else None

    with serving() as server, make_client(server.url) as client:
        server.fault = fault
        with pytest.raises(UncertainOutcome, match="whether it arrived cannot be told") as caught:
            client.boms.create_raw(make_bom())
        assert caught.value.exit_code == 4
        assert len(server.posts) == 1


@pytest.mark.parametrize("lie", [{"count_lie": 5}, {"ignores_offset": True}])
def test_a_list_that_cannot_be_read_to_its_end_stops_the_push_before_sending(lie: dict) -> None:
    with serving(Foreign(page_cap=2, **lie)) as server, make_client(server.url) as client:
        server.boms += [server.record({"name": f"other {index}"}, ORG) for index in range(5)]
        with pytest.raises(PlatformError, match="cannot be read to its end"):
            client.boms.create_raw(make_bom())
        assert not server.posts


def test_a_filter_that_finds_nothing_proves_nothing() -> None:
    with serving(Foreign(filters_find_nothing=True)) as server, make_client(server.url) as client:
        client.boms.create_raw(make_bom())
        assert client.boms.create_raw(make_bom()).outcome == "unchanged"
        assert len(server.posts) == 1


def test_a_list_that_changes_while_it_is_read_is_read_again() -> None:
    """A record deleted meanwhile moves ours from page two to page one, which has been read already."""
    state = Foreign(page_cap=2, filters_find_nothing=True)
    with serving(state) as server, make_client(server.url) as client:
        server.boms += [server.record({"name": f"other {index}"}, ORG) for index in range(2)]
        client.boms.create_raw(make_bom())
        server.boms.append(server.record({"name": "other 2"}, ORG))

        def disturb() -> None:
            if "offset=2" in server.requests[-1][1] and len(server.boms) == 4:
                del server.boms[0]

        server.on_page = disturb
        assert client.boms.create_raw(make_bom()).outcome == "unchanged"
        assert len(server.posts) == 1


def test_a_list_that_never_stands_still_stops_the_push_before_sending() -> None:
    state = Foreign(page_cap=2)
    with serving(state) as server, make_client(server.url) as client:
        server.boms += [server.record({"name": f"other {index}"}, ORG) for index in range(4)]
        server.on_page = lambda: server.boms.append(server.record({"name": "other"}, ORG))
        with pytest.raises(PlatformError, match="changed each time"):
            client.boms.create_raw(make_bom())
        assert not server.posts


def test_server_that_drops_the_record_is_reported() -> None:
    with serving(Foreign(keeps_records="null")) as server, make_client(server.url) as client:
        assert codes(client.boms.create_raw(make_bom()).findings) == ["record-not-kept"]
        assert len(server.boms) == 1


def test_server_that_drops_the_record_and_loses_the_reply_is_uncertain() -> None:
    with serving(Foreign(keeps_records="null")) as server, make_client(server.url) as client:
        server.boms.append(server.record({"name": "Blinker"}, ORG))
        server.fault = lambda number, method: "cut-after" if method == "POST" else None
        with pytest.raises(UncertainOutcome, match="may be this one"):
            client.boms.create_raw(make_bom())
        assert len(server.posts) == 1


def test_server_that_never_tells_where_boms_come_from_is_not_sent_a_namesake() -> None:
    with serving(Foreign(keeps_records="absent")) as server, make_client(server.url) as client:
        server.boms.append(server.record({"name": "Blinker"}, ORG))
        with pytest.raises(UncertainOutcome, match="may be this one"):
            client.boms.create_raw(make_bom())
        assert not server.posts


def test_the_same_record_in_another_org_is_another_bom() -> None:
    other = "6a1f0c1e-0000-4000-8000-000000000002"
    with serving() as server:
        with make_client(server.url, org_id=other) as client:
            client.boms.create_raw(make_bom())
        with make_client(server.url, org_id=ORG) as client:
            assert client.boms.create_raw(make_bom()).outcome == "created"
            assert client.boms.create_raw(make_bom()).outcome == "unchanged"
        assert [bom["org_id"] for bom in server.boms] == [other, ORG]
        with make_client(server.url) as client, pytest.raises(UsageError, match="several orgs"):
            client.boms.create_raw(make_bom())


@pytest.mark.parametrize(
    "change",
    [{"synced_from_integration": False}, {"integration_source_name": "erp"}, {"integration_record_id": "0" * 64}],
)
def test_all_three_integration_fields_are_compared(change: dict) -> None:
    with serving() as server, make_client(server.url) as client:
        client.boms.create_raw(make_bom())
        server.boms[0].update(change)
        assert client.boms.create_raw(make_bom()).outcome == "created"
        assert len(server.boms) == 2


def test_a_record_found_twice_is_said() -> None:
    with serving() as server, make_client(server.url) as client:
        client.boms.create_raw(make_bom())
        server.boms.append({**server.boms[0], "id": "6a1f0c1e-0000-4000-8000-00000000000f"})
        pushed = client.boms.create_raw(make_bom())
        assert pushed.outcome == "unchanged"
        assert codes(pushed.findings) == ["record-doubled"]


def test_a_refusal_is_not_sent_again_and_names_the_row() -> None:
    refusal = {"raw_lines": {"1": {"quantity": ["too many"]}}}
    with serving(Foreign(refusal=refusal)) as server, make_client(server.url) as client:
        with pytest.raises(ApiError, match="raw_lines row 3 quantity: too many") as caught:
            client.boms.create_raw(make_bom())
        assert caught.value.exit_code == 2
        assert sum(method == "POST" for method, _, _ in server.requests) == 1


def test_nobody_listening_is_unreachable_and_nothing_is_sent() -> None:
    with serving() as server:
        url = server.url
    with make_client(url) as client, pytest.raises(Unreachable, match="does not answer") as caught:
        client.boms.create_raw(make_bom())
    assert caught.value.exit_code == 4


def test_a_platform_that_names_itself_is_trusted_with_the_repeat() -> None:
    """Its answers carry X-Bomtool-Platform: a lost reply is asked for again at once, with the same Idempotency-Key."""
    faults = iter(["cut-after", "503-before", "cut-in-body"])

    def fault(number: int, method: str) -> str | None:
        return next(faults, None) if method == "POST" else None

    with serving(Foreign(answers_as="0.1.0", honours_filters=True, fault=fault)) as server:
        with make_client(server.url) as client:
            pushed = client.boms.create_raw(make_bom())
            assert len(server.boms) == 1
            assert str(pushed.bom.id) == server.boms[0]["id"]
        keys = {headers["idempotency-key"] for method, _, headers in server.requests if method == "POST"}
        assert len(keys) == 1


@pytest.mark.parametrize("fault", FAULTS)
def test_programs_are_created_once(fault: str) -> None:
    time = FakeTime()
    broken: list[int] = []

    def once(number: int, method: str) -> str | None:
        if method == "POST" and not broken:
            broken.append(number)
            return fault
        return None

    body = ProgramCreate(
        name="Blinker x 100",
        synced_from_integration=True,
        integration_source_name="bomtool",
        integration_record_id="ab" * 32,
    )
    with serving(Foreign(fault=once, now=time.now)) as server, make_client(server.url, time) as client:
        first = client.programs.create_once(body)
        assert client.programs.create_once(body).id == first.id
        assert len(server.programs) == 1


def test_a_program_without_record_is_refused() -> None:
    with serving() as server, make_client(server.url) as client:
        with pytest.raises(UsageError, match="integration_record_id"):
            client.programs.create_once(name="x")
        assert not server.requests


def test_client_is_what_the_package_offers() -> None:
    import bomtool.client

    assert bomtool.client.Client is Client
