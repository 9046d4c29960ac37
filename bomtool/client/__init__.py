"""The client of the Platform API: `Client`, and `Pushed`, what became of a BOM put on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bomtool.client.client import Client as Client
    from bomtool.client.push import Pushed as Pushed

__all__ = ["Client", "Pushed"]


def __getattr__(name: str) -> Any:
    if name == "Client":
        from bomtool.client.client import Client

        return Client
    if name == "Pushed":
        from bomtool.client.push import Pushed

        return Pushed
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
