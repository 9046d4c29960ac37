"""Prints the Nth command (1, 2) of the README's quick start: `python scripts/readme_command.py 2`.

CI and the tests run what it prints, so that the README cannot say what does not work.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"


def quick_start(number: int) -> str:
    """The command in the Nth fenced `sh` block under `## Quick start`."""
    text = README.read_text(encoding="utf-8")
    section = re.search(r"^## Quick start\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    if section is None:
        raise SystemExit("README.md has no section '## Quick start'.")
    blocks = re.findall(r"^```sh\n(.*?)^```", section[1], re.DOTALL | re.MULTILINE)
    if len(blocks) < number:
        raise SystemExit(f"The quick start has {len(blocks)} sh blocks, not {number}.")
    return str(blocks[number - 1]).strip()


if __name__ == "__main__":
    print(quick_start(int(sys.argv[1])))
