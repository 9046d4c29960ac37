"""Values as providers write them: texts, counts, prices, ladders, lead times, times. What is odd is unknown, never 0."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bomtool.parts import prices
from bomtool.parts.columns import lead_days

_MOST = 2**31 - 1


def text(value: Any) -> str:
    """A text, or a number as text; "" for anything else."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else ""


def whole(value: Any) -> int | None:
    """A count that can be one: an integer from 0 up, also written as text; None for anything else."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, str) and value.strip().isdecimal() and value.isascii():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value <= _MOST else None


def money(value: Any) -> Decimal:
    """A price as a number or as text. Raises ValueError."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    return prices.number(str(value))


def ladder(steps: Any, quantity: str, price: str) -> str:
    """Price breaks as a compact ladder, "" without any."""
    given = [step for step in steps or () if step.get(price)]
    written = [step[price] for step in given]
    if given and all(isinstance(value, str) for value in written):
        return prices.join(list(zip((int(step[quantity]) for step in given), prices.numbers(written), strict=True)))
    return prices.join([(int(step[quantity]), money(step[price])) for step in given])


def by_currency(steps: Any, name: str) -> dict[str, list[Any]]:
    """Steps of a ladder by the currency they name."""
    found: dict[str, list[Any]] = {}
    for step in steps or ():
        found.setdefault(text(step.get(name)).upper(), []).append(step)
    return found


def inner(value: Any, *names: str) -> str:
    """A text, or that of the first of these members where it is an object."""
    if isinstance(value, dict):
        return next((found for name in names if (found := text(value.get(name)))), "")
    return text(value)


def parameter(value: dict[str, Any], name: str) -> str:
    """The value of a parameter by its name, "" for none."""
    for parameter in value.get("parameters") or ():
        if name in (parameter.get("parameter"), parameter.get("parametertext")):
            found = text(parameter.get("value") or parameter.get("valuetext"))
            return "" if found == "-" else found
    return ""


def specification(value: dict[str, Any], name: str) -> str:
    """The value of a specification by its key, "" for none."""
    for entry in value.get("specifications") or ():
        if text(entry.get("key")) == name:
            return text(entry.get("value"))
    return ""


def attribute(value: dict[str, Any], name: str) -> str:
    """The value of a product attribute that stands there once."""
    wanted = [a for a in value.get("productattributes") or () if a.get("attributename") == name]
    return text(wanted[0].get("attributevalue")) if len(wanted) == 1 else ""


def weeks(value: Any) -> int | None:
    """A lead time that is told in weeks, in days."""
    return _lead(value, 7)


def days(value: Any) -> int | None:
    """A lead time that is told in days."""
    return _lead(value, 1)


def _lead(value: Any, unit: int) -> int | None:
    try:
        return lead_days(text(value), unit) or None
    except ValueError:
        return None


def moment(value: Any) -> datetime | None:
    """A time as written, in UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
