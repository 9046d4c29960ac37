"""The same client against the embedded platform in this process and against it on a socket: every operation, for real."""

from __future__ import annotations

import os
import uuid
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bomtool.api.boms import BomUpsert, RawLine
from bomtool.api.programs import PartOverrideCreate, PartOverridesCreate, ProgramCreate, ProgramLineCreate
from bomtool.api.routes import ROUTES
from bomtool.client import Client
from bomtool.connect import connect
from bomtool.errors import ApiError, UnknownRecord
from bomtool.net import Connection
from bomtool.settings import load
from tests.client.asking import asked
from tests.client.making import make_bom, make_line

NOWHERE = uuid.UUID("00000000-0000-4000-8000-000000000000")


def push(client: Client, **members: Any) -> Any:
    return client.boms.create_raw(make_bom(**members)).bom


def approved(client: Client, **members: Any) -> Any:
    return client.boms.approve(push(client, **members).id, allow_unmatched=True)


def a_part(client: Client) -> str:
    """The id of a part that the platform has matched."""
    lines = client.boms.iterate_lines(push(client, name="for its part").id)
    return next(line.part.id for line in lines if line.part)


def test_a_bom_pushed_twice_is_one(client: Client) -> None:
    first = client.boms.create_raw(make_bom(version="A", part_number="P-1"))
    second = client.boms.create_raw(make_bom(version="A", part_number="P-1"))
    assert (first.outcome, second.outcome) == ("created", "updated")
    assert first.bom.id == second.bom.id
    assert client.boms.list().count == 1
    client.boms.approve(first.bom.id, allow_unmatched=True)
    assert client.boms.create_raw(make_bom(version="A", part_number="P-1")).outcome == "unchanged"
    found = client.boms.get(first.bom.id)
    assert (found.name, found.version, found.part_number, found.approved) == ("Blinker", "A", "P-1", "true")
    assert found.synced_from_integration
    assert found.integration_source_name == "bomtool"
    assert found.metadata is not None
    assert found.metadata["bomtool"]["counts"]["lines"] == 2


def test_a_corrected_reading_is_a_new_bom_and_a_deleted_one_is_made_again(client: Client) -> None:
    first = push(client)
    other = client.boms.create_raw(make_bom([make_line(2, mpn="X")]))
    assert (other.outcome, client.boms.list().count) == ("created", 2)
    client.boms.delete(first.id)
    again = client.boms.create_raw(make_bom())
    assert again.outcome == "created"
    assert again.bom.id != first.id


def test_new_makes_another(client: Client) -> None:
    first = push(client)
    other = client.boms.create_raw(make_bom(), new=True)
    assert other.outcome == "created"
    assert other.bom.id != first.id


def test_lines_arrive_as_they_were_read(client: Client) -> None:
    bom = make_bom(
        [
            make_line(
                4,
                mpn="RC0402FR-0710KL",
                manufacturer_name="Yageo",
                reference_designators=("R1", "R2", "R10"),
                quantity=Decimal(3),
                description="10k " * 90,
                metadata={"Height": "0.4"},
            ),
            make_line(5, mpn=None, description="Wire", quantity=Decimal("0.35"), quantity_unit="m"),
            make_line(6, mpn="X", reference_designators=("J1",), do_not_place=True),
        ]
    )
    pushed = client.boms.create_raw(bom)
    assert [finding.code for finding in pushed.findings] == ["text-shortened", "quantity-not-whole"]
    first, second, third = client.boms.iterate_lines(pushed.bom.id)
    assert first.reference_designators == ["R1", "R2", "R10"]
    assert (first.quant, first.mpn, first.manufacturer_name) == (3, "RC0402FR-0710KL", "Yageo")
    assert first.metadata is not None
    assert first.metadata["columns"] == {"Height": "0.4"}
    assert first.metadata["bomtool"]["full"]["description"] == "10k " * 90
    assert (second.quant, second.metadata["bomtool"]["quantity"], second.metadata["bomtool"]["unit"]) == (
        1,
        "0.35",
        "m",
    )
    assert third.status == "do_not_place"


