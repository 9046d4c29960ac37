"""`bomtool serve` as a process of its own, and raw sockets to it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from bomtool import settings
from bomtool.platform import keys
from bomtool.platform.embedded import open_store


class Serve:
    """A running `bomtool serve`, its log, and clients for it."""

    def __init__(
        self, folder: Path, *arguments: object, program: tuple[str, ...] = ("-m", "bomtool"), **environment: str
    ) -> None:
        self.log_path = folder / f"serve-{time.monotonic_ns()}.log"
        self.environment = {**os.environ, "BOMTOOL_DATA_DIR": str(folder / "data"), **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-u", *program, "serve", "--port", "0", "--log", self.log_path, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self.environment,
        )
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline()
        assert self.said.startswith("Serving on"), self.said + self.process.stdout.read()
        self.url = self.said.split()[2]
        self.address = ("127.0.0.1", urlsplit(self.url).port or 0)

    def client(self, key: str | None = None, **more: Any) -> httpx.Client:
        """A client for it."""
        headers = {**more.pop("headers", {}), **({"Authorization": f"Api-Key {key}"} if key else {})}
        return httpx.Client(base_url=more.pop("base_url", self.url), headers=headers, timeout=30, **more)

    def socket(self) -> socket.socket:
        """A bare connection."""
        return socket.create_connection(self.address, timeout=30)

    def lines(self, request_id: str | None = None) -> list[dict[str, Any]]:
        """The lines of the log; with a request id those of that request, waited for."""
        until = time.monotonic() + 20
        while True:
            found = [json.loads(line) for line in self.log_path.read_text().splitlines()]
            if request_id:
                found = [line for line in found if line.get("request_id") == request_id]
            if found or not request_id:
                return found
            assert time.monotonic() < until, f"no line about {request_id}"
            time.sleep(0.02)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Tell it to stop and wait; the exit code."""
        assert self.process.stdout is not None
        if self.process.poll() is None:
            self.process.send_signal(how)
        code = self.process.wait(60)
        self.process.stdout.close()
        return code


@contextmanager
def serve(folder: Path, *arguments: object, **more: Any) -> Iterator[Serve]:
    """Served for the length of the block."""
    made = Serve(folder, *arguments, **more)
    try:
        yield made
    finally:
        made.stop()


def make_key(folder: Path, *scopes: str) -> dict[str, Any]:
    """A key of the platform of a folder."""
    store = open_store(settings.load(data_dir=folder / "data"))
    try:
        return keys.create(store, name="test", scopes=scopes or ("read", "write"))
    finally:
        store.close()


def certificate(folder: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost, and its key."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    moment = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(moment - timedelta(days=1))
        .not_valid_after(moment + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "cert.pem", folder / "key.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths
