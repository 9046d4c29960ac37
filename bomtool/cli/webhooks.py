"""`bomtool webhooks`: who is told when records of this machine's platform change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, EXIT_PLATFORM, UsageError

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

STATUSES = ("pending", "delivered", "failed", "cancelled")


@click.group()
def webhooks() -> None:
    """Webhooks: programs elsewhere that are told when records of this machine's platform change."""


@contextmanager
def _local() -> Iterator[tuple[Store, Settings]]:
    """The local database and settings. Raises UsageError where an API URL is set."""
    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "webhooks works on the local database, but BOMTOOL_API_URL is set.",
            hint="Unset it, or run this on the machine that serves the platform.",
        )
    from bomtool.platform.embedded import open_store

    store = open_store(settings)
    try:
        yield store, settings
    finally:
        store.close()


@webhooks.command(epilog="Example: bomtool webhooks add https://erp.example/hooks --on BOM --on Purchase:updated")
@click.argument("url")
@click.option(
    "--on", "triggers", multiple=True, help="KIND, KIND:created or KIND:updated; may be repeated; default: all."
)
@click.option("--org", "org_id", help="Id of the org; default: BOMTOOL_ORG_ID, else the first.")
@json_option
def add(url: str, triggers: tuple[str, ...], org_id: str | None, as_json: bool) -> None:
    """Call URL when records change. The secret that signs the calls is shown this once."""
    from bomtool.platform import keys as keys_room
    from bomtool.platform.services import webhooks as hooks
    from bomtool.platform.webhook_delivery import guard_of

    pairs = hooks.read_triggers(triggers)
    with _local() as (store, settings):
        org = org_id or settings.org_id
        if org is None:
            with store.write() as connection:
                org = keys_room.first_org(connection)
        made = hooks.add(store, settings, guard_of(settings), org, url, pairs)
    if as_json:
        output.json_out(made)
        return
    output.say(f"Webhook {made['id']}")
    output.say(f"Secret {made['secret']}")
    output.note("Keep the secret: it is shown this once. bomtool webhooks test calls the address now.")


@webhooks.command("list")
@json_option
def list_webhooks(as_json: bool) -> int:
    """List webhooks and what is wrong with them; exit 1 where one needs somebody."""
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, settings):
        found, findings = hooks.listed(store, settings)
    if as_json:
        output.json_out({**output.listing(found), "findings": findings.items})
    else:
        output.table(
            ["id", "address", "on", "active", "waiting", "given up", "last success"],
            [
                (
                    hook["id"],
                    hook["url"],
                    ", ".join(hook["triggers"] or ["everything"]),
                    "yes" if hook["active"] else "no",
                    hook["deliveries"].get("pending", 0),
                    hook["deliveries"].get("failed", 0),
                    hook["last_success_at"] or "never",
                )
                for hook in found
            ],
        )
        output.findings_out(findings.items)
    return EXIT_PARTLY if findings.worst() == "error" else EXIT_DONE


@webhooks.command()
@click.argument("webhook")
@json_option
def remove(webhook: str, as_json: bool) -> None:
    """Remove a WEBHOOK with its log; what is on its way is not sent."""
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, _):
        gone = hooks.remove(store, webhook)
    _tell(gone, f"Removed {gone['url']}", as_json)


@webhooks.command()
@click.argument("webhook")
@json_option
def on(webhook: str, as_json: bool) -> None:
    """Switch a WEBHOOK on again; what changed while it was off is not told."""
    _switch(webhook, True, as_json)


@webhooks.command()
@click.argument("webhook")
@json_option
def off(webhook: str, as_json: bool) -> None:
    """Switch a WEBHOOK off; what is on its way is not sent."""
    _switch(webhook, False, as_json)


def _switch(webhook: str, state: bool, as_json: bool) -> None:
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, settings):
        done = hooks.switch(store, settings, webhook, on=state)
    _tell(done, f"{done['url']} is switched {'on' if state else 'off'}", as_json)


@webhooks.command()
@click.argument("webhook")
@json_option
def rotate(webhook: str, as_json: bool) -> None:
    """Give a WEBHOOK another secret, shown this once; the old one signs beside it for 24 hours."""
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, settings):
        done = hooks.rotate(store, settings, webhook)
    _tell(done, f"Secret {done['secret']}", as_json)


@webhooks.command()
@click.argument("webhook")
@click.option("--status", type=click.Choice(STATUSES), help="Only those.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True, help="How many, newest first.")
@json_option
def log(webhook: str, status: str | None, limit: int, as_json: bool) -> None:
    """Show what was sent to a WEBHOOK, how often, and what it answered."""
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, _):
        found = hooks.log(store, webhook, status=status, limit=limit)
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "event", "record", "status", "tries", "last answer", "next try"],
        [
            (
                one["id"],
                f"{one['record_type']} {one['event_type']}",
                one["record_id"],
                one["status"],
                one["attempts"],
                " ".join(str(part) for part in (one["last_status"], one["last_error"] or one["last_answer"]) if part),
                one["next_at"] or "",
            )
            for one in found
        ],
    )


@webhooks.command()
@click.argument("webhook")
@json_option
def test(webhook: str, as_json: bool) -> int:
    """Call a WEBHOOK now with an event of the type test; exit 4 where it is not taken."""
    from bomtool.platform.services import webhooks as hooks
    from bomtool.platform.webhook_delivery import guard_of

    with _local() as (store, settings):
        done = hooks.test(store, settings, guard_of(settings), webhook)
    said = " ".join(str(part) for part in (done["status"], done["error"] or done["answer"]) if part)
    _tell(done, f"{'Taken' if done['taken'] else 'Not taken'}: {said}", as_json)
    return EXIT_DONE if done["taken"] else EXIT_PLATFORM


@webhooks.command()
@click.argument("webhook")
@click.argument("delivery", required=False)
@json_option
def retry(webhook: str, delivery: str | None, as_json: bool) -> None:
    """Send again, without waiting, what a WEBHOOK has not taken yet; or the one DELIVERY, whatever became of it."""
    from bomtool.platform.services import webhooks as hooks

    with _local() as (store, _):
        count = hooks.retry(store, webhook, delivery)
    _tell({"queued": count}, f"{count} to be sent; bomtool serve sends them, or bomtool webhooks send.", as_json)


@webhooks.command()
@json_option
def send(as_json: bool) -> None:
    """Send what is due, once, where no bomtool serve does."""
    from bomtool.platform import webhook_delivery

    with _local() as (store, settings):
        calls = webhook_delivery.turn(store, settings)
    _tell({"calls": calls}, f"{calls} calls made", as_json)


def _tell(done: dict[str, Any], sentence: str, as_json: bool) -> None:
    if as_json:
        output.json_out(done)
    else:
        output.say(sentence)
