"""The Availability sheet: one row a part, need to quantity to buy by formulas, what can be had and what is at risk.

A formula is written only where it gives the platform's own figure for the planned builds; a row that follows another
rule (an override, a foreign platform) keeps the figures as they came and says so.
"""

from __future__ import annotations

from typing import Any

from bomtool.reports import overage
from bomtool.reports.facts import Facts, PartRow, designator_text
from bomtool.reports.grid import HEADER_ROW, Column, Formula, Grid, Styled
from bomtool.reports.looks import STATUS, status_text

SHEET = "Availability"
BUILDS_ROW = HEADER_ROW
"""1-based row above the header that holds the builds of each BOM where the program has several."""


def columns(facts: Facts) -> list[Column]:
    """All columns the sheet can have; templates/report.toml chooses and orders them."""
    several = len(facts.builds) > 1
    flags = facts.inputs.availabilities
    stocked = flags.include_on_hand_stock or flags.include_processing_stock or flags.include_expected_stock
    per = [
        Column(f"per_build{i}", f"Per build: {build.name}"[:60] if several else "Per build", 9, "integer")
        for i, build in enumerate(facts.builds)
    ]
    return [
        Column("number", "Part", 5.5, "figure"),
        Column("status", "Status", 14.5),
        Column("mpn", "MPN", 22, "mono"),
        Column("manufacturer", "Manufacturer", 18),
        Column("description", "Description", 28, "wrap"),
        Column("category", "Category", 15),
        Column("package", "Package", 10),
        Column("designators", "Designators", 22, "wrap"),
        *per,
        Column("need", "Need", 9, "integer"),
        Column("own_overage", "Own overage", 9, "input:integer", note="Write extra pieces here to replace the rule's."),
        Column("overage", "Overage", 9, "integer"),
        Column("required", "Required", 10, "integer"),
        Column("on_hand", "On hand", 9, "integer", hidden=not stocked, level=1),
        Column("processing", "Processing", 10, "integer", hidden=not stocked, level=1),
        Column("expected", "Expected", 9, "integer", hidden=not stocked, level=1),
        Column("allocated", "Allocated elsewhere", 10, "integer", hidden=not stocked, level=1),
        Column("from_stock", "From stock", 9, "integer"),
        Column("to_buy", "To buy", 9, "integer"),
        Column("buyable", "Buyable now", 10.5, "integer"),
        Column("cover", "Cover", 8, "percent"),
        Column("lead", "Lead time", 10, "days"),
        Column("lifecycle", "Lifecycle", 11.5),
        Column("risks", "Risks", 34, "wrap"),
        Column("how", "How the quantity came about", 46, "wrap", hidden=True, level=1),
        Column("usable", "Usable stock", 9, "integer", hidden=True),
        Column("plan_need", "Need in the plan", 9, "integer", hidden=True),
        Column("plan_overage", "Overage in the plan", 9, "integer", hidden=True),
    ]


def write(grid: Grid, facts: Facts, builds_cells: list[str]) -> None:
    """Write every part; `builds_cells` are the Summary's input cells, one for each BOM."""
    if len(facts.builds) > 1:
        for index, cell in enumerate(builds_cells):
            style = grid.looks.body("quiet:integer")
            value = facts.builds[index].builds
            grid.sheet.write_formula(BUILDS_ROW - 1, grid._at[f"per_build{index}"], f"={cell}", style, value)
    for part in facts.parts:
        grid.add(_row(grid, facts, part, builds_cells))
    if not facts.parts:
        grid.say("The program has no lines.")
    last = grid.row
    if facts.parts and "cover" in grid:
        letter = grid.letter("cover")
        grid.sheet.conditional_format(
            f"{letter}{HEADER_ROW + 2}:{letter}{last}",
            {"type": "data_bar", "bar_color": "#9DBBD6", "bar_solid": True, "min_type": "num", "min_value": 0,
             "max_type": "num", "max_value": 1, "bar_border_color": "#9DBBD6"},
        )  # fmt: skip
    grid.finish()


def live(facts: Facts, part: PartRow) -> bool:
    """Whether the sheet's formulas give the platform's figures for this part."""
    found = part.availability
    need = sum(per * build.builds for per, build in zip(part.per_build, facts.builds, strict=True))
    return (
        found.quantity_needed == need
        and found.quantity_required == need + found.overage
        and found.quantity_to_buy == max(0, found.quantity_required - found.quantity_from_stock)
        and found.quantity_from_stock == min(found.quantity_required, usable_stock(facts, part))
    )


