"""A server on a real socket that gives scripted answers and remembers what it was asked."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    cut: str | None = None
    """before: hang up without answering; body: hang up in the middle of the body; slow: wait `wait` seconds first."""
    wait: float = 0.0


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    answers: list[Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    script: Scripted

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        script = self.script
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        number = len(script.asked)
        headers = {name.lower(): value for name, value in self.headers.items()}
        script.asked.append(Asked(self.command, self.path, headers, body))
        answer = script.answers[min(number, len(script.answers) - 1)]
        time.sleep(answer.wait)
        if answer.cut == "before":
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in {"Content-Type": "application/json", **answer.headers}.items():
            self.send_header(name, value)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.cut == "body":
            self.wfile.write(answer.body[: len(answer.body) // 2])
            self.close_connection = True
        elif answer.status != 204:
            self.wfile.write(answer.body)

    do_POST = do_PUT = do_PATCH = do_DELETE = do_GET


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hung up is no news."""


@contextmanager
def scripted(*answers: Answer) -> Iterator[Scripted]:
    """Serve the answers in turn; the last one for ever."""
    script = Scripted(list(answers) or [Answer()])
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"script": script}))
    script.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
