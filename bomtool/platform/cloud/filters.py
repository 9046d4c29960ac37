"""`filtering` of the Component Cloud: a JSON list of conditions that a product must all meet."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bomtool.bom import makers
from bomtool.parts import ids as part_ids

FIELDS = frozenset(
    {
        "id", "mpn", "mfr", "classification", "description", "package", "termination_type", "lifecycle_status",
        "inventory_level", "buyable", "quotable", "maybe",
    }
)  # fmt: skip
_MOST = 50
_ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "GT": operator.gt, ">": operator.gt, "GTE": operator.ge, ">=": operator.ge,
    "LT": operator.lt, "<": operator.lt, "LTE": operator.le, "<=": operator.le,
}  # fmt: skip
_EQUAL = frozenset({"EQ", "=", "=="})
_UNEQUAL = frozenset({"NEQ", "NE", "!="})
_LISTS = frozenset({"IN", "NOT_IN", "NOT IN"})


class BadFilter(ValueError):
    """`filtering` is no list of conditions: one sentence."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition on one member of a product."""

    field: str
    operator: str
    value: Any
    listed: frozenset[Any] = frozenset()
    """The values of a list in the form in which they are compared."""

    def holds(self, product: Mapping[str, Any]) -> bool:
        """Whether a product (as product-v1 has it) meets it; texts without regard to case."""
        plain = _form(self.field, self.operator)
        found = plain(product.get(self.field))
        if self.operator in _LISTS:
            return (found in self.listed) == (self.operator == "IN")
        value = plain(self.value)
        if self.operator in _EQUAL | _UNEQUAL:
            return bool(found == value) == (self.operator in _EQUAL)
        if self.operator == "CONTAINS":
            return isinstance(found, str) and str(value) in found
        try:
            return found is not None and bool(_ORDER[self.operator](found, value))
        except TypeError:
            return False


def read(text: str | None) -> list[Condition]:
    """The conditions of a `filtering` parameter. Raises BadFilter."""
    if not text:
        return []
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a pair is no text
    except (ValueError, RecursionError) as error:
        raise BadFilter("it is not JSON") from error
    if not isinstance(found, list) or len(found) > _MOST:
        raise BadFilter(f"it must be a list of at most {_MOST} conditions")
    return [_condition(entry) for entry in found]


def ids(conditions: Sequence[Condition]) -> list[str] | None:
    """The ids that the conditions name, None where they name none."""
    for condition in conditions:
        if condition.field == "id" and condition.operator == "IN":
            return [str(value) for value in condition.value]
        if condition.field == "id" and condition.operator in _EQUAL:
            return [str(condition.value)]
    return None


def _condition(entry: Any) -> Condition:
    if not isinstance(entry, dict) or not {"field", "operator", "value"} <= entry.keys():
        raise BadFilter("a condition has the members field, operator and value")
    name, sign, value = entry["field"], entry["operator"], entry["value"]
    if name not in FIELDS:
        raise BadFilter(f"known fields are {', '.join(sorted(FIELDS))}")
    sign = sign.upper() if isinstance(sign, str) else sign
    if not isinstance(sign, str) or sign not in {*_LISTS, *_EQUAL, *_UNEQUAL, *_ORDER, "CONTAINS"}:
        raise BadFilter("known operators are IN, NOT_IN, EQ, NEQ, GT, GTE, LT, LTE and CONTAINS")
    if (sign in _LISTS) != isinstance(value, list):
        raise BadFilter(f"{sign} takes {'a list' if sign in _LISTS else 'one value'}")
    if any(isinstance(item, list | dict) for item in (value if isinstance(value, list) else [value])):
        raise BadFilter("a value is a text, a number, true, false or null")
    listed = frozenset(map(_form(name, sign), value)) if isinstance(value, list) else frozenset()
    return Condition(name, sign, value, listed)


def _form(field: str, sign: str) -> Callable[[Any], Any]:
    return _maker if field == "mfr" and sign != "CONTAINS" else _plain


def _maker(value: Any) -> Any:
    """A maker by the name it goes by today, however it is written."""
    return makers.key(part_ids.canonical_maker(value)) if isinstance(value, str) else value


def _plain(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
