"""Manufacturer part numbers: cleaned for showing, folded for comparing, and checked for what spreadsheets did to them.

A part number is never split on a comma, slash, `#` or `+` (BAT54H,115; LT3080EDD#PBF; MAX3232EUE+; GMKDS 3/ 2-7,62).
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass, replace
from datetime import date, time
from decimal import Decimal

from bomtool.bom import characters, makers, placement, tables

CellValue = str | int | float | Decimal | bool | date | time | None


@dataclass(frozen=True, slots=True)
class PartName:
    """A part number with the maker named beside it, None where the text names none."""

    mpn: str
    manufacturer: str | None = None


@dataclass(frozen=True, slots=True)
class CleanMpn:
    """What a part number cell says.

    `mpn` is the first part number as people should see it (None for a placeholder or blank); `manufacturer` a maker
    written in the same cell, as written; `alternates` further parts in their order; `note` a remark taken off; `link` the
    address where the cell holds nothing else; `original`
    the untouched text. `problem` is one sentence, `code` its finding code.
    """

    mpn: str | None
    manufacturer: str | None = None
    alternates: tuple[PartName, ...] = ()
    problem: str | None = None
    code: str | None = None
    do_not_place: bool = False
    note: str | None = None
    link: str | None = None
    original: str = ""


@dataclass(frozen=True, slots=True)
class Damage:
    """What a spreadsheet did to a part number: a finding code, one sentence, and the number where it can be restored
    with certainty (else None)."""

    code: str
    message: str
    recovered: str | None = None


_PART = re.compile(r"[A-Za-z0-9][\w./#+,:=*()&%°-]*[\w)+%*]|[A-Za-z0-9]", re.ASCII)
_LABELLED = re.compile(
    r"\b(?P<what>mfr|mfg|manufacturer|maker|brand|hersteller|fabricant)\b\.?\s*[:=]\s*(?P<maker>[^|;\n]+?)\s*[|;,\n]\s*"
    r"\b(?:p/?n|mpn|part(?: ?(?:no|number))?|part#|type|typ)\b\.?\s*[:=]\s*(?P<mpn>[^|;\n]+)",
    re.I,
)
_LONGEST = 1000  # longer cells are prose and are kept whole
_TOKEN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.+#=_-]*[A-Za-z0-9+])?")
"""A part number without anything that could separate it from a maker, a remark or another part."""
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)
_DIMENSIONS = re.compile(
    r"\d+(?:[.,]\d+)?\s*(?:mm|cm)?\s*[x×*]\s*\d+(?:[.,]\d+)?\s*(?:[x×*]\s*\d+(?:[.,]\d+)?\s*)?(?:mm|cm)", re.I
)
_LIBRARY = re.compile(r"(?:[A-Za-z][A-Za-z_]{3,}\w*|74x\w*|4x{2,}):[\w.+-]+", re.ASCII)
"""A symbol with its library, as KiCad writes it: Device:C, 74xx:74HC04."""
_LABEL = re.compile(r"^(?:mpn|mfr\.? ?p/?n|p/?n|part ?(?:no\.?|number|#))\s*[:=]\s*", re.I)
_REMARK = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]$")
_GENERIC = (
    r"(?:semi(?:conductors?|con)?|electronics?|components?|technolog(?:y|ies)|corp|inc|ltd|co|gmbh|ag|kg|&)(?!\w)\.?"
)
_AFTER_MAKER = re.compile(rf"(?:\s+{_GENERIC})*\s*(?P<sign>[,;:|]|/|-(?=\s)|[–—])\s*|(?:\s+{_GENERIC})*\s+", re.I)
_BEFORE_MAKER = re.compile(r"\s*(?P<sign>[,;:|]|(?<=\s)[/–—-])\s*$|\s+$")
_EQUIVALENT = re.compile(
    r"[\s,(]+(?:or|oder|ou|o|of)\s+(?:an?\s+)?(?:equiv(?:alent|\.)?|eq\.?|similar|like|gleichwertig|ähnlich|vergleichbar"
    r"|équivalent|similaire|equivalente|simile|gelijkwaardig)\b\.?\)?$",
    re.I,
)
_FOOTNOTE = re.compile(r"(?:\s*\*+|\s+\(\d\)|\s*[¹²³†‡]+)$")
_MONTH = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mrz|mär|mai|okt|dez|févr|avr|juin|juil|août|déc|ene|abr|ago|dic|gen"
    "|mag|giu|lug|set|ott"
)
_DATE = re.compile(
    rf"\d{{1,2}}[-. ](?:{_MONTH})\.?(?:[-. ]\d{{2,4}})?|(?:{_MONTH})\.?[-. ]\d{{1,4}}|\d{{4}}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?"
    r"|(?:19|20)\d\d-\d\d-\d\d|\d{1,2}/\d{1,2}/(?:19|20)\d\d",
    re.I,
)
_ERRORS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#NV", "#WERT!", "#BEZUG!"))


def clean(text: str) -> CleanMpn:
    """Read a part number cell: placeholders, do-not-place words, a known maker in the same cell, several parts, remarks.

    Only makers of `templates/manufacturers.csv` are ever split off. Never raises.
    """
    shown = characters.visible(text)
    if not shown or is_placeholder(shown):
        return CleanMpn(None, original=text)
    if len(shown) > _LONGEST:
        return CleanMpn(shown, original=text)
    if placement.says_not_placed(shown):
        if not _has_part(shown):
            return CleanMpn(None, do_not_place=True, original=text)
        part = _without_mark(shown)
        return replace(clean(part) if part else CleanMpn(shown), do_not_place=True, original=text)
    if text.isascii() and _TOKEN.fullmatch(shown):
        return CleanMpn(shown, original=text)
    from bomtool.bom import alternates

    labelled = _LABELLED.search(shown)
    if labelled:
        return CleanMpn(_trim(labelled["mpn"]), labelled["maker"].strip(), original=text)
    pieces = alternates.split(shown)
    link = _LINK.fullmatch(shown)
    if link:
        return CleanMpn(None, link=shown, original=text)
    first, note = _one(pieces[0])
    others = tuple(name for name, _ in map(_one, pieces[1:]))
    found = CleanMpn(first.mpn, first.manufacturer, others, note=note, original=text)
    if note and placement.says_not_placed(note):
        found = replace(found, do_not_place=True)
    odd = characters.odd_characters(text.strip())
    if len(pieces) == 1 and alternates.maybe_several(shown):
        return replace(found, problem=f'"{shown}" may be several part numbers; it was kept as one.', code="mpn-several")
    if odd:
        return replace(found, problem=f"{first.mpn} holds {', '.join(odd)}.", code="mpn-odd-characters")
    return found


def _without_mark(shown: str) -> str | None:
    """The text without the words at its end or its start that say "not placed"; None where they stand elsewhere."""
    words = shown.split()
    for count in range(1, min(5, len(words))):
        for rest in (" ".join(words[:-count]), " ".join(words[count:])):
            if not placement.says_not_placed(rest) and _ALNUM.search(rest):
                return rest.strip(" ,;:-/(")
    return None


def normalise(text: str) -> str:
    """The form in which part numbers are compared at the second level: upper case, ASCII letters and digits only, with
    compatibility forms, dashes and lookalike letters folded."""
    return "".join(c for c in characters.folded(text).upper() if c.isascii() and c.isalnum())


def is_placeholder(text: str) -> bool:
    """Whether a text stands for "no part" (-, n/a, TBD, generic ...; `templates/placeholders.csv`)."""
    shown = characters.plain(text).casefold()
    return (
        not shown or shown in _placeholders() or shown.strip(".:()[]<> ") in _placeholders() or not _ALNUM.search(shown)
    )


_ALNUM = re.compile(r"[^\W_]")
_MIXED = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d_])\w{4,}|\d{5,}")


def damage(value: CellValue, text: str, number_format: str | None = None) -> Damage | None:
    """What happened to a part number on its way through a spreadsheet, None where nothing did.

    `value` is the raw cell value, `text` what the program shows, `number_format` the cell's format where it has one.
    """
    if isinstance(value, bool):
        return Damage("mpn-boolean", f"A spreadsheet has turned the part number into {str(value).upper()}.")
    if isinstance(value, date | time):
        return Damage("mpn-date", f"A spreadsheet has turned the part number into the date {text or value}.")
    if isinstance(value, int | float | Decimal):
        return _number_damage(Decimal(repr(value)) if isinstance(value, float) else Decimal(value), text, number_format)
    shown = characters.plain(text)
    if shown.upper() in _ERRORS:
        return Damage("cell-error", f"The cell holds the error {shown}.")
    if shown.upper() in ("TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX"):
        return Damage("mpn-boolean", f"A spreadsheet has turned the part number into {shown}.")
    if re.fullmatch(r"\d(?:[.,]\d+)?E\+\d+", shown, re.I):
        return Damage(
            "mpn-scientific", f"{shown} is a part number of digits that a spreadsheet has shortened; digits are lost."
        )
    if _DATE.fullmatch(shown):
        return Damage("mpn-date", f"{shown} is a date: a spreadsheet has turned the part number into one.")
    trailing = re.fullmatch(r"(\d{4,})\.0", shown)
    if trailing:
        return Damage("mpn-number", f"{shown} is {trailing[1]} written as a decimal number.", trailing[1])
    return None


def looks_like(text: str) -> float:
    """How much a text looks like a manufacturer part number, 0 to 1: letters and digits together, no prose, not a
    value, a designator or a chip size."""
    from bomtool.bom import values

    shown = characters.plain(text).strip()
    if not shown or is_placeholder(shown) or len(shown) > 60:
        return 0.0
    bare = normalise(shown)
    digits = sum(c.isdigit() for c in bare)
    letters = len(bare) - digits
    spaces = shown.count(" ")
    if len(bare) < 3 or not digits or re.fullmatch(r"[A-Za-z]{1,3}\d{1,3}", shown):
        return 0.0 if len(bare) < 3 or not digits else 0.2
    if values.parse(shown) is not None or _LIBRARY.fullmatch(shown) or _DIMENSIONS.search(shown) or _LINK.match(shown):
        return 0.1
    if not letters:
        return 0.5 if 6 <= digits <= 14 and not spaces else 0.1
    score = 1.0 if len(bare) >= 6 else 0.7
    words = [word for word in re.findall(r"[^\W\d_]+", shown) if len(word) > 3 and word.islower()]
    return max(0.0, score - 0.2 * spaces - 0.3 * len(words) - (0.2 if letters > 4 * digits else 0.0))


def _one(piece: str) -> tuple[PartName, str | None]:
    """One part of a cell: its number, the maker beside it, and a remark."""
    piece, note = _LABEL.sub("", piece.strip()), None
    equivalent = _EQUIVALENT.search(piece)
    if equivalent:
        piece, note = piece[: equivalent.start()], equivalent[0].strip(" ,;()")
    remark = _REMARK.search(piece)
    if remark and _has_part(piece[: remark.start()]):
        inner = remark[1].strip()
        maker = makers.lookup(inner)
        spaced = piece[remark.start()].isspace()
        if maker is not None and (spaced or len(inner) > 3 or not maker.ambiguous):
            return PartName(_trim(piece[: remark.start()]), inner), None
        if spaced and (placement.says_not_placed(inner) or len(re.findall(r"[^\W\d_]{2,}", inner)) > 1):
            piece, note = piece[: remark.start()], inner
    before, behind = makers.at_start(piece), makers.at_end(piece)
    if before is not None:
        part = _beside(before, _AFTER_MAKER.match(before.rest))
        if part is not None:
            return part, note
    if behind is not None and (len(makers.key(behind.written)) > 3 or not behind.rest[-1:].isalnum()):
        part = _beside(behind, _BEFORE_MAKER.search(behind.rest))
        if part is not None:
            return part, note
    return PartName(_trim(piece)), note


def _beside(found: makers.Prefixed, joint: re.Match[str] | None) -> PartName | None:
    """The part beside a maker's name, None where the two do not come apart for certain: a dash without spaces belongs
    to the number (ECS-240-20-30B), and a short name needs a separator (ST 1N4148 stays)."""
    if joint is None or (found.maker.ambiguous and not joint["sign"]):
        return None
    rest = found.rest[joint.end() :] if joint.start() == 0 else found.rest[: joint.start()]
    if (
        not _has_part(rest)
        or looks_like(rest) < (0.15 if joint["sign"] else 0.3)
        or (rest.count(" ") > 2 and not _MIXED.search(rest))
    ):
        return None
    return PartName(_trim(rest), found.written)


def _trim(text: str) -> str:
    text = text.strip()
    if len(text) > 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    cut = _FOOTNOTE.sub("", text)
    return (cut if _ALNUM.search(cut) else text).strip(" ;|")


def _has_part(text: str) -> bool:
    return bool(re.search(r"(?=\w*\d)\w{3,}", text))


def _number_damage(value: Decimal, text: str, number_format: str | None) -> Damage | None:
    if not value.is_finite() or value != value.to_integral_value():
        return None
    digits = f"{value:.0f}"
    if len(digits) > 15:
        return Damage(
            "mpn-scientific", f"{digits} has more digits than a spreadsheet keeps (15); the last ones are lost."
        )
    zeros = re.fullmatch(r"0{2,}", number_format or "")
    if zeros and len(digits) < len(zeros[0]):
        return Damage(
            "mpn-number",
            f"The leading zeros of {digits.zfill(len(zeros[0]))} exist only in the cell's format.",
            digits.zfill(len(zeros[0])),
        )
    if "E" in text.upper() and text.upper() != digits:
        return Damage("mpn-number", f"{text} is shown shortened; the cell still holds {digits}.", digits)
    return None


@functools.cache
def _placeholders() -> frozenset[str]:
    return frozenset(characters.plain(row["text"]).casefold() for row in tables.rows("placeholders.csv", ("text",)))
