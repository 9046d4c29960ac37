"""Writing reports against a bare XlsxWriter loop over the same cells, in one run; memory; how time grows with lines.

    python benchmarks/reporting.py [--lines 200 2000 20000] [--forms] [--streamed] [--out FILE]

For each number of lines a program is made up, and in a process of its own: the report is written; then every cell of it
(texts, numbers, formulas, links, blanks, formats) is written again by a loop that does nothing else, with the same options.
Seconds are of the processor, so that other work on the machine counts little; "ratio" is the first over the second. "mib"
is what writing adds to the answers that it starts from. --forms adds page, JSON and CSV set, as seconds over those of the
workbook.

With --streamed the answers come piece by piece, as `bomtool report` reads them, and "peak_mib" is the most that the whole
process holds at any time, Python and libraries included; of more than 20,000 lines each 20,000 are a BOM of parts of its own.
`report_served.py` measures the command itself against a served platform.
"""

from __future__ import annotations

import argparse
import json
import pickle
import re
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

COMPARED = 50_000
"""Lines up to which the loop is run: all cells of more do not fit into memory at once."""


class Recorder:
    """Stands where a workbook would be and remembers what is written into each sheet."""

    def __init__(self) -> None:
        self.sheets: list[RecordedSheet] = []
        self.formats: list[dict[str, Any]] = []

    def add_worksheet(self, name: str) -> RecordedSheet:
        """A sheet that remembers."""
        self.sheets.append(RecordedSheet(name))
        return self.sheets[-1]

    def add_format(self, properties: dict[str, Any]) -> int:
        """The number of a format."""
        self.formats.append(properties)
        return len(self.formats)

    def __getattr__(self, name: str) -> Any:
        from bomtool.reports.plain import _Nothing

        return getattr(_Nothing(), name)


class RecordedSheet:
    """Remembers cells as (method, row, column, arguments, number of the format)."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells: list[tuple[str, int, int, tuple[Any, ...], int]] = []

    def write_string(self, row: int, column: int, text: str, style: int = 0) -> int:
        self.cells.append(("write_string", row, column, (text,), style))
        return 0

    def write_number(self, row: int, column: int, number: float, style: int = 0) -> int:
        self.cells.append(("write_number", row, column, (number,), style))
        return 0

    def write_blank(self, row: int, column: int, blank: None, style: int = 0) -> int:
        self.cells.append(("write_blank", row, column, (None,), style))
        return 0

    def write_datetime(self, row: int, column: int, moment: Any, style: int = 0) -> int:
        self.cells.append(("write_datetime", row, column, (moment,), style))
        return 0

    def write_formula(self, row: int, column: int, formula: str, style: int = 0, value: Any = 0) -> int:
        self.cells.append(("write_formula", row, column, (formula, value), style))
        return 0

    def write_url(self, row: int, column: int, url: str, style: int = 0, text: str = "", tip: str | None = None) -> int:
        self.cells.append(("write_url", row, column, (url, text, tip), style))
        return 0

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments, **options: 0


def bare(path: Path, book: Recorder, constant_memory: bool) -> float:
    """Seconds of the processor that the loop takes for the same cells."""
    import xlsxwriter

    began = time.process_time()
    options = {"constant_memory": constant_memory, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as target:
        formats = [None, *(target.add_format(properties) for properties in book.formats)]
        for recorded in book.sheets:
            sheet = target.add_worksheet(recorded.name)
            for method, row, column, arguments, style in recorded.cells:
                shape = formats[style]
                if method == "write_formula":
                    sheet.write_formula(row, column, arguments[0], shape, arguments[1])
                elif method == "write_url":
                    sheet.write_url(row, column, arguments[0], shape, *arguments[1:])
                else:
                    getattr(sheet, method)(row, column, arguments[0], shape)
    return time.process_time() - began


def resident(key: str = "VmRSS") -> float:
    """Resident MiB of this process; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    found = re.search(rf"{key}:\s*(\d+)", status.read_text()) if status.exists() else None
    return int(found[1]) / 1024 if found else 0.0


def measure(pickled: Path, folder: Path, forms: bool) -> dict[str, Any]:
    """One number of lines, in this fresh process."""
    import xlsxwriter  # noqa: F401  loaded before the clock starts

    from bomtool import reports
    from bomtool.reports import forms as other_forms
    from bomtool.reports import options, program, workbook

    inputs = pickle.loads(pickled.read_bytes())
    chosen = options.load()
    reports.write(folder / "warm.xlsx", small())
    before = resident()
    reset = Path("/proc/self/clear_refs")
    if reset.exists():  # the highest mark so far is of reading the answers
        reset.write_text("5")
    began = time.process_time()
    reports.write(folder / "report.xlsx", inputs)
    seconds = time.process_time() - began
    peak = resident("VmHWM")
    found = {
        "lines": len(inputs.boms[0].lines),
        "seconds": round(seconds, 3),
        "mib": round(peak - before, 1),
        "file_mib": round((folder / "report.xlsx").stat().st_size / 2**20, 2),
    }
    if found["lines"] <= COMPARED:
        prepared = program.prepare(inputs, chosen)
        book = Recorder()
        program.ProgramSheets(book, prepared, chosen).write()
        loop = bare(folder / "bare.xlsx", book, prepared.size > workbook.LARGE)
        found["cells"] = sum(len(sheet.cells) for sheet in book.sheets)
        found |= {"loop_seconds": round(loop, 3), "ratio": round(seconds / loop, 2)}
    if forms:
        for kind in ("html", "json", "zip"):
            began = time.process_time()
            other_forms.write(folder / f"report.{kind}", [inputs])
            found[kind] = round((time.process_time() - began) / seconds, 2)
    return found


