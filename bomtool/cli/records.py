"""Finding records by what a person types: a UUID, a unique prefix of six characters or more, or an exact name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeVar
from uuid import UUID

from bomtool import settings as settings_module
from bomtool.errors import ApiError, UnknownRecord

if TYPE_CHECKING:
    from bomtool.api.boms import Bom
    from bomtool.api.programs import Program
    from bomtool.client import Client
    from bomtool.settings import Settings

MIN_PREFIX = 6


class _Named(Protocol):
    @property
    def id(self) -> UUID: ...

    @property
    def name(self) -> str | None: ...


Record = TypeVar("Record", bound=_Named)


@contextmanager
def platform() -> Iterator[tuple[Client, Settings]]:
    """The client of this run, embedded or remote, closed at the end."""
    from bomtool.connect import connect

    settings = settings_module.load()
    with connect(settings) as client:
        yield client, settings


def find_bom(client: Client, text: str) -> Bom:
    """The BOM that `text` stands for. Raises UnknownRecord, also where several fit."""
    direct = _uuid(text)
    if direct is not None:
        try:
            return client.boms.get(direct)
        except ApiError as error:
            raise _unless_missing(error, "BOM", text) from error
    return _pick(client.boms.iterate, text, "BOM", "bomtool boms list")


def find_program(client: Client, text: str) -> Program:
    """The program that `text` stands for. Raises UnknownRecord, also where several fit."""
    direct = _uuid(text)
    if direct is not None:
        try:
            return client.programs.get(direct)
        except ApiError as error:
            raise _unless_missing(error, "program", text) from error
    return _pick(client.programs.iterate, text, "program", "bomtool programs list")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _unless_missing(error: ApiError, noun: str, text: str) -> Exception:
    if error.status == 404:
        return UnknownRecord(f"There is no {noun} {text}.", hint="List what there is with the list command.")
    return error


def _pick(listed: Callable[..., Iterable[Record]], text: str, noun: str, command: str) -> Record:
    """Exact names win over prefixes; of several records with one name, none is guessed.

    A search finds the name; the whole list is read only for part of an id, or where a platform searches otherwise.
    """
    prefix = text.casefold()
    found = [record for record in listed(search=text[:255]) if record.name == text]
    if not found:
        prefixed: list[Record] = []
        for record in listed():
            if record.name == text:
                found.append(record)
            elif len(prefix) >= MIN_PREFIX and str(record.id).startswith(prefix):
                prefixed.append(record)
        found = found or prefixed
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(str(record.id)[:13] for record in found[:5])
        raise UnknownRecord(
            f"{len(found)} {noun}s fit {text!r}: {ids}{' ...' if len(found) > 5 else ''}.", hint="Use a longer id."
        )
    raise UnknownRecord(
        f"There is no {noun} {text!r}.",
        hint=f"Give an id, at least {MIN_PREFIX} characters of it, or the exact name; {command} shows them.",
    )
