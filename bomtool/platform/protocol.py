"""uvicorn's HTTP/1.1 with a bound on the time until a request's head, or the rest of an answered request's body, is
there; uvicorn itself waits for ever."""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


class PatientProtocol(H11Protocol):
    """Closes connections that take longer than `head_seconds` for either."""

    head_seconds = 20.0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Start the clock."""
        super().connection_made(transport)
        self._watch_head(waiting=True)

    def data_received(self, data: bytes) -> None:
        """Stop the clock once the head is there."""
        super().data_received(data)
        self._watch_head()

    def on_response_complete(self) -> None:
        """Start it for what a client that does not wait has begun to send."""
        super().on_response_complete()
        self._watch_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop it for good."""
        self._stop()
        super().connection_lost(exc)

    def _watch_head(self, *, waiting: bool = False) -> None:
        head = self.conn.their_state is h11.IDLE and (waiting or bool(self.conn.trailing_data[0]))
        # A body nobody reads any more: the answer went out before it was there.
        rest = self.conn.our_state is h11.DONE and self.conn.their_state is h11.SEND_BODY
        if not head and not rest:
            self._stop()
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_seconds, self._too_late)

    def _stop(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _too_late(self) -> None:
        self._head_timer = None
        if not self.transport.is_closing():
            self.transport.close()
