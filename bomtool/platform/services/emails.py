"""Outbound e-mail: kept, queued, sent once by SMTP, marked as sent by hand."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, select, update

from bomtool.platform.calls import Call
from bomtool.platform.errors import conflict
from bomtool.platform.services import composing, documents, records
from bomtool.platform.services.composing import Composed
from bomtool.platform.services.trade import Values
from bomtool.platform.stock_tables import stock_documents
from bomtool.platform.trade_tables import outbound_emails, rfqs
from bomtool.store.schema import now

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_SHOWN = (
    "id",
    "org_id",
    "status",
    "to",
    "cc",
    "subject",
    "body",
    "attachments",
    "message_id",
    "error",
    "sent_at",
    "created_at",
    "updated_at",
)
_TIMEOUT = 30.0
_BY_HAND = frozenset({"draft", "queued", "failed", "uncertain", "sent"})


class _Lost(Exception):
    """The connection broke once the content was under way: nobody can tell whether the server took it."""


def shown(call: Call, row: Any) -> Values:
    """An e-mail as the wire has it; its revision becomes the ETag."""
    call.headers["ETag"] = f'"{row.revision}"'
    links = {"rfq": row.rfq_id, "purchase": row.purchase_id, "supplier": row.supplier_id, "team": row.team_id}
    return {**{name: getattr(row, name) for name in _SHOWN}, **links, "metadata": row.meta or {}}


def create(connection: Connection, call: Call, composed: Composed, *, send: bool) -> Values:
    """Keep an e-mail, queued where it is to be sent. The order's workbook becomes a document of the purchase."""
    values = dict(composed.values)
    if composed.order is not None:
        about = {
            "name": composed.order_name,
            "document_type": "other",
            "notes": None,
            "stock_lot_id": None,
            "purchase_id": values["purchase_id"],
        }
        team = {"team": values["team_id"]} if values["team_id"] else {}
        kept = documents.create(connection, call, composed.order, {**about, **team})
        row = records.by_id(connection, stock_documents, kept["id"])
        values["attachments"] = [composing.attachment(row), *values["attachments"]]
    return shown(call, records.add(connection, outbound_emails, call.org_id, {**values, "status": _first(send)}))


def _first(send: bool) -> str:
    return "queued" if send else "draft"


def mark_as_sent(connection: Connection, call: Call, email_id: str) -> Values:
    """Note that somebody has sent it by hand; twice is harmless. Raises Refusal 409 while it is being sent."""
    row = records.get_for_change(connection, call, outbound_emails, email_id, "outbound e-mail")
    if row.status not in _BY_HAND:
        raise conflict("The e-mail is being sent just now.")
    if row.status != "sent":
        row = records.change(connection, outbound_emails, row.id, {"status": "sent", "sent_at": now(), "error": None})
        _rfq_is_sent(connection, row)
    return shown(call, row)


def _rfq_is_sent(connection: Connection, row: Any) -> None:
    if row.rfq_id:
        draft = update(rfqs).where(rfqs.c.id == row.rfq_id, rfqs.c.status == "draft")
        connection.execute(draft.values(status="sent", revision=rfqs.c.revision + 1, updated_at=now()))


def send(store: Store, settings: Settings, org_id: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """The job that sends one queued e-mail: `{email, status}`. Done twice it sends nothing more."""
    email_id = arguments["email"]
    c = outbound_emails.c
    with store.write() as connection:
        taken = connection.execute(
            update(outbound_emails)
            .where(c.id == email_id, c.org_id == org_id, c.status == "queued")
            .values(status="sending", message_id=f"<{email_id}@{_domain(settings)}>", updated_at=now())
        )
        row = connection.execute(select(outbound_emails).where(c.id == email_id)).one()
        if taken.rowcount != 1:
            if row.status == "sending":  # another process died over it
                row = _end(connection, row, "uncertain", "The platform stopped while the e-mail was being sent.")
            return {"email": email_id, "status": row.status}
    try:
        _deliver(settings, message(settings, row))
        status, error = "sent", None
    except _Lost as lost:
        status, error = "uncertain", f"The mail server broke off while it took the e-mail: {lost}."
    except (OSError, smtplib.SMTPException) as failed:
        status, error = "failed", f"The mail server did not take the e-mail: {_why(failed)}."
    with store.write() as connection:
        _end(connection, row, status, error)
    return {"email": email_id, "status": status}


def _end(connection: Connection, row: Any, status: str, error: str | None) -> Any:
    values = {"status": status, "error": error, "sent_at": now() if status == "sent" else None}
    row = records.change(connection, outbound_emails, row.id, values)
    if status == "sent":
        _rfq_is_sent(connection, row)
    return row


def _why(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        said = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
        return f"{error.smtp_code} {said}"[:300]
    return (str(error) or type(error).__name__)[:300]


def _domain(settings: Settings) -> str:
    return (settings.smtp_from or "bomtool.invalid").rpartition("@")[2]


def message(settings: Settings, row: Any) -> EmailMessage:
    """The e-mail as it travels. Raises OSError where an attachment is no longer in the document folder."""
    made = EmailMessage(policy=SMTP)
    made["From"] = settings.smtp_from
    made["To"] = ", ".join(row.to)
    if row.cc:
        made["Cc"] = ", ".join(row.cc)
    made["Subject"] = row.subject
    made["Date"] = format_datetime(now())
    made["Message-ID"] = row.message_id
    made.set_content(row.body)
    for entry in row.attachments:
        content = (documents.folder(settings) / row.org_id / entry["document"]).read_bytes()
        main, _, sub = entry["content_type"].partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=entry["name"])
    return made


def _deliver(settings: Settings, made: EmailMessage) -> None:
    """One SMTP conversation. A refused recipient ends it before anything is sent, so that none is written to twice."""
    host, port, security = settings.smtp_host or "", settings.smtp_port, settings.smtp_security
    context = ssl.create_default_context()
    server = (
        smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT, context=context)
        if security == "tls"
        else smtplib.SMTP(host, port, timeout=_TIMEOUT)
    )
    with server:
        if security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user and settings.smtp_password:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.ehlo_or_helo_if_needed()
        _expect(server.mail(settings.smtp_from or ""))
        for address in dict.fromkeys(_addresses(made)):
            _expect(server.rcpt(address))
        try:
            _expect(server.data(made.as_bytes()))
        except smtplib.SMTPServerDisconnected as error:
            raise _Lost(str(error)) from error
        except OSError as error:
            if isinstance(error, smtplib.SMTPException):
                raise
            raise _Lost(str(error)) from error


def _addresses(made: EmailMessage) -> list[str]:
    return [address.strip() for name in ("To", "Cc") for address in str(made[name] or "").split(",") if address.strip()]


def _expect(answer: tuple[int, bytes]) -> None:
    code, text = answer
    if code not in (250, 251):
        raise smtplib.SMTPResponseException(code, text)
