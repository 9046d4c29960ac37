"""From where a served platform is asked: the proxy before it, the names it goes by, pages of other sites."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

from bomtool.errors import UsageError
from bomtool.platform.errors import Refusal

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OTHER_SITE = frozenset({"cross-site", "same-site"})


@dataclass(frozen=True, slots=True)
class Callers:
    """`names` are the host names that are answered; `proxies` the networks of the proxy, none where there is none."""

    names: frozenset[str]
    proxies: tuple[Network, ...] = field(default=())

    def told(self, scope: Scope, headers: Headers) -> tuple[str, str]:
        """(address, scheme) of who asks: of the connection, or as the proxy says. Raises Refusal 403 for a connection
        of another machine that should have come through the proxy.
        """
        client = scope.get("client")
        address, scheme = (client[0] if client else ""), str(scope.get("scheme", "http"))
        if not self.proxies:
            return address, scheme
        if is_loopback(address) and not self._is_proxy(address):
            return address, scheme  # this machine itself asks, as a check of its health does
        if not self._is_proxy(address):
            raise Refusal(403, {"detail": "This server answers its proxy only."})
        hops = [part.strip() for part in ",".join(headers.getlist("x-forwarded-for")).split(",") if part.strip()]
        while hops and self._is_proxy(address):
            address = hops.pop()  # what stands left of an address that is no proxy of ours is hearsay
        scheme = headers.get("x-forwarded-proto", scheme).rpartition(",")[2].strip().lower()
        return address[:64], "https" if scheme == "https" else "http"

    def check_host(self, headers: Headers) -> None:
        """Raises Refusal 400 for a Host that is none of the names: another site's name may point at this address."""
        given = headers.getlist("host")
        if len(given) != 1 or host_name(given[0]) not in self.names:
            raise Refusal(400, {"Host": ["This server does not go by that name; see --allow-host."]})

    def check_site(self, method: str, headers: Headers) -> None:
        """Raises Refusal 403 where a browser says that a page of another site sends this."""
        if method in _SAFE:
            return
        origin = headers.get("origin")
        other = origin is not None and host_name(urlsplit(origin).netloc) not in self.names
        if other or headers.get("sec-fetch-site") in _OTHER_SITE:
            raise Refusal(403, {"detail": "Requests of pages of other sites are refused."})

    def _is_proxy(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.proxies)


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Addresses and networks of the command line. Raises UsageError."""
    try:
        return tuple(ipaddress.ip_network(text.strip(), strict=False) for text in texts)
    except ValueError as error:
        raise UsageError(
            f"{error}.", hint="--behind-proxy takes an address, such as 127.0.0.1 or 10.0.0.0/8."
        ) from error


def host_name(host: str) -> str:
    """The name in a Host header, without port, brackets and case."""
    text = host.strip().casefold()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0].rstrip(".")


def is_loopback(host: str) -> bool:
    """Whether an address or name stays on this machine."""
    if host_name(host) == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
