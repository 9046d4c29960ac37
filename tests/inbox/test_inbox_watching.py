"""The watched folder as people use it: real files, the embedded platform, a watcher in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from bomtool.errors import WriteError
from bomtool.inbox import status, work
from bomtool.inbox.work import Plan
from bomtool.settings import load
from tests.inbox.watched import HEADER, Box, bom_text, on_platform

A = bom_text("RC0402FR-0710KL", "RC0603FR-074K7L")
B = bom_text("RC0402FR-0710KL", "RC0603FR-071KL")


@pytest.fixture
def box(tmp_path: Path) -> Box:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Box(folder)


def test_a_dropped_bom_ends_in_done_with_report_and_result(box: Box) -> None:
    box.drop("board.csv", A)
    summary = box.run()
    assert (summary.counts["done"], summary.waiting) == (1, {})
    assert box.files() == ["done/board.csv", "done/board.csv.report.xlsx", "done/board.csv.result.json"]
    assert (box.folder / "done" / "board.csv").read_text() == A
    result = box.result("board.csv")
    ((bom,), (program,)) = on_platform()
    assert (result["bom"]["id"], result["program"]["id"]) == (str(bom.id), str(program.id))
    assert (result["state"], result["report"], result["counts"]["lines"]) == ("done", "board.csv.report.xlsx", 2)
    assert (bom.approved, program.lines[0].quant) == ("true", 5)
    book = openpyxl.load_workbook(box.folder / "done" / "board.csv.report.xlsx", read_only=True)
    assert "Purchase list" in book.sheetnames
    book.close()
    steps = [line["event"] for line in box.events()]
    assert steps == ["started", "taken", "read", "bom", "approved", "program", "report", "done", "stopped"]


def test_a_refused_file_ends_in_failed_with_the_reason(box: Box) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Parts"
    book.active.append(["Designator", "Qty", "MPN"])
    book.save(box.folder / "empty.xlsx")
    box.drop("notes.csv", "just a note\n")
    assert box.run().counts["failed"] == 2
    problem = box.problem("empty.xlsx")
    assert "sheet 'Parts', row 1" in problem
    assert "What to do\n    " in problem
    assert "Then drop the file again." in problem
    assert box.files("done") == []
    assert {"notes.csv", "notes.csv.problem.txt", "empty.xlsx"} <= set(box.files("failed"))
    assert on_platform() == ([], [])


def test_the_same_file_again_or_renamed_is_one_bom_and_one_program(box: Box) -> None:
    box.drop("a.csv", A)
    box.drop("renamed.csv", A)
    box.run()
    box.drop("a.csv", A)
    box.run()
    boms, programs = on_platform()
    assert (len(boms), len(programs)) == (1, 1)
    assert [name for name in box.files("done") if name.endswith(".csv")] == ["a (2).csv", "a.csv", "renamed.csv"]
    assert {box.result(name)["bom"]["id"] for name in ("a.csv", "a (2).csv", "renamed.csv")} == {str(boms[0].id)}
    assert len([name for name in box.files("done") if name.endswith(".report.xlsx")]) == 3


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_a_changed_file_of_the_same_name_is_a_new_version_with_a_diff(box: Box) -> None:
    box.drop("board.csv", A)
    box.run()
    box.drop("board.csv", B)
    box.run()
    box.drop("board.csv", A)
    box.run()
    boms, programs = on_platform()
    assert {bom.version for bom in boms} == {None, "2"}
    assert len(programs) == 2
    second = box.result("board (2).csv")
    assert second["bom"]["version"] == "2"
    assert second["changes"]["since"] == "done/board.csv"
    assert second["changes"]["counts"]["parts_added"] == second["changes"]["counts"]["parts_removed"] == 1
    assert zipfile.is_zipfile(box.folder / "done" / second["changes"]["workbook"])
    book = openpyxl.load_workbook(box.folder / "done" / second["report"])
    told = {str(cell.value) for row in book["Changed parts"].iter_rows() for cell in row}
    assert any("RC0603FR-071KL" in text for text in told)
    assert "Changed designators" in book.sheetnames
    assert box.result("board (3).csv")["bom"]["id"] == box.result("board.csv")["bom"]["id"]


@pytest.mark.filterwarnings("ignore:.*extension is not supported")
def test_the_difference_is_told_also_where_the_content_was_known_by_another_name(box: Box) -> None:
    box.drop("controller.csv", A)
    box.run()
    box.drop("board.csv", A)
    box.run()
    assert box.result("board.csv")["bom"]["name"] == "controller"
    box.drop("board.csv", B)
    box.run()
    told = box.result("board (2).csv")
    assert told["changes"]["since"] == "done/board.csv"
    assert (told["bom"]["name"], told["bom"]["version"]) == ("board", None)


def test_a_stated_version_stands_until_it_is_taken(box: Box) -> None:
    from bomtool.inbox.changes import next_version

    assert next_version("C", {"A", "B"}) == "C"
    assert next_version("B", {"B"}) == "B (2)"
    assert next_version("B", {"B", "B (2)"}) == "B (3)"
    assert next_version(None, {None, "2"}) == "3"


def test_settings_of_the_folder_are_taken_and_limited(box: Box) -> None:
    box.drop("bomtool.toml", 'name = "Controller"\nbuild = 7\n[map]\nmpn = "Code"\n')
    box.drop("x.csv", A.replace("MPN", "Code"))
    box.drop("sub/y.csv", B)
    box.drop("sub/bomtool.toml", "approve = true\n")
    summary = box.run(recursive=True)
    assert (summary.counts["done"], summary.counts["failed"]) == (1, 1)
    ((bom,), (program,)) = on_platform()
    assert (bom.name, program.lines[0].quant) == ("Controller", 7)
    assert "'approve' may not be set there" in box.problem("sub/y.csv")
    assert (box.folder / "bomtool.toml").exists()


@pytest.mark.parametrize(
    "text",
    [
        "api_url = 'http://x'",
        "build = 0",
        "build = true",
        "name = 3",
        "map = 1",
        "[map]\nmpn = 1",
        "= no",
        "x" * 70_000,
    ],
)
def test_settings_that_cannot_be_used_fail_the_file_and_touch_nothing(box: Box, text: str) -> None:
    box.drop("bomtool.toml", text)
    box.drop("x.csv", A)
    assert box.run().counts["failed"] == 1
    assert "bomtool.toml" in box.problem("x.csv")
    assert on_platform() == ([], [])


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_links_and_devices_are_refused_and_never_followed(box: Box, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(A)
    (box.folder / "link.csv").symlink_to(secret)
    os.mkfifo(box.folder / "pipe.csv")
    settings = tmp_path / "bomtool.toml"
    settings.write_text("build = 9")
    (box.folder / "bomtool.toml").symlink_to(settings)
    box.drop("plain.csv", A)
    assert box.run().counts["failed"] == 3
    assert secret.read_text() == A
    assert (box.folder / "failed" / "link.csv").is_symlink()
    assert "link" in box.problem("link.csv")
    assert "device" in box.problem("pipe.csv")
    assert "it is a link" in box.problem("plain.csv")
    assert on_platform() == ([], [])


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
@pytest.mark.parametrize("place", ["done", "failed"])
def test_a_link_in_the_place_of_done_is_refused(box: Box, tmp_path: Path, place: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    (box.folder / place).symlink_to(tmp_path / "elsewhere")
    box.drop("a.csv", A)
    with pytest.raises(WriteError):
        box.run()
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (box.folder / "a.csv").exists()


@pytest.mark.parametrize(
    "name", ["a b.csv", "Stückliste №1.csv", "x" * 240 + ".csv", "new\nline.csv", "no ending", "-rf.csv", "done.csv", "CON.csv"]
)  # fmt: skip
def test_names_of_any_kind(box: Box, name: str) -> None:
    if os.name == "nt" and ("\n" in name or name.startswith("CON")):
        pytest.skip("no such name on Windows")
    box.drop(name, A)
    assert box.run().counts["done"] == 1
    assert len(box.files("done")) == 3
    assert "\n" not in box.log.getvalue().strip().splitlines()[1]


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
def test_a_name_that_is_no_text_becomes_readable(box: Box) -> None:
    box.drop(os.fsdecode(b"b\xffm.csv"), A)
    assert box.run().counts["done"] == 1
    assert box.files("done") == ["b%xffm.csv", "b%xffm.csv.report.xlsx", "b%xffm.csv.result.json"]


def test_folders_inside_keep_their_shape(box: Box) -> None:
    box.drop("p1/bom.csv", A)
    box.drop("p2/deep/bom.csv", B)
    assert box.run().counts["done"] == 0
    assert box.run(recursive=True).counts["done"] == 2
    assert {"p1/bom.csv", "p2/deep/bom.csv", "p2/deep/bom.csv.report.xlsx"} <= set(box.files("done"))
    assert {bom.version for bom in on_platform()[0]} == {None}  # two boards, not two versions of one


def test_a_file_that_changes_while_it_is_worked_on_is_taken_again(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    path = box.drop("board.csv", A)
    real, left = work.carry_out, [1]

    def changing(*arguments: object, **members: object) -> None:
        real(*arguments, **members)
        if left:
            left.pop()
            path.write_text(B)

    monkeypatch.setattr(work, "carry_out", changing)
    box.run()
    assert (box.folder / "done" / "board.csv").read_text() == B
    assert box.files() == ["done/board.csv", "done/board.csv.report.xlsx", "done/board.csv.result.json"]
    assert box.result("board.csv")["counts"]["lines"] == 2
    assert [line["file"] for line in box.events("changed")] == ["board.csv"]
    assert len(on_platform()[0]) == 2


def test_a_file_a_person_takes_back_is_let_go(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    path = box.drop("board.csv", A)
    real = work.carry_out

    def removing(*arguments: object, **members: object) -> None:
        real(*arguments, **members)
        path.unlink()

    monkeypatch.setattr(work, "carry_out", removing)
    assert box.run().counts["gone"] == 1
    assert box.files() == []


def test_an_empty_and_a_half_file_are_waited_for_and_then_refused(box: Box) -> None:
    box.drop("cloud.xlsx", b"")
    whole = box.folder / ".whole"
    openpyxl.Workbook().save(whole)
    box.drop("half.xlsx", whole.read_bytes()[:2000])
    assert box.run(patience=4).counts["failed"] == 2
    assert "holds nothing" in box.problem("cloud.xlsx") or "empty" in box.problem("cloud.xlsx")
    assert "damaged" in box.problem("half.xlsx")
    assert {line["message"] for line in box.events("waiting")} >= {
        "waits: it is empty",
        "waits: its archive is not whole yet",
    }


def test_without_approval_only_a_bom_is_made(box: Box) -> None:
    box.plan = Plan()
    box.drop("bomtool.toml", "build = 3")
    box.drop("a.csv", A)
    box.run()
    ((bom,), programs) = on_platform()
    assert (bom.approved, programs) != ("true", [])
    assert programs == []
    assert box.files("done") == ["a.csv", "a.csv.result.json"]
    assert "does not approve" in box.result("a.csv")["notes"][0]


@pytest.mark.parametrize("poll", [False, True])
def test_a_watcher_that_stays_takes_what_comes(box: Box, poll: bool) -> None:
    with box.running(poll=poll, interval=0.2 if poll else 20.0):
        box.drop("first.csv", A)
        box.until(lambda: "first.csv.result.json" in box.files("done"))
        (box.folder / ".hidden.part").write_text(B)
        (box.folder / ".hidden.part").rename(box.folder / "second.csv")
        box.until(lambda: "second.csv.result.json" in box.files("done"))
    assert len(on_platform()[0]) == 2


def test_several_watchers_share_a_folder(box: Box) -> None:
    for number in range(12):
        box.drop(f"{number}.csv", bom_text("RC0402FR-0710KL", start=number + 1))
    command = [sys.executable, "-m", "bomtool", "watch", str(box.folder), "--once", "--settle", "0.1", "--log", "json"]
    options = ["--approve", "--build", "5", "--report"]
    watchers = [subprocess.Popen([*command, *options], stderr=subprocess.PIPE) for _ in range(3)]
    for watcher in watchers:
        told = watcher.communicate(timeout=120)[1]
        assert watcher.returncode == 0, told
    assert len(box.files("done")) == 36
    boms, programs = on_platform()
    assert (len(boms), len(programs)) == (12, 12)


def test_status_counts_and_says_why(box: Box) -> None:
    box.drop("a.csv", A)
    box.drop("b.csv", "nothing\n")
    box.run()
    box.drop("c.csv", B)
    found = status.status(box.folder, load(), recursive=False)
    counts = found["counts"]
    assert (counts["waiting"], counts["done"], counts["failed"], counts["uncertain"]) == (1, 1, 1, 0)
    assert Decimal(str(found["seconds"]["mean"])) > 0
    assert [row["file"] for row in found["last"]] == ["b.csv", "a.csv"] or len(found["last"]) == 2
    assert found["watchers"] == []
    with box.running() as _:
        box.until(lambda: status.status(box.folder, load(), recursive=False)["watchers"])
        (watcher,) = status.status(box.folder, load(), recursive=False)["watchers"]
        assert watcher["pid"] == os.getpid()


def test_no_parser_of_workbooks_runs_in_the_watcher(box: Box, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in A.splitlines():
        book.active.append(row.split(","))
    book.save(box.folder / "a.xlsx")
    code = (
        "import sys; from bomtool.cli import run\n"
        f"code = run(['watch', {str(box.folder)!r}, '--once', '--settle', '0.1'])\n"
        "print(code, *sorted({'openpyxl', 'python_calamine', 'pandas'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0"
    assert "a.xlsx.result.json" in box.files("done")


def test_long_header_only_file_names_the_column_problem(box: Box) -> None:
    box.drop("a.csv", HEADER + "\n")
    box.run()
    assert "row 1" in box.problem("a.csv")
