"""The operations of the section Email."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from bomtool.api.emails import OutboundEmailCreate
from bomtool.platform import jobs
from bomtool.platform.calls import CallDep
from bomtool.platform.errors import conflict
from bomtool.platform.routes.rfqs import sent
from bomtool.platform.services import composing, emails, records
from bomtool.platform.trade_tables import outbound_emails


def create_outbound_email(call: CallDep, body: OutboundEmailCreate) -> Response:
    """Compose an e-mail to a supplier and keep it; with `send` it is queued and sent once."""
    if (earlier := call.replayed()) is not None:
        return earlier
    if body.send and not (call.settings.smtp_host and call.settings.smtp_from):
        raise conflict(
            "No mail server is configured (BOMTOOL_SMTP_HOST, BOMTOOL_SMTP_FROM); "
            "send the e-mail yourself and mark it as sent."
        )
    composed = composing.compose(call, sent(body))
    queued: list[str] = []

    def work(connection: Connection) -> dict[str, Any]:
        shown = emails.create(connection, call, composed, send=body.send)
        if body.send:
            queued[:] = [jobs.enqueue(connection, call, "send_email", {"email": shown["id"]}, team_id=shown["team"])]
        return shown

    def after() -> None:
        for job in queued:
            call.runner.start(job)

    try:
        return call.change(work, after=after)
    finally:
        if composed.order is not None:
            composed.order.discard()


def get_outbound_email(call: CallDep, email_id: str) -> Response:
    """One e-mail, and what became of it."""
    with call.read() as connection:
        row = records.get(connection, call, outbound_emails, email_id, "outbound e-mail")
        return call.answer(emails.shown(call, row))


def mark_email_as_sent(call: CallDep, email_id: str) -> Response:
    """Note that it was sent by hand; twice is harmless. A draft RFQ counts as sent with it."""
    return call.change(lambda connection: emails.mark_as_sent(connection, call, email_id))
