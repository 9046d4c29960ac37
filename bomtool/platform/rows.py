"""The rows of a list, narrowed step by step: as they can be counted and put into order without reading those before.

An index gives the rows of one org, or of one team of it, in the order of their making. Of several orgs or teams the first of
each are taken and put together: what a page costs then depends on how many orgs and teams there are, not on the rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Connection,
    Select,
    String,
    Table,
    false,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy import true as always

from bomtool.platform import list_counts, list_search

if TYPE_CHECKING:
    from bomtool.platform.calls import Call

FAR = 1_000
"""So many rows are skipped as they are; beyond, it is looked for a shorter way."""
_DEARER = 8
"""How much more it costs to look a row up by the index of trigrams than to pass over it."""
_OF_NONE: frozenset[str | None] = frozenset({None})


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table: of some orgs, of some teams of theirs (None among them: of no team; None for all), with some flags, and
    whatever else narrows them. Without orgs it is the other conditions that say whose they are."""

    table: Table
    orgs: tuple[str, ...] | None = None
    teams: frozenset[str | None] | None = None
    flags: Mapping[str, bool] = field(default_factory=dict)
    others: tuple[ColumnElement[bool], ...] = ()
    few: bool = False
    """The other conditions name few rows by their ids, and SQLite is kept from looking for those among all of an org."""
    term: str = ""
    columns: tuple[str, ...] = ()
    """The text that one of these columns has, whatever the case of its ASCII letters."""
    candidates: int | None = None
    """How many rows the index of trigrams has for the term, no further than is asked; None where it cannot say."""

    @classmethod
    def seen(cls, call: Call, table: Table) -> Rows:
        """The rows of a table that a call sees, as `Call.visible` has it."""
        teams = call.identity.teams if "team_id" in table.c else None
        return cls(table, call.orgs, None if teams is None else frozenset((None, *teams)))

    def where(self, *conditions: ColumnElement[bool]) -> Rows:
        """Narrowed by anything."""
        return replace(self, others=(*self.others, *conditions))

    def of_team(self, team: str) -> Rows:
        """Narrowed to one team, which may not be among those that are seen."""
        if "team_id" not in self.table.c:
            return self.where(false())
        return replace(self, teams=frozenset({team}) if self.teams is None else self.teams & {team})

    def flagged(self, name: str, value: bool) -> Rows:
        """Narrowed by a flag; a list that knows no such flag has no rows that have it."""
        if name in list_counts.LISTS.get(self.table.name, ()):
            return replace(self, flags={**self.flags, name: value})
        if name in self.table.c:
            return self.where(self.table.c[name] == value)
        return self.where(false()) if value else self

    def searched(self, term: str | None, columns: Sequence[str]) -> Rows:
        """Narrowed to rows that have the text in one of the columns, whatever the case."""
        return replace(self, term=term, columns=tuple(columns)) if term else self

    def located(self, connection: Connection) -> Rows:
        """The same rows, by the index of trigrams where that has few: where it has many, the list has one soon."""
        if not self.term:
            return self
        found = list_search.candidates(connection, self.table, self.term, list_search.FEW + 1)
        located = replace(self, candidates=found)
        return located._among() if found is not None and found <= list_search.FEW else located

    def _among(self) -> Rows:
        return replace(self.where(list_search.among(self.table, self.term)), few=True)

    @property
    def counted(self) -> bool:
        """Whether the database keeps the count of these rows."""
        return self.orgs is not None and not self.others and not self.term and self.table.name in list_counts.LISTS

    def count(self, connection: Connection) -> int:
        """How many rows there are: by the counts that are kept, or by counting."""
        if self.counted and self.orgs is not None:
            return list_counts.of(connection, self.table, self.orgs, self.teams, self.flags)
        rows = self
        if self.candidates is not None and self.candidates > list_search.FEW:
            listed = replace(self, term="", others=())
            most = listed.count(connection) // _DEARER if listed.counted else 0
            found = list_search.candidates(connection, self.table, self.term, most + 1) if most else None
            rows = self._among() if found is not None and found <= most else self
        conditions = rows._conditions(connection.dialect.name)
        return int(connection.execute(select(func.count()).select_from(self.table).where(*conditions)).scalar_one())

    def select(
        self,
        dialect: str,
        names: Sequence[str],
        *,
        limit: int,
        offset: int = 0,
        behind: ColumnElement[bool] | None = None,
    ) -> Select[Any]:
        """Rows in the order of the named columns (- in front descends), from an offset or behind a mark."""
        order = self._order(names)
        more = () if behind is None else (behind,)
        if offset <= FAR and (streams := self._streams(names)) is not None:
            most = offset + limit
            down = names[0].startswith("-")
            parts = [self._first(dialect, pairs, teamed, more, order, down, most) for pairs, teamed in streams]
            found = union_all(*parts).subquery()
            first: list[Any] = [found.c.created_at, found.c.id]
            if down:
                first = [column.desc() for column in first]
            picked = select(found.c.id).order_by(*first).limit(limit).offset(offset)
            return select(self.table).where(self.table.c.id.in_(picked)).order_by(*order)
        if not offset:
            return select(self.table).where(*self._conditions(dialect), *more).order_by(*order).limit(limit)
        # What is skipped is skipped in the index.
        picked = (
            select(self.table.c.id)
            .where(*self._conditions(dialect), *more)
            .order_by(*order)
            .limit(limit)
            .offset(offset)
        )
        return select(self.table).where(self.table.c.id.in_(picked)).order_by(*order)

    def _conditions(self, dialect: str) -> list[ColumnElement[bool]]:
        made: list[ColumnElement[bool]] = []
        c = self.table.c
        if self.orgs is not None:
            made.append((func.coalesce(c.org_id, "") if self.few else c.org_id).in_(self.orgs))
        if self.teams is not None:
            named = sorted(team for team in self.teams if team is not None)
            of_none = [c.team_id.is_(None)] if None in self.teams else []
            of_one = [c.team_id.in_(named)] if named else []
            made.append(or_(false(), *of_none, *of_one))
        return [*made, *self._narrowing(dialect)]

    def _narrowing(self, dialect: str) -> list[ColumnElement[bool]]:
        """What narrows them beside org and team."""
        flags = [self.table.c[name] == value for name, value in self.flags.items()]
        return [*flags, *self.others, *([self._having(dialect)] if self.term else [])]

    def _having(self, dialect: str) -> ColumnElement[bool]:
        """That one of the columns has the term. LIKE of SQLite looks at no case, and costs a third of comparing lowered texts.
        PostgreSQL's index lowers by the language of the server, which may know more than ASCII: such terms go without."""
        needle = "%" + self.term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = [self.table.c[name] for name in self.columns]
        if dialect == "sqlite":
            return or_(*(column.like(needle, escape="\\") for column in columns))
        texts = columns if self.term.isascii() else [column.concat("") for column in columns]
        return or_(*(text.ilike(needle, escape="\\") for text in texts))

    def _order(self, names: Sequence[str]) -> list[Any]:
        """The id last, so that the order is one; it descends with the others where all do."""
        down = all(name.startswith("-") for name in names)
        order = [*(_direction(self.table, name) for name in names), self.table.c.id.desc() if down else self.table.c.id]
        return [*self._of_none(down), *order] if self.teams == _OF_NONE else order

    def _of_none(self, down: bool) -> list[Any]:
        """Rows of no team are in order of their team, too: PostgreSQL finds the index by team only so."""
        return [self.table.c.team_id.desc() if down else self.table.c.team_id]

    def _streams(self, names: Sequence[str]) -> list[tuple[list[tuple[str, str]], bool]] | None:
        """Pairs of org and team whose rows lie in one index each, and whether these are of a team; None where one range of an
        index has them all, or none has them in this order."""
        if self.orgs is None or self.few or self.table.name not in list_counts.LISTS:
            return None
        if [name.removeprefix("-") for name in names] != ["created_at"] or not self.orgs or self.teams == frozenset():
            return None
        if len(self.orgs) * (1 if self.teams is None else len(self.teams)) == 1:
            return None
        if self.teams is None:
            return [([(org, "") for org in self.orgs], False)]
        named = sorted(team for team in self.teams if team is not None)
        made = [([(org, "") for org in self.orgs], False)] if None in self.teams else []
        return [*made, ([(org, team) for org in self.orgs for team in named], True)] if named else made

    def _first(
        self,
        dialect: str,
        pairs: list[tuple[str, str]],
        teamed: bool,
        more: Sequence[ColumnElement[bool]],
        order: list[Any],
        down: bool,
        most: int,
    ) -> Select[Any]:
        """(id, created_at) of the first rows of each pair of org and team."""
        c = self.table.c
        if dialect == "postgresql":
            columns = [literal([pair[n] for pair in pairs], ARRAY(String)) for n in (0, 1)]
            source: Any = func.unnest(*columns).table_valued("org", "team", name="pairs").render_derived()
            org, team = source.c.org, source.c.team
        else:
            source = func.json_each(literal(json.dumps(pairs), String)).table_valued("value", name="pairs")
            org, team = (func.json_extract(source.c.value, f"$[{n}]") for n in (0, 1))
        conditions = [c.org_id == org]
        if self.teams is not None:
            conditions.append(c.team_id == team if teamed else c.team_id.is_(None))
            if not teamed and self.teams != _OF_NONE:
                order = [*self._of_none(down), *order]
        query = select(c.id, c.created_at).where(*conditions, *self._narrowing(dialect), *more)
        query = query.order_by(*order).limit(most).correlate(source)
        if dialect == "postgresql":
            lateral = query.lateral()
            return select(lateral.c.id, lateral.c.created_at).select_from(source.join(lateral, always()))
        row = self.table.alias()
        here = row.c.id.in_(query.with_only_columns(c.id))
        return select(row.c.id, row.c.created_at).select_from(source.join(row, here))


def _direction(table: Table, name: str) -> Any:
    """Nulls are the least, as SQLite has it; PostgreSQL would put them last."""
    column = table.c[name.removeprefix("-")]
    ordered = column.desc() if name.startswith("-") else column.asc()
    if not column.nullable:
        return ordered  # and an index gives the order
    return ordered.nulls_last() if name.startswith("-") else ordered.nulls_first()
