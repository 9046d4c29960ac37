"""Several parts in one cell: split only where the text says so beyond doubt.

Separators are line breaks, semicolons, bars, " or ", "alt:", and " / " or ", " where both sides are whole part numbers of
their own. A comma, slash or space inside a part number never splits.
"""

from __future__ import annotations

import re

from bomtool.bom import characters

_HARD = re.compile(
    r"\s*\n\s*|\s*[;；|、]\s*|\s+(?:or|oder|ou|o|oppure|или|或|又は)\s+(?=\S*\d)"
    r"|\s*[,/(]?\s*\b(?:alt(?:ernative|ernate)?s?|2nd source|second source|ersatz|equivalent)\b\.?\s*[:=]?\s+(?=\S*\d)\(?",
    re.I,
)
_SOFT = re.compile(r"\s+/\s+|,\s+")
_COMMA = re.compile(r"\s*,\s*")


def split(text: str) -> tuple[str, ...]:
    """The parts of a cell in their order; a cell with one part (or none that can be told apart) is one piece."""
    pieces = [piece.strip(" ,/") for piece in _HARD.split(characters.visible(text))]
    found: list[str] = []
    for piece in filter(None, pieces):
        soft = [part.strip() for part in _SOFT.split(piece)]
        found += soft if len(soft) > 1 and all(map(_whole, soft)) else [piece]
    return tuple(found) or (characters.visible(text),)


def split_list(text: str) -> tuple[str, ...]:
    """Like `split`, for a column that is a list of alternates: a plain comma splits too where every side is a whole part
    number (the order codes of one maker, ",115" and ",215", are not)."""
    found: list[str] = []
    for piece in split(text):
        parts = _COMMA.split(piece)
        found += parts if len(parts) > 1 and all(map(_whole, parts)) else [piece]
    return tuple(found)


def maybe_several(text: str) -> bool:
    """Whether one piece looks like several part numbers glued by a comma or slash: worth a finding, not a split."""
    return any(len(parts) > 1 and all(map(_whole, parts)) for parts in (_COMMA.split(text), re.split(r"\s*/\s*", text)))


def _whole(part: str) -> bool:
    """Whether a text can stand as a part number by itself: six characters or more, letters and digits, few spaces."""
    bare = re.sub(r"[^A-Za-z0-9]", "", part)
    return (
        len(bare) >= 6
        and part.count(" ") < 2
        and any(c.isdigit() for c in bare)
        and sum(c.isalpha() for c in bare) > 1
        and bool(re.match(r"[A-Za-z0-9]", part))
        and not re.search(r"[a-zà-ÿ]{4,}", part)
    )
