"""Asking a service that is no Platform API: one exchange at a time, bounded, no redirect, its keys nowhere to be seen.

Some services want their key in the address. What is raised or logged here never holds one.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import SecretStr

from bomtool import __version__
from bomtool.errors import Unreachable, UsageError
from bomtool.net import Limits, urls
from bomtool.net.bounded import Bounded

LIMITS = Limits(connect=10.0, read=30.0, body_seconds=60.0, body_bytes=32 * 1024 * 1024)
logging.getLogger("httpx").setLevel(logging.WARNING)  # below that it writes out whole addresses, keys among them


@dataclass(frozen=True, slots=True)
class Asked:
    """What came back: status, headers by lower-case name, and the body's bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Asker:
    """One service at one origin. Close it, or use it in a `with` statement.

    Raises UsageError for an address that is neither https nor on this machine.
    """

    def __init__(self, name: str, base_url: str, secrets: Iterable[SecretStr] = (), limits: Limits = LIMITS) -> None:
        self.name = name
        self.base_url = _checked(name, base_url)
        self._secrets = tuple(secrets)
        transport = httpx.HTTPTransport(verify=self.base_url.startswith("https:"), proxy=urls.proxy(self.base_url))
        self._http = httpx.Client(
            transport=Bounded(transport, limits),
            headers={"Accept": "application/json", "User-Agent": f"bomtool/{__version__}"},
            timeout=httpx.Timeout(limits.read, connect=limits.connect),
            follow_redirects=False,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Asker({self.name!r})"

    def close(self) -> None:
        """Close the sockets."""
        self._http.close()

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
    ) -> Asked:
        """One exchange, whatever the status of the answer. Raises Unreachable where none came, or none in bounds."""
        sent = dict(headers or {})
        content: bytes | None = None
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
            sent["Content-Type"] = "application/json"
        try:
            response = self._http.request(
                method,
                self.base_url + path,
                params=dict(query) if query else None,
                content=content,
                data=dict(form) if form is not None else None,
                headers=sent,
            )
        except httpx.HTTPError as error:
            why = (
                "no answer in time" if isinstance(error, httpx.TimeoutException) else self.clean(str(error).strip(". "))
            )
            raise Unreachable(
                f"{self.name} does not answer: {why or type(error).__name__}.",
                hint="Check the network; try again later.",
            ) from None
        return Asked(
            response.status_code,
            {key.lower(): self.clean(value) for key, value in response.headers.items()},
            response.content,
        )

    def clean(self, text: str) -> str:
        """Text from outside without a key, should a service echo it."""
        for secret in self._secrets:
            if value := secret.get_secret_value():
                text = text.replace(value, "**********")
        return text


def _checked(name: str, url: str) -> str:
    scheme, host, port = urls.origin(url)
    if port == -1 or not host or not (scheme == "https" or (scheme == "http" and urls.loopback(host))):
        raise UsageError(
            f"{name} cannot be asked at {url.partition('?')[0]!r}: the address must be https.",
            hint="Plain http is for this machine only.",
            code="insecure-url",
        )
    return url.rstrip("/")
