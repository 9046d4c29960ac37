"""Generated requests against every operation of the platform's own OpenAPI document, with a valid key and real records.

Paths and the members of bodies that name records mostly get ids that exist, of records in one of two states, and some bodies
are the document's examples with generated members in place of some of theirs; so requests come past 404, 409 and rules
that no schema tells. What a request changed or deleted is undone by putting a snapshot of the database back.
"""

from __future__ import annotations

import asyncio
import contextlib
import copy
import sqlite3
import warnings
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import schemathesis
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.failures import FailureGroup
from schemathesis.core.parameters import ParameterLocation

from bomtool.api.routes import ROUTES
from bomtool.platform.examples import REQUESTS
from tests.contract import world
from tests.platform.support import Platform

load_all_checks()
schemathesis.openapi.format(
    "decimal", st.decimals(0, 10**6, places=4, allow_nan=False, allow_infinity=False).map(lambda value: f"{value:f}")
)
NAMES = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
RIGHT, WRONG = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
_EVERY = 60
"""Requests after which the snapshot is put back, whatever they did."""
_OWN_LINE = {
    "update_purchase_lines": "/v1/purchases/",
    "update_no_part_lines": "/v1/purchases/{purchase_id}/no_part_lines/",
}
"""Where the `id` of a line in the body is that of a line of this path."""


@dataclass(frozen=True)
class Plan:
    """How one request is made: with which of the worlds' ids (none: as generated), and which members of the example stay,
    one bit each (0: the body is the generated one)."""

    world: int | None
    kept: int


PLANS = st.builds(
    Plan,
    st.sampled_from((0, 0, 1, 1, 1, None)),
    st.one_of(st.just(0), st.just(-1), st.integers(0, 2**12 - 1)),
)


@dataclass
class Outcome:
    """What became of the requests of one operation."""

    examples: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)


