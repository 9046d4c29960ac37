"""Answers within limits: whole, or not at all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from bomtool.net import Limits


class Bounded(httpx.BaseTransport):
    """Reads each answer whole, within the limits, so that a body cut off half-way is retried like any broken reply."""

    def __init__(self, inner: httpx.BaseTransport, limits: Limits) -> None:
        self._inner = inner
        self._limits = limits

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        response = self._inner.handle_request(request)
        limits, into = self._limits, request.extensions.get("into") if response.status_code == 200 else None
        most, seconds = (
            (limits.body_bytes, limits.body_seconds) if into is None else (limits.file_bytes, limits.file_seconds)
        )
        until = time.monotonic() + seconds
        chunks: list[bytes] = []
        size = 0
        if into is not None:  # an earlier try may have left something there
            into.seek(0)
            into.truncate()
        keep: Callable[[bytes], Any] = chunks.append if into is None else into.write
        try:
            for chunk in _received(response):
                keep(chunk)
                size += len(chunk)
                if size > most:
                    raise httpx.DecodingError(f"it is larger than {most:,} bytes")
                if time.monotonic() > until:
                    raise httpx.ReadTimeout("the answer takes too long", request=request)
        finally:
            response.close()
        drop = ("content-encoding", "content-length", "transfer-encoding")
        headers = [(name, value) for name, value in response.headers.multi_items() if name.lower() not in drop]
        return httpx.Response(response.status_code, headers=headers, content=b"".join(chunks), request=request)

    def close(self) -> None:
        self._inner.close()


def _received(response: httpx.Response) -> Iterator[bytes]:
    """The body as it comes. An app of this process may fail in the middle: that is a broken answer like any other, but not
    worth asking for again."""
    try:
        yield from response.iter_bytes()
    except httpx.HTTPError:
        raise
    except Exception as error:
        logging.getLogger("bomtool.platform").exception("an answer broke off")
        raise httpx.DecodingError("it broke off") from error
