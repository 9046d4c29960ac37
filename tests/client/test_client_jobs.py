"""Waiting for a job, and answers that are not as agreed."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from bomtool.errors import PlatformError, UncertainOutcome, UsageError
from tests.client.making import FakeTime, make_client
from tests.net.scripted import Answer, scripted

JOB = "3b1f0c1e-0000-4000-8000-000000000001"
BOM = {"id": JOB, "approved": "True", "org_id": "o", "name": "Blinker", "colour": "blue"}


def job(status: str, **members: object) -> Answer:
    body = {"id": JOB, "kind": "upsert_bom", "status": status, "created_at": "2026-01-02T03:04:05Z", **members}
    return Answer(body=json.dumps(body).encode())


def test_wait_polls_ever_more_slowly_until_it_succeeded() -> None:
    time = FakeTime()
    answers = [job("queued")] * 3 + [job("running")] * 3 + [job("succeeded", result={"bom": JOB})]
    with scripted(*answers) as server, make_client(server.url, time) as client:
        done = client.jobs.wait(UUID(JOB))
        assert done.result == {"bom": JOB}
        assert len(server.asked) == 7
        assert server.asked[0].path == f"/v1/async_jobs/{JOB}/"
    assert 0.3 < time.now() - 1000 < 5


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_wait_raises_what_the_job_says(status: str) -> None:
    with scripted(job("queued"), job(status, error="No such part.")) as server:
        client = make_client(server.url)
        with client, pytest.raises(PlatformError, match=rf"{status}: No such part\."):
            client.jobs.wait(JOB)


def test_wait_gives_up_at_its_timeout() -> None:
    time = FakeTime()
    with scripted(job("running")) as server:
        client = make_client(server.url, time)
        with client, pytest.raises(PlatformError, match="still running after 10 seconds") as caught:
            client.jobs.wait(JOB, timeout=10)
    assert caught.value.code == "job-timeout"
    assert time.now() == pytest.approx(1010)


def test_unknown_answer_fields_are_kept_and_approved_is_read_in_any_form() -> None:
    for approved in ("True", "true", True):
        answer = Answer(body=json.dumps({**BOM, "approved": approved}).encode())
        with scripted(answer) as server, make_client(server.url) as client:
            bom = client.boms.get(JOB)
            assert bom.approved == "true"
            assert bom.model_extra == {"colour": "blue"}
            assert json.loads(bom.model_dump_json())["colour"] == "blue"


def test_an_answer_that_is_not_as_agreed_is_named() -> None:
    with scripted(Answer(body=b'{"id": 3}')) as server:
        client = make_client(server.url)
        with client, pytest.raises(PlatformError, match=r"not as agreed: id: ") as caught:
            client.boms.get(JOB)
    assert caught.value.code == "unexpected-answer"


def test_a_request_that_cannot_be_is_refused_before_it_is_sent() -> None:
    with scripted() as server, make_client(server.url) as client:
        with pytest.raises(UsageError, match="quant: must be a whole number"):
            client.programs.update_line(JOB, JOB, quant=True)
        with pytest.raises(UsageError, match="colour"):
            client.boms.update(JOB, colour="blue")
        assert not server.asked


def test_only_the_members_given_are_sent_null_included() -> None:
    with scripted(Answer(body=json.dumps(BOM).encode())) as server, make_client(server.url) as client:
        client.boms.update(JOB, version=None, name="N")
        assert json.loads(server.asked[0].body) == {"version": None, "name": "N"}


@pytest.mark.parametrize(("approved", "uncertain"), [("true", False), ("false", True)])
def test_a_lost_approval_is_looked_at(approved: str, uncertain: bool) -> None:
    found = Answer(body=json.dumps({**BOM, "approved": approved}).encode())
    with scripted(Answer(cut="before"), found) as server, make_client(server.url) as client:
        if uncertain:
            with pytest.raises(UncertainOutcome):
                client.boms.approve(JOB)
        else:
            assert client.boms.approve(JOB, allow_unmatched=True).approved == "true"
        assert [asked.method for asked in server.asked] == ["POST", "GET"]


def test_closing_closes_what_stands_behind() -> None:
    closed: list[str] = []
    with scripted() as server:
        client = make_client(server.url, on_close=lambda: closed.append("platform"))
        client.close()
        client.close()
    assert closed == ["platform"]
