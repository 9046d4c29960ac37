"""Stock documents: streamed to the document folder, told by their content, given back unchanged."""

from __future__ import annotations

import contextlib
import hashlib
import os
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bomtool.platform.calls import Call
from bomtool.platform.errors import Refusal, invalid
from bomtool.platform.services import contents, labels, records
from bomtool.platform.stock_tables import stock_documents
from bomtool.platform.tables import stock_lots
from bomtool.platform.trade_tables import purchases
from bomtool.settings import Settings

_SHOWN = (
    "id",
    "org_id",
    "name",
    "document_type",
    "content_type",
    "size",
    "sha256",
    "notes",
    "created_at",
    "updated_at",
)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived whole: where it lies for now, its size, hash and kind."""

    path: Path
    size: int
    sha256: str
    content_type: str

    @property
    def record_id(self) -> str:
        """The id of the document to be: the same however often the work is tried."""
        return str(uuid.UUID(self.path.name))

    def discard(self) -> None:
        """Remove it, where it was not kept."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)


def folder(settings: Settings) -> Path:
    """Where documents lie: by org and id, so that no name of a user ever is a path."""
    return settings.data_dir / "documents"


async def receive(settings: Settings, stream: AsyncIterator[bytes]) -> Received:
    """Write a body to disk as it comes. Raises Refusal 400 for an empty file or a kind that is not kept."""
    incoming = folder(settings) / "incoming"
    incoming.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = incoming / uuid.uuid4().hex
    digest, size, head = hashlib.sha256(), 0, b""
    try:
        with path.open("xb") as file:
            async for chunk in stream:
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if len(head) < contents.HEAD:
                    head += chunk[: contents.HEAD - len(head)]
            file.flush()
            os.fsync(file.fileno())
        kind = contents.sniff(head)
        if kind is None:
            what = (
                "The file is empty." if not size else "This kind of file is not kept: send PDF, images, tables or text."
            )
            raise invalid({"non_field_errors": what})
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Received(path, size, digest.hexdigest(), kind)


def create(connection: Connection, call: Call, received: Received, given: dict[str, Any]) -> dict[str, Any]:
    """Keep a received file as a document. The file is in place before its row can be read."""
    values = dict(given)
    labelled = labels.take(values)
    if values.get("stock_lot_id"):
        lots = [values["stock_lot_id"]]
        records.known(connection, call, stock_lots, lots, org_id=call.org_id, field="stock_lot", what="stock lot")
    if values.get("purchase_id"):
        ids = [values["purchase_id"]]
        records.known(connection, call, purchases, ids, org_id=call.org_id, field="purchase", what="purchase")
    values |= labels.team_value(connection, call, call.org_id, labelled)
    values["name"] = contents.safe_name(values["name"], received.content_type)
    about = {"content_type": received.content_type, "size": received.size, "sha256": received.sha256}
    row = records.add(connection, stock_documents, call.org_id, {**values, **about}, record_id=received.record_id)
    labels.write(connection, row.org_id, "stock_document", row.id, labelled)
    place = path_of(call.settings, row)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if received.path.exists():  # not so where the work is done a second time
        received.path.replace(place)
    return shown(connection, [row])[0]


def path_of(settings: Settings, row: Any) -> Path:
    """Where a document's content lies."""
    return folder(settings) / str(row.org_id) / str(row.id)


def content(call: Call, row: Any) -> Path:
    """The file of a document. Raises Refusal 404 where somebody has removed it from the folder."""
    path = path_of(call.settings, row)
    if not path.is_file():
        raise Refusal(404, {"detail": f"The content of document {row.id} is no longer in the document folder."})
    return path


def shown(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
    """Documents as the wire has them, their labels in two statements for all."""
    labelled = labels.of(connection, [row.id for row in rows])
    return [
        {
            **{name: getattr(row, name) for name in _SHOWN},
            "stock_lot": row.stock_lot_id,
            "purchase": row.purchase_id,
            "team": row.team_id,
            **labelled[row.id],
        }
        for row in rows
    ]
