"""When a file is taken: on real files, with a clock that does not wait."""

from __future__ import annotations

import os
import signal
import sys
import zipfile
from pathlib import Path

import pytest

from bomtool.inbox import names
from bomtool.inbox.ready import hindrance
from bomtool.inbox.scan import look
from bomtool.inbox.settle import Look, Settler


class Watched:
    """A folder that is looked at when the test says so."""

    def __init__(self, folder: Path, settle: float = 2.0, patience: float = 60.0, recursive: bool = False) -> None:
        self.folder, self.now, self.recursive = folder, 100.0, recursive
        self.settler = Settler(settle, patience, hindrance)

    def look(self, after: float = 0.0) -> Look:
        self.now += after
        return self.settler.look(look(self.folder, recursive=self.recursive)[0], self.now)

    def ready(self, after: float = 0.0) -> list[str]:
        return [entry.name for entry in self.look(after).ready]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def test_a_file_is_taken_after_it_was_still_for_two_seconds(watched: Watched) -> None:
    (watched.folder / "a.csv").write_text("x")
    first = watched.look()
    assert (first.ready, first.next_look) == ([], 102.0)
    assert watched.ready(1.9) == []
    assert watched.ready(0.1) == ["a.csv"]


def test_a_slow_writer_is_waited_for(watched: Watched) -> None:
    path = watched.folder / "slow.csv"
    for chunk in range(10):
        with path.open("a") as file:
            file.write(f"row {chunk}\n")
        os.utime(path, ns=(0, chunk + 1))
        assert watched.ready(1.2) == []
    assert watched.ready(1.9) == []
    assert watched.ready(0.1) == ["slow.csv"]


def test_same_size_but_rewritten_is_a_change(watched: Watched) -> None:
    path = watched.folder / "a.csv"
    path.write_text("one")
    watched.look()
    path.write_text("two")
    os.utime(path, ns=(5, 5))
    assert watched.ready(2.5) == []
    assert watched.ready(2.0) == ["a.csv"]


def test_replaced_by_renaming_is_a_change_even_with_size_and_time_kept(watched: Watched) -> None:
    path = watched.folder / "a.csv"
    path.write_text("one")
    os.utime(path, ns=(5, 5))
    watched.look()
    other = watched.folder / ".a.csv.new"
    other.write_text("two")
    os.utime(other, ns=(5, 5))
    other.replace(path)
    assert watched.ready(2.5) == []
    assert watched.ready(2.0) == ["a.csv"]


def test_a_renamed_or_moved_in_file_settles_under_its_new_name(watched: Watched) -> None:
    path = watched.folder / "upload.part"
    path.write_text("x")
    assert watched.ready(10) == []
    path.rename(watched.folder / "bom.csv")
    assert watched.ready(0) == []
    assert watched.ready(2) == ["bom.csv"]


def test_an_empty_file_is_waited_for_and_then_reported(watched: Watched) -> None:
    (watched.folder / "cloud.xlsx").touch()
    watched.look()
    seen = watched.look(2)
    assert [(entry.name, why) for entry, why in seen.waiting] == [("cloud.xlsx", "it is empty")]
    assert watched.ready(57.9) == []
    assert watched.ready(0.1) == ["cloud.xlsx"]


def test_a_placeholder_that_fills_is_taken(watched: Watched) -> None:
    path = watched.folder / "cloud.csv"
    path.touch()
    watched.look()
    watched.look(30)
    path.write_text("content")
    assert watched.ready(0) == []
    assert watched.ready(2) == ["cloud.csv"]


