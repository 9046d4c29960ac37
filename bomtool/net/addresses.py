"""Which addresses of the network are public: what a URL that somebody typed in may lead to.

The tables follow the IANA registries of special-purpose addresses. They stand here, rather than in the standard library,
because its answer for several of these networks differs between versions of Python.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from bomtool.errors import UsageError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_CLOSED_V4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8",  # this network; 0.0.0.0 reaches the machine itself
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers (CGNAT)
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; where clouds keep their metadata
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
)
_OPEN_V6 = ipaddress.IPv6Network("2000::/3")
"""All that is given out for the public network. Loopback, private, link-local, multicast, IPv4 written as IPv6
(::ffff:0:0/96) and IPv4 behind a translator (64:ff9b::/96, 64:ff9b:1::/48) lie outside of it."""
_CLOSED_V6 = tuple(
    ipaddress.IPv6Network(text)
    for text in (
        "2001::/23",  # protocols, among them Teredo, which carries an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries one too
        "2620:4f:8000::/48",
        "3fff::/20",
    )
)


def public(address: Address) -> bool:
    """Whether an address is one of the public network, for one machine."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in _CLOSED_V4)
    return address in _OPEN_V6 and not any(address in network for network in _CLOSED_V6)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What is reached although it is not public: networks and single addresses, and names with whatever they lead to."""

    networks: tuple[Network, ...] = ()
    names: frozenset[str] = frozenset()

    @classmethod
    def read(cls, words: Iterable[str]) -> Allowed:
        """From words such as `10.1.0.0/16`, `::1`, `hooks.example`. Raises UsageError for what is neither."""
        networks, names = [], set()
        for word in (word.strip().lower() for word in words):
            if not word:
                continue
            try:
                networks.append(ipaddress.ip_network(word, strict=False))
            except ValueError:
                if "/" in word or ":" in word or not word.isprintable() or " " in word:
                    raise UsageError(
                        f"{word!r} is neither a network, an address nor the name of a machine.",
                        hint="Write networks like 10.1.0.0/16 and names like hooks.example, with commas between.",
                        code="bad-setting",
                    ) from None
                names.add(word.rstrip("."))
        return cls(tuple(networks), frozenset(names))

    def may_reach(self, host: str, address: Address) -> bool:
        """Whether `host` may be spoken to at `address`."""
        if public(address) or host.lower().rstrip(".") in self.names:
            return True
        return any(address.version == network.version and address in network for network in self.networks)
