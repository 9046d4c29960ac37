"""What the header of a column means: whole headers and words of `templates/synonyms.csv`, in ten languages.

A header may have several readings; which one holds is decided with the cells below it, for all columns at once.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from bomtool.bom import characters, placement, tables

LONGEST = 80
"""A longer text is no header."""


@dataclass(frozen=True, slots=True)
class Reading:
    """Every meaning of a header with its weight (3 certain, 2 usual, 1 possible), and the number in it ("MPN 2")."""

    fields: dict[str, float] = field(default_factory=dict)
    number: int | None = None
    ideas: frozenset[str] = frozenset()

    @property
    def best(self) -> float:
        """The weight of the likeliest meaning, 0 where the header is not known."""
        return max(self.fields.values(), default=0.0)


_NONE = Reading()
_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])")
_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_BRACKETS = re.compile(r"[(\[{][^()\[\]{}]*[)\]}]")
_MONEY = re.compile(r"[$€£¥₽￥]|\bp\.? ?ea\b")
_NUMBERISH = {"no": "number", "nr": "number", "num": "number", "numb": "number"}
_TIMES = re.compile(r"[x×*]\s*\d+\b|\b\d{2,}\b|\bprj\d", re.I)
_PLACED = frozenset(("fitted", "populated", "assembled", "mounted", "placed", "installed", "stuffed"))


@functools.lru_cache(maxsize=8192)
def read(text: str) -> Reading:
    """The meanings of a header text. Never raises; an unknown text has none."""
    shown = " ".join(characters.plain(text).split())
    if not shown or len(shown) > LONGEST:
        return _NONE
    whole = _read(shown)
    bare = _BRACKETS.sub(" ", shown)
    if bare.strip() and bare != shown:
        without = _read(bare)
        found = dict(without.fields)
        for name, weight in whole.fields.items():
            found[name] = max(weight, found.get(name, 0.0))
        return Reading(found, without.number, whole.ideas | without.ideas)
    return whole


def key(text: str) -> str:
    """The form in which headers are compared: words without case, accents, punctuation and spaces."""
    return "".join(_tokens(text))


def known(texts: Iterable[str]) -> float:
    """How many of a row's texts are headers, counted by the certainty of each; two of one meaning count less."""
    seen: dict[str, float] = {}
    total = 0.0
    for text in texts:
        found = read(text)
        if not found.fields:
            continue
        name, weight = max(found.fields.items(), key=lambda item: item[1])
        part = min(weight, 3.0) / 3
        total += part if name not in seen else part * 0.3
        seen[name] = part
    return total


def _read(shown: str) -> Reading:
    tokens = _tokens(shown)
    if not tokens:
        return Reading({"line_number": 2.4}) if shown.strip() == "#" else _NONE
    number = _number(tokens)
    named = [token for token in tokens if not token.isdigit()]
    fields = dict(_headers().get("".join(tokens), {}) or _headers().get("".join(named), {}))
    ideas, unknown = _ideas(named)
    if _MONEY.search(shown.casefold()):
        ideas.add("price")
    if "price" in ideas:
        return Reading({"price": 3.0}, number, frozenset(ideas))
    if max(fields.values(), default=0.0) < 3:  # "Part Manufacturer" is no manufacturer's part
        for name, weight in _by_rules(ideas, unknown).items():
            fields[name] = max(weight, fields.get(name, 0.0))
    if "quantity" in fields and _TIMES.search(shown):
        fields = {"total_quantity": 2.4, "quantity": 1.4}
    if not _either().isdisjoint(tokens):
        ideas.add("either")
    polarity = placement.header_polarity(shown)
    if polarity is not None and len(named) < 4 and fields.get("reference_designators", 0.0) < 2:
        certain = polarity == "not-placed" or bool(_PLACED & set(named))
        fields["do_not_place"] = max(fields.get("do_not_place", 0.0), 3.0 if certain else 2.4)
    return Reading(fields, number, frozenset(ideas))


def _tokens(text: str) -> list[str]:
    """The words of a header: "PartNumber" is two, "P/N" one, "#" and "№" are the word number."""
    shown = characters.plain(_CAMEL.sub(" ", text.replace("№", " number ").replace("#", " number ")))
    shown = shown.casefold().replace("q'ty", "qty").replace("n°", "number ").replace("p/n", "pn").replace("p.n.", "pn")
    found = [characters.words(token) for token in _TOKEN.findall(shown)]
    if len(found) > 1:
        found = [_NUMBERISH.get(token, token) for token in found]
    return [token for token in found if token]


def _number(tokens: list[str]) -> int | None:
    """The number of a numbered column ("Manufacturer 2", "2nd source"), None where there is none."""
    digits = [token for token in tokens if token.isdigit() and len(token) == 1]
    if len(digits) == 1 and len(tokens) > 1 and (tokens[-1] == digits[0] or tokens[0] == digits[0]):
        return int(digits[0])
    return int(digits[0]) if len(digits) == 1 and tokens[-1] == "number" else None


def _ideas(tokens: list[str]) -> tuple[set[str], int]:
    """The ideas behind the words, and how many words are not known. Two words that are one ("digi key") count once."""
    words, found, unknown, position = _words(), set[str](), 0, 0
    while position < len(tokens):
        pair = "".join(tokens[position : position + 2])
        if position + 1 < len(tokens) and pair in words:
            found.add(words[pair])
            position += 2
            continue
        token = tokens[position]
        if token in words:
            found.add(words[token])
        elif not token.isascii() and _WIDE.search(token):
            inside = _segments(token)
            found |= inside
            unknown += not inside
        else:
            unknown += 1
        position += 1
    return found - {"noise"}, unknown


_WIDE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")


def _segments(token: str) -> set[str]:
    """The known words inside a run of Chinese or Japanese, longest first."""
    words, found, position = _words(), set[str](), 0
    while position < len(token):
        for end in range(min(len(token), position + 8), position, -1):
            if token[position:end] in words:
                found.add(words[token[position:end]])
                position = end
                break
        else:
            position += 1
    return found


def _by_rules(ideas: set[str], unknown: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for needed, name, weight in _rules():
        if needed <= ideas:
            certain = weight - 0.8 * len(ideas - needed) - 0.4 * unknown
            if certain > 0.5:
                found[name] = max(certain, found.get(name, 0.0))
    return found


@functools.cache
def _either() -> frozenset[str]:
    """Words that name a supplier and may mean the maker as well: "vendor"."""
    return frozenset(
        key(row["text"]) for row in tables.rows("synonyms.csv", ("kind", "text")) if row["kind"] == "either"
    )


@functools.cache
def _table() -> tuple[dict[str, dict[str, float]], dict[str, str], list[tuple[frozenset[str], str, float]]]:
    whole: dict[str, dict[str, float]] = {}
    words: dict[str, str] = {}
    rules: list[tuple[frozenset[str], str, float]] = []
    for row in tables.rows("synonyms.csv", ("kind", "text", "means", "weight")):
        if row["kind"] == "header":
            meanings = whole.setdefault(key(row["text"]), {})
            meanings[row["means"]] = max(float(row["weight"] or 2), meanings.get(row["means"], 0.0))
        elif row["kind"] == "word":
            words.setdefault(key(row["text"]), row["means"])
        elif row["kind"] == "rule":
            rules.append((frozenset(row["text"].split("+")), row["means"], float(row["weight"] or 2)))
    return whole, words, rules


def _headers() -> dict[str, dict[str, float]]:
    return _table()[0]


def _words() -> dict[str, str]:
    return _table()[1]


def _rules() -> list[tuple[frozenset[str], str, float]]:
    return _table()[2]
