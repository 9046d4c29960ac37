"""Saved answers of distributors' and aggregators' interfaces, found wherever they stand in JSON files.

A file is one answer (.json), a list of answers, or one a line (.jsonl, .ndjson), also packed. An answer may stand in an
envelope {"response": ..., "date": ..., "file": ...}, which tells when and from which shop it came. Names of members are
compared without case and underscores, for clients in several languages write them their own way.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bomtool.bom import tables
from bomtool.errors import ReadError
from bomtool.parts import answer_shapes, files
from bomtool.parts.answer_shapes import Context
from bomtool.parts.columns import Row
from bomtool.parts.source import Source, parse_json

_INNER = ("response", "answer", "body")
_DATES = ("date", "fetchedat", "committed", "savedat", "time", "timestamp")
_SHOPS = ("store", "shop", "storeid", "storeinfoid", "url", "file", "filename")
_LISTS = frozenset({"products", "productlist", "productdetails", "parts", "partresults", "data", "elements", "results"})
_COUNTS = frozenset({"numberofresult", "numberofresults", "hits", "productscount", "productcount", "total"})
_DEEPEST = 12

Shape = Callable[[dict[str, Any], Context], Iterator[Row]]


@dataclass(slots=True)
class _Work:
    done: int = 0
    answers: int = 0
    empty: Counter[str] = field(default_factory=Counter)
    without_currency: int = 0
    odd: int = 0
    nameless: int = 0

    def notes(self) -> list[str]:
        found = []
        for reason, count in self.empty.most_common():
            found.append(f"{count:,} of {self.answers:,} answers {reason}.")
        if self.nameless:
            found.append(f"{self.nameless:,} products give no part number of their maker and were left out.")
        if self.without_currency:
            found.append(
                f"{self.without_currency:,} offers name no currency; their prices were left out. Name it: --currency."
            )
        if self.odd:
            found.append(f"{self.odd:,} products could not be read and were left out.")
        return found


def open_files(paths: list[Path], currency: str | None) -> Source:
    """The parts and offers of the answers in these files. Raises ReadError where no file holds a known answer."""
    work = _Work()
    total = sum(path.stat().st_size for path in paths)
    return Source(_rows(paths, currency, work), total, lambda: work.done, work.notes)


def _rows(paths: list[Path], currency: str | None, work: _Work) -> Iterator[Row]:
    found = False
    for path in paths:
        for answer, row in _saved(path):
            for one in answer if isinstance(answer, list) and answer and _enveloped(answer[0]) else [answer]:
                work.answers += 1
                rows = list(_of_answer(one, path.name, row, currency, work))
                found = found or bool(rows)
                yield from rows
        work.done += path.stat().st_size
    if not found:
        raise ReadError(
            f"{paths[0].name} holds no answer that is known.",
            hint="Known are DigiKey, Mouser, element14, Nexar, TrustedParts, TME, Kitspace and Cofactr; the rest goes into CSV.",
            code="no-table",
        )


def of_answer(answer: Any, context: Context) -> tuple[list[Row], list[str]]:
    """Parts and offers of one answer that was just fetched (folded JSON), and what people should know of it."""
    work = _Work(answers=1)
    rows = list(_of_content(answer, context, work))
    work.empty.clear()
    return rows, work.notes()


def _saved(path: Path) -> Iterator[tuple[Any, int | None]]:
    """The answers of a file, each with its line."""
    if ".jsonl" in path.suffixes or ".ndjson" in path.suffixes:
        for number, line in files.lines_of(path):
            yield parse_json(line, f"{path.name}, line {number}", number, object_pairs_hook=folded), number
    else:
        yield parse_json(files.read_document(path), path.name, object_pairs_hook=folded), None


def _of_answer(answer: Any, name: str, row: int | None, currency: str | None, work: _Work) -> Iterator[Row]:
    context = Context(currency=currency, default=currency)
    if _enveloped(answer):
        context.fetched_at = next((when for key in _DATES if (when := moment(answer.get(key)))), None)
        shop = " ".join(str(answer[key]) for key in _SHOPS if answer.get(key))
        context.supplier, context.currency = shop_of(shop, currency)
        answer = next(answer[key] for key in _INNER if key in answer)
    else:
        context.supplier, context.currency = shop_of(name, currency)
    yield from _of_content(answer, context, work)


def _of_content(answer: Any, context: Context, work: _Work) -> Iterator[Row]:
    """The rows of one answer; where there are none, why is counted."""
    nameless, odd, found = work.nameless, work.odd, False
    for row in _walk(answer, context, work, 0):
        found = True
        yield row
    if found:
        return
    if work.odd > odd:
        work.empty["hold a product that could not be read"] += 1
    elif work.nameless > nameless:
        work.empty["hold only products without a part number of their maker"] += 1
    elif _says_nothing_found(answer, 0):
        work.empty["say that nothing was found"] += 1
    else:
        work.empty["are not about parts"] += 1


def _says_nothing_found(value: Any, depth: int) -> bool:
    """Whether an answer is empty, or has an empty list of products, or a count of 0."""
    if not value:
        return True
    if not isinstance(value, dict) or depth > _DEEPEST:
        return False
    return any(
        (name in _LISTS and not item) or (name in _COUNTS and item == 0) or _says_nothing_found_in(item, depth)
        for name, item in value.items()
    )


def _says_nothing_found_in(item: Any, depth: int) -> bool:
    return isinstance(item, dict) and bool(item) and _says_nothing_found(item, depth + 1)


def _walk(value: Any, context: Context, work: _Work, depth: int) -> Iterator[Row]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, context, work, depth)
    if not isinstance(value, dict) or depth > _DEEPEST:
        return
    context = context.inside(value)
    shape = _shape(value)
    if shape is None:
        for item in value.values():
            if isinstance(item, dict | list):
                yield from _walk(item, context, work, depth + 1)
        return
    try:
        rows = list(shape(value, context))
    except (ValueError, TypeError, KeyError, AttributeError, ArithmeticError):
        work.odd += 1
        return
    for row in rows:
        if not row.mpn:
            work.nameless += 1
            continue
        if row.breaks and not row.currency:
            work.without_currency += 1
            row.breaks = ""
        row.currency = row.currency or "USD"
        yield row


def _shape(value: dict[str, Any]) -> Shape | None:
    """Which interface a product comes from, by the members only that one has."""
    for names, shape in answer_shapes.SHAPES:
        if all(name in value for name in names):
            return shape
    return None


def _enveloped(answer: Any) -> bool:
    if not isinstance(answer, dict):
        return False
    return "response" in answer or any(isinstance(answer.get(key), dict | list) for key in _INNER)


def folded(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object with the names of its members compared without case and underscores."""
    return {key.replace("_", "").lower(): value for key, value in pairs}


def moment(text: Any) -> datetime | None:
    """A date or time as written, in UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def shop_of(text: str, currency: str | None = None) -> tuple[str, str | None]:
    """Supplier and currency of the shop named in a text, "" and the given one where none is."""
    for name, supplier, code in _shops():
        if name in text.lower():
            return supplier, code
    return "", currency


@functools.cache
def _shops() -> tuple[tuple[str, str, str], ...]:
    rows = tables.rows("provider_stores.csv", ("store", "supplier", "currency"))
    # The longest first: canada.newark.com is not newark.com.
    rows.sort(key=lambda row: -len(row["store"]))
    return tuple((row["store"], row["supplier"], row["currency"]) for row in rows)
