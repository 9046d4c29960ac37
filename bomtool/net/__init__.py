"""JSON over HTTP. This room is the only one that imports httpx.

A `Connection` belongs to one origin and one key. It retries what is safe to repeat, bounds what it reads, follows no
redirect and never shows the key. It speaks through a real socket or, with `in_process`, straight to an ASGI app.

Retries: 429, 500, 502, 503, 504, timeouts and broken connections, on idempotent calls, at most four, full jitter,
Retry-After obeyed up to 30 s. PATCH counts as idempotent: every member it sends is an absolute value. A POST is
repeated only with an Idempotency-Key and only on a platform whose answers say (X-Bomtool-Platform) that it honours one;
until that is known, a POST whose reply is lost raises UncertainOutcome.
"""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import httpx
from httpx_retries import Retry, RetryTransport
from pydantic import SecretStr

from bomtool import __version__
from bomtool.errors import PlatformError, UncertainOutcome, Unreachable
from bomtool.net import urls
from bomtool.net.bounded import Bounded
from bomtool.net.sentences import api_error

PLATFORM_HEADER = "X-Bomtool-Platform"
IDEMPOTENT = ("GET", "HEAD", "PUT", "DELETE", "PATCH")
RETRIED_STATUS = (429, 500, 502, 503, 504)
MAX_RETRY_AFTER = 30.0
logging.getLogger("httpcore").setLevel(
    logging.WARNING
)  # below that it writes out whole headers, which may echo the key

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError, httpx.UnsupportedProtocol)
_BROKEN = (httpx.TimeoutException, httpx.NetworkError, httpx.RemoteProtocolError)
_NO_STATUS = (0,)
"""An empty list would mean the library's own default."""
_IN_PROCESS = "http://localhost"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call: seconds to connect, seconds to wait for data, seconds in all for a body, bytes of a body."""

    connect: float = 10.0
    read: float = 30.0
    body_seconds: float = 300.0
    body_bytes: int = 128 * 1024 * 1024
    file_bytes: int = 16 * 1024**3
    file_seconds: float = 3600.0
    """Bounds of a body that goes into a file."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How a call is repeated: most repetitions, first wait in seconds (doubled each time, jittered down to 0)."""

    retries: int = 4
    first_wait: float = 0.25
    statuses: tuple[int, ...] = RETRIED_STATUS
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Reply:
    """A successful answer: `body` is the decoded JSON, None for 204; `repeats` says how often it was asked again."""

    status: int
    headers: Mapping[str, str]
    body: Any
    request_id: str | None
    repeats: int = 0


