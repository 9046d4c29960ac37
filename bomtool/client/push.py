"""Putting a record on a platform exactly once.

A platform that names itself (X-Bomtool-Platform) keeps integration records unique and honours Idempotency-Key: there
one POST, repeated by the connection if need be, is enough. A foreign server promises neither, and adding twice sums.
There the list is read through and compared first; after a broken reply it is read again for 30 seconds before the
record is sent once more; and where that cannot tell, UncertainOutcome says so instead of a second POST.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import uuid4

from bomtool.api.boms import Bom
from bomtool.api.programs import Program, ProgramCreate
from bomtool.client import paging, wire
from bomtool.client.client import parse, path
from bomtool.errors import ApiError, PlatformError, UncertainOutcome, Unreachable, UsageError
from bomtool.findings import Finding, Findings
from bomtool.net import Reply
from bomtool.net.sentences import api_error

if TYPE_CHECKING:
    from bomtool.bom.model import Bom as ReadBom
    from bomtool.client.client import Client

Outcome = Literal["created", "unchanged", "updated"]
OUTCOME_HEADER = "x-bomtool-outcome"
LOOK_SECONDS = 30.0
"""How long a lost record is looked for before it may be sent again."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 8.0
MOST_SENDS = 3
SCANS = 3
"""How often a list that changes meanwhile is read."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """A BOM on the platform, whether this push made it, and what a person should know about the way there."""

    bom: Bom
    outcome: Outcome
    findings: list[Finding]


class Journal(Protocol):
    """Remembers across processes that something is about to be sent to a server that keeps no records unique.

    Without one, a process killed between sending and hearing the answer could send the same again.
    """

    def sent(self, noun: str) -> frozenset[str] | None:
        """The ids of like-named records that stood there before an earlier attempt sent; None where none ever did."""

    def sending(self, noun: str, alike: frozenset[str]) -> None:
        """Called before the first sending, with the ids of like-named records that stand there. Must be durable."""


def push_bom(client: Client, bom: ReadBom, *, new: bool = False, journal: Journal | None = None) -> Pushed:
    """Put a BOM on the platform exactly once; `new` makes another one although the content is known."""
    body, found = wire.to_raw(bom)
    findings = Findings(list(found))
    if new:
        body.integration_record_id = f"{body.integration_record_id}-{uuid4().hex}"
    timeout = max(client.connection.limits.read, 60.0 + len(body.raw_lines) / 50)

    def send() -> Reply:
        try:
            return client.call("parse_raw_bom", {}, body=body, read_timeout=timeout)
        except ApiError as error:
            raise _with_rows(error, bom) from error

    record = Record("BOM", "list_boms", body.name, body.integration_record_id or "", wire.SOURCE)
    reply, outcome = _Push(client, record, send, findings, journal).run()
    answer = parse(Bom, reply)
    if answer.integration_record_id != body.integration_record_id and outcome != "unchanged":
        findings.add("record-not-kept", f"The platform did not keep the record of the BOM {answer.name!r}.")
    if answer.archived:
        findings.add("bom-archived", f"The BOM {answer.name!r} ({answer.id}) is archived.")
    return Pushed(answer, outcome, findings.items)


def push_program(client: Client, body: ProgramCreate, journal: Journal | None = None) -> Program:
    """Put a program on the platform exactly once."""
    if not body.integration_source_name or not body.integration_record_id:
        raise UsageError("A program created once needs integration_source_name and integration_record_id.")
    record = Record("program", "list_programs", body.name, body.integration_record_id, body.integration_source_name)
    reply, _ = _Push(client, record, lambda: client.call("create_program", {}, body=body), Findings(), journal).run()
    return parse(Program, reply)


@dataclass(frozen=True, slots=True)
class Record:
    """What is looked for: the integration record, and the name where a server keeps no records."""

    noun: str
    list_operation: str
    name: str
    record_id: str
    source: str

    def is_in(self, item: dict[str, Any]) -> bool:
        """Whether an item of the list is this record: all three integration fields agree."""
        return (
            str(item.get("synced_from_integration")).lower() == "true"
            and item.get("integration_source_name") == self.source
            and item.get("integration_record_id") == self.record_id
        )

    def may_be(self, item: dict[str, Any]) -> bool:
        """Whether an item may be this record on a server that dropped the integration fields."""
        return not item.get("integration_record_id") and item.get("name") == self.name


@dataclass(slots=True)
class _Push:
    client: Client
    record: Record
    send: Callable[[], Reply]
    findings: Findings
    journal: Journal | None = None
    before: set[str] = field(default_factory=set)
    """Ids listed before anything was sent."""
    alike: set[str] = field(default_factory=set)
    """Those of them that have the record's name."""

    def run(self) -> tuple[Any, Outcome]:
        """The record's JSON on the platform, and what this push did."""
        connection = self.client.connection
        sent = self.journal.sent(self.record.noun) if self.journal is not None else None
        self.before |= sent or frozenset()
        known = self.look_up(sent=sent is not None) if connection.platform is None else None
        if connection.platform is not None:
            return self.send_to_own()
        if sent is not None:
            known = known or self.look_again(PlatformError("An earlier attempt was cut off."))
            if known is not None:
                return known, "created"
        elif self.journal is not None and known is None:
            self.journal.sending(self.record.noun, frozenset(self.alike))
        return (known, "unchanged") if known is not None else self.send_to_foreign()

    def send_to_own(self) -> tuple[Any, Outcome]:
        """One POST to a platform that keeps records unique."""
        try:
            reply = self.send()
        except UncertainOutcome as error:
            raise Unreachable(
                f"The reply of {self.client.connection.base_url} was lost.",
                hint="Run the same again: the platform knows the record and makes no second one.",
            ) from error
        outcome = reply.headers.get(OUTCOME_HEADER, "created")
        return reply.body, outcome if outcome in ("unchanged", "updated") else "created"  # type: ignore[return-value]

    def send_to_foreign(self) -> tuple[Any, Outcome]:
        """POST, and after a broken reply look before sending again."""
        for _ in range(MOST_SENDS):
            try:
                reply = self.send()
                parse(Program if self.record.noun == "program" else Bom, reply.body)
            except ApiError as error:
                if error.status < 500 and error.status != 429:
                    raise
                broken: PlatformError = error
            except Unreachable:
                raise
            except PlatformError as error:
                broken = error
            else:
                return reply.body, "created"
            found = self.look_again(broken)
            if found is not None:
                return found, "created"
        if isinstance(broken, ApiError) and broken.status == 429:
            raise broken
        raise self.uncertain(broken)

    def look_again(self, broken: PlatformError) -> Any:
        """The record if it turns up within 30 s, None if the list surely does not hold it. Raises UncertainOutcome."""
        clock = self.client.clock
        until = clock.now() + LOOK_SECONDS
        wait = FIRST_WAIT
        while True:
            clock.sleep(wait)
            wait = min(wait * 2, LONGEST_WAIT)
            last = clock.now() >= until
            try:
                found = self.look_up(sent=True)
            except UncertainOutcome:
                raise
            except PlatformError as error:
                if last:
                    raise self.uncertain(broken) from error
                continue
            if found is not None or last:
                return found

    def look_up(self, *, sent: bool = False) -> Any:
        """The record on the platform, or None where the whole list was read and does not hold it.

        Raises PlatformError where the list cannot be read to its end or changes meanwhile.
        """
        filters = {"integration_source_name": self.record.source, "integration_record_id": self.record.record_id}
        found = self.read_list(filters, sent=sent)
        if found is None and self.client.connection.platform is None:
            found = self.read_list({}, sent=sent)
        return found

    def read_list(self, filters: dict[str, Any], *, sent: bool) -> Any:
        """`scan`, again where the list changed meanwhile."""
        for _ in range(SCANS - 1):
            try:
                return self.scan(filters, sent=sent)
            except PlatformError as error:
                if error.code != "list-changed":
                    raise
            self.client.clock.sleep(FIRST_WAIT)
        return self.scan(filters, sent=sent)

    def scan(self, filters: dict[str, Any], *, sent: bool) -> Any:
        """Read one listing through and compare every item: a filter may have been ignored."""
        client = self.client
        query = {"org_id": client.org_id, **filters}
        matches: list[dict[str, Any]] = []
        orgs: set[str] = set()
        counts: set[int | None] = set()
        doubtful: dict[str, Any] | None = None
        for page in paging.pages(client.connection, path(self.record.list_operation, {}), query):
            counts.add(page.count)
            for item in page.results:
                if not isinstance(item, dict):
                    raise PlatformError("A list holds something that is no record.", code="unexpected-answer")
                org = str(item.get("org_id") or "")
                if client.org_id and org.lower() != client.org_id.lower():
                    continue
                orgs.add(org)
                if self.record.is_in(item):
                    matches.append(item)
                elif self.record.may_be(item) and (
                    "integration_record_id" not in item or (sent and str(item.get("id")) not in self.before)
                ):
                    doubtful = item
                if not sent:
                    self.before.add(str(item.get("id")))
                    if item.get("name") == self.record.name:
                        self.alike.add(str(item.get("id")))
        if len(counts) > 1 and not matches:
            raise PlatformError(
                f"The platform's list of {self.record.noun}s changed each time it was read.",
                hint="Nothing was sent; try again.",
                code="list-changed",
            )
        if not matches and doubtful is not None:
            raise UncertainOutcome(
                f"A {self.record.noun} named {self.record.name!r} ({doubtful.get('id')}) may be this one; "
                "the platform does not say where it came from.",
                hint="Look at it; then delete it, or import with another --name.",
            )
        return self.choose(matches, orgs, sent=sent)

    def choose(self, matches: list[dict[str, Any]], orgs: set[str], *, sent: bool) -> Any:
        """The one match; of several the first, with a finding. None for no match."""
        if not matches:
            return None
        if len(orgs) > 1 and not self.client.org_id and not sent:
            raise UsageError(
                f"The key sees several orgs, and one of them holds this {self.record.noun} already.",
                hint="Set BOMTOOL_ORG_ID to the org that is meant.",
                code="org-unknown",
            )
        if len(matches) > 1:
            ids = ", ".join(str(item.get("id")) for item in matches[:5])
            self.findings.add("record-doubled", f"The platform holds {len(matches)} of the same import: {ids}.")
        return matches[0]

    def uncertain(self, broken: PlatformError) -> UncertainOutcome:
        """The honest end: sent, and nobody can tell."""
        return UncertainOutcome(
            f"The {self.record.noun} {self.record.name!r} was sent, but whether it arrived cannot be told: "
            f"{broken.message}",
            hint="Look on the platform before running it again; nothing was sent a second time without looking.",
        )


def _with_rows(error: ApiError, bom: ReadBom) -> ApiError:
    """A refused line named by its row in the file, which its index in the request says nothing about."""
    body = error.body
    if error.status != 400 or not isinstance(body, dict) or not isinstance(body.get("raw_lines"), dict):
        return error
    named = {
        f"row {bom.lines[int(key)].row}" if key.isdigit() and int(key) < len(bom.lines) else key: value
        for key, value in body["raw_lines"].items()
    }
    return api_error(error.status, {**body, "raw_lines": named}, error.request_id)
