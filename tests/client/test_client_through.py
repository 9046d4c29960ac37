"""Long answers read piece by piece: the same as read whole, whatever the pieces, and never a part for the whole."""

from __future__ import annotations

import io
import json
import random
from typing import Any

import pytest

from bomtool.client import Client, through
from bomtool.errors import PlatformError
from tests.client.test_client_platform import approved


def read(content: bytes, names: tuple[str, ...] = ("parts",)) -> tuple[dict[str, Any], list[Any]]:
    found: list[Any] = []
    return through.members(io.BytesIO(content), dict.fromkeys(names, found.append), lambda text: text), found


def value(rng: random.Random, depth: int = 0) -> Any:
    kind = rng.randrange(8 if depth < 3 else 6)
    if kind == 6:
        return [value(rng, depth + 1) for _ in range(rng.randrange(4))]
    if kind == 7:
        return {
            rng.choice(["a", '"parts":[]', "é", "b\n"]) + str(i): value(rng, depth + 1) for i in range(rng.randrange(4))
        }
    texts = ["", "]},{", '"', "\\", "风华", "😀", "x" * rng.randrange(90)]
    return [None, True, rng.randrange(-(10**9), 10**9), rng.random() * 1e-9, rng.choice(texts), "tail"][kind]


@pytest.mark.parametrize("chunk", [1, 2, 7, 64, 1 << 16])
def test_pieces_of_any_size_give_the_same(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    monkeypatch.setattr(through, "_CHUNK", chunk)
    rng = random.Random(chunk)
    for number in range(60):
        items = [value(rng) for _ in range(rng.randrange(12))]
        whole = {"first": value(rng), "parts": items, "last": rng.choice([12345, 1.5e7, value(rng)])}
        if number % 5 == 0:
            del whole["parts"]
        content = json.dumps(whole, ensure_ascii=number % 2 == 0, indent=number % 3 or None).encode(
            "utf-8", "surrogatepass"
        )
        head, found = read(content)
        assert found == whole.get("parts", [])
        assert head == {**whole, **({"parts": []} if "parts" in whole else {})}


@pytest.mark.parametrize("cut", range(1, 46))
def test_an_answer_that_ends_early_is_none(monkeypatch: pytest.MonkeyPatch, cut: int) -> None:
    monkeypatch.setattr(through, "_CHUNK", 5)
    content = b'{"a": 12, "parts": [{"b": [1, 2]}, {}], "c": 3}'
    assert read(content)[1] == [{"b": [1, 2]}, {}]
    with pytest.raises(PlatformError):
        read(content[:cut])


def test_what_is_no_object_is_refused() -> None:
    for content in (
        b"",
        b"[]",
        b"<html>",
        b'{"parts": [NaN]}',
        b'{"parts": [1 2]}',
        b'{"a": 1} {}',
        b'{"a" 1}',
        b"{1: 2}",
    ):
        with pytest.raises(PlatformError, match="not the JSON"):
            read(content)


def test_the_key_is_taken_out_of_what_a_server_echoes() -> None:
    found: list[Any] = []
    head = through.members(
        io.BytesIO(b'{"parts": [{"a": "say SECRET"}], "b": ["SECRET"]}'),
        {"parts": found.append},
        lambda text: text.replace("SECRET", "***"),
    )
    assert (head, found) == ({"parts": [], "b": ["***"]}, [{"a": "say ***"}])


def test_plans_are_read_part_by_part(client: Client) -> None:
    bom = approved(client)
    program = client.programs.create(name="Run", lines=[{"bom": bom.id, "quant": 100}])
    parts: list[Any] = []
    head = client.programs.read_availabilities(program.id, parts.append)
    whole = client.programs.get_availabilities(program.id)
    assert parts
    assert head.parts == []
    assert head.model_copy(update={"parts": parts, "calculated_at": whole.calculated_at}) == whole
    prices: list[Any] = []
    first = client.programs.read_reference_pricing(program.id, prices.append, quantities=[7])
    priced = client.programs.get_reference_pricing(program.id, quantities=[7])
    assert first.model_copy(update={"parts": prices, "calculated_at": priced.calculated_at}) == priced
    assert 7 in {cost.builds for cost in first.quantities}


def test_a_plan_that_breaks_off_is_an_error(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from bomtool.platform.services import planning

    bom = approved(client)
    program = client.programs.create(name="Run", lines=[{"bom": bom.id, "quant": 100}])

    def broken(_: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(planning, "_availability", broken)
    with pytest.raises(PlatformError):
        client.programs.read_availabilities(program.id, lambda part: None)
