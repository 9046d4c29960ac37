"""Overage: extra pieces for assembly, by the editable rules of `templates/overage.csv`.

A part's rules are fixed once (package, mount, category, its prices); `Overage.required` then answers for any need, and
never falls when the need rises.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from bomtool.bom import packages, tables
from bomtool.errors import UsageError

TABLE = "overage.csv"
PRICE_CURRENCY = "USD"
"""The currency of `from_price` and `price_cap` in the table."""
_COLUMNS = (
    "profile",
    "class",
    "packages",
    "mount",
    "category",
    "from_need",
    "to_need",
    "from_price",
    "percent",
    "least_extra",
    "add",
    "order_at_least",
    "price_cap",
    "source",
    "note",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of the table; see its head. Empty conditions (None, "") fit everything."""

    name: str
    packages: tuple[str, ...]
    mount: str
    category: tuple[str, ...]
    from_need: int
    to_need: int | None
    from_price: Decimal | None
    percent: Decimal
    least_extra: int
    add: int
    order_at_least: int
    price_cap: Decimal | None
    source: str
    note: str

    def required(self, need: int) -> int:
        """Pieces for a need above 0."""
        share = int((self.percent * need / 100).to_integral_value(ROUND_CEILING))
        return max(need + max(share, self.least_extra) + self.add, self.order_at_least)

    def words(self) -> str:
        """The rule as people say it: "+15 % at least 20"."""
        parts = []
        if self.percent or self.least_extra:
            percent = f"+{self.percent.normalize():f} %"
            least = f"at least {self.least_extra}" if self.least_extra else ""
            parts.append(f"{percent} {least}".strip() if self.percent else f"+{self.least_extra}")
        if self.add:
            parts.append(f"+{self.add} fixed")
        if self.order_at_least:
            parts.append(f"order at least {self.order_at_least}")
        return " and ".join(parts) or "+0"


@dataclass(frozen=True, slots=True)
class Profile:
    """A named set of rules, in order; the first that fits holds. `sources` are where its figures come from."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(rule.source for rule in self.rules if rule.source))

    def text(self) -> str:
        """In words, for reports."""
        if not self.rules:
            return "Overage: none applied"
        return f"Overage: profile {self.name}, once per part over the whole program"


@functools.cache
def profiles() -> dict[str, Profile]:
    """Every profile of the table by name, and "none". Raises UsageError for a row that cannot be read."""
    found: dict[str, list[Rule]] = {"none": []}
    for number, row in enumerate(tables.rows(TABLE, _COLUMNS), start=1):
        try:
            found.setdefault(row["profile"], []).append(_rule(row))
        except (ValueError, InvalidOperation):
            raise UsageError(
                f"Rule {number} of templates/{TABLE} ({row['profile']}, {row['class']}) has a figure that is no number.",
                hint="Write whole pieces, and percent and prices with a dot.",
                code="bad-template",
            ) from None
    return {name: Profile(name, tuple(rules)) for name, rules in found.items()}


def profile(name: str) -> Profile:
    """A profile by name. Raises UsageError naming those there are."""
    known = profiles()
    if name not in known:
        raise UsageError(
            f"There is no overage profile {name!r}.", hint=f"Known: {', '.join(known)}.", code="unknown-overage-profile"
        )
    return known[name]


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `quantity` pieces needed on, the lowest unit price is `price` (in the currency of the table)."""

    quantity: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """What is required from `from_need` pieces on: the larger of `at_least` and the need + the larger of `percent` of it,
    rounded up, and `least_extra` + `add`."""

    from_need: int
    percent: Decimal
    least_extra: int
    add: int
    at_least: int


