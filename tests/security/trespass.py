"""What the tests of access stand on: two orgs with a record of every kind, and requests that are told apart by nothing
but the ids in them."""

from __future__ import annotations

import re
import typing
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
from pydantic import BaseModel
from sqlalchemy import select

from bomtool.api.routes import ROUTES
from bomtool.platform import samples
from bomtool.store.schema import metadata
from tests.contract import world
from tests.platform.support import raw_bom

ALL = ("read", "write", "admin")
BY_ID = [route for route in ROUTES if "{" in route.path and "part_id" not in route.path]
WRITING = [route for route in ROUTES if route.method != "GET" and route.scope != "read"]

LINES = {
    "purchase_line": "/v1/purchases/",
    "line": "/v1/purchases/",
    "no_part_line": "/v1/purchases/{purchase_id}/no_part_lines/",
    "rfq_line": "/v1/rfq_lines/",
}
RECORDS = {
    "bom": "bom_id", "program": "program_id", "supplier": "supplier_id", "suppliers": "supplier_id", "team": "team_id",
    "team_type": "team_type_id", "user": "user_id", "members": "user_id", "rfq": "rfq_id", "purchase": "purchase_id",
    "supplier_bill": "bill_id", "supplier_quote": "quote_id", "attachments": "document_id", "part": "own_part_id",
}  # fmt: skip
"""Which record of the world a member of a body names."""

NEEDED = {
    "upsert_bom_async": {"integration_source_name": "bomtool", "integration_record_id": "trespass"},
    "create_purchase_event": {"event_type": "shipped"},
    "create_outbound_email": {"subject": "x", "body": "x", "to": ["a@example.com"]},
}
"""What an operation needs beside the members its model requires."""
DEFERRED = {"upsert_bom_async"}
"""What looks at its parts in a job only."""
NAMES = {"name", "bill_number", "reference_number"}
"""Members that are unique within an org."""

_OWN_PART = {"mpn": "HOUSE-PART-77", "manufacturer": "secret"}


def build(platform: Any) -> dict[str, Any]:
    """A world of one org (see contract/world.py) with a part of its own."""
    records = world.build(platform)
    with platform.client(records["key"]["key"]) as owner:
        job = owner.put("/v1/parts/async_upsert/", json={"parts": [_OWN_PART]}).json()
        done = owner.get(f"/v1/async_jobs/{job['id']}/").json()["result"]
        records["own_part_id"] = (done["created"] + done["updated"])[0]
        draft = owner.post("/v1/parse_raw_bom/", json=raw_bom("secret draft", world.CUSTOM)).json()
        records["draft_bom_id"] = draft["id"]
        records["draft_line"] = owner.get(f"/v1/boms/{draft['id']}/lines/").json()["results"][0]["id"]
        offered = {"supplier": records["supplier_id"], "rfq": records["rfq_id"], "currency": "USD"}
        line = {"mpn": "secret", "rfq_line": records["lines"]["/v1/rfq_lines/"]}
        quote = owner.post("/v1/supplier_quotes/", json={**offered, "lines": [line]}).json()
        wish = {"part": records["part_id"], "quantity": 5, "unit_price": "1"}
        ordered = {"supplier": records["supplier_id"], "currency": "USD", "lines": [wish]}
        bought = owner.post("/v1/purchases/", json=ordered).json()
        owner.post(f"/v1/purchases/{bought['id']}/events/", json={"event_type": "ordered"}).raise_for_status()
    records |= {"ordered_id": bought["id"], "ordered_line": bought["lines"][0]["id"]}
    records["quote_id"] = quote["id"]
    records["lines"]["/v1/supplier_quote_lines/"] = quote["lines"][0]["id"]
    return records


def with_drafts(records: dict[str, Any], route: Any) -> dict[str, Any]:
    """The same records, with a BOM that may still be changed, and for events a purchase that is ordered."""
    lines = {**records["lines"], "/v1/boms/": records["draft_line"]}
    if route.name == "create_purchase_event":
        lines["/v1/purchases/"] = records["ordered_line"]
        records = {**records, "purchase_id": records["ordered_id"]}
    return {**records, "bom_id": records["draft_bom_id"], "lines": lines}


