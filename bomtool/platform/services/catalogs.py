"""Loading a catalogue as a job: the file is one that the worker can read."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bomtool.parts.catalog import Catalog
from bomtool.platform.tasks import Task


def load(task: Task) -> dict[str, Any]:
    """`{name, parts, offers, notes}`. A load that was cut off leaves nothing visible; done twice it replaces itself."""
    given = task.arguments
    info = Catalog(task.store).load(
        Path(given["path"]),
        name=given["name"],
        kind="sample" if given.get("kind") == "sample" else "snapshot",
        as_of=date.fromisoformat(given["as_of"]) if given.get("as_of") else None,
        currency=given.get("currency"),
        progress=lambda done, total: task.progress(done, total or 0),
    )
    return {"name": info.name, "parts": info.parts, "offers": info.offers, "notes": info.notes}
