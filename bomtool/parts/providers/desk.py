"""The counter of one provider: how often it may be asked, and how its refusals are waited out.

Calls are counted and spaced in the database, so that several processes together keep to the limits. A provider that says
how long to wait (Retry-After) is taken at its word: short waits are slept, long ones end the asking for now.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

from bomtool.errors import Unreachable
from bomtool.net.asking import Asked, Asker
from bomtool.parts import answers
from bomtool.parts.providers.model import Halt, NoAnswer, Terms
from bomtool.parts.providers.usage import Usage

LONGEST_WAIT = 60.0
"""Seconds that are slept for a provider; a longer wait ends the asking."""
REPEATS = 3
_BROKEN = (500, 502, 503, 504)


class Desk:
    """One provider, asked within its terms. `sleep` can be replaced by tests."""

    def __init__(
        self, terms: Terms, asker: Asker, usage: Usage, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.terms, self.calls = terms, 0
        self._asker, self._usage, self._sleep = asker, usage, sleep
        self.also: list[Desk] = []
        """Counters of the same provider that are closed with this one."""

    def close(self) -> None:
        """Close the sockets."""
        self._asker.close()
        for desk in self.also:
            desk.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        form: Mapping[str, str] | None = None,
        counted: bool = True,
    ) -> Any:
        """The decoded answer, names folded and numbers exact; None for 404. `counted` False: a call for a token, which
        limits do not count.

        Raises Halt where the provider wants no more calls for now or refuses the key, NoAnswer where this one call came
        to nothing.
        """
        why = ""
        for attempt in range(REPEATS + 1):
            if counted:
                self._take()
            try:
                asked = self._asker.ask(method, path, query=query, headers=headers, body=body, form=form)
            except Unreachable as error:
                why = error.message
                self._sleep(2.0**attempt if attempt < REPEATS else 0)
                continue
            self._usage.told(self.terms.provider, asked.headers)
            if asked.status == 404:
                return None
            if asked.status == 429 or (asked.status in _BROKEN and _retry_after(asked) is not None):
                self._wait(asked, attempt)
                continue
            if asked.status in _BROKEN:
                why = f"{self.terms.title} failed (status {asked.status})."
                self._sleep(2.0**attempt if attempt < REPEATS else 0)
                continue
            if 200 <= asked.status < 300:
                try:
                    return decoded(asked.content)
                except ValueError:
                    why = f"{self.terms.title} answered with something that is no JSON."
                    self._sleep(2.0**attempt if attempt < REPEATS else 0)
                    continue
            self._refused(asked)
        raise NoAnswer(why)

    def _take(self) -> None:
        wait = self._usage.take(self.terms)
        if wait > LONGEST_WAIT:
            until = datetime.now(UTC) + timedelta(seconds=wait)
            raise Halt(f"{self.terms.title} may be asked again from {_shown(until)} on.", until)
        self.calls += 1
        if wait > 0:
            self._sleep(wait)

    def _wait(self, asked: Asked, attempt: int) -> None:
        wait = _retry_after(asked)
        if wait is None:
            wait = 2.0 * 2**attempt
        if wait > LONGEST_WAIT or attempt >= REPEATS:
            until = datetime.now(UTC) + timedelta(seconds=max(wait, LONGEST_WAIT))
            self._usage.block(self.terms.provider, until)
            raise Halt(f"{self.terms.title} wants no more calls before {_shown(until)}.", until)
        self._sleep(wait)

    def _refused(self, asked: Asked) -> None:
        said = self._asker.clean(_said(asked))
        if asked.status in (401, 403):
            raise Halt(f"{self.terms.title} refuses the key (status {asked.status}){said}.")
        if 300 <= asked.status < 400:
            raise Halt(
                f"{self.terms.title} answers with a redirect, which is not followed: the key would travel with it."
            )
        raise NoAnswer(f"{self.terms.title} refuses the question (status {asked.status}){said}.")


def decoded(content: bytes) -> Any:
    """JSON with folded names and exact numbers. Raises ValueError."""
    try:
        return json.loads(content, parse_float=Decimal, object_pairs_hook=answers.folded)
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _retry_after(asked: Asked) -> float | None:
    """Seconds a provider wants to be left alone, from seconds or a date."""
    text = asked.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdecimal():
        return float(min(int(text), 7 * 86_400))
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _said(asked: Asked) -> str:
    """What a refusal says of itself, as far as it is a text."""
    try:
        found = decoded(asked.content)
    except ValueError:
        return ""
    names = ("detail", "errormessage", "message", "title", "errordescription", "error")
    if isinstance(found, dict):
        for name in names:
            if isinstance(found.get(name), str) and found[name].strip():
                return ": " + " ".join(found[name].split())[:200].rstrip(".")
    return ""


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")
