"""Sends generated requests to the Component Cloud's operations and checks every answer against a description of them.

    python scripts/long/fuzz_cloud.py [--spec openapi.json] [--examples 1000] [--seed 1]

Without `--spec` this platform's own description is taken; with it any other one, such as the vendor's published. The counts go
to benchmarks/results/fuzz_cloud.json.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, seed, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bomtool import settings as settings_module
from bomtool import store
from bomtool.parts import seed as seed_parts
from bomtool.parts.catalog import Catalog
from bomtool.platform import keys
from bomtool.platform.app import create_app

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ("product-v0", "product-v1", "product-offers-v0", "product-offers-v1")
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


def main() -> int:
    """Exit 1 where an answer was not as described."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", type=Path)
    parser.add_argument("--examples", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "fuzz_cloud.json")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        counts, failures = run(Path(folder), chosen.spec, chosen.examples, chosen.seed)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    result = {
        "commit": commit,
        "seed": chosen.seed,
        "description": "given" if chosen.spec else "own",
        "answers": {name: dict(sorted(found.items())) for name, found in counts.items()},
        "failures": failures[:20],
        "failed": len(failures),
    }
    chosen.out.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return 1 if failures else 0


def run(folder: Path, spec: Path | None, examples: int, number: int) -> tuple[dict[str, Counter[str]], list[str]]:
    """Answers by operation and status, and what was wrong."""
    opened = store.open(folder / "cloud.sqlite3")
    seed_parts.ensure(Catalog(opened))
    app = create_app(opened, settings_module.load(data_dir=folder))
    with opened.write() as connection:
        key = keys.insert_key(connection, keys.first_org(connection), name="fuzz", scopes=("read",))
    headers = {"X-API-KEY": key["key"], "X-CLIENT-ID": key["org_id"]}
    if spec is not None:
        schema = schemathesis.openapi.from_dict(json.loads(spec.read_text()))
        schema.app = app
    else:
        schema = schemathesis.openapi.from_asgi("/products/openapi.json", app)
    parts = [candidate.part.id for candidate in Catalog(opened).search("10k", 20)]
    counts: dict[str, Counter[str]] = {}
    failures: list[str] = []
    started = time.monotonic()
    for found in schema.get_all_operations():
        operation = found.ok()
        counts[operation.label] = Counter()
        _one(operation, headers, examples, number, counts[operation.label], failures, parts)
        print(f"{operation.label}: {dict(counts[operation.label])}, {time.monotonic() - started:.0f} s", flush=True)
    opened.close()
    return counts, failures


def _one(
    operation: Any,
    headers: dict[str, str],
    examples: int,
    number: int,
    counts: Counter[str],
    failures: list[str],
    parts: list[str],
) -> None:
    @seed(number)
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @_given(operation)
    def ask(case: Any) -> None:
        _sense(case, sum(counts.values()), parts)
        response = case.call(headers=headers)
        counts[str(response.status_code)] += 1
        try:
            case.validate_response(response, checks=CHECKS, headers=headers)
        except BaseException as error:  # a group of failures, each a sentence
            failures.append(f"{operation.label}: {str(error)[:400]}")

    ask()


def _sense(case: Any, turn: int, parts: list[str]) -> None:
    """Three of four requests name a schema and a part there are, so that they get further than the first check."""
    if turn % 4 == 3:
        return
    if case.query is not None and "schema" in case.query:
        case.query["schema"] = SCHEMAS[turn % len(SCHEMAS)]
    if case.path_parameters and "id" in case.path_parameters:
        case.path_parameters["id"] = parts[turn % len(parts)]


def _given(operation: Any) -> Any:
    from hypothesis import given

    return given(case=operation.as_strategy())


if __name__ == "__main__":
    raise SystemExit(main())
