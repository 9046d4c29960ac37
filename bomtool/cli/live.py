"""Live prices before an answer: what was asked, as notes on stderr."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from bomtool.cli import output

if TYPE_CHECKING:
    from bomtool.api.programs import Program
    from bomtool.parts.providers.model import Told
    from bomtool.settings import Settings


def refresh(settings: Settings, programs: Iterable[Program]) -> None:
    """Ask for stale prices of these programs where a provider has a key, and say what came of it."""
    from bomtool.journey import prices

    if prices.due(settings):
        with output.progress("Asking for prices", unit="parts") as advance:
            found = prices.refresh_due(settings, [str(program.id) for program in programs], advance)
        tell(found)


def tell(found: Iterable[Told]) -> None:
    """One note a provider, where it was asked or something waits."""
    for one in found:
        if one.calls or one.waiting:
            output.note(f"{one.summary}.")
            for sentence in one.sentences:
                output.note(sentence)
