"""What is asked of a provider, under which terms, and what came of it."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import SecretStr

from bomtool.bom import tables
from bomtool.errors import UsageError
from bomtool.parts import ids

COLUMNS = ("provider", "title", "url", "batch", "per_minute", "per_day", "fresh_hours", "keep_hours")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part to be priced: its MPN, and its maker where that is known. `key` is what its answer is kept under."""

    mpn: str
    manufacturer: str | None = None

    @property
    def maker(self) -> str | None:
        """The name its maker goes by today."""
        return ids.canonical_maker(self.manufacturer) if self.manufacturer else None

    @property
    def key(self) -> str:
        """The MPN without signs: one answer serves all makers and spellings."""
        return ids.key(self.mpn)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a provider may be asked (a row of `templates/providers.csv`)."""

    provider: str
    title: str
    url: str
    batch: int
    per_minute: int | None
    per_day: int | None
    fresh: timedelta
    keep: timedelta

    @property
    def catalog(self) -> str:
        """Name of the catalogue its answers stand in."""
        return f"{self.title} (live)"


@functools.cache
def known() -> Mapping[str, Terms]:
    """All providers by name. Raises UsageError for a table that cannot be read."""
    found: dict[str, Terms] = {}
    for row in tables.rows("providers.csv", COLUMNS):
        try:
            found[row["provider"]] = Terms(
                row["provider"],
                row["title"],
                row["url"],
                max(1, int(row["batch"])),
                int(row["per_minute"]) if row["per_minute"] else None,
                int(row["per_day"]) if row["per_day"] else None,
                timedelta(hours=float(row["fresh_hours"])),
                timedelta(hours=float(row["keep_hours"])),
            )
        except ValueError as error:
            raise UsageError(
                f"The table providers.csv has a number that is none, for {row['provider']!r}: {error}.",
                hint="Compare it with the shipped one: bomtool templates list.",
            ) from error
    return found


class Halt(Exception):
    """The provider is not asked any further for now: one sentence, and when it may be asked again, if that is known."""

    def __init__(self, sentence: str, until: datetime | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.until = until


class NoAnswer(Exception):
    """This question has no usable answer, others may: one sentence."""


@dataclass(slots=True)
class Looked:
    """Answers about a batch, as folded JSON; the parts of it that were not answered, and why."""

    answers: list[Any]
    unanswered: list[Wanted] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)


class Ask(Protocol):
    """One call at a provider's counter (see `desk.Desk.call`)."""

    def __call__(
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
        """The decoded answer with folded names (see `answers`), None where there is nothing (404)."""


class Provider(Protocol):
    """A service: asks for a batch of parts at its counter, gives its answers as folded JSON."""

    @property
    def terms(self) -> Terms:
        """How it may be asked."""

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """What must appear nowhere."""

    @property
    def supplier(self) -> str:
        """The supplier its answers are of where they do not say; "" where they do."""

    @property
    def currency(self) -> str | None:
        """The currency of prices that name none; None: such prices are left out."""

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """Answers about these parts. Raises Halt and NoAnswer."""


@dataclass(slots=True)
class Told:
    """What came of asking one provider for a number of parts."""

    provider: str
    title: str
    asked: int
    """Parts in all."""
    priced: int = 0
    """Parts with at least one price now, among them those that were still fresh."""
    unpriced: int = 0
    """Parts the provider does not have, or has no price for."""
    waiting: int = 0
    """Parts it could not be asked for: ask again later."""
    fresh: int = 0
    """Parts that were not asked for again, for their answer is younger than the terms ask for."""
    calls: int = 0
    until: datetime | None = None
    """When it may be asked again, where it said so."""
    sentences: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """The members, and the summary."""
        return {**asdict(self), "summary": self.summary}

    @property
    def summary(self) -> str:
        """One line for people."""
        waits = f", {self.waiting} waiting" if self.waiting else ""
        return f"{self.title}: priced {self.priced} of {self.asked}{waits}"
