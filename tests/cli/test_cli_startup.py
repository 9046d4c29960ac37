"""The command line starts light: heavy libraries are loaded by the command that needs them."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    "alembic", "a2wsgi", "fastapi", "httpx", "numpy", "openpyxl", "pandas", "pydantic", "pydantic_settings", "rapidfuzz",
    "rich", "sqlalchemy", "starlette", "uvicorn", "xlsxwriter", "platformdirs",
}  # fmt: skip


def modules_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('\\n'.join(sys.modules))"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_help_loads_click_and_nothing_heavy() -> None:
    loaded = modules_after(
        "import contextlib, io\nfrom bomtool.cli import run\n"
        "with contextlib.redirect_stdout(io.StringIO()): run(['--help'])"
    )
    assert "click" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize(
    "command", ["import", "check", "boms", "programs", "report", "catalog", "serve", "keys", "doctor"]
)
def test_every_command_has_help_with_an_example_and_stays_light(command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bomtool", command, "--help"], capture_output=True, text=True, check=True
    )
    assert "Usage: bomtool" in done.stdout
    loaded = modules_after(
        f"import contextlib, io\nfrom bomtool.cli import run\n"
        f"with contextlib.redirect_stdout(io.StringIO()): run([{command!r}, '--help'])"
    )
    assert not loaded & {"pandas", "fastapi", "sqlalchemy", "httpx", "openpyxl", "xlsxwriter"}