def usable_stock(facts: Facts, part: PartRow) -> int:
    """Stock that the program's flags switch on, less what is allocated elsewhere; never more than the plan proves."""
    found, flags = part.availability, facts.inputs.availabilities
    stock = (
        found.on_hand_quantity * flags.include_on_hand_stock
        + found.processing_quantity * flags.include_processing_stock
        + found.expected_quantity * flags.include_expected_stock
    )
    usable = max(0, stock - found.allocated_quantity)
    return usable if min(usable, found.quantity_required) == found.quantity_from_stock else found.quantity_from_stock


def _row(grid: Grid, facts: Facts, part: PartRow, cells: list[str]) -> dict[str, Any]:
    found, flags = part.availability, facts.inputs.availabilities
    r = grid.row + 1
    at = grid.letter
    row: dict[str, Any] = {
        "number": part.index + 1,
        "status": Styled(status_text(found.status), f"status:{found.status}")
        if found.status in STATUS
        else status_text(found.status),
        "mpn": found.mpn or "",
        "manufacturer": found.manufacturer_name,
        "description": found.description,
        "category": part.category,
        "package": found.package,
        "designators": designator_text(found.reference_designators, name_boms=len(facts.builds) > 1),
        "on_hand": found.on_hand_quantity,
        "processing": found.processing_quantity,
        "expected": found.expected_quantity,
        "allocated": found.allocated_quantity,
        "buyable": found.buyable_quantity,
        "lead": found.lead_time_days,
        "lifecycle": found.lifecycle_status,
        "risks": "\n".join(risk.message for risk in found.risks),
        "how": "\n".join(found.arithmetic),
        "need": found.quantity_needed,
        "overage": found.overage,
        "required": found.quantity_required,
        "from_stock": found.quantity_from_stock,
        "to_buy": found.quantity_to_buy,
    }
    row |= {f"per_build{index}": per for index, per in enumerate(part.per_build)}
    if found.status not in ("do_not_place", "excluded") and found.buyable_quantity is not None:
        row["cover"] = _cover(grid, part, r)
    if not live(facts, part):
        return row | {"own_overage": Styled(None, "text")}
    rule = overage.rule_of(part)
    first, last = at("per_build0"), at(f"per_build{len(cells) - 1}")
    need = f"={first}{r}*{cells[0]}" if len(cells) == 1 else (
        f"=SUMPRODUCT({first}{r}:{last}{r},{first}${BUILDS_ROW}:{last}${BUILDS_ROW})"
    )  # fmt: skip
    cell = f"{at('need')}{r}"
    if not rule.exact and not flags.add_overage and found.overage == 0:
        extra = "0"
    elif rule.exact:
        extra = rule.formula(cell)
    else:
        extra = f"IF({cell}={at('plan_need')}{r},{at('plan_overage')}{r},{rule.formula(cell)})"
    more = f'=IF({at("own_overage")}{r}<>"",{at("own_overage")}{r},{extra})'
    return row | {
        "need": Formula(need, found.quantity_needed),
        "overage": Formula(more, found.overage),
        "required": Formula(f"={at('need')}{r}+{at('overage')}{r}", found.quantity_required),
        "from_stock": Formula(f"=MIN({at('required')}{r},{at('usable')}{r})", found.quantity_from_stock),
        "to_buy": Formula(f"=MAX(0,{at('required')}{r}-{at('from_stock')}{r})", found.quantity_to_buy),
        "usable": usable_stock(facts, part),
        "plan_need": found.quantity_needed,
        "plan_overage": found.overage,
    }


def _cover(grid: Grid, part: PartRow, r: int) -> Formula:
    """What stock and offers cover of the required quantity, at most 100 %."""
    found, at = part.availability, grid.letter
    covered = found.quantity_from_stock + (found.buyable_quantity or 0)
    value = 1.0 if found.quantity_required == 0 else min(1.0, covered / found.quantity_required)
    stock, buyable, required = (f"{at(key)}{r}" for key in ("from_stock", "buyable", "required"))
    return Formula(f"=IF({required}=0,1,MIN(1,({stock}+{buyable})/{required}))", value)
