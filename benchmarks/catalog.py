"""Loading a catalogue and searching in it, at the sizes of the files given.

    python benchmarks/catalog.py parts_15k.csv.xz parts_60k.csv.xz parts_582k.csv.xz [--queries 300] [--database-url URL]

`--database-url` names an empty PostgreSQL database to measure instead of SQLite; its server is another process, whose
processor time is not counted.

Prints for each file: seconds and processor seconds of loading, disk, memory of the process and of its child; the seconds
and database statements of 1,000 lines at the exact, normalised and packaging levels; and milliseconds and recall of the
search by likeness (a real part number with one edit, is the part among the first ten?) and by beginning.

Peers in the same run: for loading, the same file through csv into a plain SQLite table with an index and a trigram index
on the part number; for 1,000 lines, one SELECT by part number each; for likeness, RapidFuzz over all part numbers.
"""

from __future__ import annotations

import argparse
import csv
import lzma
import os
import random
import resource
import sqlite3
import statistics
import string
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import process as fuzzy_process
from rapidfuzz.distance import OSA

from bomtool import store
from bomtool.parts import fuzzy
from bomtool.parts.catalog import Catalog
from bomtool.parts.matching import match
from bomtool.parts.model import Query

LINES = 1_000


def timed(what: Callable[[], object]) -> float:
    """Seconds of one call."""
    began = time.perf_counter()
    what()
    return time.perf_counter() - began


def load(path: Path, folder: Path, url: str | None) -> tuple[Catalog, float]:
    """Load and print what it took."""
    catalog = Catalog(store.open(url or folder / "bomtool.sqlite3"))
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    seconds = timed(lambda: catalog.load(path))
    after = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    spent = [a.ru_utime + a.ru_stime - u.ru_utime - u.ru_stime for u, a in zip(usage, after, strict=True)]
    memory = [a.ru_maxrss // 1024 for a in after]
    (info,) = catalog.list()
    disk = sum(file.stat().st_size for file in folder.iterdir())
    if url:
        with catalog.store.read() as connection:
            disk = int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar() or 0)
    print(f"{path.name}: {info.parts:,} parts, {info.offers:,} offers")
    print(
        f"  load      {seconds:6.1f} s ({1e6 * seconds / info.parts:.0f} us a part), processor {spent[0]:.1f} s here and"
        f" {spent[1]:.1f} s in the child, {disk / 2**20:.0f} MiB on disk, memory {memory[0]} and {memory[1]} MiB"
    )
    return catalog, seconds


def load_plainly(path: Path, folder: Path) -> float:
    """The peer: what a short script does."""

    def work() -> None:
        connection = sqlite3.connect(folder / "plain.sqlite3")
        opener = lzma.open if path.suffix == ".xz" else open
        with opener(path, "rt", encoding="utf-8", newline="") as file:
            rows = csv.reader(file)
            header = next(rows)
            connection.execute(f"CREATE TABLE parts ({', '.join(header)})")
            connection.executemany(f"INSERT INTO parts VALUES ({', '.join('?' * len(header))})", rows)
        connection.execute("CREATE INDEX parts_mpn ON parts (mpn)")
        connection.execute("CREATE VIRTUAL TABLE grams USING fts5 (mpn, content='', tokenize='trigram', detail='none')")
        connection.execute("INSERT INTO grams (rowid, mpn) SELECT rowid, mpn FROM parts")
        connection.commit()
        connection.close()

    return timed(work)


