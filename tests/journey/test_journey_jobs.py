"""What an importer of jobs does with the temporary folder."""

import os
import tempfile
import time
from pathlib import Path

import pytest

from bomtool import settings as settings_module
from bomtool.journey.jobs import Importer


def test_what_killed_workers_left_is_removed_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    kept = tmp_path / "kept"
    kept.mkdir()
    for name in ("bomtool-job-old", "bomtool-job-new", "another-old"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "bom.csv").write_text("a design")
    (tmp_path / "bomtool-job-link").symlink_to(kept, target_is_directory=True)
    long_ago = time.time() - 7200
    for name in ("bomtool-job-old", "another-old", "kept"):
        os.utime(tmp_path / name, (long_ago, long_ago))
    os.utime(tmp_path / "bomtool-job-link", (long_ago, long_ago), follow_symlinks=False)
    Importer(settings_module.load()).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "another-old",
        "bomtool-job-link",
        "bomtool-job-new",
        "kept",
    ]
