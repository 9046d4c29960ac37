"""Deliveries: sent, repeated, given up.

A delivery is a row until it is done, so a process that dies loses none. Who sends for a webhook holds a lease on it; the
lease of a process that died runs out, and the next one sends again what it was about: a call may come twice, and
carries the same X-Bomtool-Delivery. The lease also keeps the order: one call at a time for a webhook, and no event of a
record before the earlier ones of that record are done.

A call is taken where the answer is whole and its status is 2xx. Anything else is repeated, after 10 seconds, then twice
as long each time up to an hour, less a random part; 24 hours after the event it is given up. A webhook that has answered
nothing well for three days, or answers 410, is switched off.
"""

from __future__ import annotations

import logging
import random
import threading
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from bomtool.api import webhooks as wire
from bomtool.errors import BomtoolError
from bomtool.net.addresses import Allowed
from bomtool.net.outside import Guard, NoAnswer, Refused
from bomtool.platform import webhook_secrets
from bomtool.platform.services import webhook_events
from bomtool.platform.webhook_tables import webhook_deliveries, webhooks
from bomtool.store.schema import new_id, now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

GIVEN_UP = timedelta(hours=24)
SWITCHED_OFF = timedelta(days=3)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=5)
"""How long a webhook that fails is left alone before another of its deliveries is tried."""
LEASE = timedelta(seconds=90)
KEPT = timedelta(days=30)
"""How long the log keeps what is done."""

_AT_ONCE = 50
_ANSWER = 500
_EVERY = 1.0
_THREADS = 3
_log = logging.getLogger("bomtool.platform.webhooks")


def guard_of(settings: Settings) -> Guard:
    """How calls leave this machine. Raises UsageError for a setting that cannot be read."""
    return Guard(Allowed.read(settings.outbound_allow.split(",")), settings.outbound_ca)


def turn(store: Store, settings: Settings, guard: Guard | None = None) -> int:
    """Take up what has changed and send what is due, until nothing is; how many calls were made.

    For a loop, in the served platform or in a worker. Several may run at once, in several processes.
    """
    webhook_events.take_up(store, settings)
    return send_due(store, settings, guard or guard_of(settings))


def send_due(store: Store, settings: Settings, guard: Guard) -> int:
    """Send what is due, webhook by webhook; how many calls were made."""
    key = webhook_secrets.master(settings, make=False)
    if key is None:
        return 0
    calls = 0
    while (hook := _lease(store, webhook_secrets.mark(key))) is not None:
        made = _serve(store, hook, key, guard)
        calls += made
        if not made:  # somebody else was quicker
            break
    return calls


def _due(moment: datetime) -> ColumnElement[bool]:
    """Deliveries that may be sent: their time has come, and none of their record before them is still to be sent."""
    d, before = webhook_deliveries.c, webhook_deliveries.alias()
    earlier = exists().where(
        before.c.webhook_id == d.webhook_id,
        before.c.status == "pending",
        before.c.record_id == d.record_id,
        before.c.seq < d.seq,
    )
    return (d.status == "pending") & (d.next_at <= moment) & ~earlier


def _lease(store: Store, mark: str) -> Any:
    """A webhook with something due that nobody else is sending for, now this caller's; None where there is none."""
    w = webhooks.c
    moment = now()
    free = [
        w.active,
        w.key_mark == mark,
        or_(w.retry_at.is_(None), w.retry_at <= moment),
        or_(w.leased_until.is_(None), w.leased_until <= moment),
        exists().where(webhook_deliveries.c.webhook_id == w.id, _due(moment)),
    ]
    with store.read() as connection:  # an idle loop takes no lock
        if connection.execute(select(w.id).where(*free).limit(1)).first() is None:
            return None
    with store.write() as connection:
        query = select(webhooks).where(*free).order_by(func.coalesce(w.last_success_at, w.created_at), w.id).limit(1)
        row = connection.execute(query.with_for_update(skip_locked=True, of=webhooks)).first()
        if row is None:
            return None
        values = {"leased_until": moment + LEASE, "leased_by": new_id()}
        connection.execute(update(webhooks).where(w.id == row.id).values(values))
        return connection.execute(select(webhooks).where(w.id == row.id)).one()


def _serve(store: Store, hook: Any, key: str, guard: Guard) -> int:
    """Send for one leased webhook, until nothing is due, something fails, or others have waited long enough."""
    calls = 0
    try:
        while calls < _AT_ONCE:
            with store.read() as connection:
                row = _next(connection, hook.id)
            if row is None:
                break
            outcome = call(hook, row, key, guard)
            calls += 1
            with store.write() as connection:
                if not _note(connection, hook, row, outcome):
                    break
    finally:
        mine = (webhooks.c.id == hook.id) & (webhooks.c.leased_by == hook.leased_by)
        with store.write() as connection:
            connection.execute(update(webhooks).where(mine).values(leased_until=None, leased_by=None))
    return calls


def _next(connection: Connection, hook_id: str) -> Any:
    """The earliest delivery of a webhook that may be sent."""
    d = webhook_deliveries.c
    query = select(webhook_deliveries).where(d.webhook_id == hook_id, _due(now()))
    return connection.execute(query.order_by(d.seq).limit(1)).first()


class Outcome:
    """What became of a call: `taken`, the status and the beginning of the answer, or why there was none."""

    def __init__(self, status: int | None, answer: str | None, error: str | None) -> None:
        self.status, self.answer, self.error = status, answer, error
        self.taken = status is not None and 200 <= status < 300
        self.gone = status == 410


