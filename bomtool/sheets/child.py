"""The child process: reads xls, xlsb, ods and large xlsx with python-calamine and writes JSON lines.

The parser is native code that may abort the process or ask for any amount of memory on a hostile file, so it runs here,
bounded, never in the caller. Input: one JSON line of options, then the file. Output: for each sheet one line
`{"sheet": ...}`, then lines `[[first row, [cells] ...]]`; at the end `{"end": true}`, or `{"error": [code, text]}`.
Imports nothing of bomtool: it starts in milliseconds.
"""

from __future__ import annotations

import datetime
import io
import json
import sys
from typing import Any

_BATCH = 2000


def main() -> None:
    """Read the file from stdin and answer on stdout."""
    options = json.loads(sys.stdin.buffer.readline())
    _bound_memory(options["memory"])
    out = sys.stdout
    out.reconfigure(encoding="ascii", newline="\n")  # type: ignore[union-attr]
    try:
        _read(sys.stdin.buffer.read(), options, out.write)
        out.write('{"end": true}\n')
    except MemoryError:
        out.write('{"error": ["too-large-inflated", "it needs more memory than is allowed"]}\n')
    except Exception as error:
        from python_calamine import PasswordError

        code = "password-protected" if isinstance(error, PasswordError) or "assword" in str(error) else "file-damaged"
        out.write(json.dumps({"error": [code, f"{type(error).__name__}: {error}"[:300]]}) + "\n")
    out.flush()


def _bound_memory(limit: int) -> None:
    """Bound the address space where the system can (Linux); elsewhere the parent watches."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


def _read(data: bytes, options: dict[str, Any], write: Any) -> None:
    from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    def state(visible: SheetVisibleEnum) -> str:
        if visible == SheetVisibleEnum.Hidden:
            return "hidden"
        return "very-hidden" if visible == SheetVisibleEnum.VeryHidden else "visible"

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    cells = 0
    for index, meta in enumerate(book.sheets_metadata[: options["sheets"]]):
        if meta.typ not in (SheetTypeEnum.WorkSheet, SheetTypeEnum.MacroSheet):
            continue
        sheet = book.get_sheet_by_index(index)
        start, end = sheet.start, sheet.end
        merged = [[a + 1, b + 1, c + 1, d + 1] for (a, b), (c, d) in sheet.merged_cell_ranges or []]
        head = {"sheet": meta.name, "index": index, "state": state(meta.visible), "merged": merged}
        write(json.dumps(head) + "\n")
        if start is None or end is None:
            continue
        for code, size, most in (("rows", end[0] + 1, options["rows"]), ("columns", end[1] + 1, options["columns"])):
            if size > most:
                write(json.dumps({"error": [f"too-many-{code}", f"{meta.name}: {size}"]}) + "\n")
                raise SystemExit(0)
        cells += (end[0] - start[0] + 1) * (end[1] - start[1] + 1)
        if cells > options["cells"]:
            write(json.dumps({"error": ["too-many-cells", f"{meta.name}: {cells}"]}) + "\n")
            raise SystemExit(0)
        _rows(sheet, start, write)


def _rows(sheet: Any, start: tuple[int, int], write: Any) -> None:
    """Write the rows that hold anything, in batches, each as [row number, cells up to the last one filled]."""
    left = [None] * start[1]
    batch: list[Any] = []
    encode = json.JSONEncoder(default=_plain, check_circular=False).encode
    for number, row in enumerate(sheet.to_python(skip_empty_area=True), start[0] + 1):
        while row and row[-1] == "":
            row.pop()
        if not row:
            continue
        batch.append([number, left + row if left else row])
        if len(batch) >= _BATCH:
            write(encode(batch) + "\n")
            batch = []
    if batch:
        write(encode(batch) + "\n")


def _plain(value: object) -> Any:
    """Dates, times and spans as {"kind": text}: JSON has none."""
    if isinstance(value, datetime.datetime):
        return {"dt": value.isoformat()}
    if isinstance(value, datetime.date):
        return {"d": value.isoformat()}
    if isinstance(value, datetime.time):
        return {"t": value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"td": value.total_seconds()}
    raise TypeError(type(value).__name__)


if __name__ == "__main__":
    main()
