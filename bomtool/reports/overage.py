"""How many extra pieces a part needs at any number of builds, as a formula: the platform's own rule where it tells one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from bomtool.api.plans import OverageStep
from bomtool.reports.facts import PartRow

STEPS_MAX = 12
"""Most steps of a rule in one formula; rules of more are estimated."""
_DECIMALS = 6
"""Decimal places to which a share of the need is rounded before it is rounded up: beyond them is the noise of binary
fractions. A percentage of more places is estimated."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Extra pieces from the need, in steps by need. `exact` says that it is the platform's rule; else it is the share that the
    plan had."""

    steps: tuple[OverageStep, ...]
    exact: bool

    def pieces(self, need: int) -> int:
        """Extra pieces for a need."""
        if need <= 0:
            return 0
        step = next((step for step in reversed(self.steps) if step.from_need <= need), self.steps[0])
        return _required(step, need) - need

    def formula(self, need: str) -> str:
        """The extra pieces as a formula, without its equals sign; `need` is the cell of the need."""
        inner = _formula(self.steps[-1], need)
        for step, following in zip(self.steps[-2::-1], self.steps[:0:-1], strict=True):
            inner = f"IF({need}<{following.from_need},{_formula(step, need)},{inner})"
        return f"IF({need}=0,0,{inner})"


def rule_of(part: PartRow) -> Rule:
    """The rule of a part: the platform's where it tells one that gives its own figure, else the plan's share."""
    found = part.availability
    told = found.overage_rule
    if _usable(told):
        rule = Rule(tuple(told), exact=True)
        if rule.pieces(found.quantity_needed) == found.overage:
            return rule
    share = Decimal(found.overage) / Decimal(found.quantity_needed) if found.quantity_needed else Decimal(0)
    return Rule((OverageStep(from_need=1, percent=share * 100),), exact=False)


def _usable(steps: Sequence[OverageStep]) -> bool:
    starts = [step.from_need for step in steps]
    return (
        0 < len(steps) <= STEPS_MAX
        and starts[0] <= 1
        and starts == sorted(set(starts))
        and all(step.percent >= 0 and _places(step.percent) <= _DECIMALS - 2 for step in steps)
        and all(min(step.least_extra, step.add, step.at_least) >= 0 for step in steps)
    )


def _places(value: Decimal) -> int:
    return max(0, -int(value.normalize().as_tuple().exponent))


def _required(step: OverageStep, need: int) -> int:
    share = int((step.percent * need / 100).to_integral_value(ROUND_CEILING))
    return max(need + max(share, step.least_extra) + step.add, step.at_least)


def _formula(step: OverageStep, need: str) -> str:
    share = f"ROUNDUP(ROUND({need}*{(step.percent / 100).normalize():f},{_DECIMALS}),0)" if step.percent else "0"
    extra = f"MAX({share},{step.least_extra})" if step.least_extra and step.percent else str(step.least_extra or share)
    if step.add:
        extra = f"{extra}+{step.add}" if extra != "0" else str(step.add)
    return f"MAX({extra},{step.at_least}-{need})" if step.at_least else extra
