"""Turns what a database driver raises into a StoreError that says what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from bomtool.errors import StoreError

CONFLICT = "store-conflict"
"""Code of the StoreError of a transaction that may simply be done again."""

# Words of the drivers' messages, most telling first: (word, code, message, hint).
_KNOWN: tuple[tuple[str, str, str, str], ...] = (
    (
        "deadlock detected",
        CONFLICT,
        "Two changes of the same records got in each other's way.",
        "Try again; nothing was changed.",
    ),
    (
        "could not serialize",
        CONFLICT,
        "Two changes of the same records got in each other's way.",
        "Try again; nothing was changed.",
    ),
    (
        "locked",
        "store-locked",
        "The database {where} is locked by another process.",
        "Wait for the other bomtool to finish, or stop it, and try again; nothing was changed.",
    ),
    (
        "disk is full",
        "store-full",
        "The disk of the database {where} is full.",
        "Free some space and try again; nothing was changed.",
    ),
    (
        "could not extend file",
        "store-full",
        "The disk of the database {where} is full.",
        "Free some space on the database server and try again; nothing was changed.",
    ),
    (
        "readonly database",
        "store-read-only",
        "The database {where} is read-only.",
        "Make the file and its folder writable, or set BOMTOOL_DATA_DIR to a folder you may write to.",
    ),
    (
        "unable to open database file",
        "store-unreachable",
        "The database {where} cannot be opened.",
        "Check that the folder exists and that you may write to it, or set BOMTOOL_DATA_DIR to another one.",
    ),
    (
        "file is not a database",
        "not-a-database",
        "{where} is not a database.",
        "Move the file away, or set BOMTOOL_DATA_DIR or BOMTOOL_DATABASE_URL to another place.",
    ),
    (
        "malformed",
        "store-damaged",
        "The database {where} is damaged.",
        "Restore it from a backup; `sqlite3 FILE .recover` may save what is left.",
    ),
    (
        "disk i/o error",
        "store-io",
        "The disk of the database {where} failed.",
        "Check the disk and its space, then try again.",
    ),
    (
        "connection",
        "store-unreachable",
        "The database {where} cannot be reached.",
        "Check BOMTOOL_DATABASE_URL, the server and its password.",
    ),
)


def explain(error: BaseException, where: str) -> StoreError:
    """The StoreError for a driver's error; `where` is the path, or the URL without its password."""
    cause = getattr(error, "orig", None) or error
    text = str(cause).strip().replace("\n", " ")
    folded = text.casefold()
    for word, code, message, hint in _KNOWN:
        if word in folded:
            return StoreError(message.format(where=where), hint=hint, code=code)
    return StoreError(f"The database {where} failed: {text}.", hint="Try again; if it stays, run `bomtool doctor`.")


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Operational failures become StoreError; IntegrityError and programming errors pass, they are the caller's."""
    try:
        yield
    except (exc.IntegrityError, exc.DataError):
        raise
    except exc.TimeoutError as error:
        raise StoreError(
            f"All connections to the database {where} are busy.", hint="Try again in a moment.", code="store-busy"
        ) from error
    except (exc.OperationalError, exc.DatabaseError) as error:
        if isinstance(error, exc.ProgrammingError):
            raise
        raise explain(error, where) from error
    except sqlite3.DatabaseError as error:  # from BEGIN and pragmas, which go straight to the driver
        raise explain(error, where) from error
