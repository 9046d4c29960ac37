"""One read-only SELECT of a caller, answered from a database of its own in memory.

The query never meets the platform's database: it is compiled against empty tables first, which tells (through SQLite's
authorizer) which columns of which views it reads; only these, and only the caller's own rows, are copied in; then it
runs in a process of its own, with bounds on time, memory, rows, cells and the size of any value. Whatever is no SELECT
over the views is refused.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bomtool.platform import querying
from bomtool.platform.calls import Call
from bomtool.platform.errors import Refusal, invalid
from bomtool.platform.services.views import VIEWS, View

SECONDS = 5.0
"""Longest a query may run."""
MAX_CELLS = 4_000_000
"""Most values that are copied in for one query."""
MAX_COPIED = 64 * 1024 * 1024
"""Most bytes that are copied in for one query."""
MAX_MEMORY = 256 * 1024 * 1024
"""Most bytes a query may take while it runs, what is copied in included."""
MAX_ANSWER = 16 * 1024 * 1024
"""Most characters of one answer."""
AT_ONCE = 4
"""Queries that run at the same time; more wait, then are told to come back."""
WAITING = 8
"""Queries that may wait; more are told at once, so that they take no thread from other requests."""

_FUNCTIONS = frozenset(
    """-> ->> abs avg char coalesce count cume_dist date datetime dense_rank first_value format glob group_concat hex
    ifnull iif instr json_array_length json_extract julianday lag last_value lead length like lower ltrim max min
    nth_value ntile nullif percent_rank printf rank replace round row_number rtrim sign strftime string_agg substr
    substring sum time total trim typeof unicode unixepoch upper""".split()  # noqa: SIM905
)
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 1_000_000,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 25_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 200,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 100,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 20,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 30,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 100,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
_running = threading.BoundedSemaphore(AT_ONCE)
_places = threading.BoundedSemaphore(AT_ONCE + WAITING)


def run(call: Call, query: str, parameters: dict[str, Any], limit: int) -> dict[str, Any]:
    """The answer of a query: columns, rows, whether there are more. Raises Refusal 400 saying why it is refused."""
    if not _places.acquire(blocking=False):
        raise _busy()
    try:
        return _run(call, query, parameters, limit)
    finally:
        _places.release()


def _run(call: Call, query: str, parameters: dict[str, Any], limit: int) -> dict[str, Any]:
    if not _running.acquire(timeout=2 * SECONDS):
        raise _busy()
    try:
        with _database() as database:
            wanted = _compile(database, query, parameters)
            _fill(database, call, wanted)
            return _execute(database, query, parameters, limit)
    finally:
        _running.release()


@contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    """An empty database in memory with every view as a table."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.text_factory = lambda raw: raw.decode("utf-8", "replace")
        database.execute("PRAGMA trusted_schema=OFF")
        database.execute("PRAGMA page_size=4096")
        database.execute(f"PRAGMA max_page_count={MAX_COPIED // 4096}")
        for view in VIEWS.values():
            columns = ", ".join(f'"{name}"' for name in view.columns)
            database.execute(f'CREATE TABLE "{view.name}" ({columns})')
        for name, value in _LIMITS.items():
            database.setlimit(name, value)
        yield database
    finally:
        database.close()


def _compile(database: sqlite3.Connection, query: str, parameters: dict[str, Any]) -> dict[str, set[str]]:
    """The columns a query reads, by view. Raises Refusal 400 for what is no single SELECT over the views."""
    read: dict[str, set[str]] = {}
    denied: list[str] = []
    selects = False
    closed = {str(row[0]).casefold() for row in database.execute("PRAGMA module_list")}

    def allow(action: int, one: str | None, two: str | None, schema: str | None, _inner: str | None) -> int:
        nonlocal selects
        if action == sqlite3.SQLITE_SELECT:
            selects = True
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and one in VIEWS:
            read.setdefault(one, set()).update([two] if two else [])
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ and one and not two and _may_be_named_by_with(one.casefold(), closed):
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (two or "").casefold() in _FUNCTIONS:
            return sqlite3.SQLITE_OK
        denied.append(_named(action, one, two))
        return sqlite3.SQLITE_DENY

    database.set_authorizer(allow)
    try:
        database.execute(f"EXPLAIN {query}", parameters).close()
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise _refused(f"{denied[0]} is not possible here." if denied else f"{error}.") from None
    if not selects:
        raise _refused(f"{_named(0, None, None)} is not possible here.")
    return read


