"""Writes docs/pictures/: the sheets of the report and of the review workbook of our own samples, as LibreOffice shows them.

    python scripts/make_pictures.py

Needs LibreOffice (soffice), poppler (pdftoppm, pdftotext) and a font like Arial, better one with Chinese letters too. The
pictures are of sample data and say so.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "docs" / "pictures"
DPI = 88


@dataclass(frozen=True)
class Picture:
    """A page of a workbook: its title, the name of the picture, and the part of the page from the top left, in inches."""

    title: str
    name: str
    width: float
    height: float
    left: float = 0.25
    top: float = 0.3


REPORT = [
    Picture("MD-100 x 100", "summary", 7.8, 10.6),
    Picture("Availability", "availability", 11.2, 4.0),
    Picture("Pricing", "pricing", 11.2, 4.0),
    Picture("Purchase list", "purchase-list", 11.2, 6.2),
    Picture("Cost curve", "cost-curve", 10.0, 6.4),
    Picture("Source lines", "source-lines", 11.2, 5.4),
]
PROBLEMS = [Picture("Problems", "problems", 11.2, 2.9)]
REVIEW = [Picture("Review", "review", 11.2, 3.2)]


def main() -> int:
    """Make the workbooks, then the pictures."""
    missing = [program for program in ("soffice", "pdftoppm", "pdftotext") if shutil.which(program) is None]
    if missing:
        print(f"Missing: {', '.join(missing)}")
        return 2
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report, review, open_lines = (folder / f"{name}.xlsx" for name in ("report", "review", "open"))
        samples = ROOT / "sample_files"
        run(folder, "import", samples / "motor_driver.xlsx", "--approve", "--build", "100", "--report", report)
        run(folder, "import", samples / "needs_a_person.xlsx", "--name", "needs a person")
        run(folder, "boms", "export", "needs a person", review, "--review")
        run(
            folder,
            "import",
            samples / "needs_a_person.xlsx",
            "--new",
            "--approve",
            "--build",
            "10",
            "--report",
            open_lines,
        )
        for workbook, pictures in ((report, REPORT), (review, REVIEW), (open_lines, PROBLEMS)):
            take(workbook, pictures, folder)
    return 0


def run(folder: Path, *arguments: object) -> None:
    """A command of bomtool with a data folder of its own; exit code 1 says that findings or open lines are left."""
    environment = {
        **{key: value for key, value in os.environ.items() if not key.startswith("BOMTOOL_")},
        "BOMTOOL_DATA_DIR": str(folder / "data"),
        "BOMTOOL_CONFIG_DIR": str(folder / "config"),
    }
    done = subprocess.run(
        [sys.executable, "-m", "bomtool", *map(str, arguments)],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)


def take(workbook: Path, pictures: list[Picture], folder: Path) -> None:
    """The pictures of a workbook."""
    subprocess.run(
        ["soffice", "--headless", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--convert-to", "pdf",
         "--outdir", str(folder), str(workbook)], check=True, capture_output=True,
    )  # fmt: skip
    pdf = workbook.with_suffix(".pdf")
    pages = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True).stdout
    titles = [next((line.strip() for line in page.splitlines() if line.strip()), "") for page in pages.split("\f")]
    for picture in pictures:
        number = next(n for n, title in enumerate(titles, 1) if re.split(r"\s{3,}", title)[0] == picture.title)
        box = {"-x": picture.left, "-y": picture.top, "-W": picture.width, "-H": picture.height}
        crop = [word for option, inches in box.items() for word in (option, str(round(inches * DPI)))]
        subprocess.run(
            ["pdftoppm", "-r", str(DPI), "-f", str(number), "-l", str(number), *crop, "-png", "-singlefile", str(pdf),
             str(OUT / picture.name)], check=True,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
