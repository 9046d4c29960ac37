"""A changed file of a known BOM becomes a new version of it, and the difference is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.errors import BomtoolError
from bomtool.inbox import names
from bomtool.inbox.finishing import locate
from bomtool.inbox.snapshot import sha256

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.inbox.ledger import Claim, Ledger
    from bomtool.journey.carrying import Wish
    from bomtool.journey.isolated import Reader
    from bomtool.reports.model import Changes


def place_in_history(ledger: Ledger, claim: Claim, bom: Bom) -> dict[str, Any] | None:
    """Give the BOM its version, once and for all, and the file row of the version before it, None where it is the first.

    The file's own version stands unless another content of the same name has it already.
    """
    if claim.job["bom_name"] is None:
        name, version = names.storable(bom.name), names.storable(bom.version) if bom.version else None
        before = ledger.previous(claim, name)
        known = ledger.versions(name)
        if claim.job["sha256"] in known:
            version = known[claim.job["sha256"]]
        elif before is not None:
            version = next_version(version, set(known.values()))
        facts = {"bom_name": name, "version": version, "previous": before["id"] if before else None}
        ledger.record(claim, job=facts)
    else:
        before = ledger.file(claim.job["previous"]) if claim.job["previous"] else None
    bom.version = claim.job["version"]
    return before


def next_version(stated: str | None, taken: set[str | None]) -> str | None:
    """The stated version where it is free, else the first free one like it: "2", or "B (2)"."""
    version, number = stated, 2
    while version in taken:
        version = f"{stated} ({number})" if stated else str(number)
        number += 1
    return version


def compare(
    folder: Path, before: dict[str, Any], bom: Bom, wish: Wish, reader: Reader, out: Path, most: int
) -> tuple[dict[str, Any], Changes] | None:
    """Write the workbook of what changed since the version before; its counts, and the changes for the report.

    None where the older file is no longer where it was put, has changed, or cannot be read any more.
    """
    from bomtool.bom import diff
    from bomtool.reports.comparison import write_comparison
    from bomtool.reports.model import Changes

    old = locate(folder, before["target"] or "")
    if not before["target"] or sha256(old, most) != before["sha256"]:
        return None
    try:
        found = diff.compare(reader.read(old, wish.reading, wish.names), bom)
    except BomtoolError:
        return None
    new_name = bom.file_name or bom.name
    write_comparison(out, old.name, new_name, found)
    return {"since": before["target"], "counts": found.counts(), "workbook": None}, Changes(old.name, new_name, found)