class Fuzz:
    """A platform of its own with records of every kind in two states, and the operations described by its document."""

    def __init__(self, folder: Path) -> None:
        self.platform = Platform(folder)
        self.records = world.build(self.platform)
        self.worlds = (self.records, self.records | world.beside(self.platform, self.records))
        self._runner = asyncio.Runner()
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.platform.app, raise_app_exceptions=False),
            base_url="http://embedded",
            headers={"Authorization": f"Api-Key {self.records['key']['key']}"},
        )
        self._document_file = next((folder / "documents").glob("*/*-*"))
        self._document = self._document_file.read_bytes()
        self._since = 0
        self._snapshot = sqlite3.connect(":memory:")
        with contextlib.closing(sqlite3.connect(str(self.platform.store.path))) as live:
            live.backup(self._snapshot)
        document = copy.deepcopy(self.platform.app.openapi())
        document.pop("security")  # the key is always sent; what happens without one is another test's subject
        schema = schemathesis.openapi.from_dict(document)
        schema.config.generation.update(allow_x00=True)
        self.operations = {}
        for result in schema.get_all_operations():
            operation = result.ok()
            self.operations[operation.definition.raw["operationId"]] = operation
        self._paths = [{route.name: world.address(route.path, ids) for route in ROUTES} for ids in self.worlds]
        self._templates = {route.name: route.path for route in ROUTES}
        self._links = [_links(ids) for ids in self.worlds]

    def close(self) -> None:
        """Give everything back."""
        self._runner.run(self.client.aclose())
        self._runner.close()
        self._snapshot.close()
        self.platform.close()

    def run(self, name: str, examples: int, seed: int, *, right: bool = True, wrong: bool = True) -> Outcome:
        """Send so many generated requests, right ones or ones wrong on purpose, or half and half; collect what they were
        answered."""
        out = Outcome()
        operation = self.operations[name]
        for share, (asked, mode) in enumerate(((right, RIGHT), (wrong, WRONG))):
            if not asked:
                continue
            count = max(1, examples // (right + wrong))

            @hypothesis.seed(seed * 2 + share)
            @hypothesis.settings(
                max_examples=count, database=None, deadline=None, phases=[Phase.generate],
                suppress_health_check=list(HealthCheck), derandomize=False, print_blob=False,
            )  # fmt: skip
            @hypothesis.given(case=operation.as_strategy(mode), plan=PLANS)
            def one(case: Any, plan: Plan) -> None:
                self._one(name, case, plan, out)

            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                # Nothing wrong can be made of an operation that takes nothing.
                with contextlib.suppress(hypothesis.errors.Unsatisfiable):
                    one()
        self._put_back()
        return out

    def _one(self, name: str, case: Any, plan: Plan, out: Outcome) -> None:
        self._make(name, case, plan)
        response = case_response = None
        try:
            sent = case.as_transport_kwargs(base_url="http://embedded")
            sent.pop("cookies", None)
            headers = {k: v for k, v in dict(sent.pop("headers", {}) or {}).items() if k.lower() != "authorization"}
            case_response = self._send(sent, headers)
            if case_response is None:
                return
            response = schemathesis.Response.from_httpx(case_response, verify=True)
            checks = [CHECKS.get_one(check) for check in NAMES]
            case.validate_response(response, checks=checks)
        except FailureGroup as group:
            if len(out.failures) < 40:
                for failure in group.exceptions:
                    out.failures.append(_told(name, case, case_response, failure))
        out.examples += 1
        status = case_response.status_code
        out.statuses[status] += 1
        self._since += 1
        if (status < 300 and case.method == "DELETE") or self._since >= _EVERY:
            self._put_back()

    def _send(self, sent: dict[str, Any], headers: dict[str, str]) -> Any:
        """The answer; None for what the HTTP library itself will not send."""
        data = sent.pop("data", None)
        kind = {"content": data} if isinstance(data, (bytes, str)) else {"data": data} if data else {}
        if "json" in sent:
            kind = {"json": sent.pop("json")}
        params = sent.pop("params", None)
        try:
            request = self.client.build_request(sent["method"], sent["url"], params=params, headers=headers, **kind)
        except (ValueError, TypeError, UnicodeError):
            return None
        return self._runner.run(self.client.send(request))

    def _make(self, name: str, case: Any, plan: Plan) -> None:
        """Give the request what the plan says, in the places that are not wrong on purpose."""
        components = case.meta.components if case.meta else {}

        def wrong(place: ParameterLocation) -> bool:
            return place in components and components[place].mode.is_negative

        if plan.kept and isinstance(case.body, dict) and name in REQUESTS and not wrong(ParameterLocation.BODY):
            example = copy.deepcopy(REQUESTS[name])
            stay = {member: value for at, (member, value) in enumerate(example.items()) if plan.kept >> at & 1}
            case.body = (case.body if plan.kept > 0 else {}) | stay
        if plan.world is None:
            return
        if case.path_parameters and not wrong(ParameterLocation.PATH):
            real = zip(_pieces(self._templates[name]), _pieces(self._paths[plan.world][name]), strict=True)
            case.path_parameters.update({key.strip("{}"): value for key, value in real if key.startswith("{")})
        if case.query and not wrong(ParameterLocation.QUERY) and "org_id" in case.query:
            case.query["org_id"] = self.records["org_id"]
        if case.headers and not wrong(ParameterLocation.HEADER):
            case.headers.pop("If-Match", None)
        if not wrong(ParameterLocation.BODY) and isinstance(case.body, dict):
            links = self._links[plan.world]
            if name in _OWN_LINE:
                links = links | {"id": self.worlds[plan.world]["lines"][_OWN_LINE[name]]}
                if plan.world and isinstance(case.body.get("lines"), list):
                    case.body["lines"] = case.body["lines"][:1]  # a line twice is a fault of its own
            _fill(case.body, links)

    def _put_back(self) -> None:
        self._since = 0
        with contextlib.closing(sqlite3.connect(str(self.platform.store.path), timeout=60)) as live:
            self._snapshot.backup(live)
        if not self._document_file.exists():
            self._document_file.write_bytes(self._document)


def _pieces(path: str) -> list[str]:
    return path.strip("/").split("/")


def _links(records: dict[str, Any]) -> dict[str, Any]:
    """Members that name a record, with one that exists."""
    lines = records["lines"]
    plain = {
        name: records[f"{name}_id"]
        for name in ("bom", "program", "supplier", "rfq", "purchase", "team", "team_type", "part")
    }
    return plain | {
        "substitute_part": records["part_id"],
        "stock_lot": records["lot_id"],
        "purchase_line": lines["/v1/purchases/"],
        "rfq_line": lines["/v1/rfq_lines/"],
        "supplier_quote": records["quote_id"],
        "supplier_bill": records["bill_id"],
        "no_part_line": lines["/v1/purchases/{purchase_id}/no_part_lines/"],
        "tags": [records["tag_id"]],
        "suppliers": [records["supplier_id"]],
        "stock_documents": [records["document_id"]],
        "users": [records["user_id"]],
        "members": [records["user_id"]],
    }


def _fill(value: Any, links: dict[str, Any]) -> None:
    """Put the ids of real records where a body names records."""
    if isinstance(value, list):
        for item in value:
            _fill(item, links)
    elif isinstance(value, dict):
        for name, below in value.items():
            real = links.get(name)
            if isinstance(below, str) and isinstance(real, str):
                value[name] = real
            elif isinstance(real, list) and isinstance(below, list) and all(isinstance(one, str) for one in below):
                value[name] = list(real)
            else:
                _fill(below, links)


def _told(name: str, case: Any, response: Any, failure: Exception) -> str:
    sent = f"{case.method} {response.request.url} {response.request.content[:600]!r}"
    said = f"{response.status_code} {response.text[:300]}"
    return f"{name}: {type(failure).__name__} {str(failure)[:300]!r}: {sent} -> {said}"
