"""A mail server on the loopback: it speaks SMTP over a real socket, keeps what it takes, and fails where it is told to."""

from __future__ import annotations

import base64
import contextlib
import socketserver
import threading
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any


@dataclass
class Taken:
    """A message the server took."""

    sender: str
    recipients: list[str]
    content: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, parsed."""
        parsed = message_from_bytes(self.content, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed


@dataclass
class MailServer:
    """`refuse` are recipients answered with 550; `break_at` is where the connection is cut: "data" before it has the
    content, "content" once it has taken it and before it says so; `password` asks for a login."""

    refuse: set[str] = field(default_factory=set)
    break_at: str | None = None
    password: tuple[str, str] | None = None
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> MailServer:
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                outer.connections += 1
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    outer._talk(self.rfile, self.wfile)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def _talk(self, lines: Any, out: Any) -> None:
        def say(text: str) -> None:
            out.write(text.encode() + b"\r\n")

        say("220 mail.test ready")
        sender, recipients, known = "", [], self.password is None
        for raw in lines:
            command, _, rest = raw.decode().strip().partition(" ")
            command = command.upper()
            if command == "EHLO":
                say("250-mail.test")
                if self.password:
                    say("250-AUTH PLAIN")
                say("250 8BITMIME")
            elif command == "AUTH":
                words = base64.b64decode(rest.partition(" ")[2]).split(b"\0")
                known = (words[1].decode(), words[2].decode()) == self.password
                say("235 welcome" if known else "535 wrong password")
            elif command == "MAIL":
                sender, recipients = rest.partition("<")[2].partition(">")[0], []
                say("250 ok" if known else "530 log in first")
            elif command == "RCPT":
                address = rest.partition("<")[2].partition(">")[0]
                if address in self.refuse:
                    say("550 no such user")
                else:
                    recipients.append(address)
                    say("250 ok")
            elif command == "DATA":
                if self.break_at == "data":
                    return
                say("354 go ahead")
                content = b""
                for line in lines:
                    if line == b".\r\n":
                        break
                    content += line[1:] if line.startswith(b"..") else line
                self.taken.append(Taken(sender, list(recipients), content))
                if self.break_at == "content":
                    return
                say("250 taken")
            elif command == "QUIT":
                say("221 bye")
                return
            elif command in ("RSET", "NOOP"):
                say("250 ok")
            else:
                say("502 unknown")