class Overage:
    """The overage of one part: which rule holds at which need, and how many pieces are required."""

    def __init__(
        self,
        profile: Profile,
        *,
        package: str | None,
        mount: str | None,
        category: str | None,
        prices: Sequence[PriceStep] = (),
    ) -> None:
        fitting = _fitting(profile, package or "", mount or "", category or "")
        starts = {1}
        for rule in fitting:
            starts.add(max(rule.from_need, 1))
            if rule.to_need is not None:
                starts.add(rule.to_need + 1)
        if any(rule.from_price is not None or rule.price_cap is not None for rule in fitting):
            starts.update(step.quantity for step in prices)
        self._starts: list[int] = []
        self._rules: list[Rule | None] = []
        self._capped: list[bool] = []
        for start in sorted(starts):
            price = next((step.price for step in reversed(prices) if step.quantity <= start), None)
            held = next((rule for rule in fitting if _holds(rule, start, price)), None)
            capped = bool(held and held.price_cap is not None and price is not None and price > held.price_cap)
            if not self._starts or (held, capped) != (self._rules[-1], self._capped[-1]):
                self._starts.append(start)
                self._rules.append(held)
                self._capped.append(capped)
        # The most any smaller need asks for, at the start of every step: more builds never need fewer pieces.
        self._floors = [0]
        for index, start in enumerate(self._starts[1:]):
            self._floors.append(max(self._floors[-1], self._plain(index, start - 1)))

    def required(self, need: int) -> int:
        """Pieces required for a need: need and overage. 0 for 0."""
        if need <= 0:
            return 0
        index = bisect_right(self._starts, need) - 1
        return max(self._floors[index], self._plain(index, need))

    def steps(self) -> tuple[Step, ...]:
        """The same for every need at once: what `required` gives, in steps that ascend."""
        found = []
        for start, rule, capped, floor in zip(self._starts, self._rules, self._capped, self._floors, strict=True):
            if rule is None or capped:
                found.append(_plain_step(start, None, floor))
            else:
                found.append(_plain_step(start, rule, max(floor, rule.order_at_least)))
        return tuple(found)

    def sentence(self, need: int, required: int) -> str:
        """How `required` came about: "need 70, +15 % at least 20 (0603), so 90"."""
        index = max(bisect_right(self._starts, need) - 1, 0)
        rule = self._rules[index]
        if need <= 0:
            return "nothing is needed"
        if rule is None:
            said = "no overage"
        elif self._capped[index]:
            said = f"no overage above {rule.price_cap} {PRICE_CURRENCY} a piece ({rule.name})"
        else:
            said = f"{rule.words()} ({rule.name})"
        if required > self._plain(index, need):
            said += ", as many as a smaller run asks for"
        return f"need {need:,}, {said}, so {required:,}"

    def _plain(self, index: int, need: int) -> int:
        rule = self._rules[index]
        return need if rule is None or self._capped[index] else rule.required(need)


@functools.lru_cache(maxsize=4096)
def _plain_step(start: int, rule: Rule | None, least: int) -> Step:
    """A step; most parts share theirs."""
    if rule is None:
        return Step(start, Decimal(0), 0, 0, least)
    return Step(start, rule.percent, rule.least_extra, rule.add, least)


def _holds(rule: Rule, need: int, price: Decimal | None) -> bool:
    if need < rule.from_need or (rule.to_need is not None and need > rule.to_need):
        return False
    return rule.from_price is None or (price is not None and price >= rule.from_price)


@functools.lru_cache(maxsize=4096)
def _fitting(profile: Profile, package: str, mount: str, category: str) -> tuple[Rule, ...]:
    known = packages.lookup(package) if package else None
    name = (known.name if known else package).upper()
    how = (mount or (known.mount if known else "") or (packages.mount(package) if package else "") or "").upper()
    words = " ".join(re.findall(r"\w+", category.casefold()))
    fitting = []
    for rule in profile.rules:
        if rule.packages and not any(fnmatch.fnmatchcase(name, pattern) for pattern in rule.packages):
            continue
        if rule.mount and rule.mount != how:
            continue
        if rule.category and not any(re.search(rf"\b{re.escape(word)}\b", words) for word in rule.category):
            continue
        fitting.append(rule)
        if rule.from_need <= 1 and rule.to_need is None and rule.from_price is None:
            break
    return tuple(fitting)


def _rule(row: dict[str, str]) -> Rule:
    def whole(name: str) -> int:
        value = int(row[name] or 0)
        if value < 0:
            raise ValueError(name)
        return value

    def exact(name: str) -> Decimal | None:
        value = Decimal(row[name]) if row[name] else None
        if value is not None and not (value.is_finite() and value >= 0):
            raise ValueError(name)
        return value

    apart = ";" if ";" in row["packages"] or row["packages"].casefold().startswith("tantalum") else None
    return Rule(
        row["class"],
        tuple(piece.strip().upper() for piece in row["packages"].split(apart) if piece.strip()),
        row["mount"].upper(),
        tuple(word.strip().casefold() for word in row["category"].split(";") if word.strip()),
        whole("from_need"),
        whole("to_need") if row["to_need"] else None,
        exact("from_price"),
        exact("percent") or Decimal(0),
        whole("least_extra"),
        whole("add"),
        whole("order_at_least"),
        exact("price_cap"),
        row["source"],
        row["note"],
    )
