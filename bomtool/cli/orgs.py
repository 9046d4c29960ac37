"""`bomtool orgs`: the org of the key, those below it, and their people."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import click

from bomtool.cli import output, records
from bomtool.cli.asking import Amount, given
from bomtool.cli.options import json_option
from bomtool.errors import UnknownRecord

if TYPE_CHECKING:
    from bomtool.api.account import Org
    from bomtool.client import Client

ROLES = ("restricted", "viewer", "editor", "admin", "procurement_approver")


@click.group()
def orgs() -> None:
    """List, create and change orgs (libraries of their own), and their people."""


def _own(client: Client) -> Org:
    """The org of the key: the one that stands above all others it sees."""
    found = client.reporting.sql_query("SELECT id, parent_id FROM orgs").rows
    ids = {row[0] for row in found}
    return client.account.get_org(next(row[0] for row in found if row[1] not in ids))


def _find(client: Client, text: str) -> Org:
    own = _own(client)
    fitting = [
        org
        for org in [own, *client.account.iterate_sub_orgs()]
        if org.name == text or (len(text) >= records.MIN_PREFIX and str(org.id).startswith(text.lower()))
    ]
    if len(fitting) != 1:
        raise UnknownRecord(f"{len(fitting) or 'No'} orgs fit {text!r}.", hint="bomtool orgs list shows them.")
    return fitting[0]


@orgs.command("list")
@json_option
def list_orgs(as_json: bool) -> None:
    """List the key's own org and all below it."""
    with records.platform() as (client, _):
        found = [_own(client), *client.account.iterate_sub_orgs()]
    if as_json:
        output.json_out(output.listing(found))
        return
    names = {org.id: org.name for org in found}
    output.table(
        ["id", "name", "below", "team permissions", output.Column("approval from", right=True)],
        [
            (
                org.id,
                org.name,
                names.get(org.parent_org) if org.parent_org else "",
                "on" if org.team_permissions else "",
                "" if org.purchase_approval_threshold is None else f"{org.purchase_approval_threshold:f}",
            )
            for org in found
        ],
    )


@orgs.command(epilog='Example: bomtool orgs create "Customer A"')
@click.argument("name")
@json_option
def create(name: str, as_json: bool) -> None:
    """Create an org below the key's own."""
    with records.platform() as (client, _):
        made = client.account.create_sub_org(name=name)
    if as_json:
        output.json_out(made)
    else:
        output.say(f"Org {made.name!r}, id {made.id}")
        output.say("Set BOMTOOL_ORG_ID to it to work in it.")


@orgs.command(epilog='Example: bomtool orgs change "Customer A" --approval-from 500')
@click.argument("org")
@click.option("--name", help="Another name.")
@click.option(
    "--team-permissions/--no-team-permissions", default=None, help="People see the records of their teams only."
)
@click.option("--approval-from", type=Amount(), help="Purchases of this much or more need approval.")
@json_option
def change(
    org: str, name: str | None, team_permissions: bool | None, approval_from: Decimal | None, as_json: bool
) -> None:
    """Change settings of an ORG."""
    with records.platform() as (client, _):
        found = _find(client, org)
        members = given(name=name, team_permissions=team_permissions, purchase_approval_threshold=approval_from)
        changed = client.account.update_sub_org(found.id, **members)
    if as_json:
        output.json_out(changed)
    else:
        output.say(f"Org {changed.name!r} is changed.")


@orgs.command()
@json_option
def users(as_json: bool) -> None:
    """List the people of the orgs the key sees."""
    with records.platform() as (client, _):
        found = list(client.account.iterate_users())
    if as_json:
        output.json_out(output.listing(found))
        return
    output.table(
        ["id", "e-mail", "name", "roles", "active"],
        [(u.id, u.email, u.name, ", ".join(u.roles), "yes" if u.active else "no") for u in found],
    )


@orgs.command("add-user", epilog="Example: bomtool orgs add-user ann@example.com --role editor")
@click.argument("email")
@click.option("--name", help="Name of the person.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, help="May be repeated; default: viewer.")
@json_option
def add_user(email: str, name: str | None, roles: tuple[str, ...], as_json: bool) -> None:
    """Add a person to the first org of this machine's platform; a key is bound to them through the API."""
    from bomtool.cli.keys import local_store
    from bomtool.errors import UsageError
    from bomtool.platform import keys as keys_room
    from bomtool.platform.errors import Refusal
    from bomtool.platform.services import account

    with local_store() as store, store.write() as connection:
        org = keys_room.first_org(connection)
        try:
            made = account.create_user(connection, org, email=email, name=name, roles=roles or ("viewer",))
        except Refusal as refusal:
            raise UsageError(str(refusal.detail)) from refusal
    if as_json:
        output.json_out({"id": made, "org_id": org, "email": email, "name": name, "roles": list(roles or ("viewer",))})
    else:
        output.say(f"User {email}, id {made}")
