"""One file, a server that keeps no promises, a wire that is cut at random bytes: what became of the file."""

from __future__ import annotations

import random
from pathlib import Path

from bomtool.inbox.status import status
from bomtool.inbox.work import Plan
from bomtool.settings import load
from tests.client.breaking import Cut, breaking
from tests.client.foreign import Foreign, serving
from tests.client.making import FakeTime, make_client
from tests.inbox.watched import Box, bom_text

TEXT = bom_text("RC0402FR-0710KL", "RC0603FR-074K7L")


def watch_until_settled(box: Box, url: str, runs: int = 12) -> str:
    """Start watchers one after the other until the file has ended or waits for a person; how it stands."""
    for _ in range(runs):
        with make_client(url, FakeTime()) as client:
            summary = box.run(client)
        if summary.counts["done"]:
            return "done"
        assert not summary.counts["failed"], box.log.getvalue()
    return "uncertain" if status(box.folder, load(), recursive=False)["counts"]["uncertain"] else "waiting"


def cut_anywhere(folder: Path, seed: int) -> tuple[str, int]:
    """Drop a file and cut the first exchanges where chance has it; how the file ended, and how many cuts were planned.

    AssertionError where a BOM was doubled, lost, or anything but "done" or an honest "uncertain" came of it.
    """
    chance = random.Random(seed)
    keeps = chance.choice(("yes", "yes", "yes", "null", "absent"))
    plan: dict[int, Cut] = {
        number: (chance.choice(("request", "answer")), chance.choice((0, 1, chance.randint(0, 400), chance.randint(0, 4000))))
        for number in chance.sample(range(8), chance.randint(1, 6))
    }  # fmt: skip
    box = Box(folder, Plan())
    box.drop("board.csv", TEXT)
    with serving(Foreign(keeps_records=keeps)) as state, breaking(state.url, plan.get) as url:
        end = watch_until_settled(box, url)
        assert len(state.boms) <= 1, f"{len(state.boms)} BOMs"
        if end == "done":
            assert [bom["id"] for bom in state.boms] == [box.result("board.csv")["bom"]["id"]]
        else:
            assert (end, keeps != "yes") == ("uncertain", True), (end, keeps)
            assert (box.folder / "board.csv").read_text() == TEXT
            assert box.events("uncertain")
    return end, len(plan)
