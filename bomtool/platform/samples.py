"""Examples for the OpenAPI document, made from the schemas themselves: a telling value by name, else by type and format.

A contract test reads every example with the model it stands for, so none can go stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_ID = "3f2a9c1e-5b7d-4c8a-9e10-2f6d8b4a7c31"
_PART = "CC2DKKO1LUCF"
_MOMENT = "2026-03-02T14:15:22Z"
_BY_NAME: dict[str, Any] = {
    "mpn": "RC0402FR-0710KL",
    "manufacturer_name": "Yageo",
    "manufacturer": "Yageo",
    "alternative_mpns": ["ERJ-2RKF1002X"],
    "reference_designators": ["R1", "R2", "R3"],
    "reference_designators_string": "R1-R3",
    "quantity": 3,
    "quant": 3,
    "description": "RES 10K 1% 0402",
    "package": "0402",
    "value": "10k",
    "mount_type": "SMT",
    "line_number": "1",
    "version": "B",
    "part_number": "ASM-1007",
    "data_source": "mainboard.xlsx",
    "integration_source_name": "bomtool",
    "integration_record_id": "9f86d081884c7d65",
    "part": _PART,
    "part_id": _PART,
    "substitute_part": "IM60640MOX6H",
    "currency": "USD",
    "supplier": "Northwind Components",
    "sku": "NW-10K-0402",
    "overage_profile": "typical",
    "email": "buyer@example.com",
    "name": "Mainboard",
    "approved": "true",
    "link": "https://example.com/part",
    "url": "https://example.com/part",
    "metadata": {"project": "A7"},
    "custom_id": "RES-0001",
    "count": 1,
    "next": None,
    "previous": None,
    "error": None,
}
_MAX_DEPTH = 16
"""Far deeper than any model; ends schemas that name themselves."""


def example(schema: Mapping[str, Any], schemas: Mapping[str, Any], name: str = "", depth: int = 0) -> Any:
    """A value that fits `schema`; `schemas` are the document's components, `name` the member it is for."""
    if "$ref" in schema:
        return example(schemas[schema["$ref"].rpartition("/")[2]], schemas, name, depth + 1)
    if "examples" in schema:
        return schema["examples"][0]
    if "anyOf" in schema:
        return _first_fitting(schema["anyOf"], schemas, name, depth)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if name in _BY_NAME and _fits(_BY_NAME[name], schema):
        return _BY_NAME[name]
    if kind == "object" or "properties" in schema:
        return _object(schema, schemas, depth)
    if kind == "array":
        return (
            [] if depth > _MAX_DEPTH else [example(schema.get("items", {}), schemas, name.removesuffix("s"), depth + 1)]
        )
    return _scalar(schema, name)


def _first_fitting(options: list[Mapping[str, Any]], schemas: Mapping[str, Any], name: str, depth: int) -> Any:
    if name in _BY_NAME and any(_fits(_BY_NAME[name], option) for option in options):
        return _BY_NAME[name]
    return example(options[0], schemas, name, depth)


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    if schema.get("properties") or schema.get("format") or schema.get("items", {}).get("$ref"):
        return False
    kind = schema.get("type")
    if kind == "integer":
        return isinstance(value, int) and value >= schema.get("minimum", value)
    kinds: dict[Any, type] = {"string": str, "array": list, "object": dict, "null": type(None)}
    return kind in kinds and isinstance(value, kinds[kind])


def _object(schema: Mapping[str, Any], schemas: Mapping[str, Any], depth: int) -> dict[str, Any]:
    if depth > _MAX_DEPTH:
        return {}
    return {name: example(below, schemas, name, depth + 1) for name, below in schema.get("properties", {}).items()}


def _scalar(schema: Mapping[str, Any], name: str) -> Any:
    kind, form = schema.get("type"), schema.get("format")
    if kind == "integer":
        return max(1, int(schema.get("minimum", 1)))
    if kind == "number":
        return 1.0
    if kind == "boolean":
        return False
    if kind == "string":
        by_form = {"uuid": _ID, "date-time": _MOMENT, "date": "2026-03-31", "decimal": "12.50"}
        if form in by_form:
            return by_form[form]
        return _ID if name.endswith(("_id", "id")) else name.replace("_", " ").capitalize() or "text"
    return None
