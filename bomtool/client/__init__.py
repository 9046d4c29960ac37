"""The client of the Platform API: `Client`, and `Pushed`, what became of a BOM put on the wire.

For programs that webhooks call: `verify_webhook` makes sure that a call comes from the platform.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bomtool.api.webhooks import SignatureError as SignatureError
    from bomtool.api.webhooks import verify_webhook as verify_webhook
    from bomtool.client.client import Client as Client
    from bomtool.client.push import Pushed as Pushed

__all__ = ["Client", "Pushed", "SignatureError", "verify_webhook"]


def __getattr__(name: str) -> Any:
    if name == "Client":
        from bomtool.client.client import Client

        return Client
    if name == "Pushed":
        from bomtool.client.push import Pushed

        return Pushed
    if name in ("SignatureError", "verify_webhook"):
        from bomtool.api import webhooks

        return getattr(webhooks, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
