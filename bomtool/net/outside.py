"""The one way to an address that somebody typed in: a webhook's, a document's.

Whoever may name a URL could otherwise make the platform speak to machines that only the platform reaches. So: https
only; the name is resolved once, every address it leads to is checked, and the connection goes to one of those very
addresses (asking again could be answered otherwise), with the name in the certificate check and in Host; no redirect is
followed, no proxy of the environment used; time and size of the answer are bounded. The standard library's client is
used because it lets the connection be made here.
"""

from __future__ import annotations

import functools
import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from bomtool import __version__
from bomtool.errors import PlatformError, UsageError
from bomtool.net.addresses import Allowed

Resolver = Callable[[str, int], list[str]]
MAX_URL = 2048
_CONTEXT_SECONDS = 3600


class Refused(UsageError):
    """The address may not be spoken to, whatever it would answer."""

    code = "address-refused"


class NoAnswer(PlatformError):
    """Nothing usable came back: no connection, no valid certificate, no whole answer in time."""

    code = "no-answer"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name, and the first bytes of the body."""

    status: int
    headers: Mapping[str, str]
    content: bytes


def resolve(host: str, port: int) -> list[str]:
    """The addresses a name leads to, in the order they are to be tried. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Guard:
    """What goes out: `allowed` besides public addresses, `ca_file` with authorities besides the system's.

    `seconds` bound one exchange as a whole, `answer_bytes` is how much of the answer is kept; the rest is left unread.
    """

    allowed: Allowed = field(default_factory=Allowed)
    ca_file: Path | None = None
    seconds: float = 10.0
    answer_bytes: int = 64 * 1024
    resolver: Resolver = resolve

    def check(self, url: str) -> list[str]:
        """The addresses a URL leads to now, all of them allowed. Raises Refused; NoAnswer where the name is unknown."""
        host, port = _target(url)[1:]
        return self._addresses(host, port)

    def send(self, method: str, url: str, *, content: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
        """One exchange, whatever the status of the answer; a redirect is an answer like any other.

        Raises Refused for an address that may not be spoken to, NoAnswer where none came, or none whole and in time.
        """
        parts, host, port = _target(url)
        addresses = self._addresses(host, port)
        connection = _Connection(host, port, addresses, self.seconds, self._context())
        sent = {"User-Agent": f"bomtool/{__version__}", "Accept": "*/*", **(headers or {})}
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        clock = threading.Timer(self.seconds, connection.cut)
        clock.daemon = True
        clock.start()
        try:
            connection.request(method, path, content, sent)
            response = connection.getresponse()
            kept = response.read(self.answer_bytes)
            if connection.is_cut:
                raise NoAnswer(f"{host} did not answer within {self.seconds:g} seconds.")
            if len(kept) < self.answer_bytes and response.length:
                raise NoAnswer(f"{host} broke off in the middle of its answer.")
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, found, kept)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if connection.is_cut:
                raise NoAnswer(f"{host} did not answer within {self.seconds:g} seconds.") from None
            raise NoAnswer(f"{host} did not answer: {_why(error)}.") from None
        finally:
            clock.cancel()
            connection.close()

    def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = self.resolver(host, port)
        except (OSError, UnicodeError) as error:
            raise NoAnswer(f"The name {host} is not known: {_why(error)}.") from None
        if not found:
            raise NoAnswer(f"The name {host} leads to no address.")
        for text in found:
            # One address that may not be reached spoils the name: whoever answers for it decides which one is tried.
            if not self.allowed.may_reach(host, ipaddress.ip_address(text.partition("%")[0])):
                raise Refused(
                    f"{host} leads to {text}, which is not an address of the public network.",
                    hint="Whoever runs the platform can allow it with BOMTOOL_OUTBOUND_ALLOW.",
                )
        return found

    def _context(self) -> ssl.SSLContext:
        try:
            changed = self.ca_file.stat().st_mtime_ns if self.ca_file else 0
            return _trusting(self.ca_file, changed, int(time.monotonic() // _CONTEXT_SECONDS))
        except (OSError, ssl.SSLError) as error:
            raise NoAnswer(
                f"The file of authorities {self.ca_file} cannot be used: {_why(error)}.",
                hint="BOMTOOL_OUTBOUND_CA names a file of certificates in PEM form.",
            ) from None


@functools.lru_cache(maxsize=4)
def _trusting(ca_file: Path | None, _changed: int, _hour: int) -> ssl.SSLContext:
    """The authorities that are believed; reading the system's takes longer than a call, so it is done once an hour."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


class _Connection(http.client.HTTPSConnection):
    """A connection to one of the addresses that were checked; the name is for the certificate and for Host."""

    def __init__(self, host: str, port: int, addresses: list[str], seconds: float, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._addresses = addresses
        self._ssl_context = context
        self._raw: socket.socket | None = None
        self.is_cut = False

    def connect(self) -> None:
        """To the first checked address that takes the connection."""
        failure: OSError | None = None
        for address in self._addresses:
            if self.is_cut:
                break
            try:
                self._raw = socket.create_connection((address, self.port), self.timeout)
                break
            except OSError as error:
                failure = error
        if self._raw is None:
            raise failure or TimeoutError("no answer in time")
        self.sock = self._ssl_context.wrap_socket(self._raw, server_hostname=self.host)

    def cut(self) -> None:
        """End it from another thread: whatever waits for data gets none."""
        self.is_cut = True
        for held in (self.sock, self._raw):
            if held is not None:
                try:
                    held.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue


def _target(url: str) -> tuple[SplitResult, str, int]:
    """The parts of a URL, its host and port. Raises Refused for what is no plain https address."""
    hint = "Give an address like https://hooks.example/bomtool ."
    if len(url) > MAX_URL or not url.isascii() or not url.isprintable() or any(c in url for c in " \\"):
        raise Refused(f"The address is longer than {MAX_URL} characters, or has characters no address has.", hint=hint)
    try:
        parts = urlsplit(url)
        port = 443 if parts.port is None else parts.port
    except ValueError:
        raise Refused("The address cannot be read.", hint=hint) from None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme.lower() != "https":
        raise Refused("The address must start with https://.", hint=hint)
    if not host or not 0 < port < 65536:
        raise Refused("The address names no machine.", hint=hint)
    if "@" in parts.netloc or parts.fragment:
        raise Refused("The address may carry no user, password or fragment.", hint=hint)
    return parts, host, port


def _why(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid ({error.verify_message})"
    if isinstance(error, http.client.IncompleteRead):
        return "it broke off in the middle of its answer"
    reason: Any = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(reason).rstrip(".")[:200]
