"""Against the real platform on a socket, through a proxy that cuts connections at any byte: nothing is ever doubled."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from bomtool.api.programs import ProgramCreate, ProgramLineCreate
from bomtool.client import Client
from bomtool.client.client import Clock
from bomtool.errors import PlatformError
from bomtool.net import Connection, Limits, Patience
from bomtool.platform.embedded import open_embedded
from bomtool.settings import load
from tests.client.asking import on_a_socket
from tests.client.breaking import Cut, breaking
from tests.client.making import FakeTime, make_bom

CUTS = int(os.environ.get("BOMTOOL_TEST_CUTS", "12"))
"""Random plans; the long run takes 500."""


@dataclass
class Served:
    url: str
    key: SecretStr


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    platform = open_embedded(load(data_dir=tmp_path_factory.mktemp("served")))
    try:
        with on_a_socket(platform.app) as url:
            yield Served(url, SecretStr(platform.api_key))
    finally:
        platform.close()


def reach(url: str, key: SecretStr) -> Client:
    time = FakeTime()
    connection = Connection(url, key, limits=Limits(connect=5, read=5), patience=Patience(retries=2, sleep=time.sleep))
    return Client(connection, clock=Clock(time.now, time.sleep))


def once(client: Client, seed: int) -> tuple[Any, Any]:
    """What a run of `import --approve --build` does on the wire."""
    pushed = client.boms.create_raw(make_bom(name=f"cut {seed}"))
    bom = client.boms.approve(pushed.bom.id, allow_unmatched=True)
    program = client.programs.create_once(
        ProgramCreate(
            name=f"cut {seed}",
            lines=[ProgramLineCreate(bom=bom.id, quant=10)],
            synced_from_integration=True,
            integration_source_name="bomtool",
            integration_record_id=f"program of cut {seed}",
        )
    )
    return bom, program


@pytest.mark.parametrize("seed", range(CUTS))
def test_cut_anywhere_and_run_again(served: Served, seed: int) -> None:
    chance = random.Random(seed)
    plan: dict[int, Cut] = {
        number: (
            chance.choice(("request", "answer")),
            chance.choice((0, 1, chance.randint(0, 400), chance.randint(0, 4000))),
        )
        for number in chance.sample(range(8), chance.randint(1, 6))
    }
    with breaking(served.url, plan.get) as url, reach(url, served.key) as client:
        for _ in range(12):
            try:
                bom, program = once(client, seed)
                break
            except PlatformError:
                continue
        else:
            pytest.fail("twelve runs did not get through")
    with reach(served.url, served.key) as client:
        (kept,) = client.boms.iterate(search=f"cut {seed}", integration_record_id=bom.integration_record_id)
        assert kept.id == bom.id
        assert kept.approved == "true"
        assert kept.line_count == 2
        names = [entry.id for entry in client.programs.iterate() if entry.name == f"cut {seed}"]
        assert names == [program.id]
        assert [bom.id for bom in client.boms.iterate() if bom.name == f"cut {seed}"] == [kept.id]
