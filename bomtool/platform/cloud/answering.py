"""The answers of the Component Cloud's operations: a page of products, one product, completions, a batch."""

from __future__ import annotations

import base64
import binascii
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from pydantic import ValidationError
from sqlalchemy import select

from bomtool.api import products as wire
from bomtool.parts import ids, tables
from bomtool.parts.providers import refreshing, registry
from bomtool.parts.providers.model import Halt, Wanted
from bomtool.platform.auth import Identity
from bomtool.platform.cloud import filters, finding, shapes
from bomtool.platform.services.org_parts import OrgCatalog
from bomtool.platform.tables import bom_lines

if TYPE_CHECKING:
    from bomtool.settings import Settings
    from bomtool.store import Store

_PAGE = 500
_SCANNED = 5_000
"""Products that one request looks at for its filter; the next page goes on behind them."""
_SCANNED_IN_ALL = 50_000
"""The same for all members of a batch together; those behind are 504 and may be sent again."""
_ASKED_LIVE = 50
"""Part numbers that one request, a whole batch too, asks providers for."""
_LONGEST_WAIT = 2.0
_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}


class Unprocessable(Exception):
    """A parameter that cannot be used: where it stands, and one sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.errors = [{"loc": ["query", name], "msg": message, "type": "value_error"}]


@dataclass(slots=True)
class Budget:
    """What is left of the work of one request."""

    scanned: int = _SCANNED_IN_ALL
    live: int = _ASKED_LIVE


@dataclass(frozen=True, slots=True)
class Desk:
    """Who asks, over which catalogues, and how much."""

    store: Store
    settings: Settings
    identity: Identity
    orgs: tuple[str, ...]
    budget: Budget = field(default_factory=Budget)

    @property
    def catalog(self) -> OrgCatalog:
        """The catalogues, and the parts and quotes of the orgs that are seen."""
        return OrgCatalog(self.store, self.settings.catalog, self.orgs, self.identity.teams)

    def products(self, query: wire.ListQuery) -> dict[str, Any]:
        """A page of products. Raises Unprocessable."""
        try:
            conditions = filters.read(query.filtering)
            self._ask_live(query, query.q)
            found = self._ids(query, filters.ids(conditions))
        except filters.BadFilter as error:
            raise Unprocessable("filtering", f"The filter cannot be used: {error}.") from error
        except finding.BadQuery as error:
            raise Unprocessable("q", f"The search cannot be used: {error}.") from error
        data, seen, last = self._matching(found, conditions, query)
        more = seen is not None and bool(query.limit)
        token = None
        if more and seen is not None:
            token = f"id:{last}" if _listed(query, conditions) else f"at:{_start(query.page_token) + seen}"
        following = {"page_token": base64.urlsafe_b64encode(token.encode()).decode()} if token else None
        return {"data": data, "paging": {"next": following}}

    def product(self, part_id: str, query: wire.ViewQuery) -> dict[str, Any]:
        """One product. Raises Unprocessable where there is none."""
        known = self._known([part_id]).get(part_id)
        before: list[str] = []
        if known is None and (now_called := self._renamed(part_id)):
            known, before = self._known([now_called]).get(now_called), [part_id]
        if known is not None and (query.external or query.force_refresh):
            part = known.part
            self._live([Wanted(part.mpn, part.manufacturer)], query)
            known = self._known([part.id]).get(part.id)
        if known is None:
            raise Unprocessable("id", f"There is no product {part_id[:40]}.")
        known = replace(known, before=before)
        return {"data": _fields(shapes.product(known, query.schema_), query.fields)}

    def completions(self, query: wire.CompletionQuery) -> dict[str, Any]:
        """Parts that a beginning may mean."""
        text = (query.q or "").strip()
        found = self.catalog.search(text, query.limit or 10) if text else []
        data = [{"id": c.part.id, "label": f"{c.part.manufacturer} {c.part.mpn}".strip()} for c in found]
        return {"data": data}

    def batch(self, operations: Iterable[wire.ApiOperation], timeout: float | None) -> list[dict[str, Any]]:
        """Each request's answer; members succeed or fail alone. Those that come too late are 504."""
        until = None if timeout is None else time.monotonic() + timeout
        return [self._member(operation, until) for operation in operations]

    def _member(self, operation: wire.ApiOperation, until: float | None) -> dict[str, Any]:
        if until is not None and time.monotonic() > until:
            return {"code": 504, "body": {"detail": "There was no time left for this request."}}
        if self.budget.scanned <= 0:
            return {"code": 504, "body": {"detail": "The batch asks for too much at once; send this request again."}}
        try:
            parts = urlsplit(operation.relative_url)
            part_id = parts.path.strip("/")
            given = dict(parse_qsl(parts.query, keep_blank_values=True, max_num_fields=100))
            if parts.scheme or parts.netloc or "/" in part_id:
                raise Unprocessable("relative_url", "The address must be relative to /products/.")
            if part_id == "autocompletions":
                return {"code": 200, "body": self.completions(wire.CompletionQuery.model_validate(given))}
            if part_id:
                return {"code": 200, "body": self.product(part_id, wire.ViewQuery.model_validate(given))}
            return {"code": 200, "body": self.products(wire.ListQuery.model_validate(given))}
        except ValidationError as error:
            return {"code": 422, "body": {"detail": plain_errors(error.errors(), ("query",))}}
        except Unprocessable as error:
            return {"code": 422, "body": {"detail": error.errors}}
        except ValueError:
            return {
                "code": 422,
                "body": {"detail": Unprocessable("relative_url", "The address cannot be read.").errors},
            }

    def _ids(self, query: wire.ListQuery, named: list[str] | None) -> Iterator[str]:
        """Ids of the parts that may be meant, in order, from where the page token says."""
        start = _start(query.page_token)
        if query.q and query.q.strip():
            found = finding.search(self.catalog, query.q.strip(), query.search_strategy)
            if named is not None:
                wanted = {name.upper() for name in named}
                found = [part_id for part_id in found if part_id in wanted]
            return iter(found[start:])
        if named is not None:
            return iter(list(dict.fromkeys(name.upper() for name in named))[start:])
        return self._all(_last(query.page_token) or query.after or "")

    def _all(self, last: str) -> Iterator[str]:
        while page := finding.after(self.catalog, last, _PAGE):
            yield from page
            last = page[-1]

    def _matching(
        self, found: Iterator[str], conditions: Sequence[filters.Condition], query: wire.ListQuery
    ) -> tuple[list[dict[str, Any]], int | None, str]:
        """The products of a page; how many ids were used up for it, None where there are no more; and the last id."""
        data: list[dict[str, Any]] = []
        seen, last = 0, ""
        limit = query.limit
        while page := tuple(islice(found, min(max(limit, 1), _PAGE))):
            parts = self._known(page)
            self.budget.scanned -= len(page)
            for part_id in page:
                known = parts.get(part_id)
                if known is None:
                    seen += 1
                    continue
                if len(data) >= limit or seen >= _SCANNED:
                    return data, seen, last
                seen, last = seen + 1, known.part.id
                if _fits(known, conditions):
                    data.append(_fields(shapes.product(known, query.schema_), query.fields))
            if len(data) >= limit and not _has_more(found):
                return data, None, last
            if len(data) >= limit:
                return data, seen, last
        return data, None, last

    def _known(self, wanted: Iterable[str]) -> dict[str, shapes.Known]:
        """Parts with their offers by id; unknown ids are left out."""
        catalog = self.catalog
        parts = catalog.get(wanted)
        offers = catalog.offers(parts) if parts else {}
        loaded = {info.name: info.loaded_at for info in catalog.list()} if parts else {}
        return {
            part_id: shapes.Known(part, offers.get(part_id, ()), loaded_at=loaded.get(part.catalog or ""))
            for part_id, part in parts.items()
        }

    def _renamed(self, part_id: str) -> str | None:
        """The id that a part has now, of which a line or a decision still knows the old one: makers merge."""
        c, d = bom_lines.c, tables.decisions.c
        with self.store.read() as connection:
            kept = connection.scalar(select(c.part).where(c.part_id == part_id, c.org_id.in_(self.orgs)).limit(1))
            if kept:
                return ids.part_id(kept.get("manufacturer") or "", kept["mpn"])
            row = connection.execute(
                select(d.manufacturer, d.mpn).where(d.part_id == part_id, d.org_id.in_(self.orgs)).limit(1)
            ).first()
        return ids.part_id(row.manufacturer, row.mpn) if row else None

    def _ask_live(self, query: wire.ListQuery, q: str | None) -> None:
        if (query.external or query.force_refresh) and q and q.strip():
            self._live(finding.wanted(q.strip(), query.search_strategy), query)

    def _live(self, wanted: Sequence[Wanted], query: wire.ViewQuery) -> None:
        """Ask this platform's providers, but for another Component Cloud: it might be this one."""
        names = [name for name in registry.configured(self.settings) if name != "cofactr"]
        if not wanted or not names or self.settings.refresh == "off" or not self.budget.live:
            return
        if query.stale_delta in ("inf", "infinite") and not query.force_refresh:
            return
        fresh = None
        if query.stale_delta and query.stale_delta[-1] in _SECONDS and query.stale_delta[:-1].isdecimal():
            fresh = timedelta(seconds=int(query.stale_delta[:-1]) * _SECONDS[query.stale_delta[-1]])
        asked = wanted[: self.budget.live]
        self.budget.live -= len(asked)
        refreshing.refresh(
            self.store,
            self.settings,
            asked,
            names=names,
            again=bool(query.force_refresh),
            fresh=fresh,
            sleep=_briefly,
        )


