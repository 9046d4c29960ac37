"""Which addresses a key may be sent to, and through which proxy."""

from __future__ import annotations

import ipaddress
import urllib.request
from urllib.parse import urlsplit

from bomtool.errors import UsageError


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs have the same scheme, host and port."""
    return origin(one) == origin(other)


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port; the port is -1 where the URL cannot be read."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", "", -1
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), port or {"http": 80, "https": 443}.get(scheme)


def checked(url: str, *, has_key: bool) -> str:
    """The base URL without its trailing slash. Raises UsageError for what no key may be sent to."""
    scheme, host, port = origin(url)
    if scheme not in ("http", "https") or not host or port == -1:
        raise UsageError(
            f"The API URL {_without_userinfo(url)!r} is not an http or https address.",
            hint="Set BOMTOOL_API_URL to something like https://platform.example/ .",
            code="bad-url",
        )
    parts = urlsplit(url)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise UsageError(
            "The API URL must be a plain address: no user, password, query or fragment.",
            hint="Put the key into BOMTOOL_API_KEY.",
            code="bad-url",
        )
    if has_key and scheme == "http" and not loopback(host):
        raise UsageError(
            f"The key is not sent to {host} over plain http, where others could read it.",
            hint="Use an https address; plain http is for this machine only.",
            code="insecure-url",
        )
    return url.rstrip("/")


def loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _without_userinfo(url: str) -> str:
    scheme, separator, rest = url.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}" if separator else url.rpartition("@")[2]


def proxy(base_url: str) -> str | None:
    """The proxy of the environment, for https only: a plain http call carries the key and stays on this machine."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" or urllib.request.proxy_bypass(parts.hostname or ""):
        return None
    proxies = urllib.request.getproxies()
    return proxies.get("https") or proxies.get("all")
