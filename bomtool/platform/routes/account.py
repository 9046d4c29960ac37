"""The operations of the sections Account and Auth."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from starlette.responses import Response

from bomtool.api.account import ApiKeyUpdate, SubOrgCreate, SubOrgUpdate
from bomtool.platform.calls import CallDep
from bomtool.platform.listing import Paging, Text, page
from bomtool.platform.people_tables import users
from bomtool.platform.rows import Rows
from bomtool.platform.services import account, records
from bomtool.platform.tables import orgs

Pages = Annotated[Paging, Depends()]


def list_sub_orgs(call: CallDep, paging: Pages, search: Text = None) -> Response:
    """The orgs below the key's own, at any depth."""
    below = Rows(orgs).where(orgs.c.id.in_(call.orgs), orgs.c.id != call.identity.org_id)
    rows = below.searched(search, ("name",))
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "name"),
                shown=account.orgs_shown,
            )
        )


def get_sub_org(call: CallDep, sub_org_id: str) -> Response:
    """One org below the key's own."""
    with call.read() as connection:
        return call.answer(account.orgs_shown([account.get_org(connection, call, sub_org_id, below=True)])[0])


def create_sub_org(call: CallDep, body: SubOrgCreate) -> Response:
    """Create an org below the one of the request. Needs the scope admin."""
    values = body.model_dump()
    return call.change(lambda connection: account.create_org(connection, call.org_id, values))


def update_sub_org(call: CallDep, sub_org_id: str, body: SubOrgUpdate) -> Response:
    """Change the members sent, of an org below or of the key's own. Needs the scope admin."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: account.change_org(connection, call, sub_org_id, sent))


def get_org(call: CallDep, org_id: str) -> Response:
    """One org the key sees."""
    with call.read() as connection:
        return call.answer(account.orgs_shown([account.get_org(connection, call, org_id)])[0])


def list_users(
    call: CallDep,
    paging: Pages,
    search: Text = None,
    active: Annotated[bool | None, Query(description="Only users that are active, or that are not")] = None,
) -> Response:
    """The people of the orgs the key sees."""
    rows = Rows.seen(call, users).searched(search, ("email", "name"))
    if active is not None:
        rows = rows.where(users.c.active == active)
    with call.read() as connection:
        return call.answer(
            page(
                connection,
                call.request,
                rows,
                paging,
                orderable=("created_at", "email", "name"),
                shown=lambda rows: account.users_shown(connection, rows),
            )
        )


def get_user(call: CallDep, user_id: str) -> Response:
    """One person."""
    with call.read() as connection:
        row = records.get(connection, call, users, user_id, "user")
        return call.answer(account.users_shown(connection, [row])[0])


def update_api_key(call: CallDep, api_key_id: str, body: ApiKeyUpdate) -> Response:
    """Rename, narrow, widen, bind to a person or revoke a key. Needs the scope admin."""
    sent = {name: getattr(body, name) for name in body.model_fields_set}
    return call.change(lambda connection: account.change_key(connection, call, api_key_id, sent))