def nothing(records: dict[str, Any]) -> dict[str, Any]:
    """Ids in the same shape that exist nowhere."""
    none: dict[str, Any] = {name: str(uuid.uuid4()) for name in records}
    return none | {"lines": {start: str(uuid.uuid4()) for start in records["lines"]}, "own_part_id": "CC0NOSUCHPRT"}


def examples(platform: Any) -> dict[tuple[str, str], Any]:
    """A body that is valid by itself for every operation: the example of the OpenAPI document."""
    found = {}
    for path, operations in platform.app.openapi()["paths"].items():
        for method, operation in operations.items():
            content = operation.get("requestBody", {}).get("content", {})
            found[method.upper(), path] = content.get("application/json", {}).get("example")
    return found


def told(response: httpx.Response) -> tuple[Any, ...]:
    """All that an answer tells beside the ids that were asked for, its request id and its date."""
    text = re.sub(r'"request_id": ?"[^"]*"', "", response.text)
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", text)
    names = sorted(name for name in response.headers if name not in ("x-request-id", "date", "content-length"))
    return response.status_code, text, tuple((name, response.headers[name]) for name in names)


def rows_of(platform: Any, org_id: str) -> dict[str, list[Any]]:
    """Every row of an org in every table, but for when its keys were used."""
    found = {}
    with platform.store.read() as connection:
        for table in metadata.sorted_tables:
            if "org_id" not in table.c or table.name == "api_keys":
                continue
            query = select(table).where(table.c.org_id == org_id).order_by(*table.primary_key)
            found[table.name] = [tuple(map(repr, row)) for row in connection.execute(query)]
    return found


def references(model: type[BaseModel], path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where a body names other records: the paths of all members that are ids, `*` for the items of a list."""
    for name, field in model.model_fields.items():
        yield from _of_type(field.annotation, (*path, field.alias or name))


def _of_type(kind: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    if kind is uuid.UUID or (kind is str and path[-1] == "part"):
        yield path
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from references(kind, path)
    else:
        inner = (*path, "*") if typing.get_origin(kind) is list else path
        options = typing.get_args(kind)
        for option in options[:1] if typing.get_origin(kind) is typing.Annotated else options:
            yield from _of_type(option, inner)


def body(route: Any, example: Any, target: tuple[str, ...], own: dict[str, Any], records: dict[str, Any]) -> Any:
    """The smallest valid body with an id of `records` at `target`; every other id it must have is of `own`."""
    return _smallest(route, route.request, example, target, (), own, records)


def _smallest(
    route: Any,
    model: type[BaseModel],
    example: Any,
    target: tuple[str, ...],
    here: tuple[str, ...],
    own: Any,
    records: Any,
) -> Any:
    made = dict(NEEDED.get(route.name, {})) if not here else {}
    if route.name.startswith("create_supplier_quote") and not here and "rfq" in model.model_fields:
        made["rfq"] = own["rfq_id"]
    for name, field in model.model_fields.items():
        alias = field.alias or name
        path = (*here, alias)
        on_the_way = target[: len(path)] == path
        if not (field.is_required() or on_the_way or alias in ("mpn", "description", "quantities")):
            continue
        value = example.get(alias) if isinstance(example, dict) else None
        inner = _model_of(field.annotation)
        if inner:
            first = value[0] if isinstance(value, list) and value else _example(inner)
            made[alias] = [_smallest(route, inner, first, target, (*path, "*"), own, records)]
        elif named := list(_of_type(field.annotation, path)):
            source = records if on_the_way else own
            found = _identifier(route, alias, source)
            made[alias] = [found] if named[0][-1] == "*" else found
        else:
            made.setdefault(alias, f"{value} {uuid.uuid4().hex[:8]}" if alias in NAMES else value)
    return made


def _example(model: type[BaseModel]) -> Any:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return samples.example(schema, schema.get("$defs", {}))


def _model_of(kind: Any) -> type[BaseModel] | None:
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return kind
    return next((found for option in typing.get_args(kind) if (found := _model_of(option))), None)


def _identifier(route: Any, name: str, records: dict[str, Any]) -> str:
    if name == "id":
        return str(records["lines"][LINES["no_part_line" if "no_part" in route.name else "purchase_line"]])
    return str(records["lines"][LINES[name]]) if name in LINES else str(records[RECORDS[name]])
