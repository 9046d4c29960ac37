"""The levels that may be costed: the part number itself, its packaging, and suppliers' numbers.

Each function gives a hit, or None after saying on the line what speaks against one and which candidates there are.
"""

from __future__ import annotations

import functools
import re

from bomtool.bom import tables, values
from bomtool.errors import UsageError
from bomtool.parts import codes, ids, judging, suffixes, suppliers
from bomtool.parts.lines import Hit, Hits, Line, Name, Sku
from bomtool.parts.model import Candidate
from bomtool.parts.rows import Found

_SHORTEST_SKU = 6
_SHORTEST_BASE = 5
_COMMON_DIGITS = 6
_DEVICE = re.compile(r"[A-Z]+\d+|\d+[A-Z]+\d*")


def by_number(line: Line, name: Name, hits: Hits) -> Hit | None:
    """Exact and normalised: the same number, and the maker agrees or is the only one.

    Where the line names none, a number that other makers' numbers begin with (LM358, 1N4148) is nobody's own.
    """
    rows = [row for row in hits.by_key.get(name.key, ()) if ids.alike(name.mpn, row.part.mpn)]
    spelled = ids.spelled(name.mpn)
    if not rows:
        for row in hits.by_key.get(name.key, ()):
            line.against = line.against or f"{name.mpn} and {row.part.mpn} differ in a sign between digits."
            line.candidates.append(
                Candidate(row.part, "normalised", 0.6, "The number fits but for a sign between digits.")
            )
        return None
    if name.maker is None:
        makers = {row.part.manufacturer for row in (*rows, *hits.by_stem.get(name.key, ()))}
        makers |= hits.longer.get(name.key, set())
        if len(makers) == 1 and (why := _nobodys(name)) is not None:
            line.against = why
            line.candidates += [
                _offered(row, spelled, "The number fits; the maker has to be confirmed.") for row in rows
            ]
            return None
        if len(makers) > 1 or not rows[0].part.manufacturer:
            line.against = several_makers(name, makers)
            line.candidates += [_offered(row, spelled, "The number fits; the maker has to be chosen.") for row in rows]
            return None
        fitting = rows
        note = f"the line names no maker, and in the catalogues only {rows[0].part.manufacturer} makes it"
    else:
        judged = [(row, judging.agreement(name.maker, row.part.manufacturer)) for row in rows]
        fitting = [row for row, agrees in judged if agrees.how == "same"]
        if not fitting:
            line.against = line.against or _other_maker(name, {row.part.manufacturer for row in rows})
            line.candidates += [
                _offered(row, spelled, f"The number fits, the maker is {maker_of(row)}.") for row in rows
            ]
            return None
        notes = {agrees.note.rstrip(".") for row, agrees in judged if row in fitting and agrees.note}
        note = "; ".join([f"the maker agrees ({fitting[0].part.manufacturer})", *sorted(notes)])
    exact = [row for row in fitting if ids.spelled(row.part.mpn) == spelled]
    best = exact or fitting
    if len({row.part.id for row in best}) > 1:
        line.against = f"{name.mpn} stands for several parts: {', '.join(sorted({row.part.mpn for row in best}))}."
        line.candidates += [_offered(row, spelled, "The number fits but for signs like + or -.") for row in best]
        return None
    if exact:
        return Hit(exact[0], "exact", f"The part number is the same; {note}.")
    if name.maker is None and not _is_own(name, best[0]):
        line.against = f"{name.mpn} is written {best[0].part.mpn} by {maker_of(best[0])}, and the line names no maker."
        line.candidates += [_offered(row, spelled, "The number fits but for its signs.") for row in best]
        return None
    reason = f"The part number is the same but for case and signs ({best[0].part.mpn}); {note}."
    return Hit(best[0], "normalised", reason)


