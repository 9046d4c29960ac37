"""What a program needs, as sourcing is asked: its lines, parts, offers, stock and overrides, in a fixed number of
statements whatever the size of its BOMs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, or_, select

from bomtool.parts.model import Offer, Part
from bomtool.platform.services.org_parts import OrgCatalog
from bomtool.platform.tables import allocations, bom_lines, boms, part_overrides, program_lines, programs, stock_lots
from bomtool.sourcing.model import Alternate, Override, PartNeed, Stock, Use
from bomtool.store.among import among

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog
    from bomtool.settings import Settings
    from bomtool.store import Store


@dataclass(slots=True)
class Asked:
    """A program, and what it needs."""

    program: Any
    builds: int
    needs: list[PartNeed]


@dataclass(slots=True)
class _Group:
    """Lines of one part, or one line that stands for itself."""

    key: str
    part_id: str | None
    first: Any
    lines: dict[str, list[Any]] = field(default_factory=dict)
    alternates: list[str] | None = None

    def add(self, line: Any) -> None:
        self.lines.setdefault(line.bom_id, []).append(line)
        given = [entry["id"] for entry in line.alternates or []]
        # One purchase serves all lines of the part: only what every line allows may stand in.
        self.alternates = given if self.alternates is None else [i for i in self.alternates if i in given]


@dataclass(slots=True)
class _Known:
    """Parts, offers and stock by part id."""

    parts: dict[str, Part]
    offers: dict[str, list[Offer]]
    stock: dict[str, Stock]

    def alternate(self, part_id: str) -> Alternate | None:
        part = self.parts.get(part_id)
        if part is None:
            return None
        return Alternate(part, tuple(self.offers.get(part_id, ())), self.stock.get(part_id, Stock()))


def of_program(store: Store, settings: Settings, program_id: str) -> Asked:
    """Everything sourcing must know of a program. Lines of one part come together, others stand for themselves."""
    with store.read() as connection:
        program = connection.execute(select(programs).where(programs.c.id == program_id)).one()
        builds = _builds(connection, program_id)
        lines = _lines(connection, list(builds))
        overrides = _overrides(connection, program_id)
        groups = _grouped(lines)
        wanted = _wanted(groups, overrides)
        stock = _stock(connection, program, wanted)
    teams = frozenset({program.team_id} if program.team_id else ())
    catalog = OrgCatalog(store, settings.catalog, (program.org_id,), teams)
    known = _Known(_parts(catalog, wanted, lines), catalog.offers(wanted) if wanted else {}, stock)
    needs = [_need(group, builds, overrides, known) for group in groups]
    return Asked(program, sum(count for count, _ in builds.values()), needs)


def _builds(connection: Connection, program_id: str) -> dict[str, tuple[int, str | None]]:
    """Builds and name by BOM, in the order of the program; a BOM that stands there twice is built as often as both say."""
    query = (
        select(program_lines.c.bom_id, program_lines.c.quant, boms.c.name)
        .join(boms, boms.c.id == program_lines.c.bom_id)
        .where(program_lines.c.program_id == program_id)
        .order_by(program_lines.c.position, program_lines.c.id)
    )
    found: dict[str, tuple[int, str | None]] = {}
    for bom_id, quant, name in connection.execute(query):
        found[bom_id] = (found.get(bom_id, (0, None))[0] + quant, name)
    return found


def _lines(connection: Connection, bom_ids: list[str]) -> list[Any]:
    if not bom_ids:
        return []
    query = select(bom_lines).where(among(bom_lines.c.bom_id, bom_ids))
    rows = connection.execute(query.order_by(bom_lines.c.position, bom_lines.c.id)).all()
    order = {bom_id: number for number, bom_id in enumerate(bom_ids)}
    return sorted(rows, key=lambda row: order[row.bom_id])


def _grouped(lines: Iterable[Any]) -> list[_Group]:
    groups: dict[str, _Group] = {}
    for line in lines:
        pooled = line.part_id and line.status == "matched"
        key = line.part_id if pooled else line.id
        group = groups.setdefault(key, _Group(key, line.part_id, line))
        group.add(line)
    return list(groups.values())


def _wanted(groups: Iterable[_Group], overrides: Mapping[str, Any]) -> list[str]:
    ids = {group.part_id for group in groups if group.part_id}
    ids.update(identifier for group in groups for identifier in group.alternates or ())
    ids.update(row.substitute_part for row in overrides.values() if row.substitute_part)
    return sorted(ids)


def _overrides(connection: Connection, program_id: str) -> dict[str, Any]:
    """The override in force by part: of several the last one."""
    query = select(part_overrides).where(part_overrides.c.program_id == program_id)
    return {row.part: row for row in connection.execute(query.order_by(part_overrides.c.position, part_overrides.c.id))}


def _stock(connection: Connection, program: Any, part_ids: list[str]) -> dict[str, Stock]:
    """Stock of the program's org by part, and what is allocated to anything but this program."""
    if not part_ids:
        return {}
    counts: dict[str, dict[str, int]] = {}
    lots = (
        select(stock_lots.c.part_id, stock_lots.c.stock_class, func.sum(stock_lots.c.quantity))
        .where(stock_lots.c.org_id == program.org_id, among(stock_lots.c.part_id, part_ids))
        .group_by(stock_lots.c.part_id, stock_lots.c.stock_class)
    )
    for part_id, kind, quantity in connection.execute(lots):
        counts.setdefault(part_id, {})[kind] = int(quantity)
    elsewhere = or_(allocations.c.program_id.is_(None), allocations.c.program_id != program.id)
    counted = [name for name in _CLASSES if getattr(program, f"include_{name}_stock")]
    reserved = (
        select(allocations.c.part_id, func.sum(allocations.c.quantity))
        .where(allocations.c.org_id == program.org_id, among(allocations.c.part_id, part_ids), elsewhere)
        # Of another class than the program counts, it takes nothing away from what is counted.
        .where(allocations.c.stock_class.in_(counted or _CLASSES))
        .group_by(allocations.c.part_id)
    )
    for part_id, quantity in connection.execute(reserved):
        counts.setdefault(part_id, {})["allocated"] = int(quantity)
    return {part_id: Stock(**found) for part_id, found in counts.items()}


