"""The Component Cloud's four operations as an ASGI app of their own, in front of the platform.

Errors are those of the published description: 401 and 403 with `detail`, 422 with a list, 504 where the database is busy.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Path, Query, Request, Security
from fastapi.exceptions import RequestValidationError
from fastapi.security import APIKeyHeader
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from bomtool import __version__
from bomtool.api import products as wire
from bomtool.errors import StoreError
from bomtool.platform.cloud.admission import Admission
from bomtool.platform.cloud.answering import Desk, Unprocessable, plain_errors
from bomtool.platform.errors import Refusal

if TYPE_CHECKING:
    from bomtool.platform.limits import Limits
    from bomtool.settings import Settings
    from bomtool.store import Store

DESCRIPTION = "/products/openapi.json"
_log = logging.getLogger("bomtool.platform.cloud")
_KEY = APIKeyHeader(name="X-API-KEY", scheme_name="ApiKey", auto_error=False)
_CLIENT = APIKeyHeader(name="X-CLIENT-ID", scheme_name="ClientId", auto_error=False)
_ERRORS: dict[int | str, dict[str, Any]] = {
    401: {"model": wire.Problem, "description": "No key, or an unknown one, or not this client's"},
    403: {"model": wire.Problem, "description": "The key may not read"},
    429: {"model": wire.Problem, "description": "The key asks too often"},
    500: {"model": wire.Problem, "description": "The platform failed"},
    504: {"model": wire.Problem, "description": "The database is busy; try again"},
}


def create(store: Store, settings: Settings, limits: Limits | None = None) -> FastAPI:
    """The app over an open store; `limits` say how often a key may ask."""
    app = FastAPI(
        title="bomtool Component Cloud",
        version=__version__,
        description="Parts and offers of this platform's catalogues, as Component Cloud clients ask for them.",
        docs_url=None,
        redoc_url=None,
        openapi_url=DESCRIPTION,
        redirect_slashes=False,
    )
    app.state.store, app.state.settings = store, settings
    app.add_middleware(Admission, store=store, open_path=DESCRIPTION, limits=limits)
    app.add_exception_handler(RequestValidationError, _unprocessable)
    app.add_exception_handler(Unprocessable, _unusable)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(StoreError, _busy)
    app.add_exception_handler(Exception, _failed)
    app.get(
        "/products/", response_model=wire.ProductListResponse, responses=_ERRORS, summary="List products",
        operation_id="list_products",
    )(list_products)  # fmt: skip
    app.get(
        "/products/autocompletions/", response_model=wire.CompletionsResponse, responses=_ERRORS,
        summary="List product autocompletions", operation_id="list_completions",
    )(list_completions)  # fmt: skip
    app.get(
        "/products/{id}", response_model=wire.ProductViewResponse, responses=_ERRORS, summary="View product",
        operation_id="view_product",
    )(view_product)  # fmt: skip
    app.post(
        "/batch/products/", response_model=list[wire.BatchMember], responses=_ERRORS,
        summary="Execute a batch of product queries", operation_id="batch_products",
    )(batch_products)  # fmt: skip
    return app


def _desk(
    request: Request,
    _key: Annotated[str | None, Security(_KEY)],
    _client: Annotated[str | None, Security(_CLIENT)],
) -> Desk:
    """Admission has looked at the two headers; they stand here for the description."""
    state = request.app.state
    return Desk(state.store, state.settings, request.state.identity, request.state.orgs)


DeskDep = Annotated[Desk, Depends(_desk)]


def list_products(desk: DeskDep, query: Annotated[wire.ListQuery, Query()]) -> Response:
    """Products that a search or a filter means; without either, all of them in the order of their ids."""
    return _json(desk.products(query))


def list_completions(desk: DeskDep, query: Annotated[wire.CompletionQuery, Query()]) -> Response:
    """Parts that a beginning may mean."""
    return _json(desk.completions(query))


def view_product(desk: DeskDep, id: Annotated[str, Path()], query: Annotated[wire.ViewQuery, Query()]) -> Response:
    """One product; an id that a part had before is followed."""
    return _json(desk.product(id, query))


def batch_products(
    desk: DeskDep, batch: wire.ProductsBatch, timeout: Annotated[int | None, Query(ge=0, le=600)] = None
) -> Response:
    """Up to 250 requests, answered one by one."""
    return _json(desk.batch(batch.batch, float(timeout) if timeout else None))


def _json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    content = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    sent = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", **(headers or {})}
    return Response(content, status, sent, media_type="application/json")


async def _unprocessable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _json({"detail": plain_errors(error.errors())}, 422)


async def _unusable(request: Request, error: Exception) -> Response:
    assert isinstance(error, Unprocessable)
    return _json({"detail": error.errors}, 422)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    detail = error.body.get("detail") if isinstance(error, Refusal) else error.detail
    return _json({"detail": str(detail)}, error.status_code, dict(error.headers or {}))


async def _busy(request: Request, error: Exception) -> Response:
    return _json({"detail": "The database is busy; try again."}, 504, {"Retry-After": "5"})


async def _failed(request: Request, error: Exception) -> Response:
    _log.error("a request to %s failed", request.url.path, exc_info=error)
    return JSONResponse({"detail": "The platform failed."}, 500)
