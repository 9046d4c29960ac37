"""How many lines of real BOM files find their part, at which level, and how often that part is the right one.

    BOMTOOL_CORPUS=files python benchmarks/matching.py CATALOGUE... [--labels benchmarks/matching_labels.csv] [--sample N]

Reads every file below BOMTOOL_CORPUS, matches its lines against each catalogue file in turn, and prints for each the
share per level, the seconds, and the number of database statements. The peer in the same run is looking up the part
number as it is written, whatever the maker: what a lookup in a spreadsheet does.

Precision is that of labels made by reading: each says of one line and the part found for it whether that is the part the
line means. `--sample N` prints N unlabelled lines per level as rows to be judged. Labels hold no text of the files, only a
digest of line and part. Without a wrong one among n labels, the true share of wrong ones is below 3/n (95 %); else the
bound is Clopper and Pearson's.
"""

from __future__ import annotations

import argparse
import collections
import csv
import hashlib
import math
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bomtool import bom, sheets, store
from bomtool.errors import BomtoolError
from bomtool.parts.catalog import Catalog
from bomtool.parts.matching import match
from bomtool.parts.model import COSTED_LEVELS, Match, Part, Query

LABELS = Path(__file__).parent / "matching_labels.csv"
LEVELS = ("exact", "normalised", "packaging", "decoded", "parametric", "prefix", "fuzzy")
AT_A_TIME = 500
"""Lines of one call, about as many as a large BOM has."""


def lines_of(folder: Path) -> list[Query]:
    """The lines of every file that can be read."""
    found: list[Query] = []
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        try:
            read = bom.read(sheets.open(path))
        except BomtoolError:
            continue
        found += [
            Query(
                str(len(found) + number),
                line.mpn,
                line.manufacturer_name,
                tuple(other.mpn for other in line.alternates),
                line.description,
                line.value,
                line.package,
                tuple(line.supplier_part_numbers.items()),
                line.reference_designators,
                line.custom_id,
            )
            for number, line in enumerate(read.lines)
        ]
    return found


def digest(query: Query, part: Part) -> str:
    """The name of a label: what the line says of its part, and the part."""
    said = (query.mpn, query.manufacturer, query.value, query.package, query.description, query.supplier_part_numbers)
    return hashlib.sha256(f"{said}|{part.id}".encode()).hexdigest()[:20]


def answer_of(found: Match) -> tuple[str, Part] | None:
    """The level and the part that is costed, else those of the first candidate; None without any."""
    if found.part is not None and found.level is not None:
        return found.level, found.part
    return (found.candidates[0].level, found.candidates[0].part) if found.candidates else None


def bound(wrong: int, total: int) -> float:
    """The upper end of the one-sided 95 % interval for the share of wrong ones."""
    if not total:
        return 1.0
    low, high = wrong / total, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        tail = sum(math.comb(total, k) * middle**k * (1 - middle) ** (total - k) for k in range(wrong + 1))
        low, high = (middle, high) if tail > 0.05 else (low, middle)
    return high


def shares(name: str, queries: list[Query], catalog: Catalog) -> list[Match]:
    """Match everything and print the shares."""
    statements, answers = set(), []
    began = time.perf_counter()
    for start in range(0, len(queries), AT_A_TIME):
        with catalog.store.count_statements() as counter:
            answers += match(catalog, queries[start : start + AT_A_TIME])
        statements.add(counter.count)
    seconds = time.perf_counter() - began
    numbered = [query for query in queries if query.mpn]
    with catalog.store.read() as connection:
        known = set(connection.exec_driver_sql("SELECT mpn FROM catalog_parts").scalars())
    plain = sum(query.mpn in known for query in numbered)
    parts = sum(info.parts for info in catalog.list())
    costed = collections.Counter(a.level for a in answers if a.part is not None)
    offered = collections.Counter(a.candidates[0].level for a in answers if a.part is None and a.candidates)
    with_number = sum(a.part is not None for q, a in zip(queries, answers, strict=True) if q.mpn)
    print(f"\n{name}: {parts:,} parts, {len(queries):,} lines, {len(numbered):,} of them with a part number")
    print(
        f"  {seconds:.1f} s, {1000 * seconds / len(queries):.2f} ms a line, {max(statements)} statements a call at most"
    )
    for level in LEVELS:
        said = (
            f"costed {costed[level]:5d} ({costed[level] / len(queries):6.1%})" if level in COSTED_LEVELS else " " * 23
        )
        print(f"  {level:11s} {said}   offered first {offered[level]:5d} ({offered[level] / len(queries):6.1%})")
    nothing = sum(a.part is None and not a.candidates for a in answers)
    print(f"  nothing     {nothing:5d} ({nothing / len(queries):6.1%})")
    print(f"  of the lines with a part number {with_number / len(numbered):.1%} are costed;", end=" ")
    print(
        f"peer, the number as written whatever the maker: {plain / len(numbered):.1%}, ratio {with_number / plain:.2f}"
    )
    return answers