def by_packaging(line: Line, name: Name, hits: Hits) -> Hit | None:
    """The same part in another packaging: only an ending of `suffixes` differs, and the maker is the same."""
    found = _variants(name, hits)
    if not found:
        return None
    makers = {row.part.manufacturer for row, _ in found}
    if name.maker is None:
        makers |= {row.part.manufacturer for row in hits.by_key.get(name.key, ())} | hits.longer.get(name.key, set())
    if name.maker is None and len(makers) > 1:
        line.against = line.against or several_makers(name, makers)
        line.candidates += [
            Candidate(row.part, "packaging", 0.6, f"The same part in another packaging ({what}) if this is the maker.")
            for row, what in found
        ]
        return None
    if name.maker is None and (why := _nobodys(name)) is not None:
        line.against = line.against or why
        line.candidates += [
            Candidate(row.part, "packaging", 0.6, f"With a packaging ending ({w}).") for row, w in found
        ]
        return None
    if judging.packages_differ([row.part.package for row, _ in found]):
        # The ending tells the package at this maker, whatever the table of endings says.
        line.against = line.against or f"{name.mpn} comes in several packages; the line does not say which."
        line.candidates += [Candidate(row.part, "packaging", 0.6, f"Package {row.part.package}.") for row, _ in found]
        return None
    found.sort(key=lambda hit: (hit[0].rank, -(hit[0].stock or 0), len(hit[0].part.mpn), hit[0].part.mpn))
    row, what = found[0]
    line.against = None
    line.candidates += [
        Candidate(other.part, "packaging", 0.85, f"The same part in another packaging: {meaning}.")
        for other, meaning in found[1:]
    ]
    reason = f"The same part of {row.part.manufacturer} in another packaging: {row.part.mpn} ({what}) for {name.mpn}."
    return Hit(row, "packaging", reason)


def _variants(name: Name, hits: Hits) -> list[tuple[Found, str]]:
    """Parts that differ from the name in packaging endings only, each once, with what the endings mean."""
    found: dict[str, tuple[Found, str]] = {}
    own = {ids.key(stem.text) for stem in suffixes.stems(name.mpn)}
    rows = [row for key in own | {name.key} for row in (*hits.by_stem.get(key, ()), *hits.by_key.get(key, ()))]
    for row in sorted(rows, key=lambda row: row.rank):
        maker = row.part.manufacturer
        if row.key == name.key or not maker:
            continue
        if name.maker is not None and judging.agreement(name.maker, maker).how != "same":
            continue
        mine, theirs = suffixes.stem(name.mpn, maker), suffixes.stem(row.part.mpn, maker)
        ending = theirs or mine
        if ending is not None and not ending.holds_for(name.maker, bare=theirs is None):
            continue
        one, other = mine.text if mine else name.mpn, theirs.text if theirs else row.part.mpn
        if ids.key(one) == ids.key(other) and ids.alike(one, other):
            what = " and ".join(dict.fromkeys(stem.meaning for stem in (mine, theirs) if stem))
            found.setdefault(row.part.id, (row, what))
    return list(found.values())


def by_sku(line: Line, hits: Hits) -> Hit | None:
    """The part that the line's suppliers' numbers stand for."""
    for sku in line.skus:
        hit = _sold_as(line, sku, hits, certain=True)
        if hit is not None:
            return hit
    return None


def by_number_as_sku(line: Line, hits: Hits) -> Hit | None:
    """A supplier's number in the column of part numbers. Costed where it can hardly be anything else: C25744 or
    296-1395-5-ND, not C1206 and not seven digits, unless the maker agrees."""
    for name in line.names:
        agreed = name.maker is not None
        distinct = len(name.key) >= _SHORTEST_SKU and name.key.isalnum() and not name.key.isdigit()
        hit = _sold_as(line, Sku("", name.mpn, name.key), hits, certain=agreed or distinct)
        if hit is not None:
            return hit
    return None


def _sold_as(line: Line, sku: Sku, hits: Hits, *, certain: bool) -> Hit | None:
    rows = [
        (found, supplier, number)
        for found, supplier, number in hits.by_sku.get(sku.key, ())
        if suppliers.may_be(sku.label, supplier) and (sku.label or ids.spelled(number) == ids.spelled(sku.number))
    ]
    if len({found.part.id for found, _, _ in rows}) != 1:
        line.doubtful += [
            Candidate(found.part, "exact", 0.55, f"{number} is the number of {supplier} for it.")
            for found, supplier, number in rows
        ]
        return None
    found, supplier, number = rows[0]
    sold = f"{number} of {supplier} is {found.part.mpn} of {maker_of(found)}"
    maker = judging.named_maker(line.query.manufacturer)
    agrees = judging.agreement(maker, found.part.manufacturer).how
    note = ""
    if agrees == "other":
        # A name nobody knows, beside two numbers that agree, is another way to write the maker.
        if judging.is_known(maker) or not any(name.key == found.key != sku.key for name in line.names):
            _refuse(line, found, f"{sold}, but the line names {maker}.")
            return None
        note = f"; the part number is the same, the maker is written {maker}"
    odd = next((name.mpn for name in line.names if not _fits(name, sku, found)), None)
    if not line.names and line.query.value and _is_another(line.query.value, found):
        odd = line.query.value
    if odd is not None:
        _refuse(line, found, f"{sold}, but the line says {odd}.")
        return None
    if not certain:
        line.doubtful.append(Candidate(found.part, "exact", 0.55, f"{number} is also the number of {supplier} for it."))
        return None
    return Hit(found, "exact", f"{number} is the number of {supplier} for {found.part.mpn} of {maker_of(found)}{note}.")