def test_every_bom_operation(client: Client) -> None:
    part = a_part(client)
    bom = client.boms.create(name="From parts", lines=[{"part": part, "quant": 2}, {"part": part, "quant": 3}])
    (line,) = client.boms.list_lines(bom.id).results
    assert line.quant == 5
    assert client.boms.create_line(bom.id, part=part, quant=4).quant == 9
    raw = client.boms.parse_raw_line(bom.id, RawLine(mpn="NOPE-1", quantity=1, reference_designators=["U9"]))
    assert (raw.status, raw.reference_designators) == ("no_match", ["U9"])
    assert client.boms.get_line(bom.id, raw.id).mpn == "NOPE-1"
    assert client.boms.update_line(bom.id, raw.id, comments="see note").comments == "see note"
    assert client.boms.update_line(bom.id, raw.id, part=part).status == "matched"
    client.boms.delete_line(bom.id, raw.id)
    assert [entry.id for entry in client.boms.iterate_lines(bom.id)] == [line.id]
    assert client.boms.update(bom.id, version="C", part_number=None).version == "C"
    assert client.boms.approve(bom.id).approved == "true"
    assert client.boms.approve(bom.id).approved == "true"
    client.boms.delete(bom.id)
    assert client.boms.get(bom.id).archived
    parsed = client.boms.parse_raw(name="Raw", raw_lines=[RawLine(mpn="X", quantity=1)])
    assert parsed.name == "Raw"
    job = client.boms.upsert_async(
        BomUpsert(
            name="Upserted",
            raw_lines=[RawLine(mpn="X", quantity=1)],
            integration_source_name="erp",
            integration_record_id="1",
        )
    )
    done = client.jobs.wait(job.id, timeout=30)
    assert client.boms.get(done.result["bom"]).name == "Upserted"


def test_every_program_operation(client: Client) -> None:
    bom = approved(client)
    other = approved(client, name="Other")
    part = a_part(client)
    program = client.programs.create(
        ProgramCreate(name="Run", lines=[ProgramLineCreate(bom=bom.id, quant=100)], add_overage=False)
    )
    assert (program.name, program.lines[0].quant, program.lines[0].bom.id) == ("Run", 100, bom.id)
    assert client.programs.get(program.id).approved == "false"
    assert client.programs.list(search="Run").count == 1
    assert [entry.id for entry in client.programs.iterate()] == [program.id]
    assert client.programs.update(program.id, notes="soon", approved=True).approved == "true"
    (added,) = client.programs.create_lines(program.id, lines=[{"bom": other.id, "quant": 7}]).results
    assert client.programs.get_line(program.id, added.id).quant == 7
    assert client.programs.update_line(program.id, added.id, quant=8).quant == 8
    assert client.programs.list_lines(program.id).count == 2
    client.programs.delete_line(program.id, added.id)
    assert len(list(client.programs.iterate_lines(program.id))) == 1
    wish = PartOverridesCreate(part_overrides=[PartOverrideCreate(part=part, overage=5, unit_price=Decimal("0.0150"))])
    (override,) = client.programs.create_part_overrides(program.id, wish).results
    assert override.unit_price == Decimal("0.0150")
    assert client.programs.get_part_override(program.id, override.id).overage == 5
    assert client.programs.update_part_override(program.id, override.id, overage=6, unit_price=None).overage == 6
    assert client.programs.list_part_overrides(program.id).count == 1
    client.programs.delete_part_override(program.id, override.id)
    assert list(client.programs.iterate_part_overrides(program.id)) == []
    client.programs.delete(program.id)
    with pytest.raises(ApiError, match="no program|no such") as caught:
        client.programs.get(program.id)
    assert caught.value.status == 404


def test_availabilities_and_pricing(client: Client) -> None:
    bom = approved(client)
    program = client.programs.create(name="Run", lines=[{"bom": bom.id, "quant": 100}])
    there = client.programs.get_availabilities(program.id)
    assert there.program == program.id
    assert {part.quantity_needed for part in there.parts} == {300, 100}
    job = client.jobs.wait(client.programs.get_availabilities_async(program.id).id, timeout=30)
    assert job.result["lines_total"] == there.lines_total
    priced = client.programs.get_reference_pricing(program.id, quantities=[1, 250])
    assert {1, 250} <= {cost.builds for cost in priced.quantities}
    for part in priced.parts:
        assert sum((purchase.extended_price for purchase in part.purchases), Decimal()) == (part.extended_price or 0)
        assert all(isinstance(purchase.unit_price, Decimal) for purchase in part.purchases)


