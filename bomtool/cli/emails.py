"""`bomtool emails`: outbound e-mail, what became of it, and what was sent by hand."""

from __future__ import annotations

import click

from bomtool.cli import output, records
from bomtool.cli.asking import find, rows
from bomtool.cli.options import json_option
from bomtool.cli.rfqs import show_email
from bomtool.errors import EXIT_DONE, EXIT_PARTLY

_LIST = """
    SELECT id, status, subject, sent_at, error, created_at FROM outbound_emails
    WHERE :status IS NULL OR status = :status ORDER BY created_at, id
"""
STATUSES = ("draft", "queued", "sending", "sent", "failed", "uncertain")


@click.group()
def emails() -> None:
    """Outbound e-mail: made by rfqs email and purchases email, kept here."""


@emails.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those.")
@json_option
def list_emails(status: str | None, as_json: bool) -> None:
    """List e-mails, oldest first."""
    with records.platform() as (client, _):
        found = rows(client, _LIST, status=status)
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "status", "subject", "sent", "what went wrong"],
        [(mail["id"], mail["status"], mail["subject"], mail["sent_at"], mail["error"]) for mail in found],
    )


@emails.command()
@click.argument("email")
@json_option
def show(email: str, as_json: bool) -> int:
    """Show an EMAIL (its id or subject) and what became of it; exit 1 where it failed or may not have arrived."""
    with records.platform() as (client, _):
        found = client.outbound_emails.get(find(client, "outbound_emails", email, "e-mail", "subject"))
    show_email(found, as_json)
    return EXIT_PARTLY if found.status in ("failed", "uncertain") else EXIT_DONE


@emails.command("mark-sent")
@click.argument("email")
@json_option
def mark_sent(email: str, as_json: bool) -> None:
    """Note that an EMAIL (its id or subject) was sent by hand; twice is harmless."""
    with records.platform() as (client, _):
        found = client.outbound_emails.mark_as_sent(find(client, "outbound_emails", email, "e-mail", "subject"))
    if as_json:
        output.json_out(found)
    else:
        output.say(f"E-mail {found.id}: {found.status}")