_CLASSES = ("on_hand", "processing", "expected")
_PART_FIELDS = {f.name for f in fields(Part)}


def _parts(catalog: Catalog, wanted: list[str], lines: Iterable[Any]) -> dict[str, Part]:
    """Parts as the catalogue has them now; one that is gone from it stays as its line remembers it."""
    found = dict(catalog.get(wanted)) if wanted else {}
    for line in lines:
        for kept in (line.part, *(line.alternates or [])):
            if kept and kept["id"] not in found:
                members = {name: value for name, value in kept.items() if name in _PART_FIELDS}
                found[kept["id"]] = Part(**members, lifecycle=kept.get("lifecycle_status"))
    return found


def _need(
    group: _Group, builds: Mapping[str, tuple[int, str | None]], overrides: Mapping[str, Any], known: _Known
) -> PartNeed:
    line = group.first
    part = known.parts.get(group.part_id) if group.part_id else None
    row = overrides.get(group.part_id) if group.part_id else None
    alternates = [known.alternate(identifier) for identifier in group.alternates or ()]
    return PartNeed(
        key=group.key,
        part=part,
        uses=tuple(_use(found, *builds[bom_id]) for bom_id, found in group.lines.items()),
        mpn=part.mpn if part else line.mpn,
        manufacturer=part.manufacturer if part else line.manufacturer_name,
        description=(part.description if part else None) or line.description,
        package=(part.package if part else None) or line.package,
        category=part.category if part else None,
        mount=(part.mount if part else None) or line.mount_type,
        offers=tuple(known.offers.get(group.part_id, ())) if group.part_id else (),
        alternates=tuple(found for found in alternates if found is not None),
        stock=known.stock.get(group.part_id, Stock()) if group.part_id else Stock(),
        override=_override(row, known) if row is not None else None,
        do_not_place=line.status == "do_not_place",
        ignored=line.status == "ignored",
        custom=line.status == "custom_part",
    )


def _use(lines: list[Any], builds: int, name: str | None) -> Use:
    return Use(
        bom_id=lines[0].bom_id,
        bom_name=name,
        line_ids=tuple(line.id for line in lines),
        line_numbers=tuple(line.line_number for line in lines if line.line_number),
        reference_designators=tuple(ref for line in lines for ref in line.reference_designators or ()),
        quantity_per_build=sum(line.quant for line in lines),
        builds=builds,
    )


def _override(row: Any, known: _Known) -> Override:
    return Override(
        substitute_part=row.substitute_part,
        substitute=known.alternate(row.substitute_part) if row.substitute_part else None,
        quantity=row.quantity,
        overage=row.overage,
        include=row.include,
        unit_price=row.unit_price,
        supplier=row.supplier,
        note=row.note,
    )
