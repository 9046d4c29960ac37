"""`bomtool catalog`: the part catalogue of the local database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UnknownRecord, UsageError

if TYPE_CHECKING:
    from bomtool.client import Client
    from bomtool.parts.catalog import Catalog
    from bomtool.parts.model import CatalogInfo


@click.group()
def catalog() -> None:
    """Load and search the part catalogue of this machine (not of a served platform)."""


@contextmanager
def local_catalog() -> Iterator[Catalog]:
    """The catalogue of the local database, seeded. Raises UsageError where an API URL is set."""
    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "catalog works on the local database, but BOMTOOL_API_URL is set.",
            hint="Unset it, or run this on the machine that serves the platform.",
        )
    from bomtool.parts import seed
    from bomtool.parts.catalog import Catalog
    from bomtool.platform.embedded import open_store

    store = open_store(settings)
    try:
        found = Catalog(store, settings.catalog)
        seed.ensure(found)
        yield found
    finally:
        store.close()


@catalog.command(epilog="Example: bomtool catalog load parts.csv --name distributor --as-of 2026-05-21")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--name", help="Name of the catalogue; default: the file's name. The same name is replaced.")
@click.option("--kind", type=click.Choice(["sample", "snapshot"]), default="snapshot", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day the prices and stock are of.")
@click.option("--currency", metavar="CODE", help="Currency (ISO 4217) of prices that name none; default: USD.")
@click.option("--job", "as_job", is_flag=True, help="Leave it to a bomtool worker, which must see the same PATH.")
@json_option
def load(
    path: Path,
    name: str | None,
    kind: str,
    as_of: datetime | None,
    currency: str | None,
    as_job: bool,
    as_json: bool,
) -> None:
    """Load parts with stock and price breaks from PATH.

    PATH is a table (CSV, TSV or XLSX, also .gz or .xz), a jlcparts data folder, or saved provider answers (.json, .jsonl).
    """
    if currency is not None and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        raise UsageError(f"{currency!r} is no currency code.", hint="Give three letters, such as EUR.")
    if as_job:
        given = {"path": str(path.resolve()), "name": name, "kind": kind, "currency": currency and currency.upper()}
        _queue({**given, "as_of": as_of.date().isoformat() if as_of else None}, as_json)
        return
    with local_catalog() as found, output.progress(f"Loading {path.name}", unit="parts") as advance:
        info = found.load(
            path,
            name=name,
            kind="sample" if kind == "sample" else "snapshot",
            as_of=as_of.date() if as_of else None,
            progress=advance,
            currency=currency.upper() if currency else None,
        )
    if as_json:
        output.json_out(asdict(info))
        return
    output.say(f"Catalogue {info.name!r}: {info.parts:,} parts, {info.offers:,} offers.")
    for sentence in info.notes:
        output.note(sentence)


def _queue(arguments: dict[str, str | None], as_json: bool) -> None:
    from bomtool.platform.embedded import local_org_id
    from bomtool.platform.jobs import insert_job

    with local_catalog() as found:
        settings = settings_module.load()
        org_id = settings.org_id or local_org_id(settings)
        with found.store.write() as connection:
            job_id = insert_job(connection, org_id, "load_catalog", arguments)
    if as_json:
        output.json_out({"job": job_id})
    else:
        output.say(f"Job {job_id} waits for a worker; bomtool jobs show {job_id[:8]} tells how far it is.")


@catalog.command()
@click.argument("name", required=False)
@json_option
def info(name: str | None, as_json: bool) -> None:
    """Show what is known of the loaded catalogues, or of catalogue NAME: source, day, and what loading remarked."""
    with local_catalog() as found:
        catalogs = [found.info(name)] if name else found.list()
    _answer(catalogs, as_json)
    for item in () if as_json else catalogs:
        for sentence in item.notes:
            output.note(f"{item.name}: {sentence}")


def _answer(catalogs: list[CatalogInfo], as_json: bool) -> None:
    if as_json:
        output.json_out(output.listing([asdict(item) for item in catalogs]))
    else:
        _show(catalogs)


def _show(catalogs: list[CatalogInfo]) -> None:
    output.table(
        [
            "name", "kind", "in use", "as of", output.Column("parts", right=True), output.Column("offers", right=True),
            "source",
        ],
        [
            (c.name, c.kind, "yes" if c.in_use else "no", c.as_of or "unknown", f"{c.parts:,}", f"{c.offers:,}", c.source)
            for c in catalogs
        ],
    )  # fmt: skip
    if catalogs and catalogs[0].kind == "sample":
        output.note("Prices and stock marked sample are invented, for trying out. Load your own: bomtool catalog load.")


@catalog.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the loaded catalogues, the preferred one first."""
    with local_catalog() as found:
        catalogs = found.list()
    _answer(catalogs, as_json)


