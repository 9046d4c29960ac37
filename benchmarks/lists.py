"""Lists of the platform, timed over tables of 1,000 to 1,000,000 rows.

    python benchmarks/lists.py [--rows 1000,10000,100000,1000000] [--out results.json]

Fills BOMs, programs and suppliers in bulk, in the SQLite file of a temporary data folder, or in the PostgreSQL database that
BOMTOOL_DATABASE_URL names (use an empty one), lets the index of searches catch up, and asks the embedded platform for pages
of 100: the first, the one in the middle, the last, the next one by its `next`, by status, integration record, search, tag and
custom property. Printed are milliseconds of CPU of this process and of wall clock (best of five; PostgreSQL works outside
this process) and statements a page.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PORTION = 20_000
TAGGED = 250
"""Rows that have the tag that is asked for, at every size, and as many that the search finds."""
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def fill(store: Any, org: str, first: int, count: int) -> None:
    """Rows `first` to `count` of each list, and their tags."""
    from sqlalchemy import insert

    from bomtool.platform import list_search
    from bomtool.platform.people_tables import custom_properties, property_values, record_tags, tags
    from bomtool.platform.stock_tables import suppliers
    from bomtool.platform.tables import boms, programs

    if first == 0:
        with store.write() as connection:
            moment = {"created_at": BEGAN, "updated_at": BEGAN}
            connection.execute(
                insert(tags).values(id=ident("tag", 0), org_id=org, name="hot", name_key="hot", **moment)
            )
            named = {"record_type": "bom", "name": "Line", "name_key": "line", "value_type": "text", "archived": False}
            connection.execute(insert(custom_properties).values(id=ident("line", 0), org_id=org, **named, **moment))
    for table, row, kind in ((boms, bom, "bom"), (programs, program, "program"), (suppliers, supplier, "supplier")):
        for begin in range(first, count, PORTION):
            numbers = range(begin, min(count, begin + PORTION))
            with store.write() as connection:
                connection.execute(insert(table), [{"org_id": org, **common(kind, n), **row(n)} for n in numbers])
                marked = [n for n in numbers if n < TAGGED]
                if marked:
                    connection.execute(
                        insert(record_tags),
                        [
                            {"tag_id": ident("tag", 0), "org_id": org, "record_type": kind, "record_id": ident(kind, n)}
                            for n in marked
                        ],
                    )
                if kind == "bom":
                    lines = [("hot" if n < TAGGED else f"line {n % 1000}", n) for n in numbers]
                    connection.execute(
                        insert(property_values),
                        [
                            {"property_id": ident("line", 0), "record_id": ident(kind, n), "org_id": org,
                             "value": value, "value_key": value}
                            for value, n in lines
                        ],
                    )  # fmt: skip
    list_search.catch_up(store)
    if store.dialect == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def ident(kind: str, number: int) -> str:
    """The id of a row: the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{kind}/{number}"))


def common(kind: str, number: int) -> dict[str, Any]:
    """Members of every row; each is a second younger than the one before."""
    moment = BEGAN + timedelta(seconds=number)
    linked = {"integration_source_name": "bench", "integration_record_id": f"{kind}-{number:08d}"}
    return {"id": ident(kind, number), "created_at": moment, "updated_at": moment, **linked}


def called(number: int) -> str:
    """A name; the first have a word that is looked for."""
    return f"Controller board {number:08d}{' zebrawood' if number < TAGGED else ''}"


def bom(number: int) -> dict[str, Any]:
    """A BOM; every tenth is archived, every third approved."""
    return {
        "name": called(number), "version": str(number % 7), "part_number": f"PN-{number}", "approved": number % 3 == 0,
        "archived": number % 10 == 0, "meta": {"bomtool": {"file": f"{number}.csv"}},
    }  # fmt: skip


def program(number: int) -> dict[str, Any]:
    """A program without lines."""
    return {"name": called(number), "reference_number": f"R-{number}", "currency": "USD", "overage_profile": "none"}


def supplier(number: int) -> dict[str, Any]:
    """A supplier."""
    return {
        "name": called(number),
        "name_key": called(number).casefold(),
        "code": f"S{number}",
        "purchase_rule": "allowed",
    }