EACH = 20_000
"""Lines that are made up; of more, copies with parts, lines and BOMs of their own are read."""


def dump(inputs: Any, folder: Path) -> None:
    """The answers as files: a line of JSON for each part, price and BOM line, and the rest."""
    for name, models in (("parts", inputs.parts), ("prices", inputs.prices), ("lines", inputs.boms[0].lines)):
        with (folder / name).open("wb") as file:
            file.writelines(model.model_dump_json(by_alias=True).encode() + b"\n" for model in models)
    head = {
        "program": inputs.program,
        "availabilities": inputs.availabilities.model_copy(update={"parts": []}),
        "pricing": inputs.pricing.model_copy(update={"parts": []}),
        "bom": inputs.boms[0].bom,
    }
    (folder / "head").write_bytes(pickle.dumps(head))


def read(folder: Path, copies: int) -> Any:
    """The answers read back into spools, as often as asked, each time with other parts, lines and BOMs."""
    from bomtool.api.boms import BomLine
    from bomtool.api.plans import PartAvailability, PartPricing
    from bomtool.reports import model, spool

    head = pickle.loads((folder / "head").read_bytes())
    parts, prices = spool.of_models(PartAvailability), spool.of_models(PartPricing)
    boms, program_lines = [], []

    def models(kind: Any, name: str) -> Any:
        with (folder / name).open("rb") as file:
            yield from (kind.model_validate_json(line) for line in file)

    for copy in range(copies):
        bom = uuid.UUID(int=head["bom"].id.int ^ copy)

        def own(text: str | None, copy: int = copy) -> str | None:
            return f"{text}-{copy}" if text and copy else text

        for part in models(PartAvailability, "parts"):
            uses = [use.model_copy(update={"bom": bom}) for use in part.reference_designators]
            more = {"part": own(part.part), "mpn": own(part.mpn), "reference_designators": uses}
            parts.append(part.model_copy(update=more))
        for price in models(PartPricing, "prices"):
            prices.append(price.model_copy(update={"part": own(price.part), "mpn": own(price.mpn)}))
        lines = (
            line.model_copy(update={"bom": bom, "mpn": own(line.mpn), "id": uuid.UUID(int=line.id.int ^ copy)})
            for line in models(BomLine, "lines")
        )
        boms.append(model.kept_apart(head["bom"].model_copy(update={"id": bom}), lines))
        first = head["program"].lines[0]
        program_lines.append(first.model_copy(update={"bom": first.bom.model_copy(update={"id": bom})}))
    pricing = head["pricing"]
    counted = ("lines_total", "lines_priced", "known_total", "known_unit_cost")
    sums = {name: getattr(pricing, name) * copies for name in counted}
    return model.ReportInput(
        head["program"].model_copy(update={"lines": program_lines}), head["availabilities"],
        pricing.model_copy(update=sums | {"total": None, "unit_cost": None}), boms, kept_parts=parts, kept_prices=prices,
    )  # fmt: skip


def measure_streamed(made: Path, copies: int, folder: Path) -> dict[str, Any]:
    """One number of lines, in this fresh process that never holds them."""
    from bomtool import reports

    began = time.process_time()
    inputs = read(made, copies)
    reading = time.process_time() - began
    began = time.process_time()
    reports.write(folder / "report.xlsx", inputs)
    return {
        "lines": sum(len(one.lines) for one in inputs.boms),
        "peak_mib": round(resident("VmHWM"), 1),
        "reading_seconds": round(reading, 1),
        "seconds": round(time.process_time() - began, 1),
        "file_mib": round((folder / "report.xlsx").stat().st_size / 2**20, 2),
    }


def small() -> Any:
    """A program to warm up with."""
    from tests.reports.making import Maker

    return Maker(1, lines=3).make()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lines", type=int, nargs="+", default=[200, 2_000, 20_000])
    parser.add_argument("--forms", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--streamed", action="store_true")
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--copies", type=int, default=1, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        with tempfile.TemporaryDirectory() as folder:
            if options.streamed:
                found = measure_streamed(options.measure, options.copies, Path(folder))
            else:
                found = measure(options.measure, Path(folder), options.forms)
            print(json.dumps(found))
        return
    from tests.reports.making import Maker

    results = []
    for count in options.lines:
        with tempfile.TemporaryDirectory() as folder:
            pickled = Path(folder) / "inputs"
            command = [sys.executable, __file__, "--measure", str(pickled), *(["--forms"] if options.forms else [])]
            if options.streamed:
                pickled.mkdir()
                dump(Maker(5, lines=min(count, EACH)).make(), pickled)
                command += ["--streamed", "--copies", str(-(-count // EACH))]
            else:
                pickled.write_bytes(pickle.dumps(Maker(5, lines=count).make()))
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        results.append(json.loads(done.stdout))
        print("  ".join(f"{name} {value}" for name, value in results[-1].items()), flush=True)
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