def call(hook: Any, row: Any, key: str, guard: Guard) -> Outcome:
    """Make one call."""
    moment = now()
    secrets = [webhook_secrets.secret(key, hook.id, hook.salt)]
    if hook.old_salt and hook.old_until and hook.old_until > moment:
        secrets.append(webhook_secrets.secret(key, hook.id, hook.old_salt))
    body = row.body.encode()
    signed = wire.signature(secrets, body, int(moment.timestamp()))
    headers = {"Content-Type": "application/json", wire.DELIVERY: row.id, wire.SIGNATURE: signed}
    try:
        answer = guard.send("POST", hook.url, content=body, headers=headers)
    except (Refused, NoAnswer) as refused:
        return Outcome(None, None, _clean(refused.message, [*secrets, signed]))
    text = answer.content[: 4 * _ANSWER].decode("utf-8", "replace")
    redirected = 300 <= answer.status < 400
    why = "The answer is a redirect, which is not followed." if redirected else None
    return Outcome(answer.status, _clean(text, [*secrets, signed, *signed.split("v1=")[1:]]), why)


def _clean(text: str, secrets: list[str]) -> str:
    """What a stranger answered, fit to be kept: a bounded line without control characters and without our secrets."""
    for secret in secrets:
        text = text.replace(secret.strip(","), "**********")
    return "".join(c if c.isprintable() else " " for c in text)[:_ANSWER]


def _note(connection: Connection, hook: Any, row: Any, outcome: Outcome) -> bool:
    """Write down what became of a call; whether the webhook may be called again at once."""
    w, d = webhooks.c, webhook_deliveries.c
    moment = now()
    held = connection.execute(
        select(webhooks).where(w.id == hook.id, w.leased_by == hook.leased_by).with_for_update()
    ).first()
    values: dict[str, Any] = {
        "attempts": d.attempts + 1,
        "last_at": moment,
        "last_status": outcome.status,
        "last_answer": outcome.answer,
        "last_error": outcome.error,
    }
    if outcome.taken:
        values.update(status="delivered", finished_at=moment, next_at=None)
    elif moment >= row.created_at + GIVEN_UP:
        values.update(status="failed", finished_at=moment, next_at=None)
    else:
        values["next_at"] = min(moment + wait(row.attempts + 1), row.created_at + GIVEN_UP)
    connection.execute(update(webhook_deliveries).where(d.seq == row.seq, d.status == "pending").values(values))
    if held is None:  # the lease ran out, or the webhook is gone: somebody else goes on
        return False
    if outcome.taken:
        well: dict[str, Any] = {"failures": 0, "failing_since": None, "retry_at": None, "last_success_at": moment}
        connection.execute(update(webhooks).where(w.id == hook.id).values(**well, leased_until=moment + LEASE))
        return bool(held.active)
    since = held.failing_since or moment
    pause = min(wait(held.failures + 1), LONGEST_PAUSE)
    ill = {"failures": held.failures + 1, "failing_since": since, "retry_at": moment + pause}
    connection.execute(update(webhooks).where(w.id == hook.id).values(ill))
    if outcome.gone:
        switch_off(connection, hook.id, "It answered 410: what it called is gone for good.")
    elif moment - since >= SWITCHED_OFF:
        switch_off(connection, hook.id, f"It has taken nothing since {since:%Y-%m-%d %H:%M} UTC.")
    return False


def wait(attempts: int) -> timedelta:
    """How long to wait after so many calls: doubled each time, less up to a half of it by chance, so that many that
    failed together do not come back together."""
    longest: timedelta = min(FIRST_WAIT * 2 ** min(attempts - 1, 20), LONGEST_WAIT)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311


def switch_off(connection: Connection, hook_id: str, reason: str) -> None:
    """Stop a webhook, and what was on its way to it."""
    d = webhook_deliveries.c
    off = {"active": False, "disabled_reason": reason, "updated_at": now()}
    connection.execute(update(webhooks).where(webhooks.c.id == hook_id).values(off))
    waiting = update(webhook_deliveries).where(d.webhook_id == hook_id, d.status == "pending")
    connection.execute(waiting.values(status="cancelled", finished_at=now(), next_at=None))


def forget(store: Store) -> None:
    """Drop what the log has kept long enough."""
    d = webhook_deliveries.c
    with store.write() as connection:
        connection.execute(delete(webhook_deliveries).where(d.status != "pending", d.finished_at < now() - KEPT))


class Loop:
    """Threads beside the served platform that take changes up and send what is due."""

    def __init__(self, store: Store, settings: Settings, *, threads: int = _THREADS, every: float = _EVERY) -> None:
        self._store, self._settings, self._every = store, settings, every
        self._guard = guard_of(settings)
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(number == 0,), name=f"bomtool-webhooks-{number}", daemon=True)
            for number in range(threads)
        ]

    def start(self) -> None:
        """Begin. One thread takes changes up; all send, so that one slow receiver holds nobody else up."""
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        """End, after the calls under way: each has its bounds."""
        self._stop.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(30)

    def _run(self, takes_up: bool) -> None:
        rounds = 0
        while not self._stop.is_set():
            try:
                if takes_up and rounds % 3600 == 0:
                    forget(self._store)
                if takes_up:
                    webhook_events.take_up(self._store, self._settings)
                send_due(self._store, self._settings, self._guard)
            except BomtoolError as error:
                _log.warning("webhooks wait: %s", error.message)
            except Exception:
                _log.exception("webhooks failed; they go on")
            rounds += 1
            self._stop.wait(self._every)
