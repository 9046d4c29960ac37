"""What hangs on records: tags and custom properties, and the members records carry them in."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from bomtool.api.base import Answer, Boolean, Request, Text, Text255, Timestamp

RecordType = Literal[
    "bom", "program", "supplier", "stock_lot", "stock_document", "rfq", "supplier_quote", "purchase", "supplier_bill"
]
ValueType = Literal["text", "number", "boolean", "date", "choice"]
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9A-Fa-f]{6}$")]
MAX_TAGS, MAX_PROPERTIES = 100, 100


class LabelsRequest(Request):
    """What a record may be given beside its own members: the team that alone sees it, tags by id or name (they replace
    the old ones), values of custom properties by name (null takes one away)."""

    team: UUID | None = None
    tags: Annotated[list[Text255], Field(max_length=MAX_TAGS)] | None = None
    custom_properties: Annotated[dict[str, Any], Field(max_length=MAX_PROPERTIES)] | None = None


class TagSummary(Answer):
    """A tag on a record."""

    id: UUID
    name: str
    color: str | None = None


class LabelsAnswer(Answer):
    """Team, tags and custom properties of a record."""

    team: UUID | None = None
    tags: list[TagSummary] = []
    custom_properties: dict[str, Any] = {}


class TagCreate(Request):
    """`POST /v1/tags/`: names are unique in an org, whatever the case. `color` is #RRGGBB."""

    name: Text255
    color: Color | None = Field(None, examples=["#2E75B6"])
    description: Text | None = None


class TagUpdate(Request):
    """`PATCH /v1/tags/{tag_id}/`: an archived tag stays on its records and is given to no others."""

    name: Text255 | None = None
    color: Color | None = Field(None, examples=["#2E75B6"])
    description: Text | None = None
    archived: Boolean | None = None


class Tag(Answer):
    """A tag."""

    id: UUID
    org_id: str
    name: str
    color: str | None = None
    description: str | None = None
    archived: bool = False
    created_at: Timestamp
    updated_at: Timestamp


class CustomPropertyCreate(Request):
    """`POST /v1/custom_properties/`: a typed member of one's own on one kind of record; `choices` for type choice only."""

    name: Text255
    record_type: RecordType
    value_type: ValueType
    choices: list[Text255] = []
    description: Text | None = None


class CustomPropertyUpdate(Request):
    """`PATCH /v1/custom_properties/{property_id}/`: record and value type are fixed; choices in use cannot be removed."""

    name: Text255 | None = None
    choices: list[Text255] | None = None
    description: Text | None = None
    archived: Boolean | None = None


class CustomProperty(Answer):
    """A custom property."""

    id: UUID
    org_id: str
    name: str
    record_type: RecordType
    value_type: ValueType
    choices: list[str] = []
    description: str | None = None
    archived: bool = False
    created_at: Timestamp
    updated_at: Timestamp
