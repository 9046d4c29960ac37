"""What tells one state of a record from another, and whether a request was made for the state it is in (RFC 9110, 13.1.1).

Records that count their changes are marked by the count, others by the moment of the last change. A line goes by the
record it stands in.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bomtool.api.account import ApiKey, Org
from bomtool.api.labels import CustomProperty, Tag
from bomtool.api.teams import Team, TeamType

BY_MOMENT: tuple[Any, ...] = (Tag, CustomProperty, Team, TeamType, Org)
"""Answers of records that do not count their changes."""
_LISTED = re.compile(r'\s*(W/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(?:,|$)')
_KEY = ("name", "scopes", "expires_at", "revoked_at", "user")


def mark(row: Any) -> int | str:
    """The mark of a record's row."""
    if "revision" in row._fields:
        return int(row.revision)
    return moment(row.updated_at or row.created_at)


def moment(changed_at: Any) -> str:
    """The mark of a record that was changed last at a time."""
    return str(changed_at.strftime("%Y%m%d%H%M%S%f"))


def of_answer(model: Any, value: Any) -> str | None:
    """The mark that goes with an answer of the model, where its service gives none."""
    if not isinstance(value, Mapping):
        return None
    if model in BY_MOMENT:
        return moment(value["updated_at"] or value["created_at"])
    return of_key(value) if model is ApiKey else None


def of_key(shown: Mapping[str, Any]) -> str:
    """The mark of a key: what people set, not when it was used."""
    said = json.dumps([str(shown[name]) for name in _KEY])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def fits(given: Sequence[str], current: int | str) -> bool:
    """Whether If-Match, as its headers came, names the current state: `*`, or a list that has its mark. Weak marks
    promise too little and never fit; what is no list of marks does not either."""
    text = ",".join(given).strip()
    if text == "*":
        return True
    found, at = False, 0
    while at < len(text):
        match = _LISTED.match(text, at)
        if match is None:
            return False
        found = found or (match[1] is None and match[2] == str(current))
        at = match.end()
    return found
