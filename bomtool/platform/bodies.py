"""Strict JSON bodies: UTF-8, no NaN, no member twice, no lone surrogates, no NUL characters, bounded depth and numbers.

What passes here can be stored in any database and sent back as valid JSON.
"""

from __future__ import annotations

import json
import re
from typing import Any

from starlette.requests import Request

from bomtool.api.base import WireNumber
from bomtool.platform.errors import WHOLE, Refusal

MAX_DEPTH = 64
_MAX_DIGITS = 400
_SUSPECT = re.compile(rb"\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})")


class StrictRequest(Request):
    """A request whose `json()` refuses what no record may hold."""

    async def json(self) -> Any:
        """The parsed body. Raises JSONDecodeError for bad JSON, Refusal 400 for JSON that cannot be kept."""
        return parse(await self.body())


def parse(body: bytes) -> Any:
    """A JSON body as Python values; see `StrictRequest.json`."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise _refused("The body is not UTF-8.") from None
    try:
        value = json.loads(
            text, parse_constant=_no_constant, parse_int=_integer, parse_float=_number, object_pairs_hook=_object
        )
    except RecursionError:
        raise _too_deep() from None
    _check_depth(value)
    if _SUSPECT.search(body) and not _storable(value):
        raise _refused("Texts must not contain NUL characters or halves of surrogate pairs.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose members are there once: which of two was meant, nobody can tell."""
    value = dict(pairs)
    if len(value) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise Refusal(400, {twice[:100]: ["This field is there twice."]})
    return value


def _no_constant(name: str) -> Any:
    raise _refused(f"{name} is not a number of JSON.")


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise _refused("A number has too many digits.")
    return int(text)


def _number(text: str) -> float:
    value = WireNumber(text)
    if value in (float("inf"), float("-inf")):
        raise _refused("A number is too large.")
    return value


def _check_depth(value: Any) -> None:
    """Level by level, so that no depth can exhaust the stack."""
    level = [value]
    for _ in range(MAX_DEPTH):
        below: list[Any] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(v for v in item.values() if isinstance(v, (dict, list)))
            elif isinstance(item, list):
                below.extend(v for v in item if isinstance(v, (dict, list)))
        if not below:
            return
        level = below
    raise _too_deep()


def _storable(value: Any) -> bool:
    text = json.dumps(value, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return "\\u0000" not in text.replace("\\\\", "")


def _too_deep() -> Refusal:
    return _refused(f"The body is nested more than {MAX_DEPTH} levels deep.")


def _refused(message: str) -> Refusal:
    return Refusal(400, {WHOLE: [message]})
