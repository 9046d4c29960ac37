"""Supplier quotes as the offers of a plan, while they are valid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from bomtool.parts.model import Offer, PriceBreak
from bomtool.platform.stock_tables import suppliers
from bomtool.platform.trade_tables import supplier_quote_lines, supplier_quotes
from bomtool.store.among import among


def offers(
    connection: Connection, orgs: Sequence[str], teams: frozenset[str] | None, part_ids: Iterable[str]
) -> dict[str, list[Offer]]:
    """Offers by part id from the quotes that are valid today (UTC), in one statement. Quotes of a team count for it alone."""
    q, line = supplier_quotes.c, supplier_quote_lines.c
    today = datetime.now(UTC).date()
    conditions: list[ColumnElement[bool]] = [
        line.org_id.in_(orgs),
        among(line.part_id, part_ids),
        line.no_bid.is_(False),
        q.status.in_(("received", "accepted")),
        or_(q.valid_from.is_(None), q.valid_from <= today),
        or_(q.valid_until.is_(None), q.valid_until >= today),
    ]
    if teams is not None:
        conditions.append(or_(q.team_id.is_(None), q.team_id.in_(teams)))
    query = (
        select(
            supplier_quote_lines,
            suppliers.c.name.label("supplier"),
            q.quote_number,
            q.currency,
            q.valid_until,
            q.received_at,
        )
        .join(supplier_quotes, q.id == line.supplier_quote_id)
        .join(suppliers, suppliers.c.id == q.supplier_id)
        .where(*conditions)
        .order_by(q.received_at, line.position, line.id)
    )
    found: dict[str, list[Offer]] = {}
    for row in connection.execute(query):
        if row.breaks:
            found.setdefault(row.part_id, []).append(_offer(row))
    return found


def _offer(row: Any) -> Offer:
    number = row.quote_number or row.supplier_quote_id[:8]
    until = f", valid to {row.valid_until.isoformat()}" if row.valid_until else ""
    return Offer(
        part_id=row.part_id,
        supplier=row.supplier,
        sku=row.sku or row.mpn or row.part_id,
        stock=row.stock,
        moq=row.moq,
        order_multiple=row.order_multiple,
        packaging=row.packaging,
        currency=row.currency,
        breaks=tuple(PriceBreak(entry["quantity"], Decimal(entry["price"])) for entry in row.breaks),
        lead_time_days=row.lead_time_days,
        fetched_at=row.received_at,
        catalog=f"quote {number}{until}",
        kind="snapshot",
    )