class Connection:
    """A connection to one origin with one key. Close it, or use it in a `with` statement.

    Raises UsageError for a URL that is no plain http(s) base, and for a key over plain http to another machine.
    """

    def __init__(
        self,
        base_url: str,
        api_key: SecretStr | None = None,
        *,
        limits: Limits | None = None,
        patience: Patience | None = None,
        app: Any = None,
    ) -> None:
        self.base_url = urls.checked(base_url, has_key=api_key is not None)
        self.limits = limits or Limits()
        self.platform: str | None = __version__ if app is not None else None
        """Version the platform gives in X-Bomtool-Platform; None for a foreign server, or before the first answer."""
        self._key = api_key
        self._patience = patience or Patience()
        self._loop = _Loop(app) if app is not None else None
        inner = (
            httpx.WSGITransport(self._loop.wsgi, raise_app_exceptions=False)
            if self._loop
            else httpx.HTTPTransport(
                verify=self.base_url.startswith("https:"),  # reading the certificate store takes 50 ms
                proxy=urls.proxy(self.base_url),
                limits=httpx.Limits(keepalive_expiry=4.0),
            )
        )
        self._http = httpx.Client(
            transport=RetryTransport(Bounded(inner, self.limits)),
            auth=_Key(api_key) if api_key else None,
            headers={
                "Accept": "application/json",
                "Accept-Encoding": "gzip",
                "User-Agent": f"bomtool/{__version__}",
            },
            timeout=httpx.Timeout(self.limits.read, connect=self.limits.connect),
            follow_redirects=False,
            trust_env=False,
        )

    @classmethod
    def in_process(cls, app: Any, api_key: SecretStr, *, patience: Patience | None = None) -> Connection:
        """A connection to an ASGI app of this process: no socket. A defect of ours is not asked for again."""
        return cls(_IN_PROCESS, api_key, app=app, patience=patience or Patience(retries=2, statuses=(429, 503)))

    def __repr__(self) -> str:
        return f"Connection({self.base_url!r})"

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the sockets, and the event loop of an in-process app."""
        self._http.close()
        if self._loop:
            self._loop.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        idempotency_key: str | None = None,
        read_timeout: float | None = None,
        raw: bool = False,
        into: BinaryIO | None = None,
    ) -> Reply:
        """One call. `path` starts and ends with a slash; `query` members that are None are left out.

        A body of bytes is sent as it is; with `raw` a successful answer's body is the bytes it has, whatever they are. A
        successful answer (200) to a call with `into` is written to that file as it comes, and the reply has no body.

        Raises ApiError for an error answer, Unreachable where nothing came of it, UncertainOutcome where a POST was sent
        and its outcome is unknown, PlatformError for an answer that is no JSON.
        """
        if not (path.startswith("/") and path.endswith("/")):
            raise ValueError(f"path {path!r} must start and end with a slash")
        repeatable = method in IDEMPOTENT or (idempotency_key is not None and self.platform is not None)
        request = self._http.build_request(
            method,
            self.base_url + path,
            params=_query(query),
            content=_content(body),
            headers={
                **({"Content-Type": _kind(body)} if body is not None else {}),
                **({"Idempotency-Key": idempotency_key} if idempotency_key else {}),
            },
            extensions={"retry": self._retry(method, repeatable)},
        )
        if read_timeout is not None:
            request.extensions["timeout"]["read"] = read_timeout
        if into is not None:
            request.extensions["into"] = into
        try:
            response = self._http.send(request)
        except _NEVER_SENT as error:
            raise self._unreachable(error) from None
        except _BROKEN as error:
            if method != "POST":
                raise self._unreachable(error) from None
            raise _uncertain(method, path, self._why(error)) from None
        except httpx.HTTPError as error:
            raise PlatformError(f"The answer of {self.base_url} could not be read: {self._why(error)}.") from None
        self.platform = response.headers.get(PLATFORM_HEADER, self.platform)
        if into is not None and response.status_code == 200:
            return Reply(200, dict(response.headers), None, response.headers.get("x-request-id"))
        if raw and response.status_code == 200:
            return Reply(200, dict(response.headers), response.content, response.headers.get("x-request-id"))
        return self._reply(method, path, response)

    def _retry(self, method: str, repeatable: bool) -> Retry:
        patience = self._patience
        return _SleepingRetry(
            total=patience.retries,
            allowed_methods=[method],
            status_forcelist=patience.statuses if repeatable else _NO_STATUS,
            retry_on_exceptions=_BROKEN if repeatable else (httpx.ConnectError, httpx.ConnectTimeout),
            backoff_factor=patience.first_wait,
            max_backoff_wait=MAX_RETRY_AFTER,
            total_timeout=2 * MAX_RETRY_AFTER,
        ).sleeping(patience.sleep)

    def _reply(self, method: str, path: str, response: httpx.Response) -> Reply:
        retry = response.extensions.get("retry")
        repeats = retry.attempts_made if isinstance(retry, Retry) else 0
        headers = {name: self.clean(value) for name, value in response.headers.items()}
        request_id = headers.get("x-request-id")
        status = response.status_code
        if status == 204 or (method == "DELETE" and status == 404 and repeats):
            return Reply(204, headers, None, request_id, repeats)
        body, is_json = self._decode(response)
        if 200 <= status < 300 and is_json:
            return Reply(status, headers, body, request_id, repeats)
        if 300 <= status < 400:
            raise PlatformError(
                f"{self.base_url}{path} answers with a redirect, which is not followed: the key would travel with it.",
                hint="Set BOMTOOL_API_URL to the address that the API itself answers at.",
                code="redirect",
            )
        if 200 <= status < 300:
            kind = headers.get("content-type", "").partition(";")[0].strip() or "something else"
            sentence = f"{self.base_url} answered with {kind} instead of JSON (status {status})"
            hint = "Is BOMTOOL_API_URL the address of a Platform API, and is no login page or proxy in between?"
            if method == "POST":
                raise UncertainOutcome(f"{sentence}; whether the request took effect is unknown.", hint=hint)
            raise PlatformError(f"{sentence}.", hint=hint, code="not-json")
        raise api_error(status, body if is_json else None, request_id, retry_after=headers.get("retry-after"))

    def _decode(self, response: httpx.Response) -> tuple[Any, bool]:
        text = self.clean(response.content.decode("utf-8", "replace"))
        try:
            return json.loads(text, parse_constant=_no_constant), True
        except (ValueError, RecursionError):
            return None, False

    def clean(self, text: str) -> str:
        """Text from outside without the key, should a server echo it."""
        secret = self._key.get_secret_value() if self._key else ""
        return text.replace(secret, "**********") if secret else text

    def _why(self, error: Exception) -> str:
        if isinstance(error, httpx.TimeoutException):
            return "no answer in time"
        return self.clean(str(error).strip().rstrip(".")) or type(error).__name__

    def _unreachable(self, error: Exception) -> Unreachable:
        return Unreachable(
            f"{self.base_url} does not answer: {self._why(error)}.",
            hint="Check BOMTOOL_API_URL and the network; nothing was done that running it again would double.",
        )


class _Key(httpx.Auth):
    """Adds the key to each request, so that it stands in no default header, repr or local variable."""

    def __init__(self, key: SecretStr) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        request.headers["Authorization"] = f"Api-Key {self._key.get_secret_value()}"
        yield request


class _SleepingRetry(Retry):
    """httpx_retries' policy with a sleep that tests can replace."""

    _sleep: Callable[[float], None] = staticmethod(time.sleep)

    def sleeping(self, sleep: Callable[[float], None]) -> _SleepingRetry:
        self._sleep = sleep
        return self

    def increment(self) -> Retry:
        following = super().increment()
        assert isinstance(following, _SleepingRetry)
        return following.sleeping(self._sleep)

    def sleep(self, response: httpx.Response | Exception) -> None:
        seconds = self._calculate_sleep(response.headers if isinstance(response, httpx.Response) else {})
        self._sleep(seconds)
        self.elapsed_sleep += seconds


class _Loop:
    """An event loop in a thread of its own, in which an ASGI app answers as WSGI."""

    def __init__(self, app: Any) -> None:
        from a2wsgi import ASGIMiddleware

        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bomtool-platform", daemon=True)
        self._thread.start()
        self.wsgi: Any = ASGIMiddleware(app, loop=self._loop)

    def close(self) -> None:
        if not self._loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result(30)
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(30)
            self._loop.close()


def _content(body: Any) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _kind(body: Any) -> str:
    return "application/octet-stream" if isinstance(body, bytes) else "application/json"


def _query(query: Mapping[str, Any] | None) -> list[tuple[str, str | int | float | bool | None]]:
    pairs: list[tuple[str, str | int | float | bool | None]] = []
    for name, value in (query or {}).items():
        if value is None:
            continue
        if isinstance(value, (list, tuple)):
            value = ",".join(str(item) for item in value)
        pairs.append((name, str(value).lower() if isinstance(value, bool) else str(value)))
    return pairs


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _uncertain(method: str, path: str, why: str) -> UncertainOutcome:
    return UncertainOutcome(
        f"{method} {path} was sent, but its reply was lost ({why}); whether it took effect is unknown.",
        hint="Look at the record before sending it again.",
    )
