"""Lists: `{count, next, previous, results}` with limit, offset, ordering and filters, the same for every resource."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Query
from pydantic import AfterValidator
from sqlalchemy import Connection, false
from starlette.requests import Request

from bomtool.api.base import Boolean, Timestamp
from bomtool.platform import keyset
from bomtool.platform.errors import invalid
from bomtool.platform.rows import FAR, Rows

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

    def apply(self, rows: Rows, columns: Sequence[str], record_type: str) -> Rows:
        """The rows narrowed; `search` looks into the named columns, whatever the case."""
        from bomtool.platform.services import labels

        table = rows.table
        if self.team is not None:
            rows = rows.of_team(self.team.lower())
        if self.tag is not None:
            rows = replace(rows.where(labels.tagged(table, self.tag, rows.orgs or ())), few=True)
        if self.custom_property is not None:
            rows = replace(
                rows.where(labels.having(table, record_type, self.custom_property, rows.orgs or ())), few=True
            )
        rows = rows.searched(self.search, columns)
        for flag in ("approved", "archived"):
            value = getattr(self, flag)
            rows = rows if value is None else rows.flagged(flag, value)
        for name in ("integration_source_name", "integration_record_id"):
            text = getattr(self, name)
            if text is not None and name in table.c:
                rows = rows.where(table.c[name] == text)
            elif text:  # what is never synced has nothing to show here
                rows = rows.where(false())
        if self.created_after is not None:
            rows = rows.where(table.c.created_at > self.created_after)
        if self.updated_after is not None:
            rows = rows.where(table.c.updated_at > self.updated_after)
        return rows


def page(
    connection: Connection,
    request: Request,
    rows: Rows,
    paging: Paging,
    *,
    orderable: Sequence[str],
    default: Sequence[str] = ("created_at",),
    shown: Callable[[Sequence[Any]], list[dict[str, Any]]],
) -> dict[str, Any]:
    """One page of rows, in a stable order; `shown` turns them into answers, all at once.

    A list is walked by marks (see `keyset`) in every order that has them: a page costs the same wherever it lies, and `count`
    is the one of the first page. From an `offset` the rows before it are skipped, or those behind it where they are fewer.
    """
    names = _ordering(paging.ordering, orderable) or list(default)
    markable = keyset.fits(rows.table, names)
    if paging.after is not None and not markable:
        raise invalid({"after": "Cannot be given together with this ordering."})
    rows = rows.located(connection)
    mark = keyset.read(paging.after, request, rows.table, names) if paging.after is not None else None
    found, more, count = (
        _behind(connection, rows, names, mark, paging) if mark else _skipped(connection, rows, names, paging)
    )
    following = paging.offset + paging.limit
    marked = keyset.of_row(found[-1], names, count).written(request) if more and markable else None
    return {
        "count": count,
        "next": _url(request, paging.limit, following, marked) if more else None,
        "previous": _url(request, paging.limit, max(0, paging.offset - paging.limit)) if paging.offset > 0 else None,
        "results": shown(found),
    }


def _behind(
    connection: Connection, rows: Rows, names: Sequence[str], mark: keyset.Mark, paging: Paging
) -> tuple[Sequence[Any], bool, int]:
    """The page behind a mark, whether there is another, and the count."""
    behind = mark.behind(rows.table, names)
    query = rows.select(connection.dialect.name, names, limit=paging.limit + 1, behind=behind)
    found = connection.execute(query).all()
    return found[: paging.limit], len(found) > paging.limit, mark.count


def _skipped(
    connection: Connection, rows: Rows, names: Sequence[str], paging: Paging
) -> tuple[Sequence[Any], bool, int]:
    """The page from an offset, whether there is another, and the count."""
    dialect, limit, offset = connection.dialect.name, paging.limit, paging.offset
    if rows.counted and offset > FAR:
        count = rows.count(connection)
        left = count - offset - limit
        if left < offset and keyset.fits(rows.table, names):  # nearer to the end: from there, backwards
            backwards = [name[1:] if name.startswith("-") else f"-{name}" for name in names]
            size = max(0, min(limit, limit + left))
            query = rows.select(dialect, backwards, limit=size, offset=max(0, left))
            return connection.execute(query).all()[::-1] if size else (), left > 0, count
    found = connection.execute(rows.select(dialect, names, limit=limit + 1, offset=offset)).all()
    more = len(found) > limit
    if not more and (found or not offset):
        return found, False, offset + len(found)
    return found[:limit], more, rows.count(connection)


def whole(results: list[dict[str, Any]]) -> dict[str, Any]:
    """A page that holds everything: the answer of operations that create several."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def _ordering(text: str | None, orderable: Sequence[str]) -> list[str]:
    names = [name.strip() for name in (text or "").split(",") if name.strip()]
    unknown = [name for name in names if name.removeprefix("-") not in orderable]
    if unknown:
        raise invalid({"ordering": f"Cannot order by {', '.join(unknown)}; known are {', '.join(orderable)}."})
    return names


def _url(request: Request, limit: int, offset: int, after: str | None = None) -> str:
    url = request.url.remove_query_params("after").include_query_params(limit=limit, offset=offset)
    return str(url if after is None else url.include_query_params(after=after))