def _may_be_named_by_with(name: str, closed: set[str]) -> bool:
    """Whether a table of which no column is read may be one of the query's own WITH: all others are views or closed."""
    return name not in closed and not name.startswith(("sqlite_", "pragma_"))


def _named(action: int, one: str | None, two: str | None) -> str:
    if action == sqlite3.SQLITE_FUNCTION:
        return f"The function {two}"
    if action == sqlite3.SQLITE_READ:
        return f"The table {one}"
    return {sqlite3.SQLITE_RECURSIVE: "A recursive query", sqlite3.SQLITE_PRAGMA: "PRAGMA"}.get(
        action, "Anything but one SELECT over the documented views"
    )


def _fill(database: sqlite3.Connection, call: Call, wanted: dict[str, set[str]]) -> None:
    """Copy in what the query reads: one statement a view. A view of which no column is read is counted only."""
    cells = 0
    database.set_authorizer(None)
    with call.read() as connection:
        for name, read in wanted.items():
            view = VIEWS[name]
            columns = [column for column in view.columns if column in read] or [view.columns[0]]
            most = (MAX_CELLS - cells) // len(columns)
            marks = ", ".join("?" for _ in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            count = 0
            streaming = connection.execution_options(stream_results=True)
            with streaming.execute(view.rows(call, columns).limit(most + 1)) as rows:
                while chunk := rows.fetchmany(5_000):
                    count += len(chunk)
                    if count > most:
                        raise _refused(f"It reads more than {MAX_CELLS:,} values (of {name}); name fewer columns.")
                    values = [[_plain(value) for value in row] for row in chunk]
                    _insert(database, f'INSERT INTO "{view.name}" ({names}) VALUES ({marks})', values)  # noqa: S608
            cells += count * len(columns)


def _insert(database: sqlite3.Connection, statement: str, values: list[list[Any]]) -> None:
    try:
        database.executemany(statement, values)
    except sqlite3.OperationalError:
        raise _refused(f"It reads more than {MAX_COPIED / 2**20:g} MiB; name fewer columns.") from None
    except sqlite3.DataError:
        raise _refused("It reads a value of more than a million characters; leave that column out.") from None


def _plain(value: Any) -> Any:
    """A stored value as SQLite keeps it: money as text with every digit, times as ISO 8601 in UTC."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _execute(database: sqlite3.Connection, query: str, parameters: dict[str, Any], limit: int) -> dict[str, Any]:
    options = {
        "query": query,
        "parameters": parameters,
        "limit": limit,
        "seconds": SECONDS,
        "memory": MAX_MEMORY,
        "answer": MAX_ANSWER,
        "limits": _LIMITS,
    }
    try:
        found = querying.ask(options, database.serialize())
    except querying.Ended as ended:
        found = {"refused": ["memory" if ended.in_time else "time", ""]}
    if "refused" not in found:
        return found
    why, text = found["refused"]
    raise _refused(
        {
            "time": f"It runs longer than {SECONDS:g} seconds.",
            "memory": f"It takes more than {MAX_MEMORY // 2**20} MiB of memory.",
            "size": "Its answer is too large; name fewer columns or a smaller limit.",
        }.get(why, f"{text}.")
    )


def _busy() -> Refusal:
    return Refusal(429, {"detail": "Other queries are running; try again shortly."}, {"Retry-After": "5"})


def _refused(message: str) -> Refusal:
    text = message.replace("\n", " ")
    return invalid({"query": text[:1].upper() + text[1:500]})


def documented() -> Sequence[View]:
    """The views, for the reference."""
    return list(VIEWS.values())
