"""What webhooks are called with, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from bomtool.api.webhooks import DELIVERY, EVENTS, RECORD_TYPES, SIGNATURE, TOLERANCE
from bomtool.platform.examples import BOM

_MEMBERS: dict[str, Any] = {
    "event_type": {"type": "string", "enum": [*EVENTS, "test"]},
    "record_type": {"type": "string", "enum": [*RECORD_TYPES.values(), "Webhook"]},
    "id": {"type": "string", "description": "The record: a UUID, of a part its part id"},
    "data": {"type": "object", "description": "What a GET of the record answers, or an update where there is no GET"},
}
_EXAMPLE = {"event_type": "created", "record_type": "BOM", "id": BOM, "data": {"id": BOM, "name": "Mainboard"}}


def webhooks() -> dict[str, Any]:
    """The `webhooks` of the document: one call, whatever it tells."""
    headers = {
        SIGNATURE: (
            "t=SECONDS,v1=HEX: HMAC-SHA256, keyed with the webhook's secret, over the seconds since 1970, a dot and the "
            f"body byte for byte. Refuse what is older than {TOLERANCE} seconds. Two v1 while a secret is replaced."
        ),
        DELIVERY: "Names the event: a call may come twice, with the same name",
    }
    return {
        "recordChanged": {
            "post": {
                "operationId": "record_changed",
                "summary": "A record was created or updated",
                "description": "Sent to addresses registered with bomtool webhooks add. Any 2xx takes it; anything else is "
                "repeated for 24 hours. The events of one record come in order.",
                "security": [],
                "parameters": [
                    {"in": "header", "name": name, "required": True, "description": text, "schema": {"type": "string"}}
                    for name, text in headers.items()
                ],
                "requestBody": {
                    "required": True,
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": _MEMBERS, "required": list(_MEMBERS)},
                            "example": _EXAMPLE,
                        }
                    },
                },
                "responses": {
                    "2XX": {"description": "Taken"},
                    "410": {"description": "Gone for good: the webhook is switched off"},
                },
            }
        }
    }
