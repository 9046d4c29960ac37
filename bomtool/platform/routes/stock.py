"""The operations of the sections Suppliers, Stock Lots and Stock Documents."""

from __future__ import annotations

from typing import Annotated, Any, cast
from uuid import UUID

from fastapi import Depends, Query
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, Response

from bomtool.api.stock import DocumentType, PartStockUpsert, StockLotUpdate
from bomtool.api.suppliers import SupplierCreate, SupplierUpdate
from bomtool.platform import idempotency
from bomtool.platform.calls import OUTCOME, CallDep
from bomtool.platform.errors import invalid
from bomtool.platform.listing import Filters, Paging, Text, page
from bomtool.platform.rows import Rows
from bomtool.platform.services import documents, records, stock, suppliers
from bomtool.platform.stock_tables import stock_documents
from bomtool.platform.stock_tables import suppliers as supplier_table

Pages = Annotated[Paging, Depends()]
Filtered = Annotated[Filters, Depends()]


def list_suppliers(call: CallDep, paging: Pages, filters: Filtered) -> Response:
    """Suppliers the key can see."""
    searched = ("name", "code", "email", "contact_name")
    rows = filters.apply(Rows.seen(call, supplier_table), searched, "supplier")
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "updated_at", "name", "code"),
                shown=lambda rows: suppliers.shown(connection, rows),
            )
        )


def create_supplier(call: CallDep, body: SupplierCreate) -> Response:
    """Create a supplier; its name is the one its offers go by."""
    return call.change(lambda connection: suppliers.create(connection, call, body.model_dump()))


def get_supplier(call: CallDep, supplier_id: str) -> Response:
    """One supplier."""
    with call.read() as connection:
        return call.answer(suppliers.show(connection, call, supplier_id))


def update_supplier(call: CallDep, supplier_id: str, body: SupplierUpdate) -> Response:
    """Change the members sent."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: suppliers.change(connection, call, supplier_id, sent))


def upsert_part_stock(call: CallDep, body: PartStockUpsert) -> Response:
    """Set the stock of a part at a place, and what of it is reserved; the same twice changes nothing more."""
    sent = body.model_dump(exclude_unset=True)

    def work(connection: Connection) -> dict[str, Any]:
        shown, call.headers[OUTCOME] = stock.upsert(connection, call, sent)
        return shown

    return call.change(work)


def update_stock_lot(call: CallDep, lot_id: str, body: StockLotUpdate) -> Response:
    """Change the members sent; 409 where programs have reserved more than there would be."""
    sent = {name: value for name, value in body.model_dump().items() if name in body.model_fields_set}
    return call.change(lambda connection: stock.change(connection, call, lot_id, sent))


def list_stock_documents(
    call: CallDep,
    paging: Pages,
    filters: Filtered,
    stock_lot: Text = None,
    purchase: Text = None,
    document_type: Annotated[DocumentType | None, Query(description="Only documents of this kind")] = None,
) -> Response:
    """Documents the key can see, without their contents."""
    rows = filters.apply(Rows.seen(call, stock_documents), ("name", "notes"), "stock_document")
    wanted = {"stock_lot_id": stock_lot, "purchase_id": purchase, "document_type": document_type}
    for name, value in wanted.items():
        if value is not None:
            rows = rows.where(stock_documents.c[name] == value.lower())
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name", "size", "document_type"),
                shown=lambda rows: documents.shown(connection, rows),
            )
        )


async def create_stock_document(
    call: CallDep,
    name: Annotated[str, Query(min_length=1, max_length=255, description="File name; made safe")],
    document_type: Annotated[DocumentType, Query()] = "other",
    stock_lot: Annotated[UUID | None, Query(description="The stock lot it belongs to")] = None,
    purchase: Annotated[UUID | None, Query(description="The purchase it belongs to")] = None,
    notes: Annotated[str | None, Query(min_length=1, max_length=2000)] = None,
    team: Annotated[UUID | None, Query()] = None,
    tag: Annotated[list[str] | None, Query(max_length=100)] = None,
    custom_property: Annotated[list[str] | None, Query(max_length=100, description="NAME:VALUE")] = None,
) -> Response:
    """Keep a file: the body is its content, streamed to disk. Its kind is told from the content."""
    values: dict[str, Any] = {"name": name, "document_type": document_type, "notes": notes}
    values["stock_lot_id"] = str(stock_lot) if stock_lot else None
    values["purchase_id"] = str(purchase) if purchase else None
    if team is not None:
        values["team"] = team
    if tag:
        values["tags"] = tag
    if custom_property:
        values["custom_properties"] = dict(_pair(text) for text in custom_property)
    received = await documents.receive(call.settings, call.request.stream())
    try:
        call.ticket = idempotency.of_content(call.request, call.identity.key_id, received.sha256)
        return await run_in_threadpool(
            call.change, lambda connection: documents.create(connection, call, received, values)
        )
    finally:
        await run_in_threadpool(received.discard)


def _pair(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise invalid({"custom_property": "Must be NAME:VALUE."})
    return name, value


def get_stock_document(call: CallDep, document_id: str) -> Response:
    """One document, without its content."""
    with call.read() as connection:
        row = records.get(connection, call, stock_documents, document_id, "stock document")
        return call.answer(documents.shown(connection, [row])[0])


def download_stock_document(call: CallDep, document_id: str) -> Response:
    """The file as it was sent, as an attachment."""
    with call.read() as connection:
        row = records.get(connection, call, stock_documents, document_id, "stock document")
    path = documents.content(call, row)
    headers = {"ETag": f'"{row.sha256}"'}
    return cast(Response, FileResponse(path, media_type=row.content_type, filename=row.name, headers=headers))
