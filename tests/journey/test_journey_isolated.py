"""Reading in a child gives the same BOM and the same refusals as reading here, and survives what the child does not."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bomtool import children
from bomtool.bom.model import Bom
from bomtool.errors import ReadError, StoreError, UsageError
from bomtool.journey import isolated
from bomtool.journey.codec import decode, encode
from bomtool.journey.isolated import Reader
from bomtool.journey.reading import read_file
from bomtool.sheets import Limits
from tests.client.making import make_bom, make_line

SAMPLES = sorted(Path(__file__).resolve().parents[2].joinpath("sample_files").iterdir())


@pytest.fixture
def reader() -> Iterator[Reader]:
    with Reader(Limits()) as made:
        yield made


def outcome(read: Callable[[Path], Bom], path: Path) -> Bom | dict[str, str | None]:
    try:
        return read(path)
    except ReadError as error:
        return error.to_json()


def test_every_sample_reads_the_same_in_the_child(reader: Reader) -> None:
    read = 0
    for path in SAMPLES:
        here, there = (outcome(read, path) for read in (lambda p: read_file(p)[1], reader.read))
        assert here == there
        read += isinstance(here, Bom)
    assert read >= 4


def test_texts_and_numbers_of_any_kind_travel() -> None:
    lines = [make_line(2, mpn="A\ud800\0é", quantity=Decimal("1E+3"), metadata={"Größe\ud800": "1\n2"})]
    bom = make_bom(lines, title_block={"rev": "A"})
    assert decode(Bom, encode(bom)) == bom
    with pytest.raises((TypeError, ValueError)):
        decode(Bom, [*encode(bom)[:-1], {"rev": ["no", "text"]}])


def test_names_and_columns_are_passed_on(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("Ref,Qty,Code\nR1,1,RC0402FR-0710KL\n", encoding="utf-8")
    bom = reader.read(path, {"mapping": {"mpn": "Code"}}, {"name": "Mine", "version": "7"})
    assert (bom.name, bom.version, bom.lines[0].mpn) == ("Mine", "7", "RC0402FR-0710KL")
    with pytest.raises(UsageError):
        reader.read(path, {"sheet": "nowhere"})


def test_a_child_that_dies_costs_one_refusal(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("Ref,Qty,MPN\nR1,1,RC0402FR-0710KL\n", encoding="utf-8")
    assert reader.read(path).lines
    process = reader._process
    assert process is not None
    process.kill()
    process.wait()
    assert reader.read(path).lines  # noticed before asking
    assert reader._process is not None
    assert reader._process.pid != process.pid


@pytest.mark.skipif(sys.platform != "linux", reason="stops a process")
def test_a_child_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.csv"
    path.write_text("Ref,Qty,MPN\nR1,1,RC0402FR-0710KL\n", encoding="utf-8")
    monkeypatch.setattr(isolated, "_GRACE", 0.5)
    with Reader(Limits(seconds=0.5)) as reader:
        process = reader._started()
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGSTOP)
        with pytest.raises(ReadError) as caught:
            reader.read(path)
        assert caught.value.code == "too-slow"
        assert process.poll() is not None
    with Reader(Limits()) as reader:
        assert reader.read(path).lines


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_memory_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "b.csv"
    path.write_text("Ref,Qty,MPN\n" + "R1,1,RC0402FR-0710KL\n" * 400_000, encoding="utf-8")
    with Reader(Limits(memory=150 << 20)) as reader, pytest.raises(ReadError) as caught:
        reader.read(path)
    assert caught.value.code in ("too-large-inflated", "file-damaged")


def test_children_are_renewed(reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated, "RENEWED_AFTER", 2)
    path = tmp_path / "b.csv"
    path.write_text("Ref,Qty,MPN\nR1,1,RC0402FR-0710KL\n", encoding="utf-8")
    pids = []
    for _ in range(4):
        reader.read(path)
        assert reader._process is not None
        pids.append(reader._process.pid)
    assert pids[0] == pids[1] != pids[2] == pids[3]


def test_a_child_of_another_version_is_no_fault_of_the_file(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bom.csv"
    path.write_text("Designator,Qty,MPN\nR1,1,LM358DR\n")
    with monkeypatch.context() as patch:
        patch.setattr(isolated, "__version__", "0.0.1")
        with pytest.raises(StoreError, match=r"updated to .* while a process of 0\.0\.1"):
            reader.read(path)
    assert len(reader.read(path).lines) == 1


def test_a_child_runs_the_code_of_its_parent_whatever_is_installed(tmp_path: Path) -> None:
    other = tmp_path / "here" / "bomtool"
    (other / "journey").mkdir(parents=True)
    (other / "journey" / "__init__.py").touch()
    shutil.copy(Path(children.__file__), other / "children.py")
    (other / "__init__.py").write_text("__version__ = 'another'\n", encoding="utf-8")
    (other / "journey" / "child.py").write_text(
        "import sys, bomtool, click\ndef main(): print(bomtool.__version__, sys.argv[1:])\n", encoding="utf-8"
    )
    script = "from bomtool import children; import subprocess; "
    script += "subprocess.run(children.command('bomtool.journey.child', 'main', 'one'), check=True)"
    said = subprocess.run([sys.executable, "-c", script], cwd=other.parent, capture_output=True, text=True, check=True)
    assert said.stdout.split("\n")[0] == "another ['one']"