def precision(queries: list[Query], answers: list[Match], labels: dict[str, str]) -> None:
    """Print what the labels say per level, of what is costed and of what is offered first."""
    for costed in (True, False):
        told: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)
        for query, found in zip(queries, answers, strict=True):
            answer = answer_of(found)
            if answer is not None and (found.part is not None) == costed:
                told[answer[0]][labels.get(digest(query, answer[1]), "not labelled")] += 1
        print("precision of what is costed:" if costed else "precision of what is offered first (never costed):")
        rows = [(level, told[level]) for level in LEVELS if told[level]]
        for level, count in [*rows, ("all", sum((counter for _, counter in rows), collections.Counter()))]:
            labelled, wrong = count["right"] + count["wrong"], count["wrong"]
            most, open_ = bound(wrong, labelled), count["not labelled"]
            print(
                f"  {level:11s} {labelled:5d} lines labelled, {wrong:3d} wrong, at most {most:6.2%} (95 %), {open_} not labelled"
            )


def sample(queries: list[Query], answers: list[Match], labels: dict[str, str], count: int) -> None:
    """Print unlabelled lines as CSV: digest, verdict to be filled in, level, line, part."""
    found: dict[str, dict[str, list[str]]] = collections.defaultdict(dict)
    for query, one in zip(queries, answers, strict=True):
        answer = answer_of(one)
        if answer is not None and (name := digest(query, answer[1])) not in labels:
            level, part = answer
            group = level if one.part is not None else f"offered {level}"
            said = [query.mpn, query.manufacturer, query.value, query.package, query.description]
            line = " | ".join(text or "" for text in said) + f" | {query.supplier_part_numbers}"
            told = f"{part.mpn} | {part.manufacturer} | {part.package} | {part.description}"
            found[group][name] = [name, "", group, line, told]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    for group in sorted(found):
        rows = list(found[group].values())
        writer.writerows(random.Random(7).sample(rows, min(count, len(rows))))


def read_labels(path: Path) -> dict[str, str]:
    """Verdicts by digest."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        return {row["digest"]: row["verdict"] for row in csv.DictReader(line for line in file if line[0] != "#")}


def catalogues(paths: Iterable[Path], url: str | None) -> Iterable[tuple[str, Catalog]]:
    """Each file loaded into a store of its own."""
    for path in paths:
        with tempfile.TemporaryDirectory() as folder:
            opened = store.open(url or Path(folder) / "bomtool.sqlite3")
            try:
                catalog = Catalog(opened)
                catalog.load(path)
                yield path.name, catalog
                if url:
                    catalog.drop(catalog.list()[0].name)
            finally:
                opened.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--labels", type=Path, default=LABELS)
    parser.add_argument("--sample", type=int, metavar="N", help="print N unlabelled lines per level and nothing else")
    parser.add_argument("--database-url", help="an empty PostgreSQL database to match in, instead of SQLite")
    arguments = parser.parse_args()
    folder = os.environ.get("BOMTOOL_CORPUS")
    if not folder:
        sys.exit("BOMTOOL_CORPUS names no folder of BOM files.")
    queries, labels = lines_of(Path(folder)), read_labels(arguments.labels)
    for name, catalog in catalogues(arguments.catalogues, arguments.database_url):
        if arguments.sample:
            sample(queries, match(catalog, queries), labels, arguments.sample)
        else:
            precision(queries, shares(name, queries, catalog), labels)


if __name__ == "__main__":
    main()