def test_parts(client: Client) -> None:
    part = client.parts.get(a_part(client))
    assert part.mpn == "RC0402FR-0710KL"
    assert all(price.price > 0 for offer in part.offers for price in offer.prices)
    with pytest.raises(ApiError):
        client.parts.get("NOSUCHPART00")
    with pytest.raises(UnknownRecord):
        client.parts.get("Ω")


def test_a_program_is_created_once(client: Client) -> None:
    bom = approved(client)
    body = ProgramCreate(
        name="Run",
        lines=[ProgramLineCreate(bom=bom.id, quant=10)],
        synced_from_integration=True,
        integration_source_name="bomtool",
        integration_record_id="cd" * 32,
    )
    assert client.programs.create_once(body).id == client.programs.create_once(body).id
    assert client.programs.list().count == 1


def test_many_pages(client: Client) -> None:
    lines = [make_line(row, mpn=f"PART-{row}") for row in range(2, 452)]
    bom = push(client, lines=lines)
    found = list(client.boms.iterate_lines(bom.id, limit=100))
    assert [line.mpn for line in found] == [line.mpn for line in lines]


def test_errors_are_sentences_with_a_request_id(client: Client) -> None:
    with pytest.raises(ApiError) as missing:
        client.boms.get(NOWHERE)
    assert missing.value.status == 404
    assert missing.value.request_id
    assert missing.value.request_id in missing.value.message
    bom = push(client, lines=[make_line(2, mpn="NOPE-1")])
    with pytest.raises(ApiError) as unmatched:
        client.boms.approve(bom.id)
    assert (unmatched.value.status, unmatched.value.exit_code) == (409, 2)
    with pytest.raises(ApiError) as unapproved:
        client.programs.create(name="Run", lines=[{"bom": bom.id, "quant": 1}])
    assert unapproved.value.status == 400
    with pytest.raises(ApiError) as unknown:
        client.boms.list(colour="blue")
    assert unknown.value.status == 400


def test_a_wrong_key_is_denied(client: Client) -> None:
    base = client.connection.base_url
    app = client.connection._loop.wsgi.app if client.connection._loop else None
    with Connection(base, SecretStr("bt_wrong_key"), app=app) as connection, pytest.raises(ApiError) as caught:
        Client(connection).boms.list()
    assert (caught.value.status, caught.value.exit_code) == (401, 5)
    assert "bt_wrong_key" not in str(caught.value.to_json())


def test_an_archived_bom_is_named(client: Client) -> None:
    bom = approved(client)
    client.boms.delete(bom.id)
    pushed = client.boms.create_raw(make_bom())
    assert [finding.code for finding in pushed.findings] == ["bom-archived"]
    assert pushed.bom.id == bom.id


def test_a_second_process_sees_the_same_platform() -> None:
    with connect(load()) as one, connect(load()) as two:
        bom = push(one)
        assert two.boms.get(bom.id).name == "Blinker"
        assert two.boms.create_raw(make_bom()).bom.id == bom.id
        assert one.boms.list().count == 1


def test_the_local_key_is_for_its_user_alone() -> None:
    with connect(load()):
        key = Path(load().data_dir) / "local-key"
        assert key.stat().st_mode & 0o077 == 0 or key.drive


def test_a_bom_read_again_under_another_file_name_is_the_same(client: Client) -> None:
    first = client.boms.create_raw(make_bom())
    renamed = replace(make_bom(), file_name="copy.xlsx")
    assert client.boms.create_raw(renamed).bom.id == first.bom.id


def test_every_operation_of_the_table_was_called_both_ways() -> None:
    """Runs last: the tests above must have used all of these sections."""
    if not asked or "PYTEST_XDIST_WORKER" in os.environ:
        pytest.skip("run with the rest of this file, in one process")
    through_pages = {"list_boms", "list_bom_lines", "list_programs", "list_program_lines", "list_part_overrides"}
    for manner in ("in-process", "socket"):
        called = {name for how, name in asked if how == manner}
        assert {
            route.name for route in ROUTES if route.section in ("BOMs", "Programs", "Async Jobs")
        } - called - through_pages == set()
        assert through_pages & called
