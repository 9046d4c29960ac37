"""docs/api.md: every operation of the Platform API with what it takes and answers, from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

HEAD = """# Operations of the Platform API

Written by `python scripts/make_docs.py` from the OpenAPI document, which the platform serves at `/openapi.json`.
Conventions (keys, errors, lists, idempotency) are in [platform.md](platform.md). Members in **bold** are required.
Lists also take `limit`, `offset`, `ordering`; every operation takes `org_id`, every change an `Idempotency-Key`.
The examples work: sent one after the other, with the ids that your platform answers, they are the life of one board.
"""
_EVERYWHERE = {"org_id", "limit", "offset", "ordering", "Idempotency-Key", "If-Match"}


def api_page() -> str:
    """The page."""
    from bomtool.api.routes import ROUTES
    from bomtool.platform.app import create_app
    from bomtool.platform.services import reporting
    from bomtool.settings import Settings

    document = create_app(None, Settings()).openapi()  # type: ignore[arg-type]  # describing needs no database
    schemas = document["components"]["schemas"]
    parts = [HEAD]
    section = None
    shown: set[str] = set()
    for route in ROUTES:
        if route.section != section:
            section = route.section
            parts.append(f"\n## {section}\n")
        operation = document["paths"][route.path][route.method.lower()]
        parts.append(f"\n### {route.title}\n\n`{route.method} {route.path}`\n\n{_text(operation['description'])}\n")
        parts.extend(_operation(operation, route, shown))
    parts.append("\n## Views of the reporting query\n\n| view | columns |\n|---|---|\n")
    parts.extend(
        f"| `{view.name}` | {', '.join(f'`{name}`' for name in view.columns)} |\n" for view in reporting.documented()
    )
    parts.append("\n## Models\n")
    for name in sorted(_closure(shown, schemas)):
        parts.extend(_model(name, schemas[name]))
    return "".join(parts)


def _operation(operation: dict[str, Any], route: Any, shown: set[str]) -> Iterator[str]:
    queries = [p for p in operation.get("parameters", []) if p["in"] == "query" and p["name"] not in _EVERYWHERE]
    facts = []
    if queries:
        facts.append("query " + ", ".join(f"`{p['name']}`" for p in queries))
    if route.sends == "bytes":
        facts.append("body the file itself")
    if route.request is not None:
        facts.append(f"body {_link(_named(operation['requestBody'], shown))}")
    answer = _named(operation["responses"][str(route.status)], shown)
    what = "the file itself" if route.gives == "bytes" else _link(answer) if answer else "nothing"
    facts.append(f"answers {route.status} {what}")
    if route.scope:
        facts.append(f"needs the scope {route.scope}{'' if route.scope == 'admin' else ' only'}")
    yield "\n" + "".join(f"- {fact[0].upper()}{fact[1:]}\n" for fact in facts)
    if route.request is not None:
        example = operation["requestBody"]["content"]["application/json"]["example"]
        yield f"\n```json\n{_body(example)}\n```\n"


def _body(value: Any, width: int = 118) -> str:
    """JSON on one line where it fits, else a member a line."""
    line = json.dumps(value, ensure_ascii=False)
    if len(line) <= width or not isinstance(value, dict):
        return line if len(line) <= width else json.dumps(value, ensure_ascii=False, indent=2)
    inner = ",\n".join(
        f'  "{name}": ' + _body(below, width - len(name) - 6).replace("\n", "\n  ") for name, below in value.items()
    )
    return "{\n" + inner + "\n}"


def _named(body: dict[str, Any], shown: set[str]) -> str:
    names = list(_references(body.get("content", {}).get("application/json", {}).get("schema", {})))
    shown.update(names)
    return names[0] if names else ""


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"].rpartition("/")[2]
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


def _closure(names: set[str], schemas: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    waiting = set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        waiting |= set(_references(schemas[name])) - found
    return found


def _model(name: str, schema: dict[str, Any]) -> Iterator[str]:
    yield f"\n### {name}\n\n"
    if schema.get("description"):
        yield f"{_text(schema['description'])}\n\n"
    required = set(schema.get("required", []))
    yield "| member | type |\n|---|---|\n"
    for member, below in schema.get("properties", {}).items():
        shown = f"**`{member}`**" if member in required else f"`{member}`"
        yield f"| {shown} | {_type(below)} |\n"


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _link(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(option) for option in schema["anyOf"]))
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    bounds = [
        f"{word} {schema[name]:.0f}"
        for name, word in (("minimum", "from"), ("maximum", "to"), ("minLength", "at least"), ("maxLength", "at most"))
        if name in schema
    ]
    kind = schema.get("format") or schema.get("type", "anything")
    return kind + (f" ({', '.join(bounds)})" if bounds else "")


def _link(name: str) -> str:
    return f"[{name}](#{name.lower()})" if name else ""


def _text(text: str) -> str:
    return " ".join(text.split())
