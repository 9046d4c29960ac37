"""`bomtool doctor`: checks an installation and says what to mend."""

from __future__ import annotations

import platform as host
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass

import click

from bomtool import __version__, data
from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PLATFORM, BomtoolError


@dataclass(frozen=True, slots=True)
class Check:
    """One check: what was looked at, whether it is well, what was seen, what to do."""

    name: str
    ok: bool
    seen: str
    hint: str | None = None


@click.command()
@json_option
def doctor(as_json: bool) -> int:
    """Check Python, data files, settings, database, catalogue and platform; exit 4 where something is broken."""
    checks = [
        Check("version", True, f"bomtool {__version__}, Python {sys.version.split()[0]}, {host.system()}"),
        _look("data files", _templates),
        _look("settings", _settings),
    ]
    if checks[-1].ok:
        remote = settings_module.load().api_url is not None
        checks.append(_look("platform", _platform))
        if not remote:
            checks.append(_look("catalogue", _catalogue))
            checks += _providers()
            checks += _webhooks()
    if as_json:
        output.json_out({"ok": all(c.ok for c in checks), "checks": [asdict(c) for c in checks]})
    else:
        output.table(
            ["", "check", "seen", "what to do"],
            [("ok" if c.ok else "✖", c.name, c.seen, c.hint) for c in checks],
        )
    return EXIT_DONE if all(c.ok for c in checks) else EXIT_PLATFORM


def _providers() -> list[Check]:
    """The providers of live prices that have keys; no call that counts is made."""
    from bomtool.parts.providers import checking, registry
    from bomtool.platform.embedded import open_store

    settings = settings_module.load()
    if not registry.configured(settings) and not registry.half_configured(settings):
        return []
    store = open_store(settings)
    try:
        return [Check(found.title, found.ok, found.seen, found.hint) for found in checking.check(store, settings)]
    finally:
        store.close()


def _webhooks() -> list[Check]:
    """Webhooks, where there are any; one that is switched off or cannot be signed for needs somebody."""
    from bomtool.platform.embedded import open_store
    from bomtool.platform.services import webhooks

    settings = settings_module.load()
    store = open_store(settings)
    try:
        found, findings = webhooks.listed(store, settings)
    finally:
        store.close()
    if not found:
        return []
    bad = [item for item in findings.items if item.severity == "error"]
    seen = "; ".join(item.message for item in findings.items) or f"{len(found)}, all of them taking what is sent"
    return [Check("webhooks", not bad, seen, "See bomtool webhooks list." if findings.items else None)]


def _look(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except BomtoolError as error:
        return Check(name, False, error.message, error.hint)


def _templates() -> str:
    names = ["findings.csv", "synonyms.csv", "overage.csv"]
    return ", ".join(str(data.template(name)) for name in names[:1]) + f" and {len(names) - 1} more"


def _settings() -> str:
    settings = settings_module.load()
    where = settings_module.config_file()
    return f"{where}{'' if where.exists() else ' (none, defaults)'}; data in {settings.data_dir}"


def _platform() -> str:
    from bomtool.cli.records import platform

    with platform() as (client, settings):
        page = client.boms.list(limit=1)
        return f"{settings.api_url or 'embedded'}: {page.count} BOMs"


def _catalogue() -> str:
    from bomtool.cli.catalog import local_catalog

    with local_catalog() as found:
        return ", ".join(f"{c.name} ({c.kind}, {c.parts:,} parts)" for c in found.list())
