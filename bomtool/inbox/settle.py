"""When a file may be taken: unchanged for a while, whole, and written by nobody.

Pure: it is told what each look at the folder saw and what time it was. A file that is stable but cannot be taken (empty,
half an archive, open for writing) is waited for; when the patience is over it is taken all the same, so that reading it
says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bomtool.inbox.scan import Entry

_SOON = 5.0
"""Seconds within which a file that was given back is still waited for by a run that ends."""


@dataclass(slots=True)
class _Seen:
    print: tuple[int, int, int]
    since: float
    """When it was first seen as it is."""
    unready: str | None = None
    not_before: float = 0.0
    put_back: bool = False
    """Whether it was taken and given back."""
    passed: bool = False
    """Whether nothing stood in the way when it was looked into."""


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at the folder found: files to take now, files waited for with the reason, and when to look again."""

    ready: list[Entry]
    waiting: list[tuple[Entry, str]]
    next_look: float | None


class Settler:
    """Remembers between looks. `settle` and `patience` are seconds; `hindrance` tells why a stable file cannot be taken."""

    def __init__(self, settle: float, patience: float, hindrance: Callable[[Entry], str | None]) -> None:
        self._settle, self._patience, self._hindrance = settle, patience, hindrance
        self._seen: dict[str, _Seen] = {}

    def __len__(self) -> int:
        return len(self._seen)

    def look(self, entries: Iterable[Entry], now: float) -> Look:
        """Take in one look at the folder at the time `now` (seconds that only rise)."""
        ready: list[Entry] = []
        waiting: list[tuple[Entry, str]] = []
        dues: list[float] = []
        seen: dict[str, _Seen] = {}
        for entry in entries:
            known = self._seen.get(entry.name)
            if known is None or known.print != entry.print:
                known = _Seen(entry.print, now)
            seen[entry.name] = known
            due = max(known.since + self._settle, known.not_before)
            if now < due:
                waiting.append((entry, known.unready or "still settling"))
                dues.append(due)
                continue
            if not known.passed:
                found = self._hindrance(entry) if entry.regular else None
                known.passed = found is None
                if found or not known.put_back:  # else what it was given back for is still the reason it lies there
                    known.unready = found
            if known.passed or now >= known.since + self._patience:
                ready.append(entry)
            else:
                waiting.append((entry, known.unready or ""))
                dues.append(min(now + max(self._settle, 0.5), known.since + self._patience))
        self._seen = seen
        return Look(ready, waiting, min(dues, default=None))

    def patient(self, entry: Entry, now: float) -> bool:
        """Whether a file that turned out unreadable is young enough to be looked at again later."""
        known = self._seen.get(entry.name)
        return known is not None and known.print == entry.print and now < known.since + self._patience

    def put_back(self, name: str, why: str, not_before: float) -> None:
        """Wait for a file that was taken; it comes back as ready at `not_before`, or `settle` after it changes."""
        known = self._seen.get(name)
        if known is not None:
            known.unready, known.not_before, known.passed = why, not_before, False
            known.put_back = True

    def reason(self, name: str) -> str:
        """Why a file waits, as far as is known."""
        known = self._seen.get(name)
        return (known.unready if known is not None else None) or "its turn has not come"

    def settling(self, now: float) -> bool:
        """Whether any file is still to be taken for the first time, or again soon (another watcher has it in hand)."""
        soon = now + max(self._settle, _SOON)
        return any(not seen.put_back or seen.not_before <= soon for seen in self._seen.values())
