"""Webhooks of an org: registered, listed, replaced, switched on and off, their deliveries looked at and sent again.

Nobody can do this over the API: who may tell the platform where to send an org's records is who runs it. A webhook
belongs to one org and hears of that org's records only, of all its teams.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, func, insert, select, update

from bomtool.api.webhooks import EVENTS, RECORD_TYPES
from bomtool.errors import UnknownRecord, UsageError
from bomtool.findings import Findings
from bomtool.net.outside import Guard, NoAnswer
from bomtool.platform import webhook_delivery, webhook_secrets
from bomtool.platform.services import records
from bomtool.platform.tables import orgs
from bomtool.platform.webhook_tables import webhook_deliveries, webhooks
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

MOST = 20
"""Webhooks of one org."""
OVERLAP = timedelta(hours=24)
"""How long the old secret still signs beside a new one."""
_FEWEST = 6
_LOGGED = (
    "id", "record_type", "record_id", "event_type", "status", "attempts", "created_at", "next_at", "last_at",
    "finished_at", "last_status", "last_answer", "last_error",
)  # fmt: skip


def read_triggers(words: Sequence[str]) -> list[list[str]] | None:
    """`BOM:created`, `Program` (both events) as pairs; None, for everything, where there are none. Raises UsageError."""
    kinds = {kind.casefold(): kind for kind in RECORD_TYPES.values()}
    found: list[list[str]] = []
    for word in words:
        kind, _, event = word.partition(":")
        known = kinds.get(kind.strip().casefold())
        if known is None or (event and event.strip() not in EVENTS):
            raise UsageError(
                f"{word!r} is no trigger.",
                hint=f"A trigger is a kind of record, or KIND:created, KIND:updated; kinds are {', '.join(kinds.values())}.",
            )
        found += [[known, name] for name in ([event.strip()] if event else EVENTS)]
    return [pair for number, pair in enumerate(found) if pair not in found[:number]] or None


def add(
    store: Store, settings: Settings, guard: Guard, org_id: str, url: str, triggers: list[list[str]] | None
) -> dict[str, Any]:
    """Register a webhook; what it is, with its secret, this once. Raises UsageError, Refused for the address."""
    check_url(guard, url)
    key = webhook_secrets.master(settings)
    assert key is not None
    identifier, moment, salt = new_id(), now(), webhook_secrets.new_salt()
    with store.write() as connection:
        if connection.execute(select(orgs.c.id).where(orgs.c.id == org_id)).first() is None:
            raise UnknownRecord(f"There is no org {org_id}.", hint="bomtool orgs list shows them.")
        held = select(func.count()).select_from(webhooks).where(webhooks.c.org_id == org_id)
        if connection.execute(held).scalar_one() >= MOST:
            raise UsageError(f"The org has {MOST} webhooks already.", hint="Remove one first.")
        connection.execute(
            insert(webhooks).values(
                id=identifier,
                org_id=org_id,
                url=url,
                triggers=triggers,
                salt=salt,
                key_mark=webhook_secrets.mark(key),
                created_at=moment,
                updated_at=moment,
            )
        )
        row = records.by_id(connection, webhooks, identifier)
    return {**shown(row), "url": url, "secret": webhook_secrets.secret(key, identifier, salt)}


def check_url(guard: Guard, url: str) -> None:
    """Raises Refused for an address that may not be called. A name that is not known yet may become known."""
    try:
        guard.check(url)
    except NoAnswer:
        return


def found(connection: Connection, text: str, org_id: str | None = None) -> Any:
    """The webhook of an id, or of a unique beginning of one. Raises UnknownRecord."""
    wanted = text.strip().lower()
    query = select(webhooks) if org_id is None else select(webhooks).where(webhooks.c.org_id == org_id)
    rows = [
        row
        for row in connection.execute(query)
        if row.id == wanted or (len(wanted) >= _FEWEST and row.id.startswith(wanted))
    ]
    if len(rows) != 1:
        raise UnknownRecord(f"{len(rows) or 'No'} webhooks have the id {text}.", hint="See bomtool webhooks list.")
    return rows[0]


def shown(row: Any) -> dict[str, Any]:
    """A webhook without its secret; what an address carries behind its question mark may be one too."""
    address, question, _ = row.url.partition("?")
    triggers = None if row.triggers is None else [f"{kind}:{event}" for kind, event in row.triggers]
    names = ("id", "org_id", "active", "failures", "failing_since", "disabled_reason", "last_success_at", "created_at")
    return {
        **{name: _plain(getattr(row, name)) for name in names},
        "url": address + ("?..." if question else ""),
        "triggers": triggers,
    }


def listed(store: Store, settings: Settings, org_id: str | None = None) -> tuple[list[dict[str, Any]], Findings]:
    """All webhooks (of an org), each with how many deliveries wait, and what somebody should look at."""
    findings = Findings()
    key = webhook_secrets.master(settings, make=False)
    mark = webhook_secrets.mark(key) if key else None
    d = webhook_deliveries.c
    counted = select(d.webhook_id, d.status, func.count()).group_by(d.webhook_id, d.status)
    query = select(webhooks).order_by(webhooks.c.created_at, webhooks.c.id)
    with store.read() as connection:
        rows = connection.execute(query if org_id is None else query.where(webhooks.c.org_id == org_id)).all()
        counts: dict[str, dict[str, int]] = {}
        for hook_id, status, count in connection.execute(counted):
            counts.setdefault(hook_id, {})[status] = count
    out = []
    for row in rows:
        one = {**shown(row), "deliveries": counts.get(row.id, {})}
        out.append(one)
        name = f"Webhook {row.id[:8]} ({one['url']})"
        if not row.active:
            findings.add("webhook-off", f"{name} is switched off: {row.disabled_reason or 'by hand.'}")
        elif row.key_mark != mark:
            findings.add("webhook-key", f"{name} was made with another key; this machine sends nothing for it.")
        elif failed := one["deliveries"].get("failed"):
            findings.add("webhook-given-up", f"{name} did not take {failed} events within 24 hours.")
        elif row.failing_since is not None:
            findings.add("webhook-failing", f"{name} has failed since {row.failing_since:%Y-%m-%d %H:%M} UTC.")
    return out, findings


def remove(store: Store, text: str) -> dict[str, Any]:
    """Remove a webhook with its log; what was on its way is not sent."""
    with store.write() as connection:
        row = found(connection, text)
        connection.execute(delete(webhooks).where(webhooks.c.id == row.id))
    return shown(row)


def switch(store: Store, settings: Settings, text: str, *, on: bool) -> dict[str, Any]:
    """Switch a webhook on or off by hand; events from while it was off are not made up for."""
    with store.write() as connection:
        row = found(connection, text)
        if on:
            back = {"active": True, "disabled_reason": None, "failures": 0, "failing_since": None, "retry_at": None}
            connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(**back, updated_at=now()))
        elif row.active:
            webhook_delivery.switch_off(connection, row.id, "By hand.")
        return shown(records.by_id(connection, webhooks, row.id))


def rotate(store: Store, settings: Settings, text: str) -> dict[str, Any]:
    """Give a webhook another secret, shown this once; the old one signs beside it for a day, where it still can."""
    key = webhook_secrets.master(settings)
    assert key is not None
    mark, salt = webhook_secrets.mark(key), webhook_secrets.new_salt()
    with store.write() as connection:
        row = found(connection, text)
        old = row.salt if row.key_mark == mark else None
        values = {"salt": salt, "old_salt": old, "old_until": now() + OVERLAP, "key_mark": mark, "updated_at": now()}
        connection.execute(update(webhooks).where(webhooks.c.id == row.id).values(values))
        row = records.by_id(connection, webhooks, row.id)
    return {**shown(row), "secret": webhook_secrets.secret(key, row.id, salt)}


def log(store: Store, text: str, *, status: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Deliveries of a webhook, the newest first."""
    with store.read() as connection:
        hook = found(connection, text)
        query = select(webhook_deliveries).where(webhook_deliveries.c.webhook_id == hook.id)
        if status is not None:
            query = query.where(webhook_deliveries.c.status == status)
        rows = connection.execute(query.order_by(webhook_deliveries.c.seq.desc()).limit(limit)).all()
    return [{name: _plain(getattr(row, name)) for name in _LOGGED} for row in rows]


