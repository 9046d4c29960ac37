"""Suppliers: made, changed, shown; and what they mean to the solver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, or_, select

from bomtool.platform.calls import Call
from bomtool.platform.services import boms, labels, records
from bomtool.platform.stock_tables import suppliers

if TYPE_CHECKING:
    from bomtool.sourcing.model import Options

WRITTEN = (
    "name",
    "code",
    "email",
    "phone",
    "contact_name",
    "website",
    "address",
    "currency",
    "payment_terms",
    "notes",
    "purchase_rule",
    "order_fee",
    "minimum_order",
)
_SHOWN = ("id", "org_id", *WRITTEN, *boms.INTEGRATION, "created_at", "updated_at")


def shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Suppliers as the wire has them, their labels in two statements for all."""
    labelled = labels.of(connection, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _SHOWN},
            "metadata": row.meta or {},
            "team": row.team_id,
            **labelled[row.id],
        }
        for row in rows
    ]


def create(connection: Connection, call: Call, given: dict[str, Any]) -> dict[str, Any]:
    """A new supplier. Raises Refusal 409 for a name or an integration record that is taken."""
    values = dict(given)
    labelled = labels.take(values)
    _check_name(connection, call.org_id, values["name"], None)
    _check_record(connection, call.org_id, values)
    values = records.columns(values) | labels.team_value(connection, call, call.org_id, labelled)
    row = records.add(
        connection, suppliers, call.org_id, {**values, "name_key": records.name_key(values["name"]), "revision": 1}
    )
    labels.write(connection, row.org_id, "supplier", row.id, labelled)
    return _one(connection, call, row)


def change(connection: Connection, call: Call, supplier_id: str, given: dict[str, Any]) -> dict[str, Any]:
    """Change the members sent."""
    row = records.get_for_change(connection, call, suppliers, supplier_id, "supplier")
    values = dict(given)
    labelled = labels.take(values)
    records.refuse_nulls(values, ("name", "purchase_rule", "synced_from_integration"))
    values = records.columns(values)
    if "name" in values:
        _check_name(connection, row.org_id, values["name"], row.id)
        values["name_key"] = records.name_key(values["name"])
    boms.check_record_is_free(connection, suppliers, row, values, "supplier")
    values |= labels.team_value(connection, call, row.org_id, labelled)
    labels.write(connection, row.org_id, "supplier", row.id, labelled)
    return _one(connection, call, records.change(connection, suppliers, row.id, values))


def show(connection: Connection, call: Call, supplier_id: str) -> dict[str, Any]:
    """One supplier as the wire has it; its revision becomes the ETag."""
    return _one(connection, call, records.get(connection, call, suppliers, supplier_id, "supplier"))


def _one(connection: Connection, call: Call, row: Any) -> dict[str, Any]:
    call.headers["ETag"] = f'"{row.revision}"'
    return shown(connection, [row])[0]


def _check_name(connection: Connection, org_id: str, name: str, own_id: str | None) -> None:
    same = [suppliers.c.org_id == org_id, suppliers.c.name_key == records.name_key(name)]
    records.check_unique(connection, suppliers, same, f"There is a supplier named {name} already.", own_id)


def _check_record(connection: Connection, org_id: str, values: dict[str, Any]) -> None:
    source, record = values.get("integration_source_name"), values.get("integration_record_id")
    if source and record:
        c = suppliers.c
        same = [c.org_id == org_id, c.integration_source_name == source, c.integration_record_id == record]
        message = "There is a supplier of this integration record already."
        records.check_unique(connection, suppliers, same, message, None)


def applied(connection: Connection, org_id: str, options: Options) -> Options:
    """Options of the solver with what the org says of its suppliers beside what the policy file says."""
    from bomtool.sourcing.model import SupplierTerms
    from bomtool.sourcing.supply import fold

    c = suppliers.c
    told = or_(c.purchase_rule != "none", c.order_fee.is_not(None), c.minimum_order.is_not(None))
    rows = connection.execute(select(suppliers).where(c.org_id == org_id, told).order_by(c.name_key)).all()
    if not rows:
        return options
    by_rule: dict[str, set[str]] = {}
    for row in rows:
        by_rule.setdefault(row.purchase_rule, set()).add(fold(row.name))
    rules = options.rules
    own = {records.name_key(row.name) for row in rows if row.order_fee is not None or row.minimum_order is not None}
    kept = tuple(term for term in rules.terms if records.name_key(term.supplier) not in own)
    terms = tuple(
        SupplierTerms(
            supplier=row.name,
            currency=row.currency or options.currency,
            order_fee=row.order_fee or Decimal(0),
            minimum_order=row.minimum_order or Decimal(0),
        )
        for row in rows
        if records.name_key(row.name) in own
    )
    return replace(
        options,
        rules=replace(
            rules,
            banned=rules.banned | by_rule.get("banned", set()),
            allowed=rules.allowed | by_rule.get("allowed", set()),
            preferred=rules.preferred | by_rule.get("preferred", set()),
            last_resort=rules.last_resort | by_rule.get("last_resort", set()),
            terms=kept + terms,
        ),
    )
