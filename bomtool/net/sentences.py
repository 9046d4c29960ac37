"""Error answers of a platform as one readable sentence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bomtool.errors import ApiError


def api_error(status: int, body: Any, request_id: str | None, *, retry_after: str | None = None) -> ApiError:
    """The exception for an error answer: one readable sentence, the request id at its end."""
    told = "; ".join(messages(body))
    start, hint = {
        401: ("The platform does not know this key", "Check BOMTOOL_API_KEY; keys may have expired or been revoked."),
        403: ("This key may not do that", "Use a key with the scope it takes."),
        404: ("The platform has no such record", None),
        405: ("The platform does not know this operation", "Is BOMTOOL_API_URL the address of a Platform API?"),
        409: ("The platform refuses, as things stand", None),
        413: ("The request is larger than the platform takes", "Split the BOM."),
        429: ("The platform asks to slow down", f"Try again {_later(retry_after)}."),
    }.get(status, (None, None))
    if start is None and status >= 500:
        start, hint = f"The platform failed (status {status})", "Try again later; if it stays, tell whoever runs it."
    start = start or f"The platform refused the request (status {status})"
    tail = f" (request {request_id})" if request_id else ""
    if not told:
        sentence = f"{start}{tail}."
    elif status in (400, 409):
        sentence = f"{told.rstrip('.')}{tail}."
    else:
        sentence = f"{start}: {told.rstrip('.')}{tail}."
    return ApiError(sentence, status=status, body=body, request_id=request_id, hint=hint)


def messages(body: Any, path: Sequence[str] = ()) -> list[str]:
    """The sentences of an error body, at most twenty: `{"raw_lines": {"3": {"quantity": ["..."]}}}` gives
    "raw_lines 3 quantity: ..."."""
    if isinstance(body, dict):
        if isinstance(body.get("detail"), str):  # what stands beside it is for programs
            return messages(body["detail"], path)
        found = [
            sentence
            for key, value in body.items()
            if key != "request_id"
            for sentence in messages(value, (*path, str(key)) if key not in ("detail", "non_field_errors") else path)
        ]
        return found[:20]
    if isinstance(body, list):
        return [sentence for value in body for sentence in messages(value, path)][:20]
    if body in (None, ""):
        return []
    return [f"{' '.join(path)}: {str(body)[:500]}" if path else str(body)[:500]]


def _later(retry_after: str | None) -> str:
    return f"in {retry_after} seconds" if retry_after and retry_after.isdigit() else "later"
