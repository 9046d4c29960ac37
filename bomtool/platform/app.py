"""The Platform API as a FastAPI app, built from the table of routes."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bomtool import __version__
from bomtool.api.routes import ROUTES
from bomtool.platform import bodies, openapi
from bomtool.platform.cloud.door import Cloud
from bomtool.platform.errors import Refusal, field_map
from bomtool.platform.gate import MAX_BODY, Gate
from bomtool.platform.jobs import Inline, Runner
from bomtool.store import versions

if TYPE_CHECKING:
    from bomtool.platform.limits import Limits
    from bomtool.settings import Settings
    from bomtool.store import Store


def create_app(
    store: Store,
    settings: Settings,
    *,
    runner: Runner | None = None,
    max_body: int = MAX_BODY,
    limits: Limits | None = None,
) -> FastAPI:
    """The app over an open store. `runner` runs async jobs; without one they run at once, in the request. `limits` say
    how often a key may ask.
    """
    app = FastAPI(
        title="bomtool Platform API",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.store, app.state.settings = store, settings
    app.state.runner = runner or Inline(store, settings)
    app.add_middleware(Gate, store=store, max_body=max_body, limits=limits)
    app.add_middleware(Cloud, store=store, settings=settings, limits=limits)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.router.route_class = ContractRoute
    handlers = _handlers()
    for route in ROUTES:
        app.add_api_route(
            route.path,
            handlers[route.name],
            methods=[route.method],
            name=route.name,
            operation_id=route.name,
            summary=route.title,
            tags=[route.section],
            response_model=route.answer,
            status_code=route.status,
        )
    _add_open_paths(app)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app


def _handlers() -> dict[str, Callable[..., Response]]:
    """The handler of every operation, by its name in the table."""
    from bomtool.platform.routes import (
        account,
        boms,
        emails,
        labels,
        lines,
        others,
        program_parts,
        programs,
        purchases,
        reporting,
        rfqs,
        stock,
        teams,
    )

    found: dict[str, Callable[..., Response]] = {}
    for module in (
        boms,
        lines,
        programs,
        program_parts,
        others,
        account,
        labels,
        teams,
        stock,
        rfqs,
        purchases,
        emails,
        reporting,
    ):
        for route in ROUTES:
            handler = vars(module).get(route.name)
            if handler is not None:
                found[route.name] = handler
    return found


class ContractRoute(APIRoute):
    """A route that reads strict JSON and refuses query parameters it does not know."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler, behind the two checks."""
        handler = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def checked(request: Request) -> Response:
            unknown = sorted(set(request.query_params) - known)
            if unknown:
                message = f"This parameter is not known; known are {', '.join(sorted(known))}."
                raise Refusal(400, {name[:100]: [message] for name in unknown[:20]})
            return await handler(bodies.StrictRequest(request.scope, request.receive))

        return checked


def _query_names(dependant: Any) -> list[str]:
    names = [param.alias for param in dependant.query_params]
    return names + [name for below in dependant.dependencies for name in _query_names(below)]


def _add_open_paths(app: FastAPI) -> None:
    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    def readyz(_request: Request) -> Response:
        if not versions.is_current(app.state.store):
            return JSONResponse({"status": "migrations are missing"}, 503)
        return JSONResponse({"status": "ok"})

    def described(_request: Request) -> Response:
        return JSONResponse(app.openapi())

    app.add_route("/healthz", healthz, include_in_schema=False)
    app.add_route("/readyz", readyz, include_in_schema=False)
    app.add_route("/openapi.json", described, include_in_schema=False)


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.runner.close()


async def _invalid(request: Request, error: Exception) -> Response:
    """Validation errors are 400 by field, never 422; a path that cannot be an id is a record that does not exist."""
    assert isinstance(error, RequestValidationError)
    return JSONResponse(field_map(error.errors()), 400)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    headers = dict(error.headers or {})
    if isinstance(error, Refusal):
        body = dict(error.body)
    elif error.status_code == 404:
        body = {"detail": f"There is no such path: {request.url.path[:200]}"}
    elif error.status_code == 405:
        headers["Allow"] = ", ".join(_methods(request.url.path))
        body = {"detail": f"{request.method[:20]} is not possible here, only {headers['Allow']}."}
    elif error.status_code == 400:
        body = {"non_field_errors": [str(error.detail)]}
    else:
        body = {"detail": str(error.detail)}
    if "detail" in body:
        body["request_id"] = request.state.request_id
    content = json.dumps(body, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return Response(content, error.status_code, headers, media_type="application/json")


def _methods(path: str) -> list[str]:
    """The methods of every operation at a path."""
    found = set()
    for route in ROUTES:
        pattern = re.sub(r"\{\w+\}", "[^/]+", route.path)
        if re.fullmatch(pattern, path):
            found.add(route.method)
    return sorted(found) or ["GET"]