def test_half_an_archive_is_waited_for(watched: Watched, tmp_path: Path) -> None:
    whole = tmp_path / ".whole"
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("xl/workbook.xml", os.urandom(5000))
    data = whole.read_bytes()
    path = watched.folder / "bom.xlsx"
    path.write_bytes(data[: len(data) // 2])
    watched.look()
    seen = watched.look(5)
    assert [why for _, why in seen.waiting] == ["its archive is not whole yet"]
    path.write_bytes(data)
    watched.look()
    assert watched.ready(2) == ["bom.xlsx"]


def test_an_archive_with_a_comment_is_whole(watched: Watched) -> None:
    with zipfile.ZipFile(watched.folder / "bom.xlsx", "w") as archive:
        archive.writestr("a", "b")
        archive.comment = b"c" * 60_000
    watched.look()
    assert watched.ready(2) == ["bom.xlsx"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who writes")
def test_a_file_open_for_writing_is_waited_for(watched: Watched) -> None:
    before = signal.signal(signal.SIGIO, signal.SIG_IGN)
    try:
        with (watched.folder / "export.csv").open("w") as file:
            file.write("half\n")
            file.flush()
            watched.look()
            seen = watched.look(10)
            assert [why for _, why in seen.waiting] == ["another program still writes to it"]
        assert watched.ready(2) == ["export.csv"]
    finally:
        signal.signal(signal.SIGIO, before)


def test_a_file_given_back_comes_again_when_told(watched: Watched) -> None:
    (watched.folder / "a.csv").write_text("x")
    watched.look()
    assert watched.ready(2) == ["a.csv"]
    watched.settler.put_back("a.csv", "later", watched.now + 10)
    assert watched.ready(9) == []
    assert watched.ready(1) == ["a.csv"]
    assert watched.settler.reason("a.csv") == "later"


def test_what_is_gone_is_forgotten(watched: Watched) -> None:
    for number in range(50):
        (watched.folder / f"{number}.csv").write_text("x")
    watched.look()
    assert len(watched.settler) == 50
    for path in watched.folder.iterdir():
        path.unlink()
    watched.look()
    assert len(watched.settler) == 0


@pytest.mark.parametrize(
    "name",
    [
        "~$bom.xlsx", ".~lock.bom.ods#", ".bom.xlsx.Xa82Kd", "bom.xlsx.part", "bom.xlsx.crdownload", "bom.tmp", "A1.TMP",
        ".DS_Store", "._bom.xlsx", "Thumbs.db", "desktop.ini", "Icon\r", "bom.csv~", ".bom.csv.swp", "~syncthing~bom.tmp",
        "bomtool.toml", "bom.xlsx.report.xlsx", "bom.xlsx.result.json", "bom.xlsx.problem.txt", ".goutputstream-X1",
    ],
)  # fmt: skip
def test_names_that_are_nobodys_bom(name: str) -> None:
    assert names.ignored(name)


@pytest.mark.parametrize(
    "name",
    ["bom.xlsx", "Stückliste.CSV", "10023456", "bom (conflicted copy).xlsx", "icons", "part.csv", "tmp", "a.b.c"],
)
def test_names_that_may_be_a_bom(name: str) -> None:
    assert not names.ignored(name)


def test_left_alone_files_are_told_hidden_ones_apart(tmp_path: Path) -> None:
    for name in ("a.csv", "a.csv.report.xlsx", ".hidden", "~$a.xlsx", "bomtool.toml"):
        (tmp_path / name).write_text("x")
    (tmp_path / "done").mkdir()
    (tmp_path / "done" / "b.csv").write_text("x")
    found, left = look(tmp_path, recursive=True)
    assert [entry.name for entry in found] == ["a.csv"]
    assert set(left) == {"a.csv.report.xlsx", "~$a.xlsx"}


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_links_and_pipes_are_seen_and_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    box = tmp_path / "box"
    box.mkdir()
    (box / "link.csv").symlink_to(outside / "secret.csv")
    (box / "folder").symlink_to(outside)
    os.mkfifo(box / "pipe.csv")
    found, _ = look(box, recursive=True)
    assert {entry.name: entry.regular for entry in found} == {"link.csv": False, "folder": False, "pipe.csv": False}


def test_recursive_looks_into_folders_but_not_hidden_ones(tmp_path: Path) -> None:
    for name in ("p1/bom.csv", "p1/deep/er/bom.csv", ".sync/bom.csv", "p1/done/bom.csv", "failed/bom.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert look(tmp_path, recursive=False)[0] == []
    assert {e.name for e in look(tmp_path, recursive=True)[0]} == {
        "p1/bom.csv",
        "p1/deep/er/bom.csv",
        "p1/done/bom.csv",
    }