def retry(store: Store, text: str, delivery: str | None = None) -> int:
    """Send again at once what waits for its next try; what was given up or cancelled, or was taken, only by its id."""
    d = webhook_deliveries.c
    with store.write() as connection:
        hook = found(connection, text)
        if not hook.active:
            raise UsageError("The webhook is switched off.", hint=f"bomtool webhooks on {hook.id}")
        query = select(webhook_deliveries).where(d.webhook_id == hook.id)
        rows = connection.execute(query.where(d.status == "pending" if delivery is None else d.id == delivery)).all()
        if delivery is not None and not rows:
            raise UnknownRecord(f"The webhook has no delivery {delivery}.", hint="See bomtool webhooks log.")
        moment = now()
        again: dict[str, Any] = {"status": "pending", "next_at": moment, "finished_at": None}
        if delivery is not None and rows[0].status != "pending":
            again["created_at"] = moment  # another 24 hours
        chosen = update(webhook_deliveries).where(d.seq.in_([row.seq for row in rows]))
        connection.execute(chosen.values(again))
        connection.execute(update(webhooks).where(webhooks.c.id == hook.id).values(retry_at=None))
    return len(rows)


def test(store: Store, settings: Settings, guard: Guard, text: str) -> dict[str, Any]:
    """Call a webhook once, now, with an event of the type `test`; what it answered. Nothing is repeated."""
    with store.read() as connection:
        hook = found(connection, text)
    key = webhook_secrets.master(settings, make=False)
    if key is None or webhook_secrets.mark(key) != hook.key_mark:
        raise UsageError("The webhook was made with another key.", hint=f"bomtool webhooks rotate {hook.id}")
    event = {"event_type": "test", "record_type": "Webhook", "id": hook.id, "data": {"org_id": hook.org_id}}
    identifier = new_id()
    outcome = webhook_delivery.call(hook, SimpleNamespace(id=identifier, body=json.dumps(event)), key, guard)
    return {
        "id": identifier,
        "taken": outcome.taken,
        "status": outcome.status,
        "answer": outcome.answer,
        "error": outcome.error,
    }


def _plain(value: Any) -> Any:
    return value.isoformat().replace("+00:00", "Z") if hasattr(value, "isoformat") else value
