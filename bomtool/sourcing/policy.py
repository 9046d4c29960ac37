"""How one buys, from the editable `templates/supplier_rules.toml`: suppliers, fees of orders, limits of a plan, severities."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, cast

from bomtool import data
from bomtool.errors import UsageError
from bomtool.sourcing.model import AlternatePolicy, Options, Severity, SupplierRules, SupplierTerms
from bomtool.sourcing.risks import SEVERITIES

TABLE = "supplier_rules.toml"
_LISTS = ("banned", "allowed", "preferred", "last_resort")
_TERMS = ("supplier", "currency", "order_fee", "minimum_order", "packaging_fees")
_PLANNING = ("max_excess_percent", "alternates", "split", "stale_after_days", "long_lead_days")


@dataclass(frozen=True, slots=True)
class Policy:
    """The members of `Options` a user may set for good."""

    rules: SupplierRules
    max_excess: Decimal
    alternates: AlternatePolicy
    split: bool
    stale_after_days: int
    long_lead_days: int
    severities: tuple[tuple[str, Severity | Literal["off"]], ...]

    def applied(self, options: Options) -> Options:
        """The options with this policy in force."""
        return replace(
            options,
            rules=self.rules,
            max_excess=self.max_excess,
            alternates=self.alternates,
            split=self.split,
            stale_after_days=self.stale_after_days,
            long_lead_days=self.long_lead_days,
            severities=self.severities,
        )


@functools.cache
def policy() -> Policy:
    """The policy of `templates/supplier_rules.toml`, read once. Raises UsageError for what cannot be used."""
    path = data.template(TABLE)
    try:
        with path.open("rb") as file:
            found = tomllib.load(file, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _unusable(f"it is not TOML ({error})") from None
    return read(found)


def read(found: dict[str, Any]) -> Policy:
    """A policy from the tables of the file. Raises UsageError naming the entry that cannot be used."""
    _only(found, ("suppliers", "terms", "planning", "severity"), "the file")
    suppliers = _table(found, "suppliers")
    planning = _table(found, "planning")
    _only(suppliers, (*_LISTS, "authorized_only"), "[suppliers]")
    _only(planning, _PLANNING, "[planning]")
    terms = found.get("terms", [])
    if not isinstance(terms, list):
        raise _unusable("terms are written as [[terms]]")
    alternates = planning.get("alternates", "ranked")
    if alternates not in ("none", "ranked", "any"):
        raise _unusable(f"alternates = {alternates!r} is none of none, ranked, any")
    rules = SupplierRules(
        authorized_only=_flag(suppliers, "authorized_only", False),
        terms=tuple(_terms(entry) for entry in terms),
        **{name: _names(suppliers, name) for name in _LISTS},
    )
    return Policy(
        rules,
        _amount(planning, "max_excess_percent", Decimal(100)) / 100,
        cast(AlternatePolicy, alternates),
        _flag(planning, "split", True),
        _days(planning, "stale_after_days", 30),
        _days(planning, "long_lead_days", 90),
        tuple(_severities(_table(found, "severity"))),
    )


def _terms(entry: Any) -> SupplierTerms:
    if not isinstance(entry, dict) or not isinstance(entry.get("supplier"), str):
        raise _unusable("every [[terms]] names its supplier")
    _only(entry, _TERMS, f"[[terms]] of {entry['supplier']}")
    fees = _table(entry, "packaging_fees")
    return SupplierTerms(
        entry["supplier"],
        str(entry.get("currency", "USD")).upper(),
        _amount(entry, "order_fee", Decimal(0)),
        _amount(entry, "minimum_order", Decimal(0)),
        tuple((name, _amount(fees, name, Decimal(0))) for name in fees),
    )


def _severities(table: dict[str, Any]) -> Iterable[tuple[str, Severity | Literal["off"]]]:
    for code, severity in table.items():
        if code not in SEVERITIES:
            raise _unusable(f"there is no risk {code!r} (known: {', '.join(SEVERITIES)})")
        if severity not in ("info", "warning", "error", "off"):
            raise _unusable(f"{code} = {severity!r} is none of info, warning, error, off")
        yield code, severity


def _table(found: dict[str, Any], name: str) -> dict[str, Any]:
    value = found.get(name, {})
    if not isinstance(value, dict):
        raise _unusable(f"{name} is not a table")
    return value


def _only(table: dict[str, Any], known: Iterable[str], where: str) -> None:
    unknown = sorted(set(table) - set(known))
    if unknown:
        raise _unusable(f"{where} has no entry {unknown[0]!r}")


def _names(table: dict[str, Any], name: str) -> frozenset[str]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry.strip() for entry in value):
        raise _unusable(f"{name} is not a list of names")
    return frozenset(entry.strip() for entry in value)


def _flag(table: dict[str, Any], name: str, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise _unusable(f"{name} = {value!r} is neither true nor false")
    return value


def _days(table: dict[str, Any], name: str, default: int) -> int:
    value = table.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise _unusable(f"{name} = {value!r} is not a number of days")
    return value


def _amount(table: dict[str, Any], name: str, default: Decimal) -> Decimal:
    value = table.get(name, default)
    try:
        if isinstance(value, bool) or not isinstance(value, (str, int, Decimal)):
            raise InvalidOperation
        amount = Decimal(value)
        if not amount.is_finite() or amount < 0:
            raise InvalidOperation
    except InvalidOperation:
        raise _unusable(f"{name} = {value!r} is not an amount") from None
    return amount


def _unusable(why: str) -> UsageError:
    return UsageError(
        f"The rules in templates/{TABLE} cannot be used: {why}.",
        hint="Compare them with the shipped file: bomtool templates list.",
        code="bad-template",
    )
