"""What changed between two BOMs, by part and by designator.

A line is the same part in both BOMs where its MPN is the same (compared by letters and digits) and its makers do not
contradict each other; without an MPN its own id, else value and package, else its description name it. Designators tell
the rest: one that stands for another part now was moved, replaced or used again for something else, and only the last is
dangerous.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from bomtool.bom import designators, makers, mpn, packages, values
from bomtool.bom.model import Bom, Line

Change = Literal["added", "removed", "quantity", "designators", "changed"]
Fate = Literal["added", "removed", "moved", "replaced", "reused"]
COMPARED = ("manufacturer_name", "value", "package", "description", "do_not_place")
"""Fields of a part whose change is worth a row."""

_Key = tuple[str, str]


@dataclass(slots=True)
class PartUse:
    """Everything one BOM says of one part: its lines together. `quantity` is None where a line gives none."""

    key: _Key
    number: str = ""
    """The MPN by letters and digits, "" where there is none."""
    lines: list[Line] = field(default_factory=list)

    @property
    def first(self) -> Line:
        """The first line, which names the part."""
        return self.lines[0]

    @property
    def name(self) -> str:
        """The part for people: MPN and maker, else value and package, else the description."""
        line = self.first
        maker = f" ({line.manufacturer_name})" if line.manufacturer_name else ""
        plain = " ".join(filter(None, [line.value, line.package]))
        return f"{line.mpn}{maker}" if line.mpn else line.custom_id or plain or line.description or f"row {line.row}"

    @property
    def quantity(self) -> Decimal | None:
        """Pieces per assembly that are placed."""
        total = Decimal(0)
        for line in self.lines:
            if line.do_not_place:
                continue
            if line.quantity is None:
                return None
            total += line.quantity
        return total

    @property
    def references(self) -> dict[str, str]:
        """Designators, folded to as written, in order."""
        return {designators.fold(ref): ref for line in self.lines for ref in line.reference_designators}


@dataclass(frozen=True, slots=True)
class PartChange:
    """A part that is new, gone or changed. `fields` maps a field to (old, new); quantities are per assembly."""

    change: Change
    part: str
    old_rows: tuple[int, ...]
    new_rows: tuple[int, ...]
    old_quantity: Decimal | None
    new_quantity: Decimal | None
    designators_added: tuple[str, ...] = ()
    designators_removed: tuple[str, ...] = ()
    fields: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DesignatorChange:
    """A designator that is new, gone or stands for another part: moved (both parts are in both BOMs), replaced (another
    part of the same value and package), reused (a part of another nature: look at it)."""

    designator: str
    fate: Fate
    old_part: str | None
    new_part: str | None
    old_row: int | None
    new_row: int | None


@dataclass(frozen=True, slots=True)
class Diff:
    """Every difference; empty where the BOMs say the same."""

    parts: tuple[PartChange, ...]
    designators: tuple[DesignatorChange, ...]
    unchanged: int

    def __bool__(self) -> bool:
        return bool(self.parts or self.designators)

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        found = dict.fromkeys(("added", "removed", "quantity", "designators", "changed"), 0)
        for part in self.parts:
            found[part.change] += 1
        fates = dict.fromkeys(("added", "removed", "moved", "replaced", "reused"), 0)
        for item in self.designators:
            fates[item.fate] += 1
        return {
            **{f"parts_{name}": count for name, count in found.items()},
            "parts_unchanged": self.unchanged,
            **{f"designators_{name}": count for name, count in fates.items()},
        }

    def to_json(self) -> dict[str, Any]:
        """The whole comparison."""
        return {
            "counts": self.counts(),
            "parts": [
                {
                    "change": p.change,
                    "part": p.part,
                    "old_rows": list(p.old_rows),
                    "new_rows": list(p.new_rows),
                    "old_quantity": p.old_quantity,
                    "new_quantity": p.new_quantity,
                    "designators_added": list(p.designators_added),
                    "designators_removed": list(p.designators_removed),
                    "fields": {name: {"old": old, "new": new} for name, old, new in p.fields},
                }
                for p in self.parts
            ],
            "designators": [{name: getattr(d, name) for name in DesignatorChange.__slots__} for d in self.designators],
        }


def compare(old: Bom, new: Bom) -> Diff:
    """Every difference between two BOMs, parts in the order of the new BOM with the gone ones behind."""
    before, after = _uses(old.lines), _uses(new.lines)
    pairs = _pairs(before, after)
    paired_old = {id(was) for was, _ in pairs.values()}
    changes: list[PartChange] = []
    unchanged = 0
    for key, use in after.items():
        if key not in pairs:
            changes.append(_alone("added", None, use))
            continue
        change = _changed(*pairs[key])
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    changes += [_alone("removed", use, None) for use in before.values() if id(use) not in paired_old]
    same = {id(was): id(now) for was, now in pairs.values()}
    return Diff(tuple(changes), tuple(_designators(before.values(), after.values(), same)), unchanged)


def _uses(lines: Iterable[Line]) -> dict[_Key, PartUse]:
    """Lines by part. Two makers of one MPN are two parts; a line without a maker joins the only one there is."""
    found: dict[_Key, PartUse] = {}
    by_mpn: dict[str, list[PartUse]] = defaultdict(list)
    for line in lines:
        number = mpn.normalise(line.mpn) if line.mpn else ""
        if number:
            use = next((u for u in by_mpn[number] if _agree(u.first, line)), None)
            if use is None:
                use = PartUse(("mpn", f"{number}@{len(by_mpn[number])}"), number)
                by_mpn[number].append(use)
                found[use.key] = use
        else:
            key = _described(line)
            use = found.setdefault(key, PartUse(key))
        use.lines.append(line)
    return found


def _described(line: Line) -> _Key:
    """What stands in for an MPN."""
    if line.custom_id:
        return "id", mpn.normalise(line.custom_id)
    passive = values.parse(line.value) if line.value else None
    value = values.format(passive) if passive else (line.value or "").casefold()
    package = packages.canonical(line.package or "") or (line.package or "").casefold()
    if value or package:
        return "value", f"{value}|{package}"
    return "text", (line.description or f"row {line.row}").casefold()


def _agree(one: Line, other: Line) -> bool:
    if not one.manufacturer_name or not other.manufacturer_name:
        return True
    return makers.same(one.manufacturer_name, other.manufacturer_name)


def _pairs(before: dict[_Key, PartUse], after: dict[_Key, PartUse]) -> dict[_Key, tuple[PartUse, PartUse]]:
    """New key to (old, new) of the same part. Of several makers of one MPN the agreeing ones pair."""
    numbered: dict[str, list[PartUse]] = defaultdict(list)
    for use in before.values():
        numbered[use.number].append(use)
    taken: set[int] = set()
    pairs: dict[_Key, tuple[PartUse, PartUse]] = {}
    for key, use in after.items():
        possible = numbered[use.number] if use.number else [before[key]] if key in before else []
        was = next((other for other in possible if id(other) not in taken and _agree(other.first, use.first)), None)
        if was is not None:
            taken.add(id(was))
            pairs[key] = (was, use)
    return pairs


def _changed(was: PartUse, now: PartUse) -> PartChange | None:
    """What changed about one part: the gravest kind names the row, all of it is listed."""
    old, new = was.references, now.references
    added = tuple(ref for key, ref in new.items() if key not in old)
    removed = tuple(ref for key, ref in old.items() if key not in new)
    fields = tuple(
        (name, before, after)
        for name in COMPARED
        if (before := _shown(was.first, name)) != (after := _shown(now.first, name)) and not _alike(name, before, after)
    )
    change: Change
    if was.quantity != now.quantity:
        change = "quantity"
    elif fields:
        change = "changed"
    elif added or removed:
        change = "designators"
    else:
        return None
    return PartChange(change, now.name, _rows(was), _rows(now), was.quantity, now.quantity, added, removed, fields)


def _alone(change: Change, was: PartUse | None, now: PartUse | None) -> PartChange:
    use = now or was
    assert use is not None
    refs = tuple(use.references.values())
    return PartChange(
        change,
        use.name,
        _rows(was) if was else (),
        _rows(now) if now else (),
        was.quantity if was else None,
        now.quantity if now else None,
        refs if now else (),
        refs if was else (),
    )


def _designators(
    before: Iterable[PartUse], after: Iterable[PartUse], same: dict[int, int]
) -> Iterable[DesignatorChange]:
    """Designators that are new, gone or stand for another part, in the order of the new BOM, the gone ones behind."""
    old, new = _owners(before), _owners(after)
    kept = set(same.values())
    for key, (ref, use, line) in new.items():
        if key not in old:
            yield DesignatorChange(ref, "added", None, use.name, None, line.row)
            continue
        _, was, old_line = old[key]
        if same.get(id(was)) == id(use):
            continue
        both = id(was) in same and id(use) in kept
        fate: Fate = "moved" if both else "replaced" if _same_nature(old_line, line) else "reused"
        yield DesignatorChange(ref, fate, was.name, use.name, old_line.row, line.row)
    for key, (ref, use, line) in old.items():
        if key not in new:
            yield DesignatorChange(ref, "removed", use.name, None, line.row, None)


def _owners(uses: Iterable[PartUse]) -> dict[str, tuple[str, PartUse, Line]]:
    return {
        designators.fold(ref): (ref, use, line)
        for use in uses
        for line in use.lines
        for ref in line.reference_designators
    }


def _same_nature(one: Line, other: Line) -> bool:
    """Whether a part could stand in for the other: value and package do not contradict each other."""
    if one.package and other.package and packages.same(one.package, other.package) is False:
        return False
    if one.value and other.value:
        first, second = values.parse(one.value), values.parse(other.value)
        if first and second:
            return (first.kind, first.value) == (second.kind, second.value)
        return (first is None) == (second is None)
    return True


def _shown(line: Line, name: str) -> str:
    value = getattr(line, name)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value or "")


def _alike(name: str, before: str, after: str) -> bool:
    """Whether two texts say the same in other words."""
    if " ".join(before.casefold().split()) == " ".join(after.casefold().split()):
        return True
    if not before or not after:
        return False
    if name == "manufacturer_name":
        return makers.same(before, after)
    if name == "package":
        return packages.same(before, after) is True
    if name == "value":
        first, second = values.parse(before), values.parse(after)
        return first is not None and first == second
    return False


def _rows(use: PartUse) -> tuple[int, ...]:
    return tuple(line.row for line in use.lines)
