"""The client: one typed method for each operation of `bomtool.api.routes`, in groups (`client.boms`, `client.programs` ...).

Everything goes through `Client.call`, which takes method, path and models from the one table of routes.
"""

from __future__ import annotations

import importlib
import re
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from pydantic import BaseModel, ValidationError

from bomtool.api.base import Page
from bomtool.api.routes import BY_NAME
from bomtool.client import paging
from bomtool.errors import PlatformError, UnknownRecord, UsageError, temporary_file_failed
from bomtool.net import Connection, Reply

if TYPE_CHECKING:
    from bomtool.client.account import Account, ApiKeys
    from bomtool.client.boms import Boms
    from bomtool.client.emails import OutboundEmails
    from bomtool.client.jobs import Jobs
    from bomtool.client.labels import CustomProperties, Tags
    from bomtool.client.parts import Parts
    from bomtool.client.programs import Programs
    from bomtool.client.purchases import Purchases, SupplierBills
    from bomtool.client.reporting import Reporting
    from bomtool.client.rfqs import Rfqs, SupplierQuotes
    from bomtool.client.stock import StockDocuments, StockLots
    from bomtool.client.suppliers import Suppliers
    from bomtool.client.teams import Teams

A = TypeVar("A", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)

GROUPS = {
    "account": "account:Account",
    "api_keys": "account:ApiKeys",
    "boms": "boms:Boms",
    "custom_properties": "labels:CustomProperties",
    "jobs": "jobs:Jobs",
    "outbound_emails": "emails:OutboundEmails",
    "parts": "parts:Parts",
    "programs": "programs:Programs",
    "purchases": "purchases:Purchases",
    "reporting": "reporting:Reporting",
    "rfqs": "rfqs:Rfqs",
    "stock_documents": "stock:StockDocuments",
    "stock_lots": "stock:StockLots",
    "supplier_bills": "purchases:SupplierBills",
    "supplier_quotes": "rfqs:SupplierQuotes",
    "suppliers": "suppliers:Suppliers",
    "tags": "labels:Tags",
    "teams": "teams:Teams",
}
"""Module and class of each group of operations."""
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]{0,99}")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as the client sees it, so that tests need not wait: seconds that only rise, and a sleep."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Client:
    """A client of one platform. Close it, or use it in a `with` statement.

    `org_id` narrows every request to one org. `on_close` is called after the connection is closed.
    """

    account: Account
    api_keys: ApiKeys
    boms: Boms
    custom_properties: CustomProperties
    jobs: Jobs
    outbound_emails: OutboundEmails
    parts: Parts
    programs: Programs
    purchases: Purchases
    reporting: Reporting
    rfqs: Rfqs
    stock_documents: StockDocuments
    stock_lots: StockLots
    supplier_bills: SupplierBills
    supplier_quotes: SupplierQuotes
    suppliers: Suppliers
    tags: Tags
    teams: Teams

    def __init__(
        self,
        connection: Connection,
        *,
        org_id: str | None = None,
        clock: Clock | None = None,
        on_close: Callable[[], object] | None = None,
    ) -> None:
        self.connection = connection
        self.org_id = org_id
        self.clock = clock or Clock()
        self._on_close = on_close

    def __getattr__(self, name: str) -> Any:
        """A group of operations, imported when it is first asked for."""
        where = GROUPS.get(name)
        if where is None:
            raise AttributeError(f"a Client has no {name!r}")
        module, _, group = where.partition(":")
        made = getattr(importlib.import_module(f"bomtool.client.{module}"), group)(self)
        setattr(self, name, made)
        return made

    def __repr__(self) -> str:
        return f"Client({self.connection.base_url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, then what stands behind it."""
        try:
            self.connection.close()
        finally:
            if self._on_close:
                on_close, self._on_close = self._on_close, None
                on_close()

    def call(
        self,
        name: str,
        ids: Mapping[str, object],
        *,
        query: Mapping[str, Any] | None = None,
        body: BaseModel | bytes | None = None,
        read_timeout: float | None = None,
        into: BinaryIO | None = None,
    ) -> Reply:
        """One operation of the table by name; the raw reply. A POST carries a fresh Idempotency-Key."""
        route = BY_NAME[name]
        return self.connection.request(
            route.method,
            path(name, ids),
            query={"org_id": self.org_id, **(query or {})},
            body=body.model_dump(mode="json", exclude_unset=True) if isinstance(body, BaseModel) else body,
            idempotency_key=uuid.uuid4().hex if route.method == "POST" else None,
            read_timeout=read_timeout,
            raw=route.gives == "bytes",
            into=into,
        )

    def read(self, name: str, answer: type[A], ids: Mapping[str, object], **rest: Any) -> A:
        """`call`, with the answer parsed. Raises PlatformError for an answer that does not fit the contract."""
        return parse(answer, self.call(name, ids, **rest).body)

    def read_through(
        self,
        name: str,
        answer: type[A],
        lists: Mapping[str, tuple[type[BaseModel], Callable[[Any], object]]],
        ids: Mapping[str, object],
        **rest: Any,
    ) -> A:
        """`read` for answers that are too long to hold: the items of the lists named in `lists` go one by one, as the model
        given there, to its function; the answer has those lists empty.

        Raises what `read` raises, also half-way: only an answer that was read to its end counts.
        """
        import tempfile

        from bomtool.client import through

        def taking(model: type[BaseModel], take: Callable[[Any], object]) -> Callable[[Any], object]:
            return lambda item: take(parse(model, item))

        with tempfile.TemporaryFile(prefix="bomtool-") as file:
            try:
                self.call(name, ids, into=file, **rest)
                file.flush()
            except OSError as error:
                raise temporary_file_failed(error) from error
            takers = {member: taking(model, take) for member, (model, take) in lists.items()}
            return parse(answer, through.members(file, takers, self.connection.clean))

    def iterate(self, name: str, item: type[A], ids: Mapping[str, object], filters: Mapping[str, Any]) -> Iterator[A]:
        """Every item of a list operation over all its pages."""
        query = {"org_id": self.org_id, **filters}
        for page in paging.pages(self.connection, path(name, ids), query):
            for value in page.results:
                yield parse(item, value)

    def page(self, name: str, item: type[A], ids: Mapping[str, object], filters: Mapping[str, Any]) -> Page[A]:
        """One page of a list operation."""
        return parse(Page[item], self.call(name, ids, query=filters).body)  # type: ignore[valid-type]


def path(name: str, ids: Mapping[str, object]) -> str:
    """The path of an operation with its ids filled in. Raises UnknownRecord for what cannot be an id."""
    for value in ids.values():
        if not _SEGMENT.fullmatch(str(value)):
            raise UnknownRecord(f"{str(value)!r} is not an id.", hint="Ids are letters, digits and dashes.")
    return BY_NAME[name].path.format_map({key: str(value) for key, value in ids.items()})


def parse(answer: type[A], body: Any) -> A:
    """An answer as its model; fields the model does not know are kept."""
    try:
        return answer.model_validate(body)
    except ValidationError as error:
        raise PlatformError(
            f"The platform's answer is not as agreed: {_first(error)}.",
            hint="Is the platform of a version this bomtool knows?",
            code="unexpected-answer",
        ) from None


def request(model: type[R], body: R | None, members: Mapping[str, Any]) -> R:
    """A request body: the given model, or one made of keyword arguments. Raises UsageError naming what is wrong."""
    if body is not None:
        return body
    try:
        return model(**members)
    except ValidationError as error:
        raise UsageError(f"{_first(error)}.", code="bad-request") from None


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    told = first["msg"].removeprefix("Value error, ").rstrip(".")
    return f"{where}: {told}" if where else told
