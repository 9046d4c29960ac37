"""Orgs, their sub-orgs, users and API keys on the wire."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from bomtool.api.base import Answer, Boolean, Metadata, Money, Price, Request, Text255, Timestamp

Role = Literal["restricted", "viewer", "editor", "admin", "procurement_approver"]
Scope = Literal["read", "write", "admin"]


class SubOrgCreate(Request):
    """`POST /v1/sub_orgs/`: an org below the one of the request (`org_id`, else the key's own)."""

    name: Text255
    metadata: Metadata = {}
    team_permissions: Boolean = False
    purchase_approval_threshold: Price | None = None


class SubOrgUpdate(Request):
    """`PATCH /v1/sub_orgs/{sub_org_id}/`: only the members sent are changed. The key's own org may be named as well."""

    name: Text255 | None = None
    metadata: Metadata | None = None
    team_permissions: Boolean | None = None
    purchase_approval_threshold: Price | None = None


class Org(Answer):
    """An org: a library of its own. `team_permissions` makes people see the records of their teams and of none only;
    purchases of `purchase_approval_threshold` or more (in their own currency) need approval."""

    id: UUID
    name: str
    parent_org: UUID | None = None
    metadata: Metadata | None = None
    team_permissions: bool = False
    purchase_approval_threshold: Money | None = None
    created_at: Timestamp
    updated_at: Timestamp | None = None


class User(Answer):
    """A person of an org. Roles as the vendor has them; `teams` are the ids of the teams they belong to."""

    id: UUID
    org_id: str
    email: str
    name: str | None = None
    roles: list[Role] = []
    teams: list[UUID] = []
    active: bool = True
    created_at: Timestamp
    updated_at: Timestamp


class ApiKeyUpdate(Request):
    """`PATCH /v1/api_keys/{api_key_id}/`: `revoked` true stops the key at once and for good; `user` binds it to a person."""

    name: Text255 | None = None
    scopes: list[Scope] | None = Field(None, min_length=1)
    expires_at: Timestamp | None = None
    revoked: Boolean | None = None
    user: UUID | None = None


class ApiKey(Answer):
    """A key without its secret, which is shown once when it is made."""

    id: UUID
    org_id: str
    name: str
    prefix: str
    scopes: list[Scope]
    user: UUID | None = None
    created_at: Timestamp
    expires_at: Timestamp | None = None
    last_used_at: Timestamp | None = None
    revoked_at: Timestamp | None = None
