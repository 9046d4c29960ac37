"""Live prices before a report: stale ones are asked for again where a provider has a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bomtool.parts.providers.model import Told
    from bomtool.settings import Settings

Progress = Callable[[int, int | None], None]


def due(settings: Settings) -> bool:
    """Whether anything would be asked: the platform is this machine's, `refresh` is not off, a provider has its keys."""
    if settings.api_url or settings.refresh == "off":
        return False
    from bomtool.parts.providers import registry

    return bool(registry.configured(settings))


def refresh_due(settings: Settings, programs: Iterable[str], progress: Progress | None = None) -> list[Told]:
    """Ask the configured providers for what these programs (ids) need and is no longer fresh; what came of it.

    Nothing is done where `due` says no: a remote platform has prices of its own.
    """
    if not due(settings):
        return []
    from bomtool.platform.embedded import open_store
    from bomtool.platform.services import refreshing

    store = open_store(settings)
    try:
        return refreshing.refresh(store, settings, programs=programs, progress=progress).told
    finally:
        store.close()
