"""Refusals: what the platform answers when it will not do a thing (contract, section 5).

400 is `{field: [messages]}`, nested for lines (`{"raw_lines": {"3": {"quantity": [...]}}}`); everything else is
`{"detail": sentence, "request_id": id}`. 422 is never answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException

WHOLE = "non_field_errors"
"""Where messages about the whole body stand."""

MAX_MESSAGES = 200
"""Most messages in one answer."""

_PLAIN = {
    "missing": "This field is required.",
    "extra_forbidden": "This field is not known.",
    "string_type": "Must be text.",
    "list_type": "Must be a list.",
    "dict_type": "Must be an object.",
    "model_type": "Must be an object.",
    "model_attributes_type": "Must be an object.",
    "bool_type": "Must be true or false.",
    "json_invalid": "The body is not valid JSON.",
}


class Refusal(HTTPException):
    """An error answer on purpose: `status_code`, `body` and headers."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail=str(body.get("detail", body)), headers=headers)
        self.body = dict(body)


def invalid(fields: Mapping[str, Any]) -> Refusal:
    """400; `fields` maps a field to a message, a list of messages or a nested mapping."""
    return Refusal(400, {name: [value] if isinstance(value, str) else value for name, value in fields.items()})


def not_found(what: str, identifier: object) -> Refusal:
    """404: no such record, or none this key can see; the two are not told apart."""
    return Refusal(404, {"detail": f"There is no {what} with the id {str(identifier)[:80]}."})


def conflict(detail: str, **more: Any) -> Refusal:
    """409: the record is not in a state that allows this; `more` are further members of the body."""
    return Refusal(409, {"detail": detail, **more})


def field_map(errors: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Validation errors of pydantic as nested field messages; `loc` starts with where it came from (body, query)."""
    out: dict[str, Any] = {}
    for number, error in enumerate(errors):
        if number == MAX_MESSAGES:
            _put(out, (), "There are more mistakes than are listed here.")
            break
        location = tuple(str(part) for part in error["loc"][1:])
        if error["type"] == "json_invalid":
            location = ()
        _put(out, location, _message(error))
    return out


def _message(error: Mapping[str, Any]) -> str:
    plain = _PLAIN.get(error["type"])
    if error["type"] == "json_invalid":
        return f"The body is not valid JSON: {error.get('ctx', {}).get('error', 'it ends early')}."
    if plain:
        return plain
    text = str(error["msg"]).removeprefix("Value error, ")
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."


def _put(out: dict[str, Any], location: Sequence[str], message: str) -> None:
    """Append one message; a name that has both its own messages and nested ones keeps its own under WHOLE."""
    name, rest = (location[0], location[1:]) if location else (WHOLE, ())
    here = out.get(name)
    if rest:
        if not isinstance(here, dict):
            out[name] = {WHOLE: here} if here else {}
        _put(out[name], rest, message)
    elif isinstance(here, dict):
        here.setdefault(WHOLE, []).append(message)
    else:
        out.setdefault(name, []).append(message)
