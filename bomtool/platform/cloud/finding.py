"""Which parts a search of the Component Cloud means: its five strategies over this platform's catalogues."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from sqlalchemy import or_, select

from bomtool.api.products import SearchStrategy
from bomtool.bom import makers
from bomtool.parts import ids, tables
from bomtool.parts.catalog import Catalog
from bomtool.parts.loading import SPAN
from bomtool.parts.providers.model import Wanted
from bomtool.parts.rows import Found

MOST = 1_000
"""Parts of one search that are looked at; nobody pages further."""
_MOST_NUMBERS = 500
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a strategy, taken apart: part numbers, and makers of which one must fit (none: any)."""

    mpns: tuple[str, ...]
    makers: tuple[str, ...] = ()


class BadQuery(ValueError):
    """`q` cannot be read as its strategy says: one sentence."""


def asked(q: str, strategy: SearchStrategy) -> Asked | None:
    """The part numbers and makers of a question; None where the strategy is no list of them. Raises BadQuery."""
    if strategy is SearchStrategy.mpn_exact:
        return Asked((q,))
    if strategy not in (SearchStrategy.mpn_exact_multi, SearchStrategy.mpn_exact_mfr):
        return None
    pairs = parse_qsl(q, keep_blank_values=False, max_num_fields=_MOST_NUMBERS)
    numbers = tuple(value for name, value in pairs if name == "mpn")
    named = tuple(value for name, value in pairs if name == "mfr")
    if not numbers:
        raise BadQuery(f"with {strategy.value}, q must read mpn=...&mpn=..., encoded as a query string")
    return Asked(numbers, named if strategy is SearchStrategy.mpn_exact_mfr else ())


def search(catalog: Catalog, q: str, strategy: SearchStrategy) -> list[str]:
    """Ids of the parts, the best first; those with equal rights by stock, the most first. Raises BadQuery."""
    question = asked(q, strategy)
    if question is not None:
        return _exact(catalog, question)
    if strategy is SearchStrategy.mpn_sku_mfr:
        return _like_a_line(catalog, q)
    return [candidate.part.id for candidate in catalog.search(" ".join(_words(q)), MOST)]


def wanted(q: str, strategy: SearchStrategy) -> list[Wanted]:
    """What providers would be asked for, where the question names part numbers. Raises BadQuery."""
    question = asked(q, strategy)
    if question is not None:
        return [Wanted(number, question.makers[0] if len(question.makers) == 1 else None) for number in question.mpns]
    if strategy is SearchStrategy.mpn_sku_mfr:
        mpn, maker = _split(q)
        return [Wanted(mpn, maker)]
    return []


def after(catalog: Catalog, last: str, limit: int) -> list[str]:
    """Ids of all parts in the order of ids, behind `last`."""
    c = tables.parts.c
    with catalog.shelf() as shelf:
        live = [known.id for known in shelf.live.values()]
        if not live:
            return []
        query = (
            select(c.part_id)
            .where(c.part_id > last, or_(*[c.ref.between(known << SPAN, ((known + 1) << SPAN) - 1) for known in live]))
            .group_by(c.part_id)
            .order_by(c.part_id)
            .limit(limit)
        )
        return list(shelf.connection.scalars(query))


def _exact(catalog: Catalog, question: Asked) -> list[str]:
    spelled = {ids.spelled(number): at for at, number in reversed(list(enumerate(question.mpns)))}
    fits = _fits(question.makers)
    with catalog.shelf() as shelf:
        found = shelf.by_key("mpn_key", {ids.key(number) for number in question.mpns})
    hits = [row for rows in found.values() for row in rows]
    hits = [row for row in hits if ids.spelled(row.part.mpn) in spelled and fits(row)]
    return _unique(sorted(hits, key=lambda row: (spelled[ids.spelled(row.part.mpn)], -(row.stock or 0), row.rank)))


def _like_a_line(catalog: Catalog, q: str) -> list[str]:
    """An MPN or SKU, perhaps with a maker behind it, as a BOM line has them."""
    mpn, maker = _split(q)
    keys = {ids.key(q), ids.key(mpn)}
    with catalog.shelf() as shelf:
        by_number = shelf.by_key("mpn_key", keys)
        by_sku = shelf.by_sku(keys)
    hits = {row.ref: (row, 1.0) for rows in by_number.values() for row in rows}
    for rows in by_sku.values():
        for row, _, _ in rows:
            hits.setdefault(row.ref, (row, 0.9))
    fits = _fits((maker,) if maker else ())
    scored = [(row, score + (0.5 if maker and fits(row) else 0.0)) for row, score in hits.values()]
    if maker and any(fits(row) for row, _ in scored):
        scored = [(row, score) for row, score in scored if fits(row)]
    ranked = sorted(scored, key=lambda hit: (-hit[1], -(hit[0].stock or 0), hit[0].rank))
    return _unique([row for row, _ in ranked])


def _words(q: str) -> list[str]:
    words = q.split()
    if len(words) > _MOST_WORDS:
        raise BadQuery(f"it has more than {_MOST_WORDS} words")
    return words


def _split(q: str) -> tuple[str, str | None]:
    """Part number and maker of "LM358DR Texas Instruments": the longest ending that is a known maker is the maker."""
    words = _words(q)
    for at in range(1, len(words)):
        if makers.known(" ".join(words[at:])):
            return " ".join(words[:at]), " ".join(words[at:])
    return q.strip(), None


def _fits(named: Sequence[str]) -> Callable[[Found], bool]:
    wanted_makers = {makers.key(ids.canonical_maker(name)) for name in named}
    return lambda row: not wanted_makers or makers.key(ids.canonical_maker(row.part.manufacturer)) in wanted_makers


def _unique(rows: Iterable[Found]) -> list[str]:
    return list(dict.fromkeys(row.part.id for row in rows))
