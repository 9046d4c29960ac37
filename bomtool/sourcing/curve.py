"""The cost of other numbers of builds of the same mix."""

from __future__ import annotations

from collections.abc import Sequence

from bomtool.sourcing.choose import PartChooser
from bomtool.sourcing.model import CurvePoint, Options, PartNeed
from bomtool.sourcing.orders import combine
from bomtool.sourcing.plan import costs
from bomtool.sourcing.purchases import purchases
from bomtool.sourcing.requirement import total_builds


def quantity_curve(
    needs: Sequence[PartNeed], options: Options, builds_list: Sequence[int], builds: int | None = None
) -> list[CurvePoint]:
    """The cost of each number of builds, in the order asked. A part needs its share of the program's pieces, rounded up;
    a quantity set by an override stays as it is. `builds` as in `plan_program`."""
    total = total_builds(needs) if builds is None else builds
    choosers = [PartChooser(need, total, options) for need in needs]
    points = []
    for wanted in builds_list:
        orders = combine([chooser.choose(wanted, words=False) for chooser in choosers], options)
        bought = [purchases(chosen, options) if chosen is not None else () for chosen in orders.chosen]
        cost = costs(choosers, orders, bought, wanted, options)
        points.append(
            CurvePoint(
                wanted,
                cost.total,
                cost.known_total,
                cost.unit_cost,
                cost.known_unit_cost,
                cost.lines_priced,
                cost.lines_total,
            )
        )
    return points
