"""How often each provider was asked, counted in the database: several processes share one allowance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, exc, insert, select, update

from bomtool.parts.providers.model import Terms
from bomtool.parts.providers.tables import usage as table
from bomtool.store.engine import Store
from bomtool.store.schema import now

_REMAINING = ("x-ratelimit-remaining", "ratelimit-remaining", "x-rate-limit-remaining")
_ALLOWED = ("x-ratelimit-limit", "ratelimit-limit", "x-rate-limit-limit")


@dataclass(frozen=True, slots=True)
class Quota:
    """What is known of a provider's allowance: calls made today (UTC), the most our table allows, what the provider itself
    said last, and until when it wants no calls."""

    calls: int
    per_day: int | None
    remaining: int | None
    allowed: int | None
    blocked_until: datetime | None


class Usage:
    """The counts of one store. `clock` can be replaced by tests."""

    def __init__(self, store: Store, clock: Callable[[], datetime] = now) -> None:
        self._store, self._clock = store, clock

    def take(self, terms: Terms) -> float:
        """Take the next free place for a call; seconds until it comes. Nothing is taken where those are more than a
        minute: the provider wants no call for so long, or the day's calls are used up."""
        moment = self._clock()
        self._ensure(terms.provider, moment)
        c = table.c
        with self._store.write() as connection:
            row = _row(connection, terms.provider, lock=True)
            calls = row.calls if row.day == moment.date() else 0
            if row.blocked_until and row.blocked_until > moment:
                return max(61.0, float((row.blocked_until - moment).total_seconds()))
            if terms.per_day is not None and calls >= terms.per_day:
                midnight = datetime.combine(moment.date() + timedelta(days=1), time(), UTC)
                return max(61.0, (midnight - moment).total_seconds())
            at: datetime = max(row.next_at, moment)
            apart = timedelta(seconds=60 / terms.per_minute) if terms.per_minute else timedelta()
            values = {"day": moment.date(), "calls": calls + 1, "next_at": at + apart, "blocked_until": None}
            connection.execute(update(table).where(c.provider == terms.provider).values(**values))
        return (at - moment).total_seconds()

    def block(self, provider: str, until: datetime) -> None:
        """Remember that a provider wants no call before `until`."""
        with self._store.write() as connection:
            connection.execute(update(table).where(table.c.provider == provider).values(blocked_until=until))

    def told(self, provider: str, headers: Mapping[str, str]) -> None:
        """Remember what a provider says of its own allowance, where it says anything."""
        remaining, allowed = _whole(headers, _REMAINING), _whole(headers, _ALLOWED)
        if remaining is None and allowed is None:
            return
        with self._store.write() as connection:
            connection.execute(
                update(table).where(table.c.provider == provider).values(remaining=remaining, allowed=allowed)
            )

    def quota(self, terms: Terms) -> Quota:
        """What is known without asking."""
        moment = self._clock()
        with self._store.read() as connection:
            row = _row(connection, terms.provider)
        if row is None:
            return Quota(0, terms.per_day, None, None, None)
        today = row.day == moment.date()
        blocked = row.blocked_until if row.blocked_until and row.blocked_until > moment else None
        return Quota(row.calls if today else 0, terms.per_day, row.remaining if today else None, row.allowed, blocked)

    def _ensure(self, provider: str, moment: datetime) -> None:
        with self._store.read() as connection:
            if _row(connection, provider) is not None:
                return
        try:
            with self._store.write() as connection:
                connection.execute(insert(table).values(provider=provider, day=moment.date(), calls=0, next_at=moment))
        except exc.IntegrityError:  # another process was first
            return


def _row(connection: Connection, provider: str, *, lock: bool = False) -> Any:
    query = select(table).where(table.c.provider == provider)
    return connection.execute(query.with_for_update() if lock else query).first()


def _whole(headers: Mapping[str, str], names: tuple[str, ...]) -> int | None:
    text = next((headers[name] for name in names if name in headers), "")
    return min(int(text), 2**31 - 1) if text.isascii() and text.isdecimal() else None
