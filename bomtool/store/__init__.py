"""The store: one SQL database shared by processes, SQLite on one machine or PostgreSQL beyond.

`open` gives a `Store`; tables are defined by the room that owns them, on `metadata`. SQLAlchemy is imported on first
use only.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bomtool.store.engine import Store as Store
    from bomtool.store.schema import metadata as metadata

__all__ = ["Store", "metadata", "open"]


def open(target: str | Path, *, busy_timeout: float = 30.0) -> Store:
    """Open (and create or migrate where needed) the database at a path, a `sqlite:///` or a `postgresql://` URL.

    `busy_timeout` is how many seconds a writer waits for another. Raises StoreError, with a hint, for what cannot be
    opened: a network share, a newer schema, a locked, full, read-only or foreign file, an unreachable server.
    """
    from bomtool.store import engine

    return engine.open_store(target, busy_timeout=busy_timeout)


def __getattr__(name: str) -> Any:
    if name == "Store":
        from bomtool.store import engine

        return engine.Store
    if name == "metadata":
        from bomtool.store import schema

        return schema.metadata
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