def plain_errors(errors: Iterable[Any], prefix: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Validation errors as the published description has them: loc, msg, type and nothing else."""
    return [{"loc": [*prefix, *error["loc"]], "msg": error["msg"], "type": error["type"]} for error in errors]


def _briefly(seconds: float) -> None:
    """Wait for a provider while somebody waits for the answer: not long, and never less than it wants. Raises Halt."""
    if seconds > _LONGEST_WAIT:
        raise Halt(f"It may be asked again in {seconds:.0f} s.")
    time.sleep(seconds)


def _fits(known: shapes.Known, conditions: Sequence[filters.Condition]) -> bool:
    product = shapes.product(known, "product-v1") if conditions else {}
    return all(condition.holds(product) for condition in conditions)


def _listed(query: wire.ListQuery, conditions: Sequence[filters.Condition]) -> bool:
    """Whether the page is one of all parts, in the order of ids."""
    return not (query.q and query.q.strip()) and filters.ids(conditions) is None


def _has_more(found: Iterator[str]) -> bool:
    return next(found, None) is not None


def _token(text: str | None) -> tuple[str, str]:
    if not text:
        return "", ""
    try:
        kind, _, value = base64.urlsafe_b64decode(text.encode()).decode("ascii").partition(":")
    except (binascii.Error, ValueError) as error:
        raise Unprocessable("page_token", "The page token is none of this platform's.") from error
    if kind not in ("id", "at") or (kind == "at" and not (value.isascii() and value.isdecimal() and len(value) < 10)):
        raise Unprocessable("page_token", "The page token is none of this platform's.")
    return kind, value


def _start(text: str | None) -> int:
    kind, value = _token(text)
    return int(value) if kind == "at" else 0


def _last(text: str | None) -> str:
    kind, value = _token(text)
    return value if kind == "id" else ""


def _fields(product: dict[str, Any], fields: str | None) -> dict[str, Any]:
    """The members that are asked for, and the id; what stands in braces behind a name is left to the schema."""
    if not fields or not fields.strip():
        return product
    names, depth, name = {"id"}, 0, ""
    for sign in fields + ",":
        if sign == "," and depth == 0:
            names.add(name.strip())
            name = ""
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif depth == 0:
            name += sign
    return {key: value for key, value in product.items() if key in names}
