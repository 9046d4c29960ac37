"""Reports whose answers are too long to hold: the same bytes as from answers in memory, in every form."""

from __future__ import annotations

import dataclasses
import zipfile
from pathlib import Path

import pytest
from xlsxwriter.url import Url

from bomtool import errors
from bomtool.api.boms import BomLine
from bomtool.reports import forms, spool, workbook
from bomtool.reports.links import Links
from tests.reports.making import Maker, spooled


def contents(path: Path) -> dict[str, bytes]:
    if not zipfile.is_zipfile(path):
        return {path.suffix: path.read_bytes()}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("kind", ["xlsx", "html", "json", "zip"])
def test_spools_change_nothing(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "LARGE", 100)
    programs = [
        Maker(31, lines=80, boms=3, stock=True, long_texts=True).make(),
        Maker(32, lines=70, nasty=True, currency="EUR").make(),
    ]
    held, kept = tmp_path / f"held.{kind}", tmp_path / f"kept.{kind}"
    forms.write(held, programs)
    monkeypatch.setattr(spool, "MEMORY", 7)
    streamed = [spooled(one) for one in programs]
    assert isinstance(streamed[0].parts, spool.Spool)
    assert streamed[0].parts.held is None
    forms.write(kept, streamed)
    assert contents(kept) == contents(held)


def test_a_spool_is_a_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = spool.of_values(memory=3)
    for number in range(200):
        kept.append([number, "x" * (number % 50)])
        if number % 37 == 0:  # reading in between moves the place in the file
            assert kept[number // 2] == [number // 2, "x" * (number // 2 % 50)]
    assert kept.held is None
    assert len(kept) == 200
    assert [item[0] for item in kept] == list(range(200))
    assert [kept[-1], *kept[5:7], next(reversed(kept))] == [kept[199], kept[5], kept[6], kept[199]]
    with pytest.raises(IndexError):
        kept[200]
    line = Maker(1, lines=1).make().boms[0].lines[0].model_copy(update={"mpn": "half \ud800"})
    lines = spool.of_models(BomLine, memory=0)
    lines.append(line)
    assert lines[0] == line


def test_parts_of_one_name_get_their_prices_in_order(tmp_path: Path) -> None:
    """Two parts that look the same are paired as they come, also where a part in between has no price."""
    from bomtool.reports import facts

    made = Maker(33, lines=12).make()
    parts = [one.model_copy(update={"part": None, "mpn": "SAME", "manufacturer_name": None}) for one in made.parts]
    prices = [
        one.model_copy(update={"part": None, "mpn": "SAME", "manufacturer_name": None, "lines": number})
        for number, one in enumerate(made.prices)
    ]
    parts.insert(3, parts[0].model_copy(update={"mpn": "OTHER"}))
    found = facts.collect(dataclasses.replace(made, kept_parts=parts, kept_prices=prices)).parts
    lines = [row.pricing.lines if row.pricing else None for row in found if row.availability.mpn == "SAME"]
    assert lines == [*range(len(prices)), *[None] * (len(lines) - len(prices))]
    assert found[3].pricing is None


def test_links_of_a_large_sheet_stay_on_the_disk() -> None:
    links = Links()
    for row, column, text in [(3, 1, "a"), (3, 4, "b"), (9, 0, "c"), (9, 0, "d")]:
        links[row][column] = Url(f"https://parts.example/{text}")
    assert sorted(links.keys()) == [3, 9]
    assert [sorted(links[row].keys()) for row in (3, 9)] == [[1, 4], [0]]
    assert [links[3][4]._link, links[9][0]._link] == ["https://parts.example/b", "https://parts.example/d"]


def test_a_full_disk_of_temporary_files_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = spool.of_values(memory=0)
    kept.append("x")
    assert kept._file is not None
    kept._file.close()
    with Path("/dev/full").open("r+b", buffering=0) as full:
        monkeypatch.setattr(kept, "_file", full)
        with pytest.raises(errors.WriteError, match="temporary"):
            kept.append("y")
