"""Orgs, users and API keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import account as wire
from bomtool.api.base import Page
from bomtool.client.client import request

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Account:
    """`client.account`. Bodies are given as their model of `bomtool.api.account`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list_sub_orgs(self, **filters: Any) -> Page[wire.Org]:
        """One page of the orgs below the key's own."""
        return self._client.page("list_sub_orgs", wire.Org, {}, filters)

    def iterate_sub_orgs(self, **filters: Any) -> Iterator[wire.Org]:
        """All orgs below the key's own."""
        return self._client.iterate("list_sub_orgs", wire.Org, {}, filters)

    def create_sub_org(self, body: wire.SubOrgCreate | None = None, **members: Any) -> wire.Org:
        """A new org below the client's."""
        return self._client.read("create_sub_org", wire.Org, {}, body=request(wire.SubOrgCreate, body, members))

    def get_sub_org(self, sub_org_id: Id) -> wire.Org:
        """One org below the key's own."""
        return self._client.read("get_sub_org", wire.Org, {"sub_org_id": sub_org_id})

    def update_sub_org(self, sub_org_id: Id, body: wire.SubOrgUpdate | None = None, **members: Any) -> wire.Org:
        """Change the members given, of an org below or of the key's own."""
        sent = request(wire.SubOrgUpdate, body, members)
        return self._client.read("update_sub_org", wire.Org, {"sub_org_id": sub_org_id}, body=sent)

    def get_org(self, org_id: Id) -> wire.Org:
        """One org the key sees."""
        return self._client.read("get_org", wire.Org, {"org_id": org_id})

    def list_users(self, **filters: Any) -> Page[wire.User]:
        """One page of people."""
        return self._client.page("list_users", wire.User, {}, filters)

    def iterate_users(self, **filters: Any) -> Iterator[wire.User]:
        """All people."""
        return self._client.iterate("list_users", wire.User, {}, filters)

    def get_user(self, user_id: Id) -> wire.User:
        """One person."""
        return self._client.read("get_user", wire.User, {"user_id": user_id})


class ApiKeys:
    """`client.api_keys`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def update(self, api_key_id: Id, body: wire.ApiKeyUpdate | None = None, **members: Any) -> wire.ApiKey:
        """Rename, narrow, widen, bind to a person or revoke a key."""
        sent = request(wire.ApiKeyUpdate, body, members)
        return self._client.read("update_api_key", wire.ApiKey, {"api_key_id": api_key_id}, body=sent)
