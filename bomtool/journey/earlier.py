"""An earlier reading of the same table: a corrected import takes the place of what nobody has touched since."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from bomtool.findings import Findings

if TYPE_CHECKING:
    from bomtool.api.boms import Bom as ApiBom
    from bomtool.bom.model import Bom
    from bomtool.client import Client
    from bomtool.findings import Finding

_MOST = 200
"""Newest BOMs of a name that are looked at, a page of them: where thousands are called alike an import must not read them all,
and a reading is corrected soon after it was made."""


def replace_earlier(client: Client, read: Bom, pushed: ApiBom) -> list[Finding]:
    """Delete the BOMs that earlier, other readings of the same sheet of the same file left, and say so.

    Only unapproved ones that this tool made under the same name and that nobody changed since; of those that were changed
    a finding says that they are still there. On a platform that is not ours nothing is deleted.
    """
    findings = Findings()
    ours = client.connection.platform is not None
    found = client.boms.iterate(
        search=pushed.name, approved=False, archived=False, integration_source_name=pushed.integration_source_name,
        ordering="-created_at" if ours else None,
    )  # fmt: skip
    for other in [bom for bom in islice(found, _MOST) if bom.id != pushed.id and _same_table(bom, read, pushed)]:
        if ours and other.updated_at is not None and other.updated_at == other.created_at:
            client.boms.delete(other.id)
            findings.add(
                "earlier-reading-replaced",
                f"The earlier reading of the same file ({other.id}) was replaced by this one.",
            )
        else:
            findings.add(
                "earlier-reading-kept",
                f"An earlier reading of the same file is still there: {other.name!r} ({other.id}).",
            )
    return findings.items


def _same_table(other: ApiBom, read: Bom, pushed: ApiBom) -> bool:
    kept: Any = (other.metadata or {}).get("bomtool")
    return (
        isinstance(kept, dict)
        and other.org_id == pushed.org_id
        and (other.name, other.approved, other.archived) == (pushed.name, "false", False)
        and kept.get("sha256") == read.file_sha256 is not None
        and kept.get("sheet") == read.layout.sheet
    )
