"""Lists over all their pages, from a server that may miscount, repeat itself or point elsewhere.

Every page is asked for at our own address: of `next` only the query is taken, and only where it points at the same
origin and path; else the next page starts behind the items seen so far. A list that cannot be read to its end raises
PlatformError: a list cut short in silence would be a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bomtool.errors import PlatformError
from bomtool.net import Connection
from bomtool.net.urls import same_origin

PAGE_SIZE = 200
MAX_PAGES = 20_000


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page: its items that no earlier page had, and the count the server gives over all pages (None if it does not)."""

    results: list[Any]
    count: int | None


def pages(connection: Connection, path: str, query: Mapping[str, Any]) -> Iterator[RawPage]:
    """Every page of the list at `path`; an item with an `id` comes once."""
    fixed = {"limit": PAGE_SIZE, **query}
    cursor: dict[str, Any] = {}
    follow = True
    seen: set[str] = set()
    for _ in range(MAX_PAGES):
        body = connection.request("GET", path, query={**fixed, **cursor}).body
        results, count, following = _envelope(body, path)
        fresh = []
        for item in results:
            key = str(item.get("id")) if isinstance(item, dict) and item.get("id") is not None else f"#{len(seen)}"
            if key not in seen:
                seen.add(key)
                fresh.append(item)
        yield RawPage(fresh, count)
        complete = count is None or len(seen) >= count
        if complete and (following is None or not fresh):
            return
        if not fresh and not follow:
            raise PlatformError(
                f"The list {path} cannot be read to its end: it says {count} and gives {len(seen)}.",
                hint="Try again; if it stays, the platform pages in a way this bomtool does not know.",
                code="list-inconsistent",
            )
        follow = follow and bool(fresh)  # a `next` that leads nowhere is not followed again
        cursor = (_cursor(connection.base_url, path, following, fixed) if follow else None) or {"offset": len(seen)}
    raise PlatformError(f"The list {path} does not end.", code="list-inconsistent")


def _envelope(body: Any, path: str) -> tuple[list[Any], int | None, str | None]:
    """Items, count and `next` of one answer; a bare JSON list is a whole list."""
    if isinstance(body, list):
        return body, None, None
    if isinstance(body, dict) and isinstance(body.get("results"), list):
        count, following = body.get("count"), body.get("next")
        return (
            body["results"],
            count if isinstance(count, int) and not isinstance(count, bool) else None,
            following if isinstance(following, str) and following else None,
        )
    raise PlatformError(f"{path} does not answer with a list.", code="unexpected-answer")


def _cursor(base_url: str, path: str, following: str | None, fixed: Mapping[str, Any]) -> dict[str, Any] | None:
    """The query of a trustworthy `next`, without the members we set ourselves; None where it is not to be used."""
    if following is None:
        return None
    own = base_url + path
    try:
        parts = urlsplit(following)
    except ValueError:
        return None
    if not same_origin(own, following) or parts.path != urlsplit(own).path:
        return None
    kept = {name: value for name, value in parse_qsl(parts.query) if name == "limit" or fixed.get(name) is None}
    return kept or None
