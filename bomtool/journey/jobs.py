"""Importing a file as a job: what `bomtool worker` brings beside the kinds of the platform itself.

The file travels in the database. It is read in a child process with limits, as in the watched folder, and pushed under
its content's record id: a job that is done again finds the BOM it made before.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.connect import connect
from bomtool.journey.carrying import Outcome, Wish, carry_out
from bomtool.journey.isolated import Reader
from bomtool.sheets.limits import Limits

if TYPE_CHECKING:
    from bomtool.client import Client
    from bomtool.platform.tasks import Task
    from bomtool.settings import Settings

IMPORT = "import_file"
_FOLDER = "bomtool-job-"
_LEFT_BEHIND = 3600.0
"""Seconds after which a folder of ours is that of a worker that was killed: a file is read in minutes or refused."""
_WISHES = ("reading", "names", "approve", "build", "overage", "currency", "new")


def arguments(wish: Wish) -> dict[str, Any]:
    """A wish as the arguments of a job."""
    return {name: getattr(wish, name) for name in _WISHES}


class Importer:
    """Imports files for the threads of one worker: each keeps a child that reads and clients of the orgs it met."""

    def __init__(self, settings: Settings) -> None:
        # The embedded platform over the worker's database, whatever platform this machine's user works with.
        self._settings = settings.model_copy(update={"api_url": None})
        self._limits = Limits.from_settings(settings)
        self._own = threading.local()
        self._lock = threading.Lock()
        self._open: list[Reader | Client] = []
        _sweep()

    def run(self, task: Task) -> dict[str, Any]:
        """The job: `{file, bom, outcome, created, counts, findings, program}`."""
        name, content = task.file()
        wish = Wish(**{name: task.arguments[name] for name in _WISHES if name in task.arguments})
        with tempfile.TemporaryDirectory(prefix=_FOLDER) as folder:
            path = Path(folder) / (Path(name).name or "file")
            path.write_bytes(content)
            bom = self._reader().read(path, wish.reading, wish.names)
        task.check()
        outcome = Outcome(name)
        carry_out(self._client(task.org_id), self._settings, bom, wish, outcome)
        assert outcome.bom is not None
        return {
            "file": name,
            "bom": str(outcome.bom.id),
            "outcome": outcome.outcome,
            "created": outcome.created,
            "counts": outcome.counts(),
            "findings": [finding.to_json() for finding in outcome.findings],
            "program": str(outcome.program.id) if outcome.program is not None else None,
        }

    def close(self) -> None:
        """End the children, close the clients."""
        for held in self._open:
            held.close()

    def _reader(self) -> Reader:
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = Reader(self._limits)
            with self._lock:
                self._open.append(reader)
        return reader

    def _client(self, org_id: str) -> Client:
        clients: dict[str, Client] = self._own.__dict__.setdefault("clients", {})
        if org_id not in clients:
            clients[org_id] = connect(self._settings.model_copy(update={"org_id": org_id}))
            with self._lock:
                self._open.append(clients[org_id])
        return clients[org_id]


def _sweep() -> None:
    """Remove the copies of files that killed workers left: a design has no business in a temporary folder."""
    for folder in Path(tempfile.gettempdir()).glob(_FOLDER + "*"):
        try:
            old = time.time() - folder.lstat().st_mtime > _LEFT_BEHIND
        except OSError:
            continue  # another worker was quicker
        if old and folder.is_dir() and not folder.is_symlink():
            shutil.rmtree(folder, ignore_errors=True)
