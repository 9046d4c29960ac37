"""Asks the providers for a list of parts and keeps what they answer; what could not be asked waits for the next time.

Every batch is kept as soon as it is there, so that an interrupted refresh goes on where it stopped, and answers that are
still fresh are not asked for again.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bomtool.parts import answers, ids
from bomtool.parts.answer_shapes import Context
from bomtool.parts.columns import Row
from bomtool.parts.providers import live, registry
from bomtool.parts.providers.desk import Desk
from bomtool.parts.providers.model import Halt, NoAnswer, Provider, Told, Wanted
from bomtool.parts.providers.usage import Usage
from bomtool.store.engine import Store
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.settings import Settings

Progress = Callable[[int, int | None], None]
_FAILURES = 3
"""So many batches in a row without an answer, and a provider is left alone."""


def refresh(
    store: Store,
    settings: Settings,
    parts: Iterable[Wanted],
    *,
    names: Sequence[str] | None = None,
    again: bool = False,
    fresh: timedelta | None = None,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> list[Told]:
    """Ask the providers (`names`, or all that have keys) for these parts; what came of it, a provider each.

    `again` asks for fresh ones too; `fresh` is how old an answer may be, None as the terms say. Providers are asked side
    by side. Raises UsageError for an unknown provider or one without keys.
    """
    chosen = list(names) if names else registry.configured(settings)
    wanted = _each_once(parts)
    usage = Usage(store)
    made: list[tuple[Provider, Desk]] = []
    for name in chosen:
        try:
            made.append(registry.provider(settings, name, usage, sleep))
        except BaseException:
            for _, desk in made:
                desk.close()
            raise
    steps = _Steps(progress, len(wanted) * len(made))
    if not made:
        return []
    try:
        with ThreadPoolExecutor(len(made), thread_name_prefix="bomtool-provider") as threads:
            work = [threads.submit(_one, store, found, desk, wanted, again, fresh, steps) for found, desk in made]
            return [task.result() for task in work]
    finally:
        for _, desk in made:
            desk.close()


def _each_once(parts: Iterable[Wanted]) -> list[Wanted]:
    """One question a part number: its answer holds all makers. The maker is named where all who want it name the same."""
    found: dict[str, Wanted] = {}
    for part in parts:
        known = found.setdefault(part.key, part)
        if known.maker != part.maker:
            found[part.key] = Wanted(known.mpn)
    found.pop("", None)
    return list(found.values())


class _Steps:
    """Progress told from several threads."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count
            if self._progress:
                self._progress(self._done, self._total)


def _one(
    store: Store,
    provider: Provider,
    desk: Desk,
    wanted: list[Wanted],
    again: bool,
    age: timedelta | None,
    steps: _Steps,
) -> Told:
    terms = provider.terms
    told = Told(terms.provider, terms.title, asked=len(wanted))
    live.forget_old(store, terms)
    known = {} if again else live.fresh(store, terms, (part.key for part in wanted), age)
    told.fresh = len(known)
    told.priced = sum(known.values())
    told.unpriced = len(known) - told.priced
    steps.add(len(known))
    due = [part for part in wanted if part.key not in known]
    failures = 0
    for at in range(0, len(due), terms.batch):
        batch = due[at : at + terms.batch]
        try:
            found = _look(provider, desk, batch)
            failures = 0
        except Halt as halt:
            told.waiting += len(due) - at
            told.until = halt.until
            _say(told, halt.sentence)
            break
        except NoAnswer as reason:
            told.waiting += len(batch)
            _say(told, str(reason))
            failures += 1
            if failures >= _FAILURES:
                told.waiting += len(due) - at - len(batch)
                break
            continue
        for sentence in found.sentences:
            _say(told, sentence)
        priced = _priced(found.answered, found.rows)
        live.save(store, terms, priced, found.rows, now())
        told.priced += sum(priced.values())
        told.unpriced += len(priced) - sum(priced.values())
        told.waiting += len(batch) - len(priced)
        steps.add(len(batch))
    told.calls = desk.calls
    return told


@dataclass(slots=True)
class _Found:
    answered: list[Wanted]
    rows: list[Row]
    sentences: list[str]


def _look(provider: Provider, desk: Desk, batch: list[Wanted]) -> _Found:
    """Rows of the parts asked for. A batch that is refused as a whole is asked for one by one."""
    try:
        looked = provider.look(desk.call, batch)
    except NoAnswer:
        if len(batch) == 1:
            raise
        return _one_by_one(provider, desk, batch)
    context = Context(provider.currency, provider.currency, now(), provider.supplier)
    missing = {part.key for part in looked.unanswered}
    answered = [part for part in batch if part.key not in missing]
    found = _Found(answered, [], list(looked.sentences))
    keys = {part.key for part in answered}
    for answer in looked.answers:
        rows, notes = answers.of_answer(answer, context)
        found.rows += [row for row in rows if ids.key(row.mpn) in keys]
        found.sentences += notes
    return found


def _one_by_one(provider: Provider, desk: Desk, batch: list[Wanted]) -> _Found:
    found = _Found([], [], [])
    for part in batch:
        try:
            more = _look(provider, desk, [part])
        except NoAnswer as reason:
            found.sentences.append(f"{part.mpn}: {reason}")
            continue
        found.answered += more.answered
        found.rows += more.rows
        found.sentences += more.sentences
    if not found.answered:
        raise NoAnswer(found.sentences[0].partition(": ")[2])
    return found


def _priced(batch: Sequence[Wanted], rows: Sequence[Row]) -> dict[str, bool]:
    """Which parts have a price now: one of their maker's, where the maker is known."""
    by_key: dict[str, list[Row]] = {}
    for row in rows:
        if row.breaks:
            by_key.setdefault(ids.key(row.mpn), []).append(row)
    found = {}
    for part in batch:
        fitting = by_key.get(part.key, [])
        if part.maker:
            fitting = [row for row in fitting if ids.canonical_maker(row.manufacturer) == part.maker]
        found[part.key] = bool(fitting)
    return found


def _say(told: Told, sentence: str) -> None:
    if sentence not in told.sentences and len(told.sentences) < 20:
        told.sentences.append(sentence)
