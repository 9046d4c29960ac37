"""`catalog search`: the same look-ups as matching, for one text, all levels at once."""

from __future__ import annotations

from bomtool.parts import fuzzy, ids, suffixes, suggesting
from bomtool.parts.model import Candidate
from bomtool.parts.rows import Found, Shelf

_ENOUGH = 3


def search(shelf: Shelf, text: str, limit: int) -> list[Candidate]:
    """Parts a text may mean, best first; one entry a part. At most twelve statements."""
    found: dict[str, Candidate] = {}

    def add(candidate: Candidate) -> None:
        known = found.get(candidate.part.id)
        if known is None or known.score < candidate.score:
            found[candidate.part.id] = candidate

    key = ids.key(text)
    if key:
        _by_number(shelf, text, key, add)
    wanted = suggesting.passive_of(text)
    if wanted is not None:
        (fitting,) = suggesting.fitting(shelf, [suggesting.Wish(wanted, "parametric", "By value and size: ")], limit)
        for candidate in fitting:
            add(candidate)
    words = text.split()
    if key and len(found) < limit and len(words) == 1:
        for row in shelf.by_prefix([key], limit).get(key, ()):
            share = len(key) / max(len(row.key), 1)
            add(Candidate(row.part, "prefix", round(0.25 + 0.25 * share, 4), "The number begins like this."))
    if key and len(found) < _ENOUGH and len(words) == 1:
        for hit in fuzzy.near(shelf, [key], limit=limit).get(key, ()):
            add(Candidate(hit.found.part, "fuzzy", round(0.5 * hit.likeness, 4), f"{hit.likeness:.0%} like it."))
    if words and not found:
        for row in shelf.by_words(words, limit):
            add(Candidate(row.part, "fuzzy", 0.2, "Every word stands in its description."))
    return sorted(found.values(), key=lambda candidate: -candidate.score)[:limit]


def _by_number(shelf: Shelf, text: str, key: str, add: object) -> None:
    assert callable(add)
    spelled = ids.spelled(text)
    stems = {key, *(ids.key(stem.text) for stem in suffixes.stems(text))}
    for rows in shelf.by_key("mpn_key", stems).values():
        for row in rows:
            add(_named(row, key, spelled))
    for rows in shelf.by_key("stem_key", stems).values():
        for row in rows:
            add(Candidate(row.part, "packaging", 0.9, "The same number but for its packaging ending."))
    for row, supplier, sku in shelf.by_sku([key]).get(key, ()):
        add(Candidate(row.part, "exact", 0.99, f"{sku} is the number of {supplier}."))


def _named(row: Found, key: str, spelled: str) -> Candidate:
    if ids.spelled(row.part.mpn) == spelled:
        return Candidate(row.part, "exact", 1.0, "The part number is the same.")
    if row.key == key:
        return Candidate(row.part, "normalised", 0.98, "The part number is the same but for case and signs.")
    return Candidate(row.part, "packaging", 0.9, "The same number but for its packaging ending.")
