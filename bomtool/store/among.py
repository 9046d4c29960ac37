"""`among`: a column whose text is one of many, as one bound value, however many they are.

A list of `IN (?, ?, ...)` ends at 32,766 values on SQLite as most systems have it, and at 65,535 on PostgreSQL; a BOM can
have more lines than that. It is also one statement for every number of values, which the caches of both keep.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Dialect, String, bindparam
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine


class _Listed(TypeDecorator[Any]):
    """A list of texts: a JSON text on SQLite, an array on PostgreSQL."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(ARRAY(String()) if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return value if dialect.name == "postgresql" else json.dumps(value)


class _Among(FunctionElement[Any]):
    name = "among"
    type = NullType()  # a Boolean would be asked for as `... = 1` on SQLite, which no index answers
    inherit_cache = True


@compiles(_Among, "sqlite")
def _on_sqlite(element: _Among, compiler: Any, **given: Any) -> str:
    column, values = element.clauses
    listed = compiler.process(values, **given)
    return f"{compiler.process(column, **given)} IN (SELECT value FROM json_each({listed}))"  # noqa: S608


@compiles(_Among, "postgresql")
def _on_postgresql(element: _Among, compiler: Any, **given: Any) -> str:
    column, values = element.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(values, **given)})"


def among(column: ColumnElement[Any], values: Iterable[str]) -> ColumnElement[bool]:
    """Whether the text of `column` is one of `values`; never, where there are none. NULL is none of them."""
    return _Among(column, bindparam(None, sorted(set(values)), type_=_Listed(), unique=True))
