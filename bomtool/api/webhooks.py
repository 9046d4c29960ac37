"""Webhooks on the wire: what is told, how it is signed, and how a receiver checks it.

A call is a POST of `{"event_type", "record_type", "id", "data"}`; `data` is what a GET of the record answers (for kinds
without a GET, what creating or updating it answers). The signature is `t=SECONDS,v1=HEX`: HMAC-SHA256, under the
webhook's secret, over the decimal seconds since 1970, a dot, and the body byte for byte. Two `v1` stand there while a
secret is being replaced.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from typing import Any

from bomtool.errors import BomtoolError

SIGNATURE = "X-Bomtool-Signature"
DELIVERY = "X-Bomtool-Delivery"
"""Names the event; a call that is repeated carries the same."""

TOLERANCE = 300
"""Seconds a signature is good for; older ones may be calls somebody recorded."""

EVENTS = ("created", "updated")
RECORD_TYPES = {
    "boms": "BOM",
    "programs": "Program",
    "purchases": "Purchase",
    "suppliers": "Supplier",
    "rfqs": "RFQ",
    "supplier_quotes": "Supplier Quote",
    "supplier_bills": "Supplier Bill",
    "stock_lots": "Stock Lot",
    "stock_documents": "Stock Document",
    "outbound_emails": "Outbound Email",
    "org_parts": "Part",
    "teams": "Team",
    "team_types": "Team Type",
    "custom_properties": "Custom Property",
    "tags": "Tag",
    "users": "User",
    "orgs": "Sub-Org",
}
"""The kinds of record that events are about, by where they are kept; a line's change is one of what it stands in."""


class SignatureError(BomtoolError):
    """A call that does not come from the platform, was changed under way, or is too old."""

    code = "bad-signature"


def signature(secrets: Sequence[str], body: bytes, timestamp: int) -> str:
    """The header of a call: one `v1` for each secret."""
    return ",".join([f"t={timestamp}", *(f"v1={_digest(secret, body, timestamp)}" for secret in secrets)])


def verify_webhook(
    secret: str, header: str | None, body: bytes, *, tolerance: float = TOLERANCE, now: float | None = None
) -> dict[str, Any]:
    """The event a webhook's call tells, once it is sure that the platform sent it.

    `secret` is what `bomtool webhooks add` showed, `header` the value of X-Bomtool-Signature, `body` the bytes as they
    came in, before any parsing. `tolerance` is how old (or how far ahead of this clock) the call may be, in seconds;
    `now` are the seconds since 1970, this machine's unless given. Signatures are compared in constant time. A call
    may come twice: X-Bomtool-Delivery names it, and what has been seen is left alone.

    Raises SignatureError.
    """
    stamps, digests = [], []
    for word in (header or "").split(","):
        name, _, value = word.strip().partition("=")
        if name == "t":
            stamps.append(value)
        elif name == "v1":
            digests.append(value)
    if len(stamps) != 1 or not digests or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) < 13):
        raise SignatureError("The call carries no signature of this platform.")
    timestamp = int(stamps[0])
    expected = _digest(secret, body, timestamp)
    fits = [hmac.compare_digest(expected.encode(), given.encode("utf-8", "replace")) for given in digests]
    if not any(fits):
        raise SignatureError("The signature does not fit the body: another secret, or another content.")
    if abs((time.time() if now is None else now) - timestamp) > tolerance:
        raise SignatureError(f"The call was signed more than {tolerance:g} seconds from now.")
    try:
        event = json.loads(body)
    except ValueError:
        event = None
    if not isinstance(event, dict):
        raise SignatureError("The body is signed, but it is no event.")
    return event


def _digest(secret: str, body: bytes, timestamp: int) -> str:
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
