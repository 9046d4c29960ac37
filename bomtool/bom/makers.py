"""Who makes a part: the many ways to write a manufacturer's name, from `templates/manufacturers.csv`."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from bomtool.bom import characters, tables

_LEGAL = (
    "incorporated|inc|corporation|corp|company|co|limited|ltd|llc|lp|plc|gmbh|ag|kg|kgaa|sa|sas|spa|srl|bv|nv|ab|as|oy"
    "|kk|sdn|bhd|pte|pty"
)
_LONGEST_NAME, _LONGEST_TEXT = 120, 400  # longer cells are prose: looking for names in them costs time and finds none
_WORD = re.compile(r"[^\W_]+")
_LEGAL_END = re.compile(r"(?:[\s,.(&]+(?:" + _LEGAL + r"|co\.?,? ?ltd|s\.a\.|b\.v\.|n\.v\.|s\.p\.a)\.?\)?)+$", re.I)


@dataclass(frozen=True, slots=True)
class Maker:
    """What the table knows of one written name: who makes those parts today, how the two are related (canonical, name,
    brand, acquired, merged, renamed, spun-off), and whether the name alone is too short or common to be believed."""

    name: str
    alias: str
    relation: str
    ambiguous: bool


@dataclass(frozen=True, slots=True)
class Prefixed:
    """A text that starts (or ends) with a known maker: the name as written, whose it is, and the rest of the text."""

    maker: Maker
    written: str
    rest: str


def known(text: str) -> str | None:
    """The canonical maker of a written name, None where the table does not know it.

    Case, accents, punctuation and legal forms ("Inc.", "GmbH") do not count. Acquired and renamed companies answer with
    the company that makes the part today.
    """
    found = lookup(text)
    return found.name if found else None


def lookup(text: str) -> Maker | None:
    """`known` with the relation and the mark for ambiguous names."""
    table = _table()
    if len(text) > _LONGEST_NAME:
        return None
    for name in (text, _LEGAL_END.sub("", characters.plain(text).strip())):
        found = table.get(key(name))
        if found is not None:
            return found
    return None


def same(one: str, other: str) -> bool:
    """Whether two written names mean the same maker: equal but for case and punctuation, or of one company."""
    first, second = (_LEGAL_END.sub("", characters.plain(name)) for name in (one, other))
    if key(first) == key(second) and key(first):
        return True
    maker = known(one)
    return maker is not None and maker == known(other)


def at_start(text: str) -> Prefixed | None:
    """The longest known maker that a text starts with as whole words; None where there is none or nothing follows."""
    return _at_end_of(text, start=True)


def at_end(text: str) -> Prefixed | None:
    """The longest known maker that a text ends with as whole words; None where there is none or nothing precedes."""
    return _at_end_of(text, start=False)


def key(text: str) -> str:
    """The form in which names are compared: letters and digits, lower case, without accents."""
    text = characters.plain(text).casefold()
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return "".join(c for c in text if c.isalnum())


def _at_end_of(text: str, *, start: bool) -> Prefixed | None:
    if len(text) > _LONGEST_TEXT or lookup(text) is not None:
        return None
    spans = [match.span() for match in _WORD.finditer(text)]
    if not start:
        spans.reverse()
    edges = [span[1] if start else span[0] for span in spans[: _longest()]]
    for edge in reversed(edges):
        written, rest = (text[:edge], text[edge:]) if start else (text[edge:], text[:edge])
        if start and rest[:1] in (".", ")"):
            written, rest = written + rest[:1], rest[1:]
        maker = _table().get(key(written)) if rest.strip() else None
        if maker is not None:
            return Prefixed(maker, written.strip(" ,;:/|("), rest)
    return None


@functools.cache
def _table() -> dict[str, Maker]:
    table: dict[str, Maker] = {}
    for row in tables.rows("manufacturers.csv", ("canonical", "alias", "relation", "ambiguous")):
        maker = Maker(row["canonical"], row["alias"], row["relation"], row["ambiguous"].casefold() == "yes")
        table.setdefault(key(row["alias"]), maker)
        table.setdefault(key(row["canonical"]), Maker(maker.name, maker.name, "canonical", False))
    table.pop("", None)
    return table


@functools.cache
def _longest() -> int:
    return max(len(_WORD.findall(maker.alias)) for maker in _table().values())
