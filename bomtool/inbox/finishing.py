"""The last step of a file: out of the folder, under a free name in `done/` or `failed/`, its outcome beside it.

Every part of it can be done again by whoever takes over: the ledger says what was meant, hidden names how far it came.
"""

from __future__ import annotations

import os
from pathlib import Path

from bomtool.inbox import folder as folders
from bomtool.inbox import names, telling
from bomtool.inbox.ledger import Claim, Ledger
from bomtool.inbox.log import Log
from bomtool.inbox.placing import Staging
from bomtool.inbox.snapshot import sha256


class Finisher:
    """Finishes files of one folder."""

    def __init__(self, folder: Path, ledger: Ledger, log: Log, most: int) -> None:
        self._folder, self._ledger, self._log, self._most = folder, ledger, log, most

    def staging(self, name: str, row_id: str, verdict: str) -> Staging:
        """Where the outcome of a file waits until it is placed. Raises OSError, UsageError for a folder gone bad."""
        below = name.rpartition("/")[0]
        place = folders.make_below(self._folder, f"{verdict}/{below}" if below else verdict)
        return Staging(place, row_id)

    def forget(self, row_id: str, name: str) -> None:
        """Remove the outcome of a file that a person took back."""
        for verdict in (names.DONE, names.FAILED):
            self.staging(name, row_id, verdict).discard()

    def finish(self, claim: Claim, source: Path | None = None) -> str:
        """Place a file whose row says `placing`; the state it ends in: done, failed, gone, or waiting where its content
        has changed since it was read."""
        row = claim.file
        verdict = str(row["verdict"])
        staging = self.staging(claim.name, claim.file_id, verdict)
        source = source or locate(self._folder, claim.name)
        if row["target"] is None and not os.path.lexists(staging.file):
            try:
                source.rename(staging.open().file)
            except FileNotFoundError:
                staging.discard()
                self._ledger.release(claim, "gone")
                self._log("gone", "was taken away before it was finished", file=claim.name)
                return "gone"
        if row["target"] is None and row["sha256"] and sha256(staging.file, self._most) != row["sha256"]:
            staging.give_back(source)
            staging.discard()
            self._ledger.release(claim, "waiting", verdict=None)
            self._log("changed", "changed while it was worked on; it is taken again", file=claim.name)
            return "waiting"

        def choose(name: str) -> None:
            self._ledger.record(claim, target=name)
            if names.RESULT in staging.waiting():
                telling.placed(staging.outcome(names.RESULT), name, staging.waiting())

        target = staging.put(names.presentable(source.name), row["target"], choose)
        where = names.storable(target.relative_to(self._folder).as_posix())
        self._ledger.release(claim, verdict, row["error"], target=where)
        seconds = (row["millis"] or 0) / 1000
        why = f": {row['error']['message']}" if row["error"] else f" in {seconds:.1f} s"
        self._log(verdict, f"{verdict}{why}; now {where}", file=claim.name, target=where, seconds=seconds)
        return verdict


def locate(folder: Path, name: str) -> Path:
    """The path of a file by its name in the ledger; names that are no UTF-8 are looked for."""
    path = folder.joinpath(*name.split("/"))
    if "\\" in name and not os.path.lexists(path):
        try:
            for entry in os.scandir(path.parent):
                if names.storable(entry.name) == path.name:
                    return Path(entry.path)
        except OSError:
            return path
    return path
