"""How a command finds the record that is meant: by id, part of it, or name, without reading whole lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bomtool.cli import asking, records
from bomtool.client import Client
from bomtool.errors import UnknownRecord

LINE = {"mpn": "RC0402FR-0710KL", "quantity": 1}


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("BOMTOOL_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("BOMTOOL_CONFIG_DIR", str(tmp_path / "config"))
    with records.platform() as (client, _):
        yield client


def make(client: Client, name: str) -> str:
    body: dict[str, Any] = {"name": name, "raw_lines": [LINE]}
    return str(client.connection.request("POST", "/v1/parse_raw_bom/", body=body).body["id"])


def test_a_name_is_found_by_a_search_and_part_of_an_id_by_a_walk(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, Any]] = []
    iterate = type(client.boms).iterate
    monkeypatch.setattr(type(client.boms), "iterate", lambda self, **f: asked.append(f) or iterate(self, **f))
    board, _longer = make(client, "Board 50%"), make(client, "Board 50% rev B")
    assert str(records.find_bom(client, "Board 50%").id) == board
    assert asked == [{"search": "Board 50%"}]
    assert str(records.find_bom(client, board[:8]).id) == board
    assert asked[1:] == [{"search": board[:8]}, {}]
    with pytest.raises(UnknownRecord, match="There is no BOM 'board 50%'"):
        records.find_bom(client, "board 50%")
    with pytest.raises(UnknownRecord, match="There is no BOM"):
        records.find_bom(client, "x" * 300)
    make(client, "Board 50%")
    with pytest.raises(UnknownRecord, match="2 BOMs fit"):
        records.find_bom(client, "Board 50%")


def test_a_supplier_is_found_whatever_its_blanks_and_case(client: Client) -> None:
    made = client.suppliers.create(name="Ampère  Parts GmbH")
    for text in ("Ampère Parts GmbH", "ampère  parts gmbh", str(made.id), str(made.id)[:9]):
        assert asking.find_supplier(client, text).id == made.id
    with pytest.raises(UnknownRecord, match="There is no supplier 'Parts'"):
        asking.find_supplier(client, "Parts")
