"""The OpenAPI document: FastAPI's, with the contract's errors and security in place of FastAPI's own."""

from __future__ import annotations

import threading
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from bomtool.api.base import ErrorDetail
from bomtool.api.routes import BY_NAME
from bomtool.platform import examples, samples, webhook_document

SECURITY = "ApiKey"
_LOCK = threading.Lock()
_FIELD_ERRORS = {
    "description": "Messages by field, nested for lines",
    "type": "object",
    "additionalProperties": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "object"}]},
}
_HEADERS = {
    "X-Request-Id": {"description": "Names this request in the platform's log", "schema": {"type": "string"}},
    "X-Bomtool-Platform": {"description": "Version of the platform", "schema": {"type": "string"}},
}
_IDEMPOTENCY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent twice within 24 hours, the request takes effect once and its first answer is repeated",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
_IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "The ETag read last; 412 where the record has changed since",
    "schema": {"type": "string"},
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document, made once per app."""
    with _LOCK:
        if not app.openapi_schema:
            app.openapi_schema = _make(app)
    return app.openapi_schema


def _make(app: FastAPI) -> dict[str, Any]:
    out = get_openapi(
        title=app.title,
        version=app.version,
        routes=app.routes,
        description="BOMs, programs, availabilities and reference pricing. Every path ends with a slash.",
    )
    schemas = out.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ErrorDetail"] = ErrorDetail.model_json_schema()
    schemas["FieldErrors"] = _FIELD_ERRORS
    out["components"]["securitySchemes"] = {
        SECURITY: {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Authorization: Api-Key YOUR_KEY`; the word is case-sensitive",
        }
    }
    out["security"] = [{SECURITY: []}]
    out["webhooks"] = webhook_document.webhooks()
    for path, operations in out["paths"].items():
        for method, operation in operations.items():
            _finish(path, method, operation)
            _show(operation, schemas)
            if operation["operationId"] in examples.REQUESTS:
                example = examples.REQUESTS[operation["operationId"]]
                operation["requestBody"]["content"]["application/json"]["example"] = example
    return out


def _show(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Give an example of what is sent and of what is answered."""
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for body in [*bodies, *(answer for status, answer in operation["responses"].items() if status.startswith("2"))]:
        for kind in body.get("content", {}).values():
            if kind.get("schema", {}).get("format") != "binary" and kind.get("schema"):
                kind["example"] = samples.example(kind["schema"], schemas)


def _finish(path: str, method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    for answer in answers.values():
        answer["headers"] = dict(_HEADERS)
    changing = method != "get"
    for status in _statuses(path, changing, "requestBody" in operation):
        answers[status] = _error(status)
    _carry_bytes(operation)
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path" and parameter["name"] != "part_id":
            parameter["schema"] = {"type": "string", "format": "uuid"}
    if changing:
        parameters.append(_IDEMPOTENCY)
    if "_id}" in path and changing:
        parameters.append(_IF_MATCH)


def _carry_bytes(operation: dict[str, Any]) -> None:
    """Say where the body is a file, sent or answered."""
    route = BY_NAME[operation["operationId"]]
    content = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    if route.sends == "bytes":
        operation["requestBody"] = {"required": True, "description": "The file itself", "content": content}
    if route.gives == "bytes":
        answer = operation["responses"][str(route.status)]
        answer["content"] = {"*/*": content["application/octet-stream"]}  # of the kind the file was found to be
        answer["headers"]["Content-Disposition"] = {"description": "The file name", "schema": {"type": "string"}}


def _statuses(path: str, changing: bool, body: bool) -> list[str]:
    found = ["400", "401", "403", "404", "500", "503"]
    if changing:
        found += ["409", "412"]
    if body:
        found += ["413", "415"]
    return sorted(found)


def _error(status: str) -> dict[str, Any]:
    names = {
        "400": "Not valid, by field",
        "401": "No key, or an unknown one",
        "403": "The key lacks the scope",
        "404": "No such record, or none this key can see",
        "409": "The record is not in a state that allows this",
        "412": "The record has changed since it was read",
        "413": "The body is too large",
        "415": "The body is not JSON",
        "500": "The platform failed",
        "503": "The database is busy or gone; try again",
    }
    schema = "FieldErrors" if status == "400" else "ErrorDetail"
    return {
        "description": names[status],
        "headers": dict(_HEADERS),
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }
