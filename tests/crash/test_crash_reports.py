"""A report is the old file or the new one, whatever happens while it is written: kill -9, a full disk, no right to write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bomtool import reports
from bomtool.errors import UsageError, WriteError
from bomtool.reports import atomic
from tests.reports.making import Maker

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_kill_at_any_moment_leaves_the_old_report_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "crash" / "killing_reports.py", tmp_path, str(KILLS)],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout)
    assert "broken" not in result["found"]
    assert sum(result["found"].values()) == KILLS
    assert result["found"]["old"] > KILLS / 10
    assert result["finished"] < KILLS
    assert result["left"] > 0
    assert result["swept"] is True


def on_disk(options: str, folder: Path, code: str) -> str:
    """What a process prints that runs `code` with `path` on a file system of its own, in `folder`."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    folder.mkdir()
    script = (
        f"set -e; mount -t tmpfs -o size=120k none {folder}; printf old > {folder}/report.xlsx; "
        f"{options.format(folder=folder)}; exec {sys.executable} -c \"$CODE\""
    )  # fmt: skip
    head = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom pathlib import Path\n"
    head += f"path = Path({str(folder)!r}) / 'report.xlsx'\n"
    done = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script], env={**os.environ, "CODE": head + code},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    if "unshare" in done.stderr or "mount" in done.stderr:
        pytest.skip(f"no file system of one's own here: {done.stderr.strip()[:80]}")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout.strip()


WRITE = """
from bomtool import reports
from bomtool.errors import WriteError
from tests.reports.making import Maker
try:
    reports.write(path, Maker(1, lines={lines}).make())
    print("written")
except WriteError as error:
    print(error.code, bool(error.hint), path.read_bytes() == b"old", len(list(path.parent.iterdir())))
"""


def test_a_full_disk_leaves_the_old_file_and_says_so(tmp_path: Path) -> None:
    assert on_disk("true", tmp_path / "disk", WRITE.format(lines=400)) == "disk-full True True 1"


def test_a_small_report_finds_room_on_the_same_disk(tmp_path: Path) -> None:
    assert on_disk("true", tmp_path / "disk", WRITE.format(lines=2)) == "written"


def test_a_read_only_disk_is_told(tmp_path: Path) -> None:
    said = on_disk("mount -o remount,ro {folder}", tmp_path / "disk", WRITE.format(lines=2))
    assert said in ("read-only True True 1", "write-protected True True 1")


@pytest.mark.parametrize(("lock", "program"), [("~$report.xlsx", "Excel"), (".~lock.report.xlsx#", "LibreOffice")])
def test_a_report_open_elsewhere_is_left_alone(tmp_path: Path, lock: str, program: str) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    (tmp_path / lock).write_bytes(b"")
    with pytest.raises(WriteError, match=program) as caught:
        reports.write(path, Maker(1, lines=2).make())
    assert caught.value.code == "file-open"
    assert path.read_bytes() == b"old"
    (tmp_path / lock).unlink()
    reports.write(path, Maker(1, lines=2).make())
    assert path.read_bytes() != b"old"


def test_opened_while_it_was_computed_it_is_left_alone_too(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")

    def writer(temporary: Path) -> None:
        temporary.write_bytes(b"new")
        (tmp_path / "~$report.xlsx").write_bytes(b"")

    with pytest.raises(WriteError, match="Excel"):
        atomic.write_atomically(path, writer)
    assert path.read_bytes() == b"old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.xlsx", "~$report.xlsx"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may write everywhere")
def test_a_write_protected_file_or_folder_is_told(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")
    path.chmod(0o400)
    with pytest.raises(WriteError) as caught:
        reports.write(path, Maker(1, lines=2).make())
    assert caught.value.code == "write-protected"


def test_a_failing_writer_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"old")

    def writer(temporary: Path) -> None:
        temporary.write_bytes(b"half")
        raise RuntimeError("defect")

    with pytest.raises(RuntimeError):
        atomic.write_atomically(path, writer)
    assert [file.name for file in tmp_path.iterdir()] == ["report.xlsx"]
    assert path.read_bytes() == b"old"


def test_a_link_stays_one_and_permissions_are_kept(tmp_path: Path) -> None:
    target, link = tmp_path / "target.xlsx", tmp_path / "link.xlsx"
    target.write_bytes(b"old")
    target.chmod(0o640)
    try:
        link.symlink_to(target)
    except OSError:
        pytest.skip("no links here")
    atomic.write_atomically(link, lambda temporary: None if temporary.write_bytes(b"new") else None)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_folders_and_missing_folders_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        atomic.preflight(tmp_path)
    with pytest.raises(WriteError, match="does not exist"):
        atomic.preflight(tmp_path / "none" / "report.xlsx")
