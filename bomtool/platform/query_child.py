"""The child process that runs reporting queries: a database in memory of its own, a bound on its heap, no file, no network.

Input: two lengths of eight bytes, JSON options, an image of a database. Output: a length and JSON, either the answer or
`{"refused": [why, text]}`. Then the next query. Imports nothing of bomtool: it starts in milliseconds.
"""

from __future__ import annotations

import json
import sqlite3
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any

HEAD = struct.Struct(">QQ")
LENGTH = struct.Struct(">Q")
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})


def main() -> None:
    """Answer queries until the input ends."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while len(head := source.read(HEAD.size)) == HEAD.size:
        sizes = HEAD.unpack(head)
        options = json.loads(source.read(sizes[0]))
        _bound(options["memory"])
        found = _answer(options, source.read(sizes[1]))
        content = json.dumps(found, ensure_ascii=False).encode("utf-8", "replace")
        sink.write(LENGTH.pack(len(content)) + content)
        sink.flush()


def _bound(memory: int) -> None:
    """What is not SQLite's own memory is bounded by the system, where it can bound it."""
    if sys.platform == "linux":
        import resource

        limit = 3 * memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(options: dict[str, Any], image: bytes) -> dict[str, Any]:
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        return _execute(database, options, image)
    except sqlite3.OperationalError as error:
        return {"refused": ["time" if "interrupted" in str(error) else "query", str(error)]}
    except MemoryError:
        return {"refused": ["memory", ""]}
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        return {"refused": ["query", str(error)]}
    finally:
        database.close()


def _execute(database: sqlite3.Connection, options: dict[str, Any], image: bytes) -> dict[str, Any]:
    database.execute(f"PRAGMA hard_heap_limit={int(options['memory'])}")
    database.execute("PRAGMA temp_store=MEMORY")
    database.execute("PRAGMA trusted_schema=OFF")
    database.deserialize(image)
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    for name, value in options["limits"].items():
        database.setlimit(int(name), value)
    until = time.monotonic() + options["seconds"]
    database.set_authorizer(_only_reading)
    database.set_progress_handler(lambda: time.monotonic() > until, 10_000)
    cursor = database.execute(options["query"], options["parameters"])
    columns = [entry[0] for entry in cursor.description or ()]
    rows: list[list[Any]] = []
    limit, size = options["limit"], 0
    for row in _rows(cursor, limit + 1):
        size += sum(len(value) if isinstance(value, str) else 8 for value in row)
        if size > options["answer"]:
            return {"refused": ["size", ""]}
        rows.append(row)
    return {
        "columns": columns,
        "rows": rows[:limit],
        "row_count": min(len(rows), limit),
        "truncated": len(rows) > limit,
    }


def _only_reading(action: int, *_: object) -> int:
    """What was compiled before runs; a statement that does anything else never does, even were it let through there."""
    return sqlite3.SQLITE_OK if action in _ALLOWED else sqlite3.SQLITE_DENY


def _rows(cursor: sqlite3.Cursor, most: int) -> Iterator[list[Any]]:
    for _ in range(most):
        row = cursor.fetchone()
        if row is None:
            return
        yield [value.hex() if isinstance(value, bytes) else value for value in row]


if __name__ == "__main__":
    main()
