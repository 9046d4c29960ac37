"""One call of one operation: who asks, for which org, and how its answer is made.

Handlers get a `Call`. Reading ones use `call.read()` and `call.answer(value)`; changing ones give their work to
`call.change(work)`, which runs it in one write transaction together with the record of its idempotency key.
"""

from __future__ import annotations

import contextlib
import functools
import random
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Query, Request
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, Connection, Table, and_, or_
from sqlalchemy.exc import IntegrityError
from starlette.responses import Response

from bomtool.api.route import Route
from bomtool.api.routes import BY_NAME
from bomtool.errors import StoreError
from bomtool.platform import idempotency, list_search, revisions
from bomtool.platform.auth import Identity
from bomtool.platform.errors import Refusal, conflict, not_found
from bomtool.platform.services.org_parts import OrgCatalog
from bomtool.store import faults

if TYPE_CHECKING:
    from bomtool.parts.catalog import Catalog
    from bomtool.platform.jobs import Runner
    from bomtool.settings import Settings
    from bomtool.store import Store

OUTCOME = "X-Bomtool-Outcome"
_TRIES = 3
_CATCHING_UP = 1 / 64
"""How often a change takes a batch of records into the index of searches, beside those who tidy."""


@dataclass(slots=True)
class Call:
    """One request being answered. `orgs` are the orgs it may see, `org_id` the one it creates in."""

    store: Store
    settings: Settings
    runner: Runner
    identity: Identity
    route: Route
    request: Request
    orgs: tuple[str, ...]
    org_id: str
    ticket: idempotency.Ticket | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def catalog(self) -> Catalog:
        """The part catalogues, and the parts of the orgs that are seen."""
        return OrgCatalog(self.store, self.settings.catalog, self.orgs, self.identity.teams)

    def catalog_of(self, org_id: str) -> Catalog:
        """The part catalogues, and the parts of one org: what may be written into its records."""
        return OrgCatalog(self.store, self.settings.catalog, (org_id,), self.identity.teams)

    def visible(self, table: Table) -> ColumnElement[bool]:
        """Which rows of a table this call sees: those of its orgs, and of its teams or of none (lists: see `Rows.seen`)."""
        inside = table.c.org_id.in_(self.orgs)
        teams = self.identity.teams
        if teams is None or "team_id" not in table.c:
            return inside
        return and_(inside, or_(table.c.team_id.is_(None), table.c.team_id.in_(teams)))

    def read(self) -> AbstractContextManager[Connection]:
        """A snapshot to read from."""
        return self.store.read()

    def answer(self, value: Any = None) -> Response:
        """The answer of this operation, from plain members; nothing for a 204."""
        if self.route.answer is None:
            return Response(status_code=self.route.status, headers=self.headers)
        adapter = _adapter(self.route.name)
        if "ETag" not in self.headers and (mark := revisions.of_answer(self.route.answer, value)) is not None:
            self.headers["ETag"] = f'"{mark}"'
        content = adapter.dump_json(adapter.validate_python(value), by_alias=True)
        return Response(content, self.route.status, self.headers, media_type="application/json")

    def check_revision(self, what: str, revision: int | str) -> None:
        """Raises Refusal 412 where If-Match names another revision than the record has."""
        expected = self.request.headers.getlist("if-match")
        if expected and not revisions.fits(expected, revision):
            raise Refusal(412, {"detail": f"The {what} has changed since it was read; read it again."})

    def stamp(self, revision: int | str) -> None:
        """Give the answer the ETag of a revision: of the record itself, or of the one that a line stands in."""
        self.headers["ETag"] = f'"{revision}"'

    def replayed(self) -> Response | None:
        """The stored answer of an earlier request with the same idempotency key."""
        if self.ticket is None:
            return None
        with self.read() as connection:
            return idempotency.replay(connection, self.ticket)

    def change(self, work: Callable[[Connection], Any], *, after: Callable[[], None] | None = None) -> Response:
        """Run `work` in one write transaction and answer with what it returns; `after` runs once that is committed.

        Where another process got in between (a unique constraint or a deadlock says so), the work is done again from
        the start.
        """
        for tries in range(_TRIES):
            try:
                with self.store.write() as connection:
                    if self.ticket and (earlier := idempotency.replay(connection, self.ticket)):
                        return earlier
                    response = self.answer(work(connection))
                    if self.ticket:
                        idempotency.keep(connection, self.ticket, response)
            except IntegrityError as error:
                if tries == _TRIES - 1:
                    raise conflict("Another request changed the same record; try again.") from error
                continue
            except StoreError as error:
                if error.code != faults.CONFLICT or tries == _TRIES - 1:
                    raise
                continue
            if after is not None:
                after()
            if random.random() < _CATCHING_UP:  # noqa: S311 (no secret)
                with contextlib.suppress(StoreError):  # somebody else's turn, then
                    list_search.catch_up(self.store, 1)
            return response
        raise AssertionError("unreachable")


@functools.cache
def _adapter(name: str) -> TypeAdapter[Any]:
    return TypeAdapter(BY_NAME[name].answer or type(None))


async def _call(
    request: Request,
    narrowed: Annotated[
        str | None, Query(alias="org_id", description="Narrow the request to this org (and create in it)")
    ] = None,
) -> Call:
    identity: Identity = request.state.identity
    orgs, org = identity.visible, identity.org_id
    if narrowed is not None:
        org = canonical_id(narrowed, "org")
        if org not in orgs:
            raise not_found("org", narrowed)
        orgs = (org,)
    route = BY_NAME[request.scope["route"].name]
    if route.scope == "admin" and not identity.is_admin:
        raise Refusal(403, {"detail": "This key lacks the scope 'admin'."})
    return Call(
        store=request.app.state.store,
        settings=request.app.state.settings,
        runner=request.app.state.runner,
        identity=identity,
        route=route,
        request=request,
        orgs=orgs,
        org_id=org,
        ticket=await idempotency.ticket(request, identity.key_id) if _may_repeat(request.method, route) else None,
    )


def _may_repeat(method: str, route: Route) -> bool:
    """Whether an idempotency key is looked at now; where bytes are sent, only once they have been received."""
    return method != "GET" and route.sends == "json"


CallDep = Annotated[Call, Depends(_call)]
"""The annotation of a handler's first parameter."""


def canonical_id(text: str, what: str) -> str:
    """A record id as stored. Raises Refusal 404 for what is no UUID, as for an id that does not exist."""
    try:
        return str(uuid.UUID(text))
    except ValueError:
        raise not_found(what, text) from None