class Bench:
    """A platform over a database that grows."""

    def __init__(self, store: Any, connection: Any) -> None:
        self.store, self.connection = store, connection

    def ask(self, path: str, **query: Any) -> dict[str, Any]:
        """One page, five times: best CPU and wall clock in milliseconds, statements, and what it said."""
        cpu = wall = float("inf")
        for _ in range(5):
            with self.store.count_statements() as counter:
                used, began = time.process_time(), time.perf_counter()
                body = self.connection.request("GET", path, query=query).body
                wall = min(wall, time.perf_counter() - began)
                cpu = min(cpu, time.process_time() - used)
        return {
            "cpu_ms": round(1000 * cpu, 1), "wall_ms": round(1000 * wall, 1), "statements": counter.count,
            "count": body["count"], "items": len(body["results"]), "next": body["next"],
        }  # fmt: skip

    def pages(self, noun: str, rows: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Every kind of page of a list."""
        path, kind = f"/v1/{noun}/", noun.removesuffix("s")
        yield "first page", self.ask(path)
        yield "page in the middle, by offset", self.ask(path, offset=rows // 2)
        yield "last page, by offset", self.ask(path, offset=rows - 100)
        yield "page in the middle, by next", self.by_next(path, rows // 2)
        yield "newest first", self.ask(path, ordering="-created_at")
        if noun == "boms":
            yield "approved", self.ask(path, approved="true")
            yield "archived", self.ask(path, archived="true")
        record = f"{kind}-{rows // 2:08d}"
        yield "integration record", self.ask(path, integration_source_name="bench", integration_record_id=record)
        yield "search, 250 found", self.ask(path, search="zebrawood")
        yield "search, none found", self.ask(path, search="no such words")
        yield "search, all found", self.ask(path, search="board")
        yield "tag, 250 have it", self.ask(path, tag="hot")
        if noun == "boms":
            yield "custom property, 250 have it", self.ask(path, custom_property="Line:hot")

    def by_next(self, path: str, offset: int) -> dict[str, Any]:
        """The page that a page's `next` leads to."""
        from urllib.parse import parse_qsl, urlsplit

        before = self.connection.request("GET", path, query={"offset": offset}).body
        return self.ask(path, **dict(parse_qsl(urlsplit(before["next"]).query)))


def main() -> None:
    """Fill, ask, print; bigger each time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="1000,10000,100000,1000000")
    parser.add_argument("--out", type=Path)
    arguments = parser.parse_args()
    sizes = sorted(int(text) for text in arguments.rows.split(","))
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["BOMTOOL_DATA_DIR"], os.environ["BOMTOOL_CONFIG_DIR"] = f"{folder}/data", f"{folder}/config"
        from pydantic import SecretStr

        from bomtool.net import Connection
        from bomtool.platform import keys
        from bomtool.platform.embedded import open_embedded
        from bomtool.settings import load

        platform = open_embedded(load())
        bench = Bench(platform.store, Connection.in_process(platform.app, SecretStr(platform.api_key)))
        with platform.store.write() as connection:
            org = keys.first_org(connection)
        found: dict[str, dict[str, dict[str, Any]]] = {}
        before = 0
        for rows in sizes:
            fill(platform.store, org, before, rows)
            before = rows
            for noun in ("boms", "programs", "suppliers"):
                for what, one in bench.pages(noun, rows):
                    found.setdefault(noun, {}).setdefault(what, {})[str(rows)] = one
            print(f"{rows} rows asked", file=sys.stderr, flush=True)
        database = platform.store.dialect
        bench.connection.close()
        platform.close()
    print(f"{database}; CPU / wall clock in ms, statements a page of 100")
    for noun, kinds in found.items():
        for what, by_rows in kinds.items():
            told = "".join(
                f"{one['cpu_ms']:>10.1f} /{one['wall_ms']:>8.1f} ({one['statements']})" for one in by_rows.values()
            )
            print(f"{noun:10}{what:32}{told}")
    if arguments.out:
        result = {"commit": commit.stdout.strip(), "database": database, "lists": found}
        arguments.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
