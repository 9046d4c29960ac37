"""Programs (production runs): lines, part overrides, availabilities, reference pricing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bomtool.api import plans
from bomtool.api import programs as wire
from bomtool.api.base import Page
from bomtool.api.jobs import Job
from bomtool.client.client import request
from bomtool.client.push import Journal, push_program

if TYPE_CHECKING:
    from bomtool.client.client import Client

Id = UUID | str


class Programs:
    """`client.programs`. Bodies are given as their model of `bomtool.api.programs`, or as keyword arguments."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def list(self, **filters: Any) -> Page[wire.Program]:
        """One page; filters as in the contract."""
        return self._client.page("list_programs", wire.Program, {}, filters)

    def iterate(self, **filters: Any) -> Iterator[wire.Program]:
        """All programs over all pages."""
        return self._client.iterate("list_programs", wire.Program, {}, filters)

    def create(self, body: wire.ProgramCreate | None = None, **members: Any) -> wire.Program:
        """A new program, sent as it is."""
        return self._client.read("create_program", wire.Program, {}, body=request(wire.ProgramCreate, body, members))

    def create_once(
        self, body: wire.ProgramCreate | None = None, *, journal: Journal | None = None, **members: Any
    ) -> wire.Program:
        """The program of an integration record: the live one if there is one, else a new one, never two.

        The body must carry `integration_source_name` and `integration_record_id`. Raises UncertainOutcome where nobody
        can tell whether it was created.
        """
        return push_program(self._client, request(wire.ProgramCreate, body, members), journal)

    def get(self, program_id: Id) -> wire.Program:
        """One program."""
        return self._client.read("get_program", wire.Program, {"program_id": program_id})

    def update(self, program_id: Id, body: wire.ProgramUpdate | None = None, **members: Any) -> wire.Program:
        """Change the members given."""
        sent = request(wire.ProgramUpdate, body, members)
        return self._client.read("update_program", wire.Program, {"program_id": program_id}, body=sent)

    def delete(self, program_id: Id) -> None:
        """Delete a program."""
        self._client.call("delete_program", {"program_id": program_id})

    def get_availabilities(self, program_id: Id, **query: Any) -> plans.Availabilities:
        """What is needed, what is there, what can be bought, for every part."""
        ids = {"program_id": program_id}
        return self._client.read("get_availabilities", plans.Availabilities, ids, query=query, read_timeout=_PLANNING)

    def read_availabilities(
        self, program_id: Id, take: Callable[[plans.PartAvailability], object], *, patience: float = 0.0
    ) -> plans.Availabilities:
        """The same for programs of any size: every part goes to `take`, the answer comes without them. `patience` are the
        seconds the platform may take to plan."""
        return self._client.read_through(
            "get_availabilities",
            plans.Availabilities,
            {"parts": (plans.PartAvailability, take)},
            {"program_id": program_id},
            read_timeout=max(_PLANNING, patience),
        )

    def get_availabilities_async(self, program_id: Id, **query: Any) -> Job:
        """The same as a job; `client.jobs.wait` gives the result."""
        return self._client.read("get_availabilities_async", Job, {"program_id": program_id}, query=query)

    def get_reference_pricing(
        self, program_id: Id, *, quantities: Sequence[int] | None = None, **query: Any
    ) -> plans.ReferencePricing:
        """What to buy and what it costs; `quantities` are further numbers of builds to cost."""
        if quantities:
            query["quantities"] = list_of(quantities)
        ids = {"program_id": program_id}
        return self._client.read(
            "get_reference_pricing", plans.ReferencePricing, ids, query=query, read_timeout=_PLANNING
        )

    def read_reference_pricing(
        self,
        program_id: Id,
        take: Callable[[plans.PartPricing], object],
        *,
        quantities: Sequence[int] | None = None,
        patience: float = 0.0,
    ) -> plans.ReferencePricing:
        """The same for programs of any size: every part goes to `take`, the answer comes without them."""
        return self._client.read_through(
            "get_reference_pricing",
            plans.ReferencePricing,
            {"parts": (plans.PartPricing, take)},
            {"program_id": program_id},
            query={"quantities": list_of(quantities)} if quantities else {},
            read_timeout=max(_PLANNING, patience),
        )

    def list_lines(self, program_id: Id, **filters: Any) -> Page[wire.ProgramLine]:
        """One page of lines."""
        return self._client.page("list_program_lines", wire.ProgramLine, {"program_id": program_id}, filters)

    def iterate_lines(self, program_id: Id, **filters: Any) -> Iterator[wire.ProgramLine]:
        """All lines over all pages."""
        return self._client.iterate("list_program_lines", wire.ProgramLine, {"program_id": program_id}, filters)

    def get_line(self, program_id: Id, line_id: Id) -> wire.ProgramLine:
        """One line."""
        ids = {"program_id": program_id, "line_id": line_id}
        return self._client.read("get_program_line", wire.ProgramLine, ids)

    def update_line(
        self, program_id: Id, line_id: Id, body: wire.ProgramLineUpdate | None = None, **members: Any
    ) -> wire.ProgramLine:
        """Change how many of its BOM are built."""
        sent = request(wire.ProgramLineUpdate, body, members)
        ids = {"program_id": program_id, "line_id": line_id}
        return self._client.read("update_program_line", wire.ProgramLine, ids, body=sent)

    def delete_line(self, program_id: Id, line_id: Id) -> None:
        """Take a BOM out of the program."""
        self._client.call("delete_program_line", {"program_id": program_id, "line_id": line_id})

    def create_lines(
        self, program_id: Id, body: wire.ProgramLinesCreate | None = None, **members: Any
    ) -> Page[wire.ProgramLine]:
        """Add BOMs; the page holds the new lines."""
        sent = request(wire.ProgramLinesCreate, body, members)
        ids = {"program_id": program_id}
        return self._client.read("create_program_lines", Page[wire.ProgramLine], ids, body=sent)

    def list_part_overrides(self, program_id: Id, **filters: Any) -> Page[wire.PartOverride]:
        """One page of overrides."""
        return self._client.page("list_part_overrides", wire.PartOverride, {"program_id": program_id}, filters)

    def iterate_part_overrides(self, program_id: Id, **filters: Any) -> Iterator[wire.PartOverride]:
        """All overrides over all pages."""
        return self._client.iterate("list_part_overrides", wire.PartOverride, {"program_id": program_id}, filters)

    def create_part_overrides(
        self, program_id: Id, body: wire.PartOverridesCreate | None = None, **members: Any
    ) -> Page[wire.PartOverride]:
        """Add overrides; the page holds the new ones."""
        sent = request(wire.PartOverridesCreate, body, members)
        ids = {"program_id": program_id}
        return self._client.read("create_part_overrides", Page[wire.PartOverride], ids, body=sent)

    def get_part_override(self, program_id: Id, override_id: Id) -> wire.PartOverride:
        """One override."""
        ids = {"program_id": program_id, "override_id": override_id}
        return self._client.read("get_part_override", wire.PartOverride, ids)

    def update_part_override(
        self, program_id: Id, override_id: Id, body: wire.PartOverrideUpdate | None = None, **members: Any
    ) -> wire.PartOverride:
        """Change the members given."""
        sent = request(wire.PartOverrideUpdate, body, members)
        ids = {"program_id": program_id, "override_id": override_id}
        return self._client.read("update_part_override", wire.PartOverride, ids, body=sent)

    def delete_part_override(self, program_id: Id, override_id: Id) -> None:
        """Remove an override."""
        self._client.call("delete_part_override", {"program_id": program_id, "override_id": override_id})


_PLANNING = 120.0
"""Seconds a large program may take to plan."""


def list_of(numbers: Sequence[int]) -> str:
    """Numbers as a query carries them: 1,10,100."""
    return ",".join(str(number) for number in numbers)
