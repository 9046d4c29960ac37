"""`bomtool keys`: keys of the local platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import UsageError

if TYPE_CHECKING:
    from bomtool.store import Store


@click.group()
def keys() -> None:
    """Create, list, rotate and revoke keys of the platform of this machine."""


@contextmanager
def local_store() -> Iterator[Store]:
    """The local database. Raises UsageError where an API URL is set."""
    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "keys works on the local database, but BOMTOOL_API_URL is set.",
            hint="Unset it, or run this on the machine that serves the platform.",
        )
    from bomtool.platform.embedded import open_store

    store = open_store(settings)
    try:
        yield store
    finally:
        store.close()


@keys.command(epilog="Example: bomtool keys create --name ci --scope read --days 90")
@click.option("--name", default="cli", show_default=True, help="What the key is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["read", "write", "admin"]),
    help="What it may do; may be repeated. Default: read and write.",
)
@click.option("--days", type=click.IntRange(min=1), help="Days until it expires; default: never.")
@click.option("--org", help="Org it is for, by name or id; it sees that org and all below. Default: the first one.")
@click.option("--user", "email", help="E-mail address of the person it is for; their roles and teams limit it.")
@json_option
def create(
    name: str, scopes: tuple[str, ...], days: int | None, org: str | None, email: str | None, as_json: bool
) -> None:
    """Create a key and show it, this once."""
    from bomtool.platform import keys as keys_room

    with local_store() as store:
        made = keys_room.create(
            store, name=name, scopes=scopes or ("read", "write"), days=days, org_id=org, email=email
        )
    if as_json:
        output.json_out(made)
        return
    output.say(str(made["key"]))
    output.note("Keep it: it is shown this once. Use it as BOMTOOL_API_KEY.")


@keys.command(epilog="Example: bomtool keys rotate 1f0c9a2e --grace-hours 48")
@click.argument("key_id")
@click.option(
    "--grace-hours", type=click.IntRange(min=0), default=168, show_default=True, help="Hours the old key still works."
)
@json_option
def rotate(key_id: str, grace_hours: int, as_json: bool) -> None:
    """Make a new key in the place of this one; the old one works for a while beside it."""
    from datetime import timedelta

    from bomtool.platform import keys as keys_room

    with local_store() as store:
        made = keys_room.rotate(store, key_id, grace=timedelta(hours=grace_hours))
    if as_json:
        output.json_out(made)
        return
    output.say(str(made["key"]))
    output.note(f"Keep it: it is shown this once. The old key works until {made['old_expires_at']}.")


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """List keys, without their secrets."""
    from bomtool.platform import keys as keys_room

    with local_store() as store:
        found = keys_room.list_keys(store)
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "name", "prefix", "scopes", "expires", "last used", "revoked"],
        [
            (
                k["id"],
                k["name"],
                k["prefix"],
                ", ".join(k["scopes"]),
                k["expires_at"] or "never",
                k["last_used_at"] or "never",
                k["revoked_at"] or "",
            )
            for k in found
        ],
    )


@keys.command()
@click.argument("key_id")
@json_option
def revoke(key_id: str, as_json: bool) -> None:
    """Revoke the key with this id; it stops working at once."""
    from bomtool.platform import keys as keys_room

    with local_store() as store:
        done = keys_room.revoke(store, key_id)
    if as_json:
        output.json_out(done)
    else:
        output.say(f"Revoked {done['name']!r}, id {done['id']}")
