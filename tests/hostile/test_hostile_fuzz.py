"""A short, seeded run of the mutation fuzz; `scripts/long/fuzz_reading.py` is the long one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from scripts.long import fuzz_reading


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_mutated_files_are_read_or_refused(tmp_path: Path, seed: int) -> None:
    for number, (name, content) in enumerate(fuzz_reading.mutations(120, seed)):
        path = tmp_path / name
        path.write_bytes(content)
        began = time.monotonic()
        outcome = fuzz_reading.read_all(path)
        assert outcome, number
        assert time.monotonic() - began < 10 * fuzz_reading.SECONDS, (number, name)


def test_the_originals_are_read(tmp_path: Path) -> None:
    from bomtool import sheets

    for name, content in fuzz_reading.seeds().items():
        path = tmp_path / name
        path.write_bytes(content)
        book = sheets.open(path)
        assert any("R1" in book.sheets[0].text(row, column) for row in (1, 2) for column in (1, 2)), name
