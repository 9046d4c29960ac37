"""Moving without overwriting or deleting, cut off at any point."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

import pytest

from bomtool.inbox import names, placing
from bomtool.inbox.placing import Staging, finish_move, move_new


@pytest.fixture(params=["links", "no links"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file system with hard links, and one without, as FAT and some shares are."""
    if request.param == "no links":

        def refuse(*_: object, **__: object) -> None:
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(placing.os, "link", refuse)
    return str(request.param)


def test_a_move_never_overwrites(disk: str, tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("mine")
    target.write_text("theirs")
    with pytest.raises(FileExistsError):
        move_new(source, target)
    assert (source.read_text(), target.read_text()) == ("mine", "theirs")
    move_new(source, tmp_path / "c")
    assert not source.exists()
    assert (tmp_path / "c").read_text() == "mine"


@pytest.mark.skipif(os.name == "nt", reason="renaming is one step on Windows")
@pytest.mark.parametrize("cut", ["unlink", "replace"])
def test_a_move_cut_off_is_mended(cut: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_text("mine")
    with monkeypatch.context() as patch:

        def die(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(Path, cut, die)
        if cut == "replace":
            patch.setattr(placing.os, "link", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EPERM, "")))
        with pytest.raises(KeyboardInterrupt):
            move_new(source, target)
    assert source.exists()
    assert target.exists()
    assert finish_move(source, target)
    assert not source.exists()
    assert target.read_text() == "mine"


def staged(tmp_path: Path, name: str = "bom.csv") -> Staging:
    place = tmp_path / "done"
    place.mkdir(exist_ok=True)
    staging = Staging(place, f"row-{name}").open()
    staging.file.write_text("bom")
    staging.outcome(names.RESULT).write_text("{}")
    staging.outcome(names.REPORT).write_text("report")
    return staging


def test_same_names_get_numbers_and_their_outcomes_follow(disk: str, tmp_path: Path) -> None:
    chosen: list[str] = []
    for _ in range(3):
        staged(tmp_path).put("bom.csv", None, chosen.append)
    assert chosen == ["bom.csv", "bom (2).csv", "bom (3).csv"]
    listed = sorted(path.name for path in (tmp_path / "done").iterdir())
    assert listed == sorted(name + ending for name in chosen for ending in ("", names.REPORT, names.RESULT))


def test_a_name_whose_outcome_exists_is_not_free(tmp_path: Path) -> None:
    staging = staged(tmp_path)
    (tmp_path / "done" / "bom.csv.report.xlsx").write_text("somebody's")
    assert staging.put("bom.csv", None, lambda _: None).name == "bom (2).csv"
    assert (tmp_path / "done" / "bom.csv.report.xlsx").read_text() == "somebody's"


def test_placing_cut_off_anywhere_ends_the_same(disk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Die at each call that changes the disk; whoever goes on makes the same end of it."""
    for calls in itertools.count():
        folder = tmp_path / str(calls)
        folder.mkdir()
        staging, planned = staged(folder), []
        left = [calls]

        def counted(real, left=left):
            def call(*arguments, **members):
                if left[0] == 0:
                    raise KeyboardInterrupt
                left[0] -= 1
                return real(*arguments, **members)

            return call

        with monkeypatch.context() as patch:
            for owner, method in ((Path, "unlink"), (Path, "replace"), (placing.os, "link"), (placing.os, "open")):
                patch.setattr(owner, method, counted(getattr(owner, method)))
            try:
                staging.put("bom.csv", None, planned.append)
                survived = True
            except KeyboardInterrupt:
                survived = False
        again = Staging(staging.place, "row-bom.csv")
        if not survived:
            again.put("bom.csv", planned[-1] if planned else None, planned.append)
        listed = sorted(path.name for path in staging.place.iterdir())
        assert listed == ["bom.csv", "bom.csv.report.xlsx", "bom.csv.result.json"]
        if survived:
            assert calls > 3
            return


def test_given_back_a_file_never_overwrites_a_newer_one(tmp_path: Path) -> None:
    staging = staged(tmp_path)
    (tmp_path / "bom.csv").write_text("newer")
    staging.give_back(tmp_path / "bom.csv")
    assert (tmp_path / "bom.csv").read_text() == "newer"
    assert (tmp_path / "bom (2).csv").read_text() == "bom"


@pytest.mark.parametrize("name", ["a" * 255, "ü" * 127, "x" * 250 + ".xlsx", "noending", ".csv", "a." + "e" * 40])
def test_names_stay_short_enough_for_what_is_put_beside(name: str) -> None:
    for candidate in itertools.islice(names.candidates(name), 12):
        assert len(os.fsencode(candidate + names.CHANGES)) <= 255
    found = list(itertools.islice(names.candidates(name), 12))
    assert len(set(found)) == 12


def test_names_that_are_no_text_become_readable() -> None:
    odd = os.fsdecode(b"b\xffm.csv")
    assert names.storable(odd) == "b\\xffm.csv"
    assert names.presentable(odd) == "b%xffm.csv"
    assert names.presentable("plain.csv") == "plain.csv"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("CON.csv", "CON_.csv"),
        ("nul", "nul_"),
        ("com1.tar.gz", "com1_.tar.gz"),
        ("Aux .xlsx", "Aux_.xlsx"),
        ("LPT\u00b9.csv", "LPT\u00b9_.csv"),
        ("console.csv", "console.csv"),
        ("COM10.csv", "COM10.csv"),
        ("board.csv.", "board.csv_"),
        ("board ", "board_"),
    ],
)
def test_names_that_windows_could_not_open_are_given_another(name: str, shown: str) -> None:
    assert names.presentable(name) == shown
    assert names.presentable(shown) == shown
