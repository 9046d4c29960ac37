"""The documented views of the reporting query: which columns of which tables a caller may ask for, all of them the
caller's own rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, select

from bomtool.platform import people_tables as people
from bomtool.platform import stock_tables as stock
from bomtool.platform import tables
from bomtool.platform import trade_tables as trade
from bomtool.platform.calls import Call

_TIMES = "created_at updated_at"
_RECORD = f"id org_id team_id {_TIMES}"
_SYNC = "integration_source_name integration_record_id"


@dataclass(frozen=True, slots=True)
class View:
    """One view: its table, the columns it shows, and the parent that decides who sees a row (None: the row itself)."""

    name: str
    table: Table
    columns: tuple[str, ...]
    parent: Table | None = None
    key: str = ""

    def rows(self, call: Call, columns: list[str]) -> Select[Any]:
        """The caller's rows of some columns."""
        return select(*(self.table.c[name] for name in columns)).where(self._seen(call))

    def _seen(self, call: Call) -> ColumnElement[bool]:
        if self.name == "orgs":
            return self.table.c.id.in_(call.orgs)
        if self.parent is None:
            return call.visible(self.table)
        return self.table.c[self.key].in_(select(self.parent.c.id).where(call.visible(self.parent)))


def _view(table: Table, columns: str, parent: Table | None = None, key: str = "") -> View:
    return View(table.name, table, tuple(columns.split()), parent, key)


_LINE = "reference_designators_string custom_id mpn manufacturer_name description value package mount_type line_number"

VIEWS: dict[str, View] = {
    view.name: view
    for view in (
        _view(tables.orgs, "id name parent_id purchase_approval_threshold team_permissions created_at"),
        _view(tables.boms, f"{_RECORD} name version part_number data_source approved archived {_SYNC}"),
        _view(
            tables.bom_lines,
            f"id org_id bom_id position status part_id quant {_LINE} do_not_place ignored is_custom_part {_TIMES}",
            tables.boms,
            "bom_id",
        ),
        _view(
            tables.programs,
            f"{_RECORD} name reference_number approved production_date currency overage_profile add_overage "
            f"include_on_hand_stock include_processing_stock include_expected_stock {_SYNC}",
        ),
        _view(
            tables.program_lines, f"id org_id program_id bom_id position quant {_TIMES}", tables.programs, "program_id"
        ),
        _view(
            tables.part_overrides,
            f"id org_id program_id position part substitute_part quantity overage include unit_price supplier {_TIMES}",
            tables.programs,
            "program_id",
        ),
        _view(
            tables.stock_lots,
            f"{_RECORD} part_id stock_class quantity expected_on location date_code lot_code unit_cost currency "
            f"purchase_line_id {_SYNC}",
        ),
        _view(
            tables.allocations,
            f"id org_id stock_lot_id part_id stock_class quantity program_id {_TIMES}",
            tables.stock_lots,
            "stock_lot_id",
        ),
        _view(tables.jobs, "id org_id team_id kind status error created_at started_at finished_at"),
        _view(
            stock.suppliers,
            f"{_RECORD} name code email phone contact_name website currency payment_terms purchase_rule order_fee "
            f"minimum_order {_SYNC}",
        ),
        _view(
            stock.stock_documents,
            f"{_RECORD} stock_lot_id purchase_id name document_type content_type size sha256",
        ),
        _view(
            stock.org_parts,
            f"id org_id part_id mpn manufacturer custom_id description package category mount lifecycle {_TIMES}",
        ),
        _view(trade.rfqs, f"{_RECORD} name status program_id due_on currency {_SYNC}"),
        _view(
            trade.rfq_lines,
            "id org_id rfq_id position part_id mpn manufacturer_name description target_price needed_by",
            trade.rfqs,
            "rfq_id",
        ),
        _view(
            trade.supplier_quotes,
            f"{_RECORD} rfq_id supplier_id quote_number status currency valid_from valid_until received_at {_SYNC}",
        ),
        _view(
            trade.supplier_quote_lines,
            "id org_id supplier_quote_id rfq_line_id position part_id mpn manufacturer_name sku packaging moq "
            "order_multiple stock lead_time_days no_bid",
            trade.supplier_quotes,
            "supplier_quote_id",
        ),
        _view(
            trade.purchases,
            f"{_RECORD} supplier_id program_id reference_number status currency from_plan approved_at ordered_at {_SYNC}",
        ),
        _view(
            trade.purchase_lines,
            "id org_id purchase_id position part_id mpn manufacturer_name description sku packaging quantity "
            "unit_price expected_on shipped_quantity received_quantity cancelled_quantity",
            trade.purchases,
            "purchase_id",
        ),
        _view(
            trade.no_part_lines,
            "id org_id purchase_id position kind description quantity unit_price",
            trade.purchases,
            "purchase_id",
        ),
        _view(
            trade.purchase_events,
            "id org_id purchase_id position event_type occurred_at note carrier tracking_number",
            trade.purchases,
            "purchase_id",
        ),
        _view(
            trade.supplier_bills,
            f"{_RECORD} supplier_id purchase_id bill_number bill_date due_date currency status {_SYNC}",
        ),
        _view(
            trade.supplier_bill_lines,
            "id org_id supplier_bill_id position purchase_line_id no_part_line_id description quantity unit_price",
            trade.supplier_bills,
            "supplier_bill_id",
        ),
        _view(
            trade.outbound_emails,
            f"{_RECORD} status subject rfq_id purchase_id supplier_id error sent_at",
        ),
        _view(people.users, f"id org_id email name active {_TIMES}"),
        _view(people.teams, f"id org_id team_type_id name archived {_TIMES}"),
        _view(people.team_types, f"id org_id name {_TIMES}"),
        _view(people.tags, f"id org_id name color archived {_TIMES}"),
        _view(people.record_tags, "tag_id record_id record_type org_id"),
        _view(people.custom_properties, f"id org_id record_type name value_type archived {_TIMES}"),
        _view(people.property_values, "property_id record_id org_id value"),
    )
}
