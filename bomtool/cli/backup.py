"""`bomtool backup` and `bomtool restore`: the local platform in one file, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import EXIT_DONE, EXIT_PARTLY, UsageError
from bomtool.settings import Settings

_FILE = click.Path(dir_okay=False, path_type=Path)
_database_option = click.option("--database-url", help="Database; default: the local SQLite file.")


@click.command(epilog="Example: bomtool backup bomtool-2026-03-02.zip")
@click.argument("file", type=_FILE)
@click.option("--force", is_flag=True, help="Replace FILE where it exists.")
@_database_option
@json_option
def backup(file: Path, force: bool, database_url: str | None, as_json: bool) -> int:
    """Back up the platform of this machine into FILE, while it is in use.

    FILE holds the database and the documents, and is read back before it gets its name. Not in it: the keys of this
    machine (local-key, webhook-key) and its settings. Exit 1 where the content of a document is gone or altered.
    """
    settings = _settings(database_url)
    from bomtool.platform.backup import saving
    from bomtool.platform.embedded import open_store

    store = open_store(settings)
    try:
        with _progress() as tell:
            saved = saving.save(settings, store, file, force=force, progress=tell)
    finally:
        store.close()
    if as_json:
        output.json_out(asdict(saved))
    else:
        rows = sum(saved.tables.values())
        output.say(f"{saved.path}: {rows:,} rows of {len(saved.tables)} tables, {saved.documents:,} documents")
    return _documents(saved.missing, saved.altered)


@click.command(epilog="Example: bomtool restore bomtool-2026-03-02.zip")
@click.argument("file", type=_FILE)
@click.option("--replace", is_flag=True, help="Also where there are records; they are kept aside.")
@_database_option
@json_option
def restore(file: Path, replace: bool, database_url: str | None, as_json: bool) -> int:
    """Restore the platform of this machine from FILE, which bomtool backup made.

    Nothing else may use the platform meanwhile. A backup of SQLite is restored onto PostgreSQL and the other way round.
    """
    settings = _settings(database_url)
    from bomtool.platform.backup import restoring

    with _progress() as tell:
        done = restoring.restore(settings, file, replace=replace, progress=tell)
    if as_json:
        output.json_out(asdict(done))
    else:
        output.table(["table", "rows"], [(name, rows) for name, rows in sorted(done.tables.items()) if rows])
        rows = sum(done.tables.values())
        output.say(f"Restored {rows:,} rows and {done.documents:,} documents of {done.created_at} into {done.database}")
        if done.kept_aside:
            output.say(f"What was there before: {done.kept_aside}")
    for note in done.notes:
        output.note(note)
    return _documents(done.missing, [])


def _settings(database_url: str | None) -> Settings:
    settings = settings_module.load(**({"database_url": database_url} if database_url else {}))
    if settings.api_url:
        raise UsageError(
            "backup and restore work on the local database, but BOMTOOL_API_URL is set.",
            hint="Unset it, or run this on the machine that serves the platform.",
        )
    return settings


def _documents(missing: list[str], altered: list[str]) -> int:
    for record_id in missing:
        output.note(f"Warning: the content of document {record_id} is not there.")
    for record_id in altered:
        output.note(f"Warning: the content of document {record_id} is not what was sent.")
    return EXIT_PARTLY if missing or altered else EXIT_DONE


@contextmanager
def _progress() -> Iterator[Any]:
    """A bar on a terminal."""
    with output.progress("Working") as advance:
        yield lambda _stage, done, total: advance(done, total)