def _refuse(line: Line, found: Found, why: str) -> None:
    line.against = why
    line.candidates.append(Candidate(found.part, "exact", 0.6, why))


def _fits(name: Name, sku: Sku, found: Found) -> bool:
    """Whether a part number and the part that a supplier's number stands for may be one: the same number, a part of it,
    another packaging, or no part number at all ("100nF 0402")."""
    if name.key == sku.key or not judging.is_number(name.mpn):
        return True
    if name.key == found.key:
        return is_named(name, found)
    if len(name.key) >= _SHORTEST_BASE and found.key.startswith(name.key):
        return True
    own = suffixes.stem(name.mpn, found.part.manufacturer)
    return ids.key(own.text if own else name.mpn) == (found.stem_key or found.key)


def _is_another(value: str, found: Found) -> bool:
    """Whether a value begins with the name of another device: LM1117-3.3 is no AMS1117-3.3, VNLD5090 no VNLD5160."""
    first = next(iter(value.split()), "")
    if not judging.is_number(first) or values.parse(value) is not None:
        return False
    asked, has = (_DEVICE.match(text.upper()) for text in (first, found.part.mpn))
    return bool(asked and has and len(asked[0]) >= _SHORTEST_BASE and asked[0] != has[0])


def _is_own(name: Name, row: Found) -> bool:
    """Whether a number written with other signs is still the maker's own without the maker named: all digits, an ordering
    code that tells, or a comma for a point. LTV354T may be a copy of LTV-354T."""
    if name.key.isdigit() or codes.decode(name.mpn, row.part.manufacturer) is not None:
        return True
    return ids.spelled(name.mpn).replace(",", ".") == ids.spelled(row.part.mpn).replace(",", ".")


def _nobodys(name: Name) -> str | None:
    """Why a number without its maker names no part, although the catalogues know only one: many makers use it
    (`templates/shared_numbers.csv`), or it is as short as 3557. None where it may be believed."""
    if _shared().fullmatch(ids.spelled(name.mpn)):
        return f"{name.mpn} is a number that several makers use; the line does not say which."
    if len(name.key) < _SHORTEST_BASE or (name.key.isdigit() and len(name.key) <= _COMMON_DIGITS):
        return f"{name.mpn} alone is too short a number to be believed without its maker."
    return None


@functools.cache
def _shared() -> re.Pattern[str]:
    patterns = [row["pattern"] for row in tables.rows("shared_numbers.csv", ("pattern", "meaning"))]
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    except re.error as error:
        raise UsageError(
            f"A pattern of shared_numbers.csv cannot be used: {error}.",
            hint="Correct it, or compare with the shipped table: bomtool templates list.",
        ) from error


def is_named(name: Name, found: Found) -> bool:
    """Whether the part has the very number named."""
    return name.key == found.key and ids.alike(name.mpn, found.part.mpn)


def same_part(one: Found, other: Found) -> bool:
    """Equal, or one part in two packagings."""
    if one.part.id == other.part.id:
        return True
    stems = [row.stem_key or row.key for row in (one, other)]
    return one.part.manufacturer == other.part.manufacturer and stems[0] == stems[1]


def several_makers(name: Name, makers: set[str]) -> str:
    """The sentence on a number that several makers use."""
    shown = sorted(maker for maker in makers if maker)
    if not shown:
        return f"The catalogue does not say who makes {name.mpn}, and neither does the line."
    return f"{name.mpn} is made by {_listed(shown)}; the line does not say which."


def _other_maker(name: Name, makers: set[str]) -> str:
    shown = sorted(maker or "a maker the catalogue does not name" for maker in makers)
    return f"The line names {name.maker}, but in the catalogues {name.mpn} is made by {_listed(shown)}."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    return ", ".join(names[:4]) + more


def maker_of(row: Found) -> str:
    """The maker in words."""
    return row.part.manufacturer or "a maker the catalogue does not name"


def _offered(row: Found, spelled: str, reason: str) -> Candidate:
    same = ids.spelled(row.part.mpn) == spelled
    return Candidate(row.part, "exact" if same else "normalised", 0.7 if same else 0.68, reason)
