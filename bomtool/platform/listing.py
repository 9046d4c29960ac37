"""Lists: `{count, next, previous, results}` with limit, offset, ordering and filters, the same for every resource."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator
from sqlalchemy import Connection, Select, Table, false, func, or_, select
from starlette.requests import Request

from bomtool.api.base import Boolean, Timestamp
from bomtool.platform import keyset
from bomtool.platform.errors import invalid

DEFAULT_LIMIT = 100
MAX_LIMIT = 1_000
MAX_OFFSET = 2**31 - 1


def _no_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("must not contain NUL characters")
    return text


Limit = Annotated[int, Query(ge=1, le=MAX_LIMIT, description="Most items of the page")]
Offset = Annotated[int, Query(ge=0, le=MAX_OFFSET, description="Items to skip")]
Ordering = Annotated[
    str | None, Query(max_length=200, description="Fields to order by, separated by commas; - in front descends")
]
After = Annotated[
    str | None,
    Query(max_length=1_000, description="Where the page begins; `next` carries it, made for this list alone"),
]
Term = Annotated[str, AfterValidator(_no_nul)]
Text = Annotated[Term | None, Query(max_length=255)]
Flag = Annotated[Boolean | None, Query()]
Since = Annotated[Timestamp | None, Query()]


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page, in which order."""

    limit: Limit = DEFAULT_LIMIT
    offset: Offset = 0
    ordering: Ordering = None
    after: After = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of lists of records (contract, section 5), and by what hangs on the records."""

    search: Text = None
    approved: Flag = None
    archived: Flag = None
    integration_source_name: Text = None
    integration_record_id: Text = None
    created_after: Since = None
    updated_after: Since = None
    team: Text = None
    tag: Text = None
    custom_property: Annotated[Term | None, Query(max_length=1300, description="NAME:VALUE")] = None

    @property
    def by_org(self) -> bool:
        """Whether rows are found by their org; else by what hangs on them, which are fewer (see `Call.visible`)."""
        return self.tag is None and self.custom_property is None

    def apply(self, query: Select[Any], table: Table, columns: Sequence[str], record_type: str) -> Select[Any]:
        """The query narrowed; `search` looks into the named columns, whatever the case."""
        from bomtool.platform.services import labels

        if self.team is not None:
            query = query.where(table.c.team_id == self.team.lower())
        if self.tag is not None:
            query = query.where(labels.tagged(table, self.tag))
        if self.custom_property is not None:
            query = query.where(labels.having(table, record_type, self.custom_property))
        query = searched(query, table, self.search, columns)
        for name in ("approved", "archived", "integration_source_name", "integration_record_id"):
            value = getattr(self, name)
            if value is not None and name in table.c:
                query = query.where(table.c[name] == value)
            elif value:  # what is never archived or approved has nothing to show here
                query = query.where(false())
        if self.created_after is not None:
            query = query.where(table.c.created_at > self.created_after)
        if self.updated_after is not None:
            query = query.where(table.c.updated_at > self.updated_after)
        return query


def searched(query: Select[Any], table: Table, text: str | None, columns: Sequence[str]) -> Select[Any]:
    """The query narrowed to rows that have the text in one of the columns, whatever the case."""
    if not text:
        return query
    needle = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    return query.where(or_(*(table.c[name].ilike(needle, escape="\\") for name in columns)))


def page(
    connection: Connection,
    request: Request,
    query: Select[Any],
    table: Table,
    paging: Paging,
    *,
    orderable: Sequence[str],
    default: Sequence[str] = ("created_at",),
    shown: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """One page of `query`, in a stable order; `shown` turns its rows into answers, all at once.

    In its own order a list is walked by marks (see `keyset`): a page costs the same wherever it lies, and `count` is the one
    of the first page. With `ordering`, or from an `offset` alone, the rows before it are skipped and all are counted.
    """
    names = _ordering(paging.ordering, orderable)
    if paging.after is not None and names:
        raise invalid({"after": "Cannot be given together with ordering."})
    order = [_direction(table, name) for name in names or default]
    ordered = query.order_by(*order, table.c.id)
    following = paging.offset + paging.limit
    mark = keyset.read(paging.after, request, table, default) if paging.after is not None else None
    begun = ordered.where(mark.behind(table, default)) if mark else ordered.offset(paging.offset)
    rows = connection.execute(begun.limit(paging.limit + 1)).all()
    more, rows = len(rows) > paging.limit, rows[: paging.limit]
    if mark is not None:
        count = mark.count
    elif not more and (rows or not paging.offset):
        count = paging.offset + len(rows)
    else:
        count = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar() or 0
    marked = keyset.of_row(rows[-1], default, count).written(request) if more and not names else None
    return {
        "count": count,
        "next": _url(request, paging.limit, following, marked) if more else None,
        "previous": _url(request, paging.limit, max(0, paging.offset - paging.limit)) if paging.offset > 0 else None,
        "results": shown(rows),
    }


def whole(results: list[dict[str, Any]]) -> dict[str, Any]:
    """A page that holds everything: the answer of operations that create several."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def _ordering(text: str | None, orderable: Sequence[str]) -> list[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    unknown = [name for name in names if name.removeprefix("-") not in orderable]
    if unknown:
        raise invalid({"ordering": f"Cannot order by {', '.join(unknown)}; known are {', '.join(orderable)}."})
    return names


def _direction(table: Table, name: str) -> Any:
    """Nulls are the least, as SQLite has it; PostgreSQL would put them last."""
    column = table.c[name.removeprefix("-")]
    ordered = column.desc() if name.startswith("-") else column.asc()
    if not column.nullable:
        return ordered  # and an index gives the order
    return ordered.nulls_last() if name.startswith("-") else ordered.nulls_first()


def _url(request: Request, limit: int, offset: int, after: str | None = None) -> str:
    url = request.url.remove_query_params("after").include_query_params(limit=limit, offset=offset)
    return str(url if after is None else url.include_query_params(after=after))
