"""What a receiver of webhooks can trust."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from bomtool.client import SignatureError, verify_webhook

BODY = '{"event_type":"created","record_type":"BOM","id":"1","data":{"name":"Prüfling"}}'.encode()
AT = 1_700_000_000


def header(secret="whsec_one", body=BODY, at=AT):
    """By hand, from the description."""
    digest = hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"


def test_a_call_of_the_platform_is_its_event():
    for given in (header(), header() + ",v1=" + "0" * 64, " , ".join(header().split(",")), header() + ",v2=x"):
        event = verify_webhook("whsec_one", given, BODY, now=AT + 299)
        assert event["data"]["name"] == "Prüfling"
    assert verify_webhook("whsec_one", header(), BODY, now=AT - 299)
    assert verify_webhook("whsec_one", header(), BODY, now=AT + 5000, tolerance=6000)


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        "v1=abc",
        f"t={AT}",
        "t=x,v1=abc",
        "t=²,v1=abc",
        f"t={AT},t={AT + 1},{header()}",
        header(secret="whsec_two"),
        header(body=BODY + b" "),
        header(at=AT + 1).replace(str(AT + 1), str(AT)),
        f"t={AT},v1=ä",
        f"t={'9' * 5000},v1=a",
        header()[:-1],
    ],
)
def test_anything_else_is_refused(given):
    with pytest.raises(SignatureError):
        verify_webhook("whsec_one", given, BODY, now=AT)


def test_a_recorded_call_is_refused():
    for moment in (AT + 301, AT - 301):
        with pytest.raises(SignatureError, match="more than 300 seconds"):
            verify_webhook("whsec_one", header(), BODY, now=moment)


def test_what_is_signed_and_no_event_is_refused():
    for body in (b"[]", b"{", b"\xff"):
        with pytest.raises(SignatureError, match="no event"):
            verify_webhook("whsec_one", header(body=body), body, now=AT)
