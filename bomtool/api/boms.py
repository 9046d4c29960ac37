"""BOMs and their lines on the wire. `parse_raw_bom` and the BOM summary are as documented by the vendor."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from bomtool.api.base import (
    Answer,
    Approved,
    Boolean,
    Count,
    IntegrationAnswer,
    IntegrationRequest,
    IntegrationUpdate,
    Metadata,
    Request,
    Text255,
    Timestamp,
)
from bomtool.api.labels import LabelsAnswer, LabelsRequest
from bomtool.api.parts import CandidateAnswer, MatchAnswer, PartSummary

MAX_LINES = 20_000
"""Most lines in one request."""

LineStatus = Literal["matched", "needs_review", "no_match", "custom_part", "do_not_place", "ignored"]


class RawLine(Request):
    """CreateRawBomLine, documented: 17 members, every text 1 to 255 characters or null."""

    custom_id: Text255 | None = None
    mpn: Text255 | None = None
    alternative_mpns: list[Text255] = []
    manufacturer_name: Text255 | None = None
    quantity: Count = 0
    reference_designators_string: Text255 = Field("", validate_default=False)
    reference_designators: list[Text255] = []
    description: Text255 | None = None
    link: Text255 | None = None
    comments: Text255 | None = None
    do_not_place: Boolean = False
    line_number: Text255 | None = None
    value: Text255 | None = None
    package: Text255 | None = None
    mount_type: Text255 | None = None
    metadata: Metadata = {}
    is_custom_part: Boolean = False


class BomHeader(IntegrationRequest):
    """The writable header fields of a BOM."""

    name: Text255
    version: Text255 | None = None
    part_number: Text255 | None = None
    data_source: Text255 | None = None
    approved: Boolean = False
    metadata: Metadata = {}


class RawBom(BomHeader):
    """`POST /v1/parse_raw_bom/`, documented."""

    raw_lines: Annotated[list[RawLine], Field(max_length=MAX_LINES)] = []


class CatalogLine(Request):
    """A line by catalogue part: `part` is the 12-character part id."""

    part: Text255
    quant: Count = 0
    reference_designators: list[Text255] = []
    reference_designators_string: Text255 | None = None
    custom_id: Text255 | None = None
    description: Text255 | None = None
    comments: Text255 | None = None
    do_not_place: Boolean = False
    line_number: Text255 | None = None
    metadata: Metadata = {}


class BomCreate(BomHeader):
    """`POST /v1/boms/`: a BOM from catalogue parts."""

    lines: Annotated[list[CatalogLine], Field(max_length=MAX_LINES)] = []


class BomUpsert(BomHeader):
    """`PUT /v1/boms/async_upsert/`: keyed by the integration block; raw lines and catalogue lines replace the old ones."""

    raw_lines: Annotated[list[RawLine], Field(max_length=MAX_LINES)] = []
    lines: Annotated[list[CatalogLine], Field(max_length=MAX_LINES)] = []


class BomUpdate(IntegrationUpdate, LabelsRequest):
    """`PATCH /v1/boms/{bom_id}/`: only the members sent are changed."""

    name: Text255 | None = None
    version: Text255 | None = None
    part_number: Text255 | None = None
    data_source: Text255 | None = None
    metadata: Metadata | None = None


class BomApprove(Request):
    """`POST /v1/boms/{bom_id}/approve/`: with unmatched lines 409 unless `allow_unmatched` (body or query)."""

    allow_unmatched: Boolean = False


class BomLineUpdate(Request):
    """`PATCH` of a line. `part`, `ignored` and `is_custom_part` are the match decision; the rest are design fields."""

    part: Text255 | None = None
    ignored: Boolean | None = None
    is_custom_part: Boolean | None = None
    quant: Count | None = None
    reference_designators: list[Text255] | None = None
    custom_id: Text255 | None = None
    mpn: Text255 | None = None
    manufacturer_name: Text255 | None = None
    alternative_mpns: list[Text255] | None = None
    description: Text255 | None = None
    link: Text255 | None = None
    comments: Text255 | None = None
    do_not_place: Boolean | None = None
    line_number: Text255 | None = None
    value: Text255 | None = None
    package: Text255 | None = None
    mount_type: Text255 | None = None
    metadata: Metadata | None = None


class BomSummary(IntegrationAnswer):
    """The BOM object nested in program lines, exactly as documented."""

    id: UUID
    name: str | None = None
    version: str | None = None
    part_number: str | None = None
    approved: Approved
    metadata: Metadata | None = None
    org_id: str
    data_source: str | None = None


class Bom(BomSummary, LabelsAnswer):
    """A BOM. `line_counts` counts lines by status; `archived` BOMs were deleted after approval."""

    archived: bool = False
    line_count: int | None = None
    line_counts: dict[str, int] | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None


class BomLine(Answer):
    """A line: what was given (`raw`), the part decided for it, how that came about, and the candidates left."""

    id: UUID
    bom: UUID
    position: int
    line_number: str | None = None
    status: LineStatus
    part: PartSummary | None = None
    match: MatchAnswer | None = None
    candidates: list[CandidateAnswer] = []
    alternates: list[PartSummary] = []
    quant: int
    reference_designators: list[str] = []
    reference_designators_string: str | None = None
    custom_id: str | None = None
    mpn: str | None = None
    manufacturer_name: str | None = None
    alternative_mpns: list[str] = []
    description: str | None = None
    value: str | None = None
    package: str | None = None
    mount_type: str | None = None
    link: str | None = None
    comments: str | None = None
    do_not_place: bool = False
    ignored: bool = False
    is_custom_part: bool = False
    metadata: Metadata | None = None
    raw: Metadata | None = None
    created_at: Timestamp | None = None
    updated_at: Timestamp | None = None