@catalog.command(epilog="Example: bomtool catalog search RC0402FR-0710KL")
@click.argument("text")
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True)
@json_option
def search(text: str, limit: int, as_json: bool) -> None:
    """Search parts by MPN, SKU or words of the description."""
    with local_catalog() as found:
        found.check_preference()
        candidates = found.search(text, limit)
        offers = found.offers([c.part.id for c in candidates])
    if as_json:
        output.json_out(
            output.listing(
                [{**asdict(c), "offers": [asdict(offer) for offer in offers.get(c.part.id, [])]} for c in candidates]
            )
        )
        return
    output.table(
        [
            "id",
            "MPN",
            "manufacturer",
            "package",
            output.Column("description", max_width=44),
            "found by",
            output.Column("stock", right=True),
            "from",
            "catalogue",
        ],
        [
            (
                c.part.id,
                c.part.mpn,
                c.part.manufacturer,
                c.part.package,
                c.part.description,
                c.level,
                _stock([offer.stock for offer in offers.get(c.part.id, [])]),
                ", ".join(sorted({offer.supplier for offer in offers.get(c.part.id, [])})),
                f"{c.part.catalog} ({c.part.kind})",
            )
            for c in candidates
        ],
    )
    if not candidates:
        output.say("Nothing found. bomtool catalog info shows what is loaded.")


def _stock(stocks: list[int | None]) -> str:
    known = [stock for stock in stocks if stock is not None]
    return f"{sum(known):,}" if known else "unknown" if stocks else "no offer"


@catalog.command()
@click.argument("name")
@json_option
def use(name: str, as_json: bool) -> None:
    """Prefer catalogue NAME over the others."""
    with local_catalog() as found:
        found.use(name)
        catalogs = found.list()
    _answer(catalogs, as_json)


@catalog.command()
@click.argument("name")
@json_option
def drop(name: str, as_json: bool) -> None:
    """Remove catalogue NAME and its parts."""
    with local_catalog() as found:
        found.drop(name)
        catalogs = found.list()
    _answer(catalogs, as_json)


@catalog.command(epilog="Example: bomtool catalog refresh 'mainboard x 100' --provider mouser")
@click.argument("records", nargs=-1, required=True, metavar="PROGRAM|BOM...")
@click.option("--provider", "providers", multiple=True, help="Only this provider; may be given several times.")
@click.option("--again", is_flag=True, help="Ask also for what is still fresh.")
@json_option
def refresh(records: tuple[str, ...], providers: tuple[str, ...], again: bool, as_json: bool) -> int:
    """Ask the providers you have keys for about live prices and stock of a program's or BOM's parts.

    Answers are kept for a day; what a provider's limits leave over waits, and the same command goes on with it. Exit 1
    where parts wait.
    """
    from bomtool.cli.records import platform
    from bomtool.parts.providers import registry
    from bomtool.platform.embedded import open_store
    from bomtool.platform.services import refreshing

    settings = settings_module.load()
    if settings.api_url:
        raise UsageError(
            "catalog works on the local database, but BOMTOOL_API_URL is set.",
            hint="Unset it, or run this on the machine that serves the platform.",
        )
    if not providers and not registry.configured(settings):
        raise UsageError(
            "No provider has a key.",
            hint="Set one, for example BOMTOOL_MOUSER_KEY; see docs/providers.md.",
            code="no-key",
        )
    with platform() as (client, _):
        boms, programs = _needed(client, records)
    store = open_store(settings)
    try:
        with output.progress("Asking for prices", unit="parts") as advance:
            found = refreshing.refresh(
                store, settings, boms=boms, programs=programs, names=providers or None, again=again, progress=advance
            )
    finally:
        store.close()
    if as_json:
        output.json_out({**output.listing([one.to_json() for one in found.told]), "lines_matched": found.matched})
    else:
        for one in found.told:
            output.say(f"{one.summary} ({one.fresh} still fresh, {one.calls} calls)")
            for sentence in one.sentences:
                output.note(sentence)
        if found.matched:
            output.say(f"{found.matched} lines have a part now that had none.")
    return EXIT_PARTLY if any(one.waiting for one in found.told) else EXIT_DONE


def _needed(client: Client, texts: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """Ids of the BOMs and programs that the texts name; a program is looked for first."""
    from bomtool.cli.records import find_bom, find_program

    boms: list[str] = []
    programs: list[str] = []
    for text in texts:
        try:
            programs.append(str(find_program(client, text).id))
        except UnknownRecord:
            boms.append(str(find_bom(client, text).id))
    return boms, programs


@catalog.command()
@json_option
def providers(as_json: bool) -> None:
    """List the providers of live prices: which have keys, and what is left of their allowance, without asking them."""
    from bomtool.parts.providers import registry
    from bomtool.parts.providers.model import known
    from bomtool.parts.providers.usage import Usage
    from bomtool.platform.embedded import open_store

    settings = settings_module.load()
    ready = registry.configured(settings)
    store = open_store(settings)
    try:
        usage = Usage(store)
        quotas = {name: usage.quota(terms) for name, terms in known().items()}
    finally:
        store.close()
    if as_json:
        found = [
            {"provider": name, "title": terms.title, "configured": name in ready, **asdict(quotas[name])}
            for name, terms in known().items()
        ]
        output.json_out(output.listing(found))
        return
    output.table(
        ["provider", "keys", output.Column("calls today", right=True), output.Column("of", right=True), "it says", "waits until"],
        [
            (
                name,
                "set" if name in ready else ", ".join(registry.NEEDED[name]),
                quotas[name].calls,
                quotas[name].per_day or "",
                f"{quotas[name].remaining} left" if quotas[name].remaining is not None else "",
                quotas[name].blocked_until or "",
            )
            for name in known()
            if name in registry.NEEDED
        ],
    )  # fmt: skip
