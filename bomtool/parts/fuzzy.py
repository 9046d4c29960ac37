"""Part numbers that are nearly the one asked for: found by shared trigrams, ordered by edit distance.

An edit spoils at most three trigrams, so a few of the rarest ones are enough to find the part meant; how many parts they
bring is bounded, which bounds the time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import text

from bomtool.parts import dialect
from bomtool.parts.rows import Found, Shelf

_RAREST = 6
_AT_LEAST = 4
_ROWS = 1_000
"""Parts brought in for one query, beyond its four rarest trigrams."""
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Near:
    """A part with a number like the one asked for; `likeness` is 1 less edits per character."""

    found: Found
    likeness: float


def near(shelf: Shelf, keys: Iterable[str], *, limit: int = 10, least: float = 0.8) -> dict[str, list[Near]]:
    """Parts with numbers like the keys, the likest first, at most `limit` numbers a key. Three statements for all keys."""
    wanted = sorted({key for key in keys if len(key) >= _SHORTEST})
    if not wanted:
        return {}
    rarest = _rarest(shelf, wanted)
    asked = [(number, rarest[key]) for number, key in enumerate(wanted) if rarest[key]]
    brought: dict[int, dict[str, list[int]]] = {}
    for number, ref, key in dialect.by_grams(shelf.connection, asked) if asked else ():
        brought.setdefault(number, {}).setdefault(key, []).append(ref)
    best = {number: _best(wanted[number], list(keys), limit, least) for number, keys in brought.items()}
    refs = {ref for number, hits in best.items() for key, _ in hits for ref in brought[number][key]}
    rows = shelf.by_ref(refs)
    answer: dict[str, list[Near]] = {}
    for number, hits in best.items():
        found = [Near(rows[ref], likeness) for key, likeness in hits for ref in brought[number][key] if ref in rows]
        answer[wanted[number]] = sorted(found, key=lambda hit: (-hit.likeness, hit.found.rank, -(hit.found.stock or 0)))
    return answer


def _rarest(shelf: Shelf, keys: list[str]) -> dict[str, list[str]]:
    """The trigrams to ask for, by key: the rarest that occur at all."""
    grams = {key: {key[at : at + 3] for at in range(len(key) - 2)} for key in keys}
    every = {gram for found in grams.values() for gram in found}
    statement = f"SELECT c.gram, c.count FROM {dialect.each(shelf.connection, 'grams')} " + (  # noqa: S608
        "JOIN part_gram_counts c ON c.gram = q.value"
    )
    rows = shelf.connection.execute(text(statement), {"grams": dialect.listed(every)})
    counts: dict[str, int] = {gram: count for gram, count in rows}  # noqa: C416 - rows, not pairs
    chosen: dict[str, list[str]] = {}
    for key, found in grams.items():
        ranked = sorted((counts[gram], gram) for gram in found if gram in counts)
        taken: list[str] = []
        brought = 0
        for count, gram in ranked[:_RAREST]:
            if len(taken) >= _AT_LEAST and brought + count > _ROWS:
                break
            taken.append(gram)
            brought += count
        chosen[key] = taken
    return chosen


def _best(key: str, others: list[str], limit: int, least: float) -> list[tuple[str, float]]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    hits = process.extract(key, others, scorer=OSA.normalized_similarity, limit=limit, score_cutoff=least)
    return [(other, likeness) for other, likeness, _ in hits if other != key]
