"""The one table of operations: number in the contract, section, title, method, path, wire models, success status.

The client and the embedded platform are both built from it, so that a fact learned later is a change in one place.
"""

from __future__ import annotations

from bomtool.api import boms, jobs, plans, programs, routes_people, routes_purchases, routes_stock, routes_trade
from bomtool.api.base import Page
from bomtool.api.route import Route

_BOM = "/v1/boms/{bom_id}/"
_BOM_LINE = "/v1/boms/{bom_id}/lines/{line_id}/"
_PROGRAM = "/v1/programs/{program_id}/"
_PROGRAM_LINE = "/v1/programs/{program_id}/lines/{line_id}/"
_OVERRIDE = "/v1/programs/{program_id}/part_overrides/{override_id}/"

_OWN: tuple[Route, ...] = (
    Route(1, "BOMs", "list_boms", "List BOMs", "GET", "/v1/boms/", None, Page[boms.Bom]),
    Route(2, "BOMs", "create_bom", "Create a BOM from catalogue parts", "POST", "/v1/boms/", boms.BomCreate, boms.Bom),
    Route(
        3,
        "BOMs",
        "parse_raw_bom",
        "Create a BOM from raw lines and search for each part",
        "POST",
        "/v1/parse_raw_bom/",
        boms.RawBom,
        boms.Bom,
    ),
    Route(4, "BOMs", "get_bom", "Get a BOM", "GET", _BOM, None, boms.Bom),
    Route(
        5,
        "BOMs",
        "upsert_bom_async",
        "Upsert a BOM asynchronously",
        "PUT",
        "/v1/boms/async_upsert/",
        boms.BomUpsert,
        jobs.Job,
        202,
    ),
    Route(6, "BOMs", "update_bom", "Update a BOM", "PATCH", _BOM, boms.BomUpdate, boms.Bom),
    Route(7, "BOMs", "delete_bom", "Delete a BOM (archive it if approved)", "DELETE", _BOM, None, None, 204),
    Route(8, "BOMs", "approve_bom", "Approve a BOM", "POST", "/v1/boms/{bom_id}/approve/", boms.BomApprove, boms.Bom),
    Route(
        9,
        "BOMs",
        "list_bom_lines",
        "List the lines of a BOM",
        "GET",
        "/v1/boms/{bom_id}/lines/",
        None,
        Page[boms.BomLine],
    ),
    Route(
        10,
        "BOMs",
        "create_bom_line",
        "Add a line by catalogue part; the same part sums",
        "POST",
        "/v1/boms/{bom_id}/lines/",
        boms.CatalogLine,
        boms.BomLine,
    ),
    Route(11, "BOMs", "get_bom_line", "Get a BOM line", "GET", _BOM_LINE, None, boms.BomLine),
    Route(12, "BOMs", "update_bom_line", "Update a BOM line", "PATCH", _BOM_LINE, boms.BomLineUpdate, boms.BomLine),
    Route(13, "BOMs", "delete_bom_line", "Remove a BOM line", "DELETE", _BOM_LINE, None, None, 204),
    Route(
        14,
        "BOMs",
        "parse_raw_line",
        "Add a line from raw data; the same part and designators sum",
        "POST",
        "/v1/boms/{bom_id}/parse_raw_line/",
        boms.RawLine,
        boms.BomLine,
    ),
    Route(15, "Programs", "list_programs", "List programs", "GET", "/v1/programs/", None, Page[programs.Program]),
    Route(
        16,
        "Programs",
        "create_program",
        "Create a program",
        "POST",
        "/v1/programs/",
        programs.ProgramCreate,
        programs.Program,
    ),
    Route(17, "Programs", "get_program", "Get a program", "GET", _PROGRAM, None, programs.Program),
    Route(
        18,
        "Programs",
        "update_program",
        "Update a program",
        "PATCH",
        _PROGRAM,
        programs.ProgramUpdate,
        programs.Program,
    ),
    Route(19, "Programs", "delete_program", "Delete a program", "DELETE", _PROGRAM, None, None, 204),
    Route(
        20,
        "Programs",
        "get_availabilities",
        "Get program availabilities",
        "GET",
        "/v1/programs/{program_id}/availabilities/",
        None,
        plans.Availabilities,
    ),
    Route(
        21,
        "Programs",
        "get_availabilities_async",
        "Get program availabilities asynchronously",
        "GET",
        "/v1/programs/{program_id}/availabilities_async/",
        None,
        jobs.Job,
        202,
    ),
    Route(
        22,
        "Programs",
        "get_reference_pricing",
        "Get program reference pricing",
        "GET",
        "/v1/programs/{program_id}/reference_pricing/",
        None,
        plans.ReferencePricing,
    ),
    Route(
        23,
        "Programs",
        "list_program_lines",
        "List program lines",
        "GET",
        "/v1/programs/{program_id}/lines/",
        None,
        Page[programs.ProgramLine],
    ),
    Route(24, "Programs", "get_program_line", "Get a program line", "GET", _PROGRAM_LINE, None, programs.ProgramLine),
    Route(
        25,
        "Programs",
        "update_program_line",
        "Update a program line",
        "PATCH",
        _PROGRAM_LINE,
        programs.ProgramLineUpdate,
        programs.ProgramLine,
    ),
    Route(26, "Programs", "delete_program_line", "Delete a program line", "DELETE", _PROGRAM_LINE, None, None, 204),
    Route(
        27,
        "Programs",
        "create_program_lines",
        "Create program lines",
        "POST",
        "/v1/programs/{program_id}/lines/",
        programs.ProgramLinesCreate,
        Page[programs.ProgramLine],
    ),
    Route(
        28,
        "Programs",
        "list_part_overrides",
        "List part overrides",
        "GET",
        "/v1/programs/{program_id}/part_overrides/",
        None,
        Page[programs.PartOverride],
    ),
    Route(
        29,
        "Programs",
        "create_part_overrides",
        "Create part overrides",
        "POST",
        "/v1/programs/{program_id}/part_overrides/",
        programs.PartOverridesCreate,
        Page[programs.PartOverride],
    ),
    Route(30, "Programs", "get_part_override", "Get a part override", "GET", _OVERRIDE, None, programs.PartOverride),
    Route(
        31,
        "Programs",
        "update_part_override",
        "Update a part override",
        "PATCH",
        _OVERRIDE,
        programs.PartOverrideUpdate,
        programs.PartOverride,
    ),
    Route(32, "Programs", "delete_part_override", "Delete a part override", "DELETE", _OVERRIDE, None, None, 204),
    Route(
        45, "Async Jobs", "get_job", "Get the status of an async job", "GET", "/v1/async_jobs/{job_id}/", None, jobs.Job
    ),
)

ROUTES: tuple[Route, ...] = tuple(
    sorted(
        (*_OWN, *routes_people.ROUTES, *routes_stock.ROUTES, *routes_trade.ROUTES, *routes_purchases.ROUTES),
        key=lambda route: route.number,
    )
)
"""All operations, in the order of the contract."""

BY_NAME: dict[str, Route] = {route.name: route for route in ROUTES}
