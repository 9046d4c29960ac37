"""A receiver of webhooks on the loopback: real https with a certificate of its own, failing in the ways it is told to."""

from __future__ import annotations

import contextlib
import datetime
import ipaddress
import json
import socketserver
import ssl
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

CUT = object()
"""Close the connection without an answer."""
TRUNCATE = object()
"""Answer 200 and break off in the middle of the body."""
DRIP = object()
"""Answer one byte at a time, never to an end."""


@dataclass
class Got:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """The body, decoded."""
        return json.loads(self.content)


@dataclass
class HookServer:
    """`script` says how requests are answered, in turn: a status, (status, headers, body), CUT, TRUNCATE or DRIP; what
    comes after its end is answered `default`. Either may be a function of the request that gives one of these."""

    folder: Path
    names: tuple[str, ...] = ("localhost",)
    script: list[Any] = field(default_factory=list)
    default: Any = 200
    got: list[Got] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> HookServer:
        outer = self
        self.ca_file, certificate = _certificates(self.folder, self.names)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)

        class Handler(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                self.request.settimeout(20)
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def handle(self) -> None:
                outer.serve(self.rfile, self.wfile)

            def finish(self) -> None:
                with contextlib.suppress(OSError):
                    super().finish()
                self.request.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request: Any, client_address: Any) -> None:
                """A client that goes away, or does not trust the certificate, is no matter of the server's."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """The address of its hook."""
        return f"https://localhost:{self.port}/hook"

    def serve(self, reading: Any, writing: Any) -> None:
        """One request."""
        method, path, _ = reading.readline().decode().split()
        headers = {}
        while line := reading.readline().strip():
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.lower()] = value.strip()
        content = reading.read(int(headers.get("content-length", 0)))
        with self.lock:
            self.got.append(Got(method, path, headers, content))
            answer = self.script.pop(0) if self.script else self.default
            if callable(answer):
                answer = answer(self.got[-1])
        if answer is CUT:
            return
        if answer is TRUNCATE:
            writing.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
            return
        if answer is DRIP:
            writing.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(400):
                writing.write(f"X-{number}: a\r\n".encode())
                writing.flush()
                time.sleep(0.05)
            return
        status, more, body = answer if isinstance(answer, tuple) else (answer, {}, b"ok")
        head = "".join(f"{name}: {value}\r\n" for name, value in more.items())
        writing.write(f"HTTP/1.1 {status} Said\r\n{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)


def _certificates(folder: Path, names: tuple[str, ...]) -> tuple[Path, Path]:
    """An authority, and a certificate of it for the names: two PEM files, the second with its key."""
    today = datetime.datetime.now(datetime.UTC)
    authority_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test authority")])

    def builder(subject: x509.Name, public: Any) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(authority)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(today - datetime.timedelta(days=1))
            .not_valid_after(today + datetime.timedelta(days=2))
        )

    root = builder(authority, authority_key.public_key()).add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    signing = x509.KeyUsage(True, False, False, False, False, True, True, False, False)
    root_certificate = root.add_extension(signing, critical=True).sign(authority_key, hashes.SHA256())
    alternatives = x509.SubjectAlternativeName([_name(name) for name in names])
    leaf = builder(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])]), key.public_key())
    certificate = leaf.add_extension(alternatives, critical=False).sign(authority_key, hashes.SHA256())
    pem = serialization.Encoding.PEM
    folder.mkdir(parents=True, exist_ok=True)
    ca_file, own = folder / "authority.pem", folder / "server.pem"
    ca_file.write_bytes(root_certificate.public_bytes(pem))
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    own.write_bytes(certificate.public_bytes(pem) + private)
    return ca_file, own


def _name(text: str) -> Any:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
