"""The wheel, installed into an empty environment from the hashed requirements, works in an empty folder."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from scripts.readme_command import quick_start

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = dict(os.environ)
"""The environment as the tests found it: how packages are reached on this machine."""
UNREACHABLE = (
    "Max retries exceeded",
    "name resolution",
    "NewConnectionError",
    "No matching distribution",
    "Network is unreachable",
)


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in OUTSIDE.items() if not name.startswith(("BOMTOOL_", "PYTHON"))}
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env={**clean, "PIP_DISABLE_PIP_VERSION_CHECK": "1", **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, require) -> Path:  # type: ignore[no-untyped-def]
    folder = tmp_path_factory.mktemp("dist")
    done = run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, cwd=folder)
    reached(done, require)
    return next(folder.glob("bomtool-*.whl"))


def reached(done: subprocess.CompletedProcess[str], require) -> None:  # type: ignore[no-untyped-def]
    """Skip where packages cannot be reached from here; any other failure of pip is one."""
    if done.returncode:
        require(
            "wheel",
            not any(sign in done.stderr for sign in UNREACHABLE),
            f"no packages from here: {done.stderr[-300:]}",
        )
        pytest.fail(done.stderr)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory, require) -> Path:  # type: ignore[no-untyped-def]
    """The `bin` folder of an empty environment with the wheel and its pinned requirements, nothing else."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    venv.create(folder, with_pip=True)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    pip = [programs / "python", "-m", "pip", "install", "-q", "--no-compile"]
    done = run(*pip, "--require-hashes", "-r", ROOT / "requirements.txt", cwd=folder)
    reached(done, require)
    done = run(*pip, "--no-deps", "--no-index", wheel, cwd=folder)
    assert done.returncode == 0, done.stderr
    return programs


def tracked(folder: str) -> set[str]:
    """Files of a folder of the checkout that belong to the project."""
    done = run("git", "ls-files", folder, cwd=ROOT)
    if done.returncode or not done.stdout:
        return {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*") if path.is_file()}
    return {name for name in done.stdout.splitlines() if (ROOT / name).is_file()}


@pytest.mark.parametrize("folder", ["templates", "sample_files"])
def test_templates_and_samples_ship(wheel: Path, folder: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = {f"bomtool/_shipped/{name}" for name in tracked(folder)}
    assert expected
    assert expected <= names
    assert "bomtool/py.typed" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", ".venv"))]


def test_every_module_and_migration_ships(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name for name in tracked("bomtool") if not name.endswith(".pyc")} <= names


def test_nothing_is_missing_and_nothing_clashes(installed: Path) -> None:
    done = run(installed / "python", "-m", "pip", "check", cwd=installed)
    assert done.returncode == 0, done.stdout


def test_every_module_imports_without_development_packages(installed: Path, tmp_path: Path) -> None:
    code = (
        "import importlib, pkgutil, bomtool\n"
        "names = [m.name for m in pkgutil.walk_packages(bomtool.__path__, 'bomtool.')]\n"
        "skip = ('bomtool.__main__', 'bomtool.store.migrations')\n"
        "[importlib.import_module(n) for n in names if not n.startswith(skip)]\n"
        "print(len(names))"
    )
    done = run(installed / "python", "-W", "error", "-I", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 40


def test_version(installed: Path, tmp_path: Path) -> None:
    done = run(installed / "bomtool", "--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.split()[0] == "bomtool"


def test_the_first_command_of_the_readme_in_an_empty_folder(installed: Path, tmp_path: Path) -> None:
    """As written, from `bomtool` on; the sample file is the one the wheel ships."""
    words = quick_start(1).split(" && ")[-1].split()[1:]
    code = "import sys; from bomtool import data; print(data.sample_file(sys.argv[1]))"
    sample = next(word for word in words if word.startswith("sample_files/"))
    found = run(installed / "python", "-I", "-c", code, Path(sample).name, cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert "_shipped" in found.stdout
    words[words.index(sample)] = found.stdout.strip()
    home = {"BOMTOOL_DATA_DIR": str(tmp_path / "data"), "BOMTOOL_CONFIG_DIR": str(tmp_path / "config")}
    done = run(installed / "bomtool", *words, cwd=tmp_path, **home)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "report.xlsx").read_bytes()[:2] == b"PK"
