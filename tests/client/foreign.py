"""A foreign Platform API on a real socket, as badly behaved as a test wants it to be.

It keeps what it is sent, promises no idempotency (every POST it applies adds a record), and can cut connections, answer
HTML or 500 before or after applying, ignore filters, cap pages, and lie in `count` and `next`.
"""

from __future__ import annotations

import json
import re
import socket
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ORG = "6a1f0c1e-0000-4000-8000-000000000001"
BEFORE = ("cut-before", "500-before", "html-before", "503-before")
AFTER = ("cut-after", "cut-in-body", "500-after", "html-after", "504-after", "late")


@dataclass
class Foreign:
    """State and manners of the server."""

    url: str = ""
    fault: Callable[[int, str], str | None] = lambda number, method: None
    """The fault of request `number` (0 for the first), or None."""
    now: Callable[[], float] = lambda: 0.0
    late_by: float = 12.0
    page_cap: int = 100
    honours_filters: bool = False
    filters_find_nothing: bool = False
    on_page: Callable[[], None] = lambda: None
    """Called before each page is made."""
    keeps_records: str = "yes"
    """yes; null (the integration fields come back null); absent (they do not come back at all)."""
    next_lies: str | None = None
    """other-origin, loop, or missing."""
    count_lie: int = 0
    ignores_offset: bool = False
    answers_as: str | None = None
    """An X-Bomtool-Platform header to answer with."""
    refusal: dict[str, Any] | None = None
    """The body of a 400 that every POST gets."""
    boms: list[dict[str, Any]] = field(default_factory=list)
    programs: list[dict[str, Any]] = field(default_factory=list)
    pending: list[tuple[float, list[dict[str, Any]], dict[str, Any]]] = field(default_factory=list)
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    posts: list[dict[str, Any]] = field(default_factory=list)
    idempotency_keys: dict[str, dict[str, Any]] = field(default_factory=dict)
    lock: Any = field(default_factory=threading.RLock)

    def record(self, body: dict[str, Any], org: str) -> dict[str, Any]:
        """What the server keeps of a POST."""
        kept = {
            "id": str(uuid.uuid4()),
            "name": body.get("name"),
            "version": body.get("version"),
            "part_number": body.get("part_number"),
            "approved": False,
            "metadata": body.get("metadata"),
            "org_id": org,
            "data_source": body.get("data_source"),
            "lines_sent": body.get("raw_lines"),
            "flavour": "foreign",
        }
        names = ("synced_from_integration", "integration_source_name", "integration_record_id")
        if self.keeps_records == "yes":
            kept.update({"synced_from_integration": False, **{name: body[name] for name in names if name in body}})
        elif self.keeps_records == "null":
            kept.update({"synced_from_integration": False, **dict.fromkeys(names[1:])})
        return kept

    def settle(self) -> None:
        """Apply what was accepted earlier and takes its time."""
        due = [entry for entry in self.pending if entry[0] <= self.now()]
        for entry in due:
            self.pending.remove(entry)
            entry[1].append(entry[2])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    state: Foreign

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.serve(None)

    def do_POST(self) -> None:
        self.serve(json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"null"))

    def serve(self, body: Any) -> None:
        state = self.state
        with state.lock:
            number = len(state.requests)
            state.requests.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
            fault = state.fault(number, self.command)
            if fault in BEFORE:
                return self.fail(fault)
            state.settle()
            status, answer = self.answer(body, fault)
            if fault is not None:
                return self.fail(fault, answer)
            self.reply(status, json.dumps(answer).encode(), "application/json")

    def answer(self, body: Any, fault: str | None) -> tuple[int, Any]:
        state = self.state
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        one = re.fullmatch(r"/v1/boms/([0-9a-f-]{36})/(lines/)?", parts.path)
        if one is not None and self.command == "GET":
            known = next((bom for bom in state.boms if bom["id"] == one[1]), None)
            if known is None:
                return 404, {"detail": "Not found."}
            return 200, self.page([], parts.path, query) if one[2] else known
        stores = {"/v1/boms/": state.boms, "/v1/parse_raw_bom/": state.boms, "/v1/programs/": state.programs}
        store = stores.get(parts.path)
        if store is None:
            return 404, {"detail": "Not found."}
        if self.command == "GET":
            return 200, self.page(store, parts.path, query)
        if state.refusal is not None:
            return 400, state.refusal
        state.posts.append(body)
        key = self.headers.get("Idempotency-Key")
        if state.answers_as and key in state.idempotency_keys:
            return 200, state.idempotency_keys[key]
        made = state.record(body, query.get("org_id", ORG))
        if parts.path == "/v1/programs/":
            made["lines"] = []
        if fault == "late":
            state.pending.append((state.now() + state.late_by, store, made))
        else:
            store.append(made)
        if key:
            state.idempotency_keys[key] = made
        return 200, made

    def page(self, store: list[dict[str, Any]], path: str, query: dict[str, str]) -> dict[str, Any]:
        state = self.state
        state.on_page()
        found = store
        if state.filters_find_nothing and "integration_record_id" in query:
            found = []
        elif state.honours_filters:
            for name in ("integration_source_name", "integration_record_id", "org_id"):
                if name in query:
                    found = [item for item in found if item.get(name) == query[name]]
        limit = min(int(query.get("limit", 100)), state.page_cap)
        offset = 0 if state.ignores_offset else int(query.get("offset", 0))
        more = offset + limit < len(found)
        following = f"{state.url}{path}?limit={limit}&offset={offset + limit}" if more else None
        if state.next_lies == "missing":
            following = None
        elif state.next_lies == "other-origin" and more:
            following = f"http://127.0.0.1:9/v1/boms/?offset={offset + limit}"
        elif state.next_lies == "loop":
            following = f"{state.url}{path}?limit={limit}&offset=0"
        return {
            "count": len(found) + state.count_lie,
            "next": following,
            "previous": None,
            "results": found[offset : offset + limit],
        }

    def fail(self, fault: str, answer: Any = None) -> None:
        kind = fault.partition("-")[0]
        if kind.isdigit():
            return self.reply(int(kind), b'{"detail": "it broke"}', "application/json")
        if kind == "html":
            return self.reply(200, b"<html><body>Sign in</body></html>", "text/html")
        if fault == "cut-in-body":
            text = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text[: len(text) // 2])
            self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def reply(self, status: int, text: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-Request-Id", f"req-{len(self.state.requests)}")
        if self.state.answers_as:
            self.send_header("X-Bomtool-Platform", self.state.answers_as)
        self.end_headers()
        self.wfile.write(text)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


@contextmanager
def serving(state: Foreign | None = None) -> Iterator[Foreign]:
    """A foreign server on a free port of the loopback."""
    state = state or Foreign()
    handler = type("Handler", (_Handler,), {"state": state})
    server = _Server(("127.0.0.1", 0), handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
