"""From changes to events: each change that was noted becomes a delivery for each webhook that waits for its kind.

One process at a time takes notes up, in the order they were made, so that the events of a record stand in the order of
its changes. The body is written here, in the transaction that takes the note away; changes of a record that are taken up
together are one event, which tells its latest state.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select
from starlette.requests import Request
from starlette.responses import Response

from bomtool.api.routes import BY_NAME
from bomtool.api.webhooks import RECORD_TYPES
from bomtool.platform.auth import Identity
from bomtool.platform.calls import Call
from bomtool.platform.errors import Refusal
from bomtool.platform.jobs import Inline
from bomtool.platform.services import records
from bomtool.platform.stock_tables import org_parts
from bomtool.platform.webhook_tables import webhook_changes, webhook_deliveries, webhooks
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_AT_ONCE = 50
"""Changes taken up in one transaction: others may write in between."""
_LOCK = 0x686F6F6B
_log = logging.getLogger("bomtool.platform.webhooks")


@dataclass(slots=True)
class _Reading(Call):
    """A call of nobody: it reads with the connection of the transaction that takes changes up."""

    connection: Connection | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        assert self.connection is not None
        yield self.connection


def take_up(store: Store, settings: Settings) -> int:
    """Turn noted changes into deliveries; how many changes were taken."""
    taken = 0
    while True:
        with store.read() as connection:
            if connection.execute(select(webhook_changes.c.seq).limit(1)).first() is None:
                return taken
        with store.write() as connection:
            done = _take(connection, store, settings)
        taken += done
        if done < _AT_ONCE:
            return taken


def _take(connection: Connection, store: Store, settings: Settings) -> int:
    if (
        connection.dialect.name == "postgresql"
        and not connection.execute(select(func.pg_try_advisory_xact_lock(_LOCK))).scalar_one()
    ):
        return 0
    rows = connection.execute(select(webhook_changes).order_by(webhook_changes.c.seq).limit(_AT_ONCE)).all()
    if not rows:
        return 0
    connection.execute(delete(webhook_changes).where(webhook_changes.c.seq.in_([row.seq for row in rows])))
    rows = _by_part(connection, rows)
    orgs = {row.org_id for row in rows}
    waiting = connection.execute(select(webhooks).where(webhooks.c.org_id.in_(orgs), webhooks.c.active)).all()
    together: dict[tuple[str, str], Any] = {}
    for row in rows:
        together.setdefault((row.record_table, row.record_id), row)
    made = []
    for row in together.values():
        hooks = [hook for hook in waiting if hook.org_id == row.org_id and wanted(hook, row)]
        if hooks:
            made += _deliveries(connection, store, settings, row, hooks)
    if made:
        connection.execute(insert(webhook_deliveries), made)
    return len(rows)


def _by_part(connection: Connection, rows: Sequence[Any]) -> list[Any]:
    """Changes of the org's own parts, by the id that a part goes by."""
    own = [row.record_id for row in rows if row.record_table == "org_parts"]
    query = select(org_parts.c.id, org_parts.c.part_id).where(org_parts.c.id.in_(own))
    names = {row.id: row.part_id for row in connection.execute(query)} if own else {}
    return [
        SimpleNamespace(
            org_id=row.org_id,
            record_table=row.record_table,
            record_id=names.get(row.record_id, row.record_id),
            event_type=row.event_type,
        )
        for row in rows
    ]


def wanted(hook: Any, change: Any) -> bool:
    """Whether a webhook waits for this kind of change; one without triggers waits for all."""
    if hook.triggers is None:
        return True
    return [RECORD_TYPES[change.record_table], change.event_type] in hook.triggers


def _deliveries(connection: Connection, store: Store, settings: Settings, change: Any, hooks: list[Any]) -> list[Any]:
    moment = now()
    kind = RECORD_TYPES[change.record_table]
    values: dict[str, Any] = {"status": "pending", "next_at": moment, "finished_at": None, "last_error": None}
    try:
        data = _data(connection, store, settings, change)
        event = {"event_type": change.event_type, "record_type": kind, "id": change.record_id, "data": data}
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    except Refusal:  # it is gone again, and there is no event of deleting
        return []
    except Exception:
        _log.exception("the event of %s %s could not be written", kind, change.record_id)
        body = ""
        values = {"status": "failed", "next_at": None, "finished_at": moment, "last_error": "It could not be written."}
    return [
        {
            "id": new_id(),
            "org_id": change.org_id,
            "webhook_id": hook.id,
            "record_type": kind,
            "record_id": change.record_id,
            "event_type": change.event_type,
            "body": body,
            "attempts": 0,
            "created_at": moment,
            **values,
        }
        for hook in hooks
    ]


def _data(connection: Connection, store: Store, settings: Settings, change: Any) -> Any:
    """The record as the API answers it. Raises Refusal 404 where it is gone."""
    operation, answer = _answers()[change.record_table]
    seen = (change.org_id, change.record_id) if change.record_table == "orgs" else (change.org_id,)
    identity = Identity("", change.org_id, seen, frozenset({"read"}))
    call = _Reading(
        store=store,
        settings=settings,
        runner=Inline(store, settings),
        identity=identity,
        route=BY_NAME[operation],
        request=Request({"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}),
        orgs=seen,
        org_id=change.org_id,
        connection=connection,
    )
    return json.loads(bytes(answer(call, change.record_id).body))


def _answers() -> dict[str, tuple[str, Callable[[Call, str], Response]]]:
    """How each kind of record is answered: the operation, and what answers."""
    from bomtool.platform.routes import account, boms, emails, labels, others, programs, purchases, stock, teams
    from bomtool.platform.services import bills, quotes, rfqs
    from bomtool.platform.services import stock as lots
    from bomtool.platform.tables import stock_lots
    from bomtool.platform.trade_tables import rfqs as rfq_table
    from bomtool.platform.trade_tables import supplier_bills, supplier_quotes

    def shown(table: Any, what: str, show: Callable[[Connection, Call, Any], Any]) -> Callable[[Call, str], Response]:
        def answer(call: Call, record_id: str) -> Response:
            with call.read() as connection:
                return call.answer(show(connection, call, records.get(connection, call, table, record_id, what)))

        return answer

    def one_lot(connection: Connection, call: Call, row: Any) -> Any:
        return lots.shown(connection, call, [row])[0]

    return {
        "boms": ("get_bom", boms.get_bom),
        "programs": ("get_program", programs.get_program),
        "purchases": ("get_purchase", purchases.get_purchase),
        "suppliers": ("get_supplier", stock.get_supplier),
        "rfqs": ("update_rfq", shown(rfq_table, "RFQ", rfqs.shown)),
        "supplier_quotes": ("update_supplier_quote", shown(supplier_quotes, "quote", quotes.shown)),
        "supplier_bills": ("update_supplier_bill", shown(supplier_bills, "bill", bills.shown)),
        "stock_lots": ("update_stock_lot", shown(stock_lots, "stock lot", one_lot)),
        "stock_documents": ("get_stock_document", stock.get_stock_document),
        "outbound_emails": ("get_outbound_email", emails.get_outbound_email),
        "org_parts": ("get_part", others.get_part),
        "teams": ("get_team", teams.get_team),
        "team_types": ("get_team_type", teams.get_team_type),
        "custom_properties": ("get_custom_property", labels.get_custom_property),
        "tags": ("get_tag", labels.get_tag),
        "users": ("get_user", account.get_user),
        "orgs": ("get_sub_org", account.get_sub_org),
    }
