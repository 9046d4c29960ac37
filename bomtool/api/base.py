"""The scalar types and base models of the wire.

Requests refuse unknown fields; answers keep them, so that a newer platform does not break an older client. Money is a
Decimal that travels as a plain string, never in exponent form. Booleans are JSON true/false or the strings "true" and
"false" in any case (the vendor's own example sends strings); numbers are not booleans, and booleans are not integers.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

INT32_MAX = 2_147_483_647
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_WHOLE_DIGITS, _DECIMALS = 18, 12


class Request(BaseModel):
    """Base of what is sent to the platform."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=False)


class Answer(BaseModel):
    """Base of what the platform answers."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


def _boolean(value: Any) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.casefold() in ("true", "false"):
        return value.casefold() == "true"
    raise ValueError("must be true or false")


def whole(value: Any) -> Any:
    """The number, if it is whole and no truth value. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")
    return value


class WireNumber(float):
    """A number of a JSON body with the text it stood there as, digits included that no float holds."""

    text: str
    __slots__ = ("text",)
    __module__ = "builtins"  # what is of another module, FastAPI takes for an object whose attributes are the members

    def __new__(cls, text: str) -> WireNumber:
        number = super().__new__(cls, text)
        number.text = text
        return number


def _exact(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("must be a decimal number")
    return Decimal(value.text) if isinstance(value, WireNumber) else value


def _approved(value: Any) -> Any:
    text = str(value).lower() if isinstance(value, (bool, str)) else value
    return text if text in ("true", "false") else value


def _moment(value: Any) -> Any:
    """Only text is read: a number would be taken for seconds since 1970."""
    if isinstance(value, datetime) or (isinstance(value, str) and _ISO.match(value)):
        return value
    raise ValueError("must be a time such as 2026-01-31T14:15:22Z")


def _day(value: Any) -> Any:
    if isinstance(value, str) and not _DAY.fullmatch(value):
        raise ValueError("must be a date such as 2026-01-31")
    if isinstance(value, str) or type(value) is date:
        return value
    raise ValueError("must be a date such as 2026-01-31")


def utc(value: datetime) -> datetime:
    """The moment in UTC, which is meant where no zone is given. Raises ValueError beyond the years 1 to 9999."""
    try:
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    except OverflowError:
        raise ValueError("must lie in the years 1 to 9999") from None


def _bounded(value: Decimal) -> Decimal:
    exponent = value.as_tuple().exponent
    if value < 0 or value.adjusted() >= _WHOLE_DIGITS or (isinstance(exponent, int) and -exponent > _DECIMALS):
        raise ValueError(
            f"must be 0 or more, with at most {_WHOLE_DIGITS} digits before the point and {_DECIMALS} behind"
        )
    return value


def _plain(value: Decimal) -> str:
    return format(value, "f")


Boolean = Annotated[bool, BeforeValidator(_boolean)]
# The bounds stand before the validator: behind it they would be kept, and left out of the OpenAPI document.
Int32 = Annotated[int, Field(ge=-INT32_MAX - 1, le=INT32_MAX), BeforeValidator(whole)]
Count = Annotated[int, Field(ge=0, le=INT32_MAX), BeforeValidator(whole)]
"""A number of pieces, builds or lines: 0 to 2^31 - 1."""
Positive = Annotated[int, Field(ge=1, le=INT32_MAX), BeforeValidator(whole)]
Text255 = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Text = Annotated[str, StringConstraints(min_length=1)]
Timestamp = Annotated[datetime, BeforeValidator(_moment), AfterValidator(utc)]
Day = Annotated[date, BeforeValidator(_day)]
Money = Annotated[
    Decimal,
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "decimal"}),
]
Price = Annotated[
    Decimal,
    BeforeValidator(_exact),
    AfterValidator(_bounded),
    PlainSerializer(_plain, return_type=str, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "decimal"}, {"type": "number"}]}),
]
"""Money as it is sent, as text or as a number: 0 or more, digits bounded so that every database keeps all of them."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Address = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,188}[A-Za-z0-9])?$"),
    Field(examples=["sales@example.com"]),
]
"""An e-mail address, bare: it stands in mail headers, so nothing else may."""
Metadata = dict[str, Any]
Approved = Annotated[str, BeforeValidator(_approved)]
"""Documented as a string: written as "true" or "false", read from a boolean or any case."""

Item = TypeVar("Item")


class Page(Answer, Generic[Item]):
    """One page of a list: `count` over all pages, absolute URLs of the neighbours, the items."""

    count: int
    next: str | None = None
    previous: str | None = None
    results: list[Item]


class IntegrationRequest(Request):
    """The integration block on write (documented)."""

    synced_from_integration: Boolean = False
    integration_source_name: Text255 | None = None
    integration_record_id: Text255 | None = None
    synced_from_integration_at: Timestamp | None = None


class IntegrationUpdate(Request):
    """The integration block where only the members sent are changed."""

    synced_from_integration: Boolean | None = None
    integration_source_name: Text255 | None = None
    integration_record_id: Text255 | None = None
    synced_from_integration_at: Timestamp | None = None


class IntegrationAnswer(Answer):
    """The integration block in answers (documented)."""

    synced_from_integration: bool = False
    integration_source_name: str | None = None
    integration_record_id: str | None = None
    synced_from_integration_at: Timestamp | None = None


class ErrorDetail(Answer):
    """The body of 401, 404, 405, 409, 412, 413, 415, 429 and 5xx answers."""

    detail: str
    request_id: str | None = None
