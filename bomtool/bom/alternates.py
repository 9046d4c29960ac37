"""Several parts in one cell: split only where the text says so beyond doubt.

Separators are line breaks, semicolons, bars, " or ", "alt:", and " / " or ", " where both sides are whole part numbers of
their own. A comma, slash or space inside a part number never splits.
"""

from __future__ import annotations

import re

from bomtool.bom import characters, mpn

_HARD = re.compile(
    r"\s*\n\s*|\s*[;；|、]\s*|\s+\(?(?:or|oder|ou|o|oppure|или|或|又は)\s+(?=\S*\d|[^\W\d_]{2,}\s[^\W\d_]*-?\d)"
    r"|\s*[,/(]?\s*\b(?:alt(?:ernative|ernate)?s?|2nd source|second source|ersatz|equivalent)\b\.?\s*[:=]?\s+(?=\S*\d)\(?",
    re.I,
)
_SOFT = re.compile(r"\s+/\s+|,\s+")
_WORD = re.compile(r"(?<![\w-])[^\W\d_A-Z][^\W\d_A-Z]+(?![\w-])")
_LCSC = re.compile(r"C\d{5,8}")
_COMMA = re.compile(r"\s*,\s*")


def split(text: str) -> tuple[str, ...]:
    """The parts of a cell in their order; a cell with one part (or none that can be told apart) is one piece."""
    shown = characters.visible(text)
    pieces = [_closed(piece.strip(" ,")) for piece in _HARD.split(shown) if piece.strip(" ,()")]
    if not pieces or not all(map(_plausible, pieces)):
        pieces = [" ".join(shown.split())]
    found: list[str] = []
    for piece in pieces:
        soft = [part.strip() for part in _SOFT.split(piece)]
        found += soft if len(soft) > 1 and all(map(_whole, soft)) else [piece]
    return tuple(found)


def split_list(text: str) -> tuple[str, ...]:
    """Like `split`, for a column that is a list of alternates: a plain comma splits too where every side is a whole part
    number (the order codes of one maker, ",115" and ",215", are not), and a slash between two that begin alike, or before
    the number of LCSC."""
    found: list[str] = []
    for piece in split(text):
        parts = _COMMA.split(piece)
        sides = piece.split("/")
        if len(parts) > 1 and all(map(_whole, parts)):
            found += parts
        elif len(sides) == 2 and all(map(_whole, sides)) and (maybe_several(piece) or _LCSC.fullmatch(sides[1])):
            found += sides  # BME680/BMP390; TPS25730/C22438973
        else:
            found.append(piece)
    return tuple(found)


def maybe_several(text: str) -> bool:
    """Whether one piece looks like several part numbers glued by a comma, or by a slash where both begin alike: worth a
    finding, not a split."""
    for mark in (r"(?<!\d),|,(?!\d)", "/"):
        parts = [part.strip() for part in re.split(mark, text)]
        alike = mark != "/" or len({part[:2] for part in parts}) == 1
        if len(parts) > 1 and alike and all(map(_whole, parts)):
            return True
    return False


def is_prose(piece: str) -> bool:
    """Whether a piece in a column of alternates is a sentence ("any part meeting the spec"), not a part: three words or
    more of small letters, or two and nothing that looks like a part number."""
    words = _WORD.findall(piece)
    return len(words) > 2 or (len(words) == 2 and mpn.looks_like(piece) < 0.3)


def _closed(piece: str) -> str:
    """A piece without the bracket that the separator opened: "LM358DR (alt. LM358DT)"."""
    return piece[:-1] if piece.endswith(")") and piece.count(")") > piece.count("(") else piece


def _plausible(piece: str) -> bool:
    """Whether a piece behind a hard separator can be a part: it has a number of its own and is no prose."""
    return mpn.looks_like(piece) >= 0.3 or (piece.isalnum() and any(c.isdigit() for c in piece) and len(piece) > 3)


def _whole(part: str) -> bool:
    """Whether a text can stand as a part number by itself: six characters or more, letters and digits, few spaces."""
    bare = mpn.normalise(part)
    return (
        len(bare) > 5
        and part.count(" ") < 2
        and any(c.isdigit() for c in bare)
        and any(c.isalpha() for c in bare)
        and part[:1].isalnum()
        and (mpn.looks_like(part) >= 0.3 or re.fullmatch(r"[A-Z]{2,4}\d{3,}", part) is not None)
        and not re.search(r"[a-zà-ÿ]{4,}", part)
    )
