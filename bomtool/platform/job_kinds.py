"""What each kind of job does. The services are imported when the first one runs."""

from __future__ import annotations

from typing import Any

from bomtool.errors import BomtoolError
from bomtool.platform.tasks import Task, Work


def _upsert_bom(task: Task) -> Any:
    from bomtool.platform.services import pushing

    return pushing.upsert(task)


def _availabilities(task: Task) -> Any:
    from bomtool.platform.services import planning

    return planning.availabilities_job(task.store, task.settings, task.org_id, task.arguments)


def _send_email(task: Task) -> Any:
    from bomtool.platform.services import emails

    return emails.send(task.store, task.settings, task.org_id, task.arguments)


def _write_parts(task: Task) -> Any:
    from bomtool.platform.services import org_parts

    return org_parts.write(task)


def _load_catalog(task: Task) -> Any:
    from bomtool.platform.services import catalogs

    return catalogs.load(task)


KINDS: dict[str, Work] = {
    "upsert_bom": _upsert_bom,
    "availabilities": _availabilities,
    "send_email": _send_email,
    "write_parts": _write_parts,
    "load_catalog": _load_catalog,
}
"""Everything the platform itself can do; `bomtool worker` brings more."""


def work(kind: str) -> Work:
    """What a kind of job does. Raises BomtoolError."""
    if kind not in KINDS:
        raise BomtoolError(f"This platform knows no job of the kind {kind}.")
    return KINDS[kind]
