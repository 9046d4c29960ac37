"""Endings of part numbers that only say how parts are packed or that they are free of lead (`templates/mpn_suffixes.csv`).

Two part numbers of one maker that differ in such an ending are the same part in another packaging.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from bomtool.bom import makers, tables
from bomtool.errors import UsageError
from bomtool.parts import ids

_PLAIN_STEM = r"(?=.*\d).{4,}"


@dataclass(frozen=True, slots=True)
class Stem:
    """A part number without its packaging ending, and what the ending means."""

    text: str
    meaning: str
    not_of: tuple[str, ...] = ()

    def holds_for(self, written: str | None, *, bare: bool) -> bool:
        """Whether the rule is to be trusted for a part whose maker is written so. `bare`: the catalogue's number has no
        ending. The numbers that onsemi took over from Fairchild follow other rules: SS16T3G is not SS16 on a reel."""
        return not self.not_of or not (bare or (written is not None and makers.key(written) in self.not_of))


@dataclass(frozen=True, slots=True)
class _Rule:
    ending: re.Pattern[str]
    stem: re.Pattern[str]
    meaning: str
    not_of: tuple[str, ...]


def stem(mpn: str, manufacturer: str) -> Stem | None:
    """The part number without its packaging ending, by the rules for every maker and for this one; None without one.

    `manufacturer` is the canonical name.
    """
    text = ids.spelled(mpn)
    rules, any_of_them = _rules_of(manufacturer)
    if any_of_them.search(text) is None:
        return None
    for rule in rules:
        match = rule.ending.search(text)
        if match is not None and rule.stem.fullmatch(text, 0, match.start()):
            if not rule.meaning:
                return None
            rest = text[: match.start()] + text[match.end() :]
            return Stem(rest, rule.meaning, rule.not_of)
    return None


def stems(mpn: str) -> list[Stem]:
    """What the part number may be without its ending where the maker is not known: by the rules of each maker."""
    found = {rest.text: rest for maker in _rules() if (rest := stem(mpn, maker)) is not None}
    return list(found.values())


@functools.lru_cache(maxsize=4096)
def _rules_of(maker: str) -> tuple[tuple[_Rule, ...], re.Pattern[str]]:
    """The maker's own rules and then those for every maker, and one expression that finds whether any ending is there."""
    rules = _rules()
    mine = (*rules.get(maker, ()), *rules.get("*", ())) if maker != "*" else rules.get("*", ())
    return mine, re.compile("|".join(rule.ending.pattern for rule in mine) or "(?!)")


@functools.cache
def _rules() -> dict[str, tuple[_Rule, ...]]:
    found: dict[str, list[_Rule]] = {"*": []}
    for row in tables.rows("mpn_suffixes.csv", ("maker", "suffix", "stem", "meaning")):
        try:
            # A rule with a lookahead ends before what it looks at; every other one ends with the part number.
            end = "" if "(?=" in row["suffix"] else r"\Z"
            ending, stem = re.compile(f"(?:{row['suffix']}){end}"), re.compile(row["stem"] or _PLAIN_STEM)
        except re.error as error:
            raise UsageError(
                f"A pattern for {row['maker']} in mpn_suffixes.csv cannot be used: {error}.",
                hint="Correct it, or compare with the shipped table: bomtool templates list.",
            ) from error
        others = tuple(makers.key(name) for name in (row.get("not_of") or "").split(";") if name.strip())
        found.setdefault(row["maker"], []).append(_Rule(ending, stem, row["meaning"], others))
    # Longest endings first, so that -13-F is not read as -F.
    return {m: tuple(sorted(r, key=lambda x: -len(x.ending.pattern))) for m, r in found.items()}