def look_up(catalog: Catalog, plain: Path, rng: random.Random) -> None:
    """1,000 lines as BOMs write them: with and without maker, in other cases and signs, one in ten unknown."""
    with catalog.store.read() as connection:
        known = connection.exec_driver_sql("SELECT mpn, manufacturer, description, package FROM catalog_parts").all()
    lines = []
    for number, (mpn, maker, about, package) in enumerate(rng.sample(known, LINES)):
        written = (mpn, mpn.lower(), mpn.replace("-", " "), f"XQ{number}Z-{mpn[:3]}")[min(rng.randrange(10) // 3, 3)]
        lines.append(Query(str(number), written, maker if number % 3 else None, (), about, None, package))
    match(catalog, lines[:10], suggest=False)
    ours = []
    for _ in range(5):
        with catalog.store.count_statements() as counter:
            ours.append(timed(lambda: match(catalog, lines, suggest=False)))
    found = match(catalog, lines, suggest=False)
    connection_plain = sqlite3.connect(plain)
    peer = timed(
        lambda: [connection_plain.execute("SELECT * FROM parts WHERE mpn = ?", (q.mpn,)).fetchall() for q in lines]
    )
    levels = {level: sum(answer.level == level for answer in found) for level in ("exact", "normalised", "packaging")}
    said = ", ".join(f"{count} {level}" for level, count in levels.items())
    print(
        f"  match     {LINES:,} lines in {statistics.median(ours):.3f} s ({min(ours):.3f} to {max(ours):.3f}),"
        f" {counter.count} statements: {said}; peer {peer:.3f} s, ratio {statistics.median(ours) / peer:.1f}"
    )


def edited(key: str, rng: random.Random) -> str:
    """One character replaced, lost, doubled in by mistake, or two swapped."""
    at = rng.randrange(len(key))
    other = rng.choice(string.ascii_uppercase + string.digits)
    ways = (key[:at] + other + key[at + 1 :], key[:at] + key[at + 1 :], key[:at] + other + key[at:])
    swapped = key[:at] + key[at + 1 : at + 2] + key[at : at + 1] + key[at + 2 :]
    return rng.choice((*ways, swapped))


def search(catalog: Catalog, rng: random.Random, count: int) -> None:
    """By likeness and by beginning, one line at a time."""
    with catalog.store.read() as connection:
        keys = [row[0] for row in connection.exec_driver_sql("SELECT DISTINCT mpn_key FROM catalog_parts")]
    pairs = [(edited(key, rng), key) for key in rng.sample([key for key in keys if len(key) >= 6], count)]
    seconds, hits, begins = [], 0, []
    with catalog.shelf() as shelf:
        for asked, meant in pairs:
            began = time.perf_counter()
            near = fuzzy.near(shelf, [asked], limit=10)
            seconds.append(time.perf_counter() - began)
            hits += asked == meant or meant in {hit.found.key for hit in near.get(asked, ())}
            begins.append(timed(lambda meant=meant: shelf.by_prefix([meant[: max(5, len(meant) // 2)]])))  # type: ignore[misc]
    some = pairs[:20]
    peer = statistics.median(
        timed(lambda asked=asked: fuzzy_process.extract(asked, keys, scorer=OSA.normalized_similarity, limit=10))  # type: ignore[misc]
        for asked, _ in some
    )
    seconds.sort()
    begins.sort()
    middle = statistics.median(seconds)
    print(
        f"  likeness  p50 {1e3 * middle:.2f} ms, p95 {1e3 * seconds[int(0.95 * count)]:.2f} ms, recall at 10 {hits / count:.1%}"
        f" of {count}; peer p50 {1e3 * peer:.1f} ms, ratio {middle / peer:.3f}"
    )
    print(f"  beginning p50 {1e3 * statistics.median(begins):.2f} ms, p95 {1e3 * begins[int(0.95 * count)]:.2f} ms")


def main() -> None:
    """Measure each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--queries", type=int, default=300)
    parser.add_argument("--database-url", help="an empty PostgreSQL database")
    arguments = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
    for path in arguments.catalogues:
        with tempfile.TemporaryDirectory() as ours, tempfile.TemporaryDirectory() as theirs:
            catalog, seconds = load(path, Path(ours), arguments.database_url)
            peer = load_plainly(path, Path(theirs))
            print(f"            peer {peer:.1f} s, ratio {seconds / peer:.2f}")
            rng = random.Random(1)
            look_up(catalog, Path(theirs) / "plain.sqlite3", rng)
            search(catalog, rng, arguments.queries)
            catalog.drop(catalog.list()[0].name)
            catalog.store.close()


if __name__ == "__main__":
    main()
