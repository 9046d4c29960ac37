"""The durable memory of the watched folder: who works on what, what was reached, what became of each file.

All of it is one database's; a claim is a row that names its owner, and every change of a claimed row is made only while it
still does. Times are the database's, claims of the dead are taken over.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from bomtool.inbox.tables import files, jobs
from bomtool.inbox.watchers import LostClaim, Watcher, database_now, dead
from bomtool.store import Store
from bomtool.store.schema import new_id

LIVE = ("waiting", "working", "placing", "uncertain")


@dataclass(slots=True)
class Claim:
    """A file and its content, ours until `release`, `finish` or death.

    `job` and `file` are the rows as they stand in the ledger.
    """

    key: str
    file_id: str
    name: str
    job: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """The ledger of one folder, as one watcher sees it. Safe to use from several threads."""

    def __init__(self, store: Store, watcher: Watcher, folder: str, room: Path) -> None:
        self.store, self.watcher, self.folder, self._room = store, watcher, folder, room
        self._mine: set[str] = set()
        self._lock = threading.Lock()

    def claim(self, name: str, size: int, sha256: str, key: str) -> Claim | None:
        """Claim a file and its content, None where somebody else works on either. Raises StoreError."""
        with self._lock:
            if key in self._mine:
                return None
            self._mine.add(key)
        try:
            claim = self._claim(name, size, sha256, key)
        except IntegrityError:  # another machine was faster by a hair
            claim = None
        except BaseException:
            self._forget(key)
            raise
        if claim is None:
            self._forget(key)
        return claim

    def _claim(self, name: str, size: int, sha256: str, key: str) -> Claim | None:
        with self.store.write() as connection:
            moment = database_now(connection)
            file = self._locked(connection, files, (files.c.folder == self.folder) & _live(name))
            if file is not None and (file.state == "placing" or self._held(connection, file.owner)):
                return None
            job = self._locked(connection, jobs, jobs.c.key == key)
            if job is not None and self._held(connection, job.owner):
                return None
            if job is None:
                values: dict[str, Any] = {"sent": {}, "created_at": moment}
                connection.execute(
                    insert(jobs).values(key=key, sha256=sha256, owner=self.watcher.id, updated_at=moment, **values)
                )
            else:
                self._change(connection, jobs, jobs.c.key == key, owner=self.watcher.id, updated_at=moment)
            work = {"state": "working", "owner": self.watcher.id, "job": key, "sha256": sha256, "size": size}
            if file is None:
                file_id = self._insert_file(connection, name, moment, work)
            else:
                file_id = file.id
                self._change(connection, files, files.c.id == file_id, tries=file.tries + 1, updated_at=moment, **work)
            return self._loaded(connection, key, file_id, name)

    def refuse(self, name: str, size: int, key: str) -> Claim | None:
        """Claim a file that is refused without being read (a link, a device); `key` names it."""
        return self.claim(name, size, "", key)

    def abandoned(self) -> list[Claim]:
        """Take over files that died on their way to their place. Raises StoreError."""
        taken: list[Claim] = []
        with self.store.read() as connection:
            query = select(files).where((files.c.folder == self.folder) & (files.c.state == "placing"))
            rows = [row for row in connection.execute(query).all() if row.job not in self._mine]
        for row in rows:
            with self.store.write() as connection:
                file = self._locked(connection, files, files.c.id == row.id)
                if file is None or file.state != "placing" or self._held(connection, file.owner):
                    continue
                job = self._locked(connection, jobs, jobs.c.key == file.job)
                if job is None or (job.owner != file.owner and self._held(connection, job.owner)):
                    continue
                with self._lock:
                    if file.job in self._mine:
                        continue
                    self._mine.add(file.job)
                self._change(connection, files, files.c.id == file.id, owner=self.watcher.id)
                self._change(connection, jobs, jobs.c.key == file.job, owner=self.watcher.id)
                taken.append(self._loaded(connection, file.job, file.id, file.name))
        return taken

    def record(self, claim: Claim, *, job: Mapping[str, Any] | None = None, **file: Any) -> None:
        """Keep what was reached. Raises LostClaim where the claim is no longer ours."""
        self.watcher.check()
        with self.store.write() as connection:
            moment = database_now(connection)
            mine = (files.c.id == claim.file_id) & (files.c.owner == self.watcher.id)
            self._change(connection, files, mine, updated_at=moment, **file)
            owned = (jobs.c.key == claim.key) & (jobs.c.owner == self.watcher.id)
            self._change(connection, jobs, owned, updated_at=moment, **(job or {}))
        claim.job.update(job or {})
        claim.file.update(file)

    def release(self, claim: Claim, state: str, error: Mapping[str, Any] | None = None, **file: Any) -> None:
        """Give a claim back: the file waits (`waiting`, `uncertain`), or is finished (`done`, `failed`, `gone`)."""
        try:
            with self.store.write() as connection:
                moment = database_now(connection)
                finished = None if state in LIVE else moment
                mine = (files.c.id == claim.file_id) & (files.c.owner == self.watcher.id)
                values = {"state": state, "owner": None, "error": error, "finished_at": finished, **file}
                self._change(connection, files, mine, updated_at=moment, **values)
                owned = (jobs.c.key == claim.key) & (jobs.c.owner == self.watcher.id)
                self._change(connection, jobs, owned, owner=None, updated_at=moment)
        finally:
            self._forget(claim.key)

    def lost(self, claim: Claim) -> None:
        """Forget a claim that another watcher has taken over."""
        self._forget(claim.key)

    def vanished(self, present: set[str]) -> list[tuple[str, str]]:
        """Close the rows of files that are neither there nor on their way: a person took them back. Their ids and names."""
        with self.store.read() as connection:
            query = select(files.c.id, files.c.name, files.c.owner).where(
                (files.c.folder == self.folder) & files.c.finished_at.is_(None) & (files.c.state != "placing")
            )
            missing = [
                row
                for row in connection.execute(query).all()
                if row.name not in present and not self._held(connection, row.owner)
            ]
        for row in missing:
            with self.store.write() as connection:
                moment = database_now(connection)
                still = (files.c.id == row.id) & files.c.finished_at.is_(None) & (files.c.state != "placing")
                owner = files.c.owner.is_(None) if row.owner is None else files.c.owner == row.owner
                values = {"state": "gone", "owner": None, "finished_at": moment, "updated_at": moment}
                connection.execute(update(files).where(still & owner).values(**values))
        return [(row.id, row.name) for row in missing]

    def previous(self, claim: Claim, bom_name: str) -> dict[str, Any] | None:
        """The file row of what a file takes the place of: the newest other content of this BOM, or under this file's name,
        that was done in the same part of the folder."""
        below = claim.name.rpartition("/")[0]
        other = jobs.c.sha256 != claim.job["sha256"]
        named = (files.c.folder == self.folder) & (files.c.name == claim.name) & (files.c.state == "done") & other
        of_name = select(files).join(jobs, jobs.c.key == files.c.job).where(named).order_by(files.c.finished_at.desc())
        # By the job alone: asked for the state too, SQLite would walk over all files that were ever done.
        of_bom = select(files).where(files.c.job.in_(select(jobs.c.key).where((jobs.c.bom_name == bom_name) & other)))
        with self.store.read() as connection:
            found = [
                row
                for row in connection.execute(of_bom)
                if row.folder == self.folder and row.state == "done" and row.name.rpartition("/")[0] == below
            ]
            found += connection.execute(of_name.limit(1)).all()
        return dict(max(found, key=lambda row: row.finished_at)._mapping) if found else None

    def versions(self, bom_name: str) -> dict[str, str | None]:
        """The versions that BOMs of this name were given, by the SHA-256 of their file."""
        with self.store.read() as connection:
            query = select(jobs.c.sha256, jobs.c.version).where(jobs.c.bom_name == bom_name)
            return {row.sha256: row.version for row in connection.execute(query)}

    def file(self, file_id: str) -> dict[str, Any] | None:
        """One file row."""
        with self.store.read() as connection:
            row = connection.execute(select(files).where(files.c.id == file_id)).first()
        return None if row is None else dict(row._mapping)

    def _insert_file(self, connection: Connection, name: str, moment: Any, values: Mapping[str, Any]) -> str:
        file_id = new_id()
        more = {"tries": 1, "first_seen_at": moment, "updated_at": moment}
        connection.execute(insert(files).values(id=file_id, folder=self.folder, name=name, **more, **values))
        return file_id

    def _held(self, connection: Connection, owner: str | None) -> bool:
        """Whether an owner, other than what this process forgot, still works on a row."""
        return owner is not None and owner != self.watcher.id and not dead(connection, owner, self._room)

    def _loaded(self, connection: Connection, key: str, file_id: str, name: str) -> Claim:
        job = connection.execute(select(jobs).where(jobs.c.key == key)).one()
        file = connection.execute(select(files).where(files.c.id == file_id)).one()
        return Claim(key, file_id, name, dict(job._mapping), dict(file._mapping))

    @staticmethod
    def _locked(connection: Connection, table: Table, condition: Any) -> Row[Any] | None:
        return connection.execute(select(table).where(condition).with_for_update()).first()

    @staticmethod
    def _change(connection: Connection, table: Table, condition: Any, **values: Any) -> None:
        if connection.execute(update(table).where(condition).values(**values)).rowcount != 1:
            raise LostClaim("Another watcher has taken over this file.")

    def _forget(self, key: str) -> None:
        with self._lock:
            self._mine.discard(key)


def _live(name: str) -> Any:
    return (files.c.name == name) & files.c.finished_at.is_(None)
