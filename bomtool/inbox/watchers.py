"""Watchers that live: each beats in the ledger and holds a lock that the system releases when its process ends.

A watcher whose beat is older than the lease is dead for everybody; one on the same machine whose lock can be had is dead
at once, however it ended. PostgreSQL's clock is the one that counts where there is one: machines disagree.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import filelock
from sqlalchemy import Connection, delete, func, insert, select, update

from bomtool.errors import BomtoolError, StoreError
from bomtool.inbox.tables import watchers
from bomtool.store import Store
from bomtool.store.schema import new_id, now

BEAT = 10.0
LEASE = 60.0
"""Seconds between beats, and without one until others take over."""
_FORGOTTEN = timedelta(days=7)


class LostClaim(BomtoolError):
    """Another watcher has taken over: this one was thought dead. Whatever it was doing, it must stop."""

    code = "lost-claim"


def database_now(connection: Connection) -> datetime:
    """The present moment by the clock that all watchers share."""
    if connection.dialect.name == "postgresql":
        moment: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
        return moment
    return now()


class Watcher:
    """This process as the ledger knows it. `start` it, and `stop` it at the end."""

    def __init__(self, store: Store, folder: str, path: Path, room: Path) -> None:
        self.id = new_id()
        self.store, self.folder, self._path = store, folder, path
        self.spool = room / self.id
        self._lock = filelock.FileLock(str(room / f"{self.id}.lock"), timeout=10)
        self._ended = threading.Event()
        self._beaten = 0.0
        self._thread = threading.Thread(target=self._beat, name="bomtool-inbox-beat", daemon=True)

    def start(self) -> None:
        """Enter the ledger and begin to beat. Raises StoreError."""
        try:
            self.spool.mkdir(mode=0o700, parents=True)
            self._lock.acquire()
        except OSError as error:
            raise StoreError(
                f"The data folder {self.spool.parent} cannot be written: {error.strerror or error}.",
                hint="Set BOMTOOL_DATA_DIR to a folder you may write to.",
                code="store-read-only",
            ) from error
        with self.store.write() as connection:
            moment = database_now(connection)
            connection.execute(delete(watchers).where(watchers.c.beat_at < moment - _FORGOTTEN))
            connection.execute(
                insert(watchers).values(
                    id=self.id,
                    folder=self.folder,
                    path=str(self._path),
                    host=socket.gethostname(),
                    pid=os.getpid(),
                    lock=str(self._lock.lock_file),
                    started_at=moment,
                    beat_at=moment,
                )
            )
        self._beaten = time.monotonic()
        self._thread.start()

    def stop(self) -> None:
        """Leave the ledger; nothing may be owned by then."""
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join(30)
        with contextlib.suppress(BomtoolError), self.store.write() as connection:
            connection.execute(delete(watchers).where(watchers.c.id == self.id))
        self._lock.release()
        with contextlib.suppress(OSError):
            Path(self._lock.lock_file).unlink()
        with contextlib.suppress(OSError):
            self.spool.rmdir()

    def check(self) -> None:
        """Raise LostClaim where this watcher could not beat for so long that others may have taken over."""
        if time.monotonic() - self._beaten > LEASE - BEAT:
            raise LostClaim("The ledger could not be reached for so long that another watcher may have taken over.")

    def _beat(self) -> None:
        while not self._ended.wait(BEAT):
            began = time.monotonic()
            with contextlib.suppress(BomtoolError), self.store.write() as connection:
                moment = database_now(connection)
                connection.execute(update(watchers).where(watchers.c.id == self.id).values(beat_at=moment))
                self._beaten = began


def dead(connection: Connection, owner: str, own_room: Path) -> bool:
    """Whether the watcher `owner` lives no more."""
    row = connection.execute(select(watchers).where(watchers.c.id == owner)).first()
    if row is None or row.beat_at < database_now(connection) - timedelta(seconds=LEASE):
        return True
    lock = Path(row.lock)
    return row.host == socket.gethostname() and lock.parent == own_room and _free(lock)


def living(connection: Connection, folder: str, own_room: Path) -> list[dict[str, object]]:
    """The watchers of a folder that live."""
    rows = connection.execute(select(watchers).where(watchers.c.folder == folder).order_by(watchers.c.started_at))
    return [
        {"host": row.host, "pid": row.pid, "path": row.path, "since": row.started_at}
        for row in rows.all()
        if not dead(connection, row.id, own_room)
    ]


def sweep(room: Path, remove: Callable[[Path], None]) -> None:
    """Remove what watchers that ended unasked left in the data folder; a young lock may be about to be taken."""
    with contextlib.suppress(OSError):
        for lock in room.glob("*.lock"):
            if time.time() - lock.stat().st_mtime > LEASE and _free(lock):
                remove(lock.with_suffix(""))
                with contextlib.suppress(OSError):
                    lock.unlink()


def _free(path: Path) -> bool:
    """Whether nobody holds a lock; a file that is gone says nothing."""
    if not path.exists():
        return False
    lock = filelock.FileLock(str(path), timeout=0)
    try:
        lock.acquire()
    except (filelock.Timeout, OSError):
        return False
    lock.release()
    return True
