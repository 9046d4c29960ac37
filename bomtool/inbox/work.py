"""One file from where it was dropped to where it ends: claimed, read, carried out, placed."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bomtool.errors import (
    ApiError,
    BomtoolError,
    PlatformError,
    ReadError,
    StoreError,
    UncertainOutcome,
    WriteError,
)
from bomtool.inbox import changes, folder, names, telling
from bomtool.inbox.finishing import Finisher
from bomtool.inbox.ledger import Claim, Ledger
from bomtool.inbox.log import Log
from bomtool.inbox.scan import Entry, again
from bomtool.inbox.snapshot import taken
from bomtool.inbox.watchers import LostClaim
from bomtool.journey.carrying import Logbook, Outcome, Wish, carry_out
from bomtool.journey.isolated import Reader

if TYPE_CHECKING:
    from bomtool.bom.model import Bom
    from bomtool.client import Client
    from bomtool.reports.model import Changes
    from bomtool.settings import Settings

PASSING = ("file-missing", "no-permission", "file-locked", "file-unreadable", "file-damaged", "empty-file")
"""Codes of refusals that may be over when the writer is done; they count only when the patience is."""
REFUSALS = (400, 409, 413, 422)
"""Answers that are about what was sent; all others are about the platform, which is waited for."""
LOOK_AGAIN_UNCERTAIN = (60.0, 900.0)
"""Seconds until an uncertain file is looked for again, at first and at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the watcher does with every file."""

    approve: bool = False
    build: int | None = None
    report: bool = False
    overage: str | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """How the work on a file ended. `again_in` is seconds for a file that waits; `platform` tells of its trouble."""

    state: str
    why: str = ""
    again_in: float | None = None
    platform: BomtoolError | None = None


@dataclass(slots=True)
class Workshop:
    """What all workers of a watcher share."""

    folder: Path
    settings: Settings
    plan: Plan
    ledger: Ledger
    client: Client
    log: Log
    spool: Path
    most: int
    patient: Callable[[Entry], bool]
    finisher: Finisher = field(init=False)

    def __post_init__(self) -> None:
        self.finisher = Finisher(self.folder, self.ledger, self.log, self.most)

    def key(self, sha256: str, wish: Wish) -> str:
        """The identity of a content with what is to be done with it, on this platform."""
        settings = self.settings
        asked = {
            "content": sha256,
            "reading": wish.reading,
            "names": wish.names,
            "approve": wish.approve,
            "build": wish.build,
            "report": self.plan.report,
            "overage": wish.overage or settings.overage,
            "currency": wish.currency or settings.currency,
            "platform": [settings.api_url, settings.org_id],
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class Book(Logbook):
    """The logbook of a claim, kept in the ledger."""

    def __init__(self, shop: Workshop, claim: Claim) -> None:
        self._shop, self._claim = shop, claim
        self.bom_id, self.program_id = claim.job["bom_id"], claim.job["program_id"]

    def sent(self, noun: str) -> frozenset[str] | None:
        """What an earlier attempt recorded before it sent."""
        before = self._claim.job["sent"].get(noun)
        return None if before is None else frozenset(before)

    def sending(self, noun: str, alike: frozenset[str]) -> None:
        """Make it durable that something is about to be sent."""
        self._shop.ledger.record(self._claim, job={"sent": {**self._claim.job["sent"], noun: sorted(alike)}})

    def forget(self) -> None:
        """Begin anew: what was made is gone from the platform."""
        self.bom_id = self.program_id = None
        self._shop.ledger.record(self._claim, job={"bom_id": None, "program_id": None, "sent": {}})

    def reached(self, step: str, outcome: Outcome) -> None:
        """Make a step durable and tell of it."""
        bom, program = outcome.bom, outcome.program
        assert bom is not None
        ids = {"bom_id": str(bom.id), "program_id": str(program.id) if program else None}
        if ids != {"bom_id": self.bom_id, "program_id": self.program_id}:
            self.bom_id, self.program_id = ids["bom_id"], ids["program_id"]
            self._shop.ledger.record(self._claim, job=ids)
        else:
            self._shop.ledger.watcher.check()
        sentences = {
            "bom": f"BOM {bom.name!r}{f' version {bom.version}' if bom.version else ''} {outcome.outcome}, "
            f"{len(outcome.lines)} lines",
            "approved": "approved",
            "program": f"program {program.name!r}" if program else "",
            "report": "report written",
        }
        self._shop.log(step, sentences[step], file=self._claim.name, bom=self.bom_id, program=self.program_id)


class Worker:
    """Works on one file at a time with a reading process of its own."""

    def __init__(self, shop: Workshop, reader: Reader) -> None:
        self._shop, self._reader = shop, reader

    def handle(self, entry: Entry) -> End:
        """Work on a file. Whatever happens to the file is an `End`; only defects of ours raise."""
        shop, name = self._shop, names.storable(entry.name)
        try:
            if not entry.regular:
                return self._refuse_unread(entry, name, _no_file())
            now = again(entry)
            if now is None:
                return End("elsewhere")
            if now.print != entry.print:
                return End("waiting", "it changed", 0.0)
            try:
                with taken(entry, shop.spool, shop.most) as (copy, digest):
                    return self._work(entry, name, copy, digest)
            except OSError as error:
                if shop.patient(entry):
                    return End("waiting", f"it cannot be read ({error.strerror or error})", 2.0)
                return self._refuse_unread(entry, name, _unreadable(entry, error))
        except LostClaim as error:
            shop.log("lost", error.message, file=name)
            return End("waiting", error.message, 5.0)
        except StoreError as error:
            return End("waiting", error.message, 5.0, platform=error)

    def finish(self, claim: Claim) -> End:
        """Finish a file that a dead watcher left on its way."""
        try:
            return self._guarded(claim, lambda: self._ended(self._shop.finisher.finish(claim)))
        except (LostClaim, StoreError) as error:
            return End("waiting", error.message, 5.0)

    def _refuse_unread(self, entry: Entry, name: str, error: ReadError) -> End:
        key = hashlib.sha256(json.dumps([self._shop.ledger.folder, name, entry.print]).encode()).hexdigest()
        claim = self._shop.ledger.claim(name, entry.size, "", key)
        if claim is None:
            return End("waiting", "another watcher works on it", 2.0)
        return self._guarded(claim, lambda: self._fail(entry, claim, error, []))

    def _work(self, entry: Entry, name: str, copy: Path, digest: str) -> End:
        shop = self._shop
        trouble: BomtoolError | None = None
        notes: list[str] = []
        wish = Wish()
        try:
            wish, notes = self._wish(name)
        except BomtoolError as error:
            trouble = error
        claim = shop.ledger.claim(name, entry.size, digest, shop.key(digest, wish))
        if claim is None:
            return End("waiting", "the same content is being worked on", 1.0)
        shop.log("taken", f"taken, {entry.size:,} bytes", file=name, sha256=digest, attempt=claim.file["tries"])
        if trouble is not None:
            refused = trouble
            return self._guarded(claim, lambda: self._fail(entry, claim, refused, []))
        return self._guarded(claim, lambda: self._carry(entry, claim, copy, wish, notes))

    def _wish(self, name: str) -> tuple[Wish, list[str]]:
        """What is to be done with a file: the plan, and what its folder's settings say of it. Raises UsageError."""
        plan = self._shop.plan
        notes: list[str] = []
        local = folder.settings_for(self._shop.folder, name)
        build = local.build or plan.build
        if build and not plan.approve:
            notes.append(f"No program of {build} was made: this watcher does not approve.")
            build = None
        reading = {"sheet": local.sheet, "profile": local.profile, "mapping": local.mapping}
        wish = Wish(reading, {"name": local.name}, plan.approve, build, None, plan.overage, plan.currency)
        return wish, notes

    def _guarded(self, claim: Claim, work: Callable[[], End]) -> End:
        """Run the work on a claim; whatever ends it, the claim is given back."""
        ledger = self._shop.ledger
        try:
            return work()
        except LostClaim:
            ledger.lost(claim)
            raise
        except UncertainOutcome as error:
            ledger.release(claim, "uncertain", error.to_json())
            first, longest = LOOK_AGAIN_UNCERTAIN
            return End("uncertain", error.message, min(first * 2 ** min(claim.file["tries"] - 1, 8), longest))
        except (PlatformError, StoreError) as error:
            ledger.release(claim, "waiting", error.to_json())
            return End("waiting", error.message, 0.0, platform=error)
        except (WriteError, OSError) as error:
            told = error if isinstance(error, BomtoolError) else WriteError(f"The disk failed: {error}.")
            ledger.release(claim, "waiting", told.to_json())
            return End("waiting", told.message, 10.0)
        except BaseException:
            ledger.release(claim, "waiting")
            raise

    def _carry(self, entry: Entry, claim: Claim, copy: Path, wish: Wish, notes: list[str]) -> End:
        """Read and carry out; refusals of the file itself end in `failed/`."""
        shop, began = self._shop, time.monotonic()
        outcome = Outcome(entry.path.name)
        try:
            bom = self._reader.read(copy, wish.reading, wish.names)
            shop.log("read", f"read, {len(bom.lines)} lines", file=claim.name)
            previous = changes.place_in_history(shop.ledger, claim, bom)
            staging = shop.finisher.staging(claim.name, claim.file_id, names.DONE).open()
            changed = self._changes(previous, bom, wish, staging.outcome(names.CHANGES))
            wish = replace(wish, changes=changed[1] if changed else None)
            if shop.plan.report and wish.build:
                wish = replace(wish, report=staging.outcome(names.REPORT))
            elif shop.plan.report:
                notes = [*notes, "No report was written: nothing says how many are built."]
            carry_out(shop.client, shop.settings, bom, wish, outcome, Book(shop, claim))
        except BomtoolError as error:
            if isinstance(error, ReadError) and error.code in PASSING and shop.patient(entry):
                shop.ledger.release(claim, "waiting", error.to_json())
                return End("waiting", error.message, 2.0)
            if not _is_refusal(error):
                raise
            return self._fail(entry, claim, error, outcome.findings)
        told = changed[0] if changed else None
        content = telling.result(outcome, sha256=claim.job["sha256"], changes=told, notes=notes)
        telling.write_json(staging.outcome(names.RESULT), content)
        summary = {"bom": content["bom"], "counts": content["counts"], "program": content["program"]}
        millis = int((time.monotonic() - began) * 1000)
        shop.ledger.record(claim, state="placing", verdict=names.DONE, summary=summary, millis=millis)
        return self._ended(shop.finisher.finish(claim, entry.path))

    def _fail(self, entry: Entry, claim: Claim, error: BomtoolError, findings: list[Any]) -> End:
        shop = self._shop
        staging = shop.finisher.staging(claim.name, claim.file_id, names.FAILED).open()
        shop.finisher.staging(claim.name, claim.file_id, names.DONE).discard()
        telling.write_problem(staging.outcome(names.PROBLEM), entry.path.name, error, findings)
        shop.ledger.record(claim, state="placing", verdict=names.FAILED, error=error.to_json())
        return self._ended(shop.finisher.finish(claim, entry.path), error.message)

    @staticmethod
    def _ended(state: str, why: str = "") -> End:
        return End(state, "it changed while it was worked on" if state == "waiting" else why, 0.0)

    def _changes(
        self, previous: dict[str, Any] | None, bom: Bom, wish: Wish, out: Path
    ) -> tuple[dict[str, Any], Changes] | None:
        """Compare with the version before and write what changed; None where there is none to compare with."""
        if previous is None:
            return None
        return changes.compare(self._shop.folder, previous, bom, wish, self._reader, out, self._shop.most)


def _is_refusal(error: BomtoolError) -> bool:
    """Whether an error is about the file, and not about the platform's or the machine's state."""
    if isinstance(error, ApiError):
        return error.status in REFUSALS
    return not isinstance(error, (PlatformError, StoreError, WriteError, LostClaim))


def _no_file() -> ReadError:
    return ReadError(
        "It is a link or a device, not a file; links are not followed.",
        hint="Drop the BOM file itself.",
        code="not-a-file",
    )


def _unreadable(entry: Entry, error: OSError) -> ReadError:
    return ReadError(
        f"{names.storable(entry.path.name)} could not be read ({error.strerror or error}).",
        hint="Close it where it is open, and allow bomtool to read it.",
        code="file-unreadable",
    )
