"""Writes docs/third-party-licences.md from the metadata of what is installed; `--check` only compares.

Everything in requirements.txt is listed, and the extra `postgres` with all it pulls in: what a user gets beside bomtool
itself.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import defaultdict
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "third-party-licences.md"
WHY = {
    "a2wsgi": "calls the embedded platform in-process, without a socket",
    "alembic": "migrates the database",
    "charset-normalizer": "guesses an encoding where nothing better tells it",
    "click": "command line",
    "defusedxml": "reads XML of files from outside",
    "fastapi": "the platform's HTTP interface",
    "filelock": "one migration at a time",
    "httpx": "the client's HTTP",
    "httpx-retries": "repeats what is safe to repeat",
    "openpyxl": "reads workbooks with their formats; fills a user's own template",
    "pandas": "BOMs as data frames",
    "platformdirs": "where a user's data and settings live on each system",
    "pydantic": "checks what travels on the wire",
    "pydantic-settings": "settings from environment and config file",
    "python-calamine": "reads old and large workbooks, in a child process",
    "psycopg": "PostgreSQL, with the extra `postgres`",
    "psycopg-binary": "PostgreSQL, with the extra `postgres`",
    "rapidfuzz": "rates similar part numbers",
    "rich": "tables and progress on the terminal",
    "sqlalchemy": "database access",
    "uvicorn": "serves the platform",
    "watchfiles": "a hint that something happened in the watched folder",
    "xlsxwriter": "writes reports",
}
EXTRA = "postgres"
HEAD = """# Third-party licences

What is installed with bomtool, under which licence, and what for. Written by `python scripts/licences.py` from the
packages' own metadata; CI compares.

| package | licence | for |
|---|---|---|
"""


def main() -> int:
    text = HEAD + "".join(f"| {name} | {licence} | {reason} |\n" for name, licence, reason in rows())
    if "--check" in sys.argv[1:]:
        if TARGET.read_text(encoding="utf-8") == text:
            return 0
        print(f"{TARGET.relative_to(ROOT)} is not up to date: run python scripts/licences.py", file=sys.stderr)
        return 1
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    return 0


def rows() -> list[tuple[str, str, str]]:
    """Name, licence and reason of every pinned package, by name. Raises SystemExit for one without a licence."""
    pinned = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = {normal(name) for name in re.findall(r"^([A-Za-z0-9._-]+)==", pinned, re.MULTILINE)}
    names = sorted(names | pulled_in(EXTRA))
    found = {name: distribution(name) for name in names}
    needed: dict[str, set[str]] = defaultdict(set)
    for name, package in found.items():
        for requirement in package.requires or []:
            if "extra ==" not in requirement:
                needed[normal(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])].add(name)
    out = []
    for name in names:
        reason = WHY.get(name) or f"needed by {', '.join(sorted(needed[name]))}"
        if name not in WHY and not needed[name]:
            raise SystemExit(f"Nothing says what {name} is for.")
        out.append((name, licence(found[name]), reason))
    return out


def pulled_in(extra: str) -> set[str]:
    """The packages of an extra of ours, and all that those need on this system."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting = [Requirement(text) for text in project["optional-dependencies"][extra]]
    seen: set[tuple[str, str]] = set()
    while waiting:
        one = waiting.pop()
        name = normal(one.name)
        for wanted in {"", *one.extras} - {known for known_name, known in seen if known_name == name}:
            seen.add((name, wanted))
            below = [Requirement(text) for text in distribution(name).requires or []]
            waiting += [need for need in below if not need.marker or need.marker.evaluate({"extra": wanted})]
    return {name for name, _ in seen}


def licence(package: Distribution) -> str:
    """The licence by SPDX expression, else by classifier, else by the first line of the licence field."""
    metadata = package.metadata
    expression = metadata.get("License-Expression")
    if expression:
        return expression
    classifiers = [
        line.rpartition(" :: ")[2]
        for line in metadata.get_all("Classifier", [])
        if line.startswith("License :: ") and not line.endswith(":: OSI Approved")
    ]
    if classifiers:
        return ", ".join(sorted(classifiers))
    named = (metadata.get("License") or "").strip().split("\n")[0]
    if not named:
        raise SystemExit(f"{package.name} names no licence.")
    return named


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    sys.exit(main())
