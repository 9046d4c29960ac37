"""Answers with a list that is too long to hold: its items are made, checked and sent a hundred at a time."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Any, get_args

from pydantic import BaseModel, TypeAdapter
from starlette.responses import Response, StreamingResponse

from bomtool.api.routes import BY_NAME
from bomtool.platform.calls import Call

_AT_ONCE = 100


def answer(call: Call, value: dict[str, Any], name: str, items: Iterable[dict[str, Any]]) -> Response:
    """The answer of the call's operation from plain members, and the items of its list `name`.

    A defect in one of the items breaks the answer off, so that nobody takes it for a whole one.
    """
    whole, item = _adapters(call.route.name, name)
    text: bytes = whole.dump_json(whole.validate_python({**value, name: []}), by_alias=True)
    begin = f'"{name}":['.encode()
    before, found, behind = text.partition(begin + b"]")  # quotes within texts are escaped: no text looks like this
    assert found, f"the answer has no list {name}"

    def pieces() -> Iterator[bytes]:
        yield before + begin
        made: list[bytes] = []
        comma = b""
        for members in items:
            made.append(comma + item.dump_json(item.validate_python(members), by_alias=True))
            comma = b","
            if len(made) == _AT_ONCE:
                yield b"".join(made)
                made.clear()
        yield b"".join(made) + b"]" + behind

    return StreamingResponse(pieces(), call.route.status, call.headers, media_type="application/json")


@functools.cache
def _adapters(operation: str, name: str) -> tuple[TypeAdapter[Any], TypeAdapter[Any]]:
    """For the answer of an operation, and for the items of one of its lists."""
    model = BY_NAME[operation].answer
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    (item,) = get_args(model.model_fields[name].annotation)
    return TypeAdapter(model), TypeAdapter(item)
