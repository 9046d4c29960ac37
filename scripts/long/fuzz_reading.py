"""Mutates files of every kind and reads them: only clean refusals may come out, each fast and in little memory.

    python scripts/long/fuzz_reading.py [--count 10000] [--seed 1] [--corpus DIR]

Writes benchmarks/results/fuzz_reading.json: commit, seed, counts by outcome, slowest file, memory peaks. Exit status 1
where anything but a workbook or a ReadError came out, or a file took too long. With --corpus the files of a corpus are
mutated too.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 2.0
ROWS = [
    ["Item", "Designator", "Qty", "Manufacturer", "MPN", "Description"],
    [1, "R1, R2", 2, "Yageo", "RC0603FR-0710KL", 'Resistor 10 kΩ, 1/8"'],
    [2, "C1-C3", 3, "Murata", "GRM188R71C104KA01D", "Capacitor 100 nF ±10 %"],
    [3, "U1", 1, "Texas Instruments", "LM358DR", "Op amp"],
    [4, "J1", 1, "Molex", 22232021, "Header, 2 pins"],
] * 3


def seeds() -> dict[str, bytes]:
    """One small file of our own of every kind that can be made here, by name."""
    import openpyxl
    import xlsxwriter

    text = [[str(cell) for cell in row] for row in ROWS]
    found = {
        "comma.csv": "\r\n".join(
            ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in text
        ).encode(),
        "western.csv": "\n".join(";".join(row) for row in text).replace("Ω", "R").encode("cp1252"),
        "unicode.txt": "\r\n".join("\t".join(row) for row in text).encode("utf-16"),
        "chinese.csv": "位号,数量,型号\nR1,1,RC0603\nC1,2,GRM188\n".encode("gb18030"),
        "fixed.txt": "\n".join(f"{r[1]:<10}{r[2]:<6}{r[3]:<20}{r[4]:<22}{r[5]}" for r in text).encode(),
        "page.xls": (
            "<html><table>" + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in text) + "</table>"
        ).encode(),
        "xml.xls": (
            '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
            'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="BOM"><Table>'
            + "".join(
                "<Row>" + "".join(f'<Cell><Data ss:Type="String">{c}</Data></Cell>' for c in r) + "</Row>" for r in text
            )
            + "</Table></Worksheet></Workbook>"
        ).encode(),
    }
    found["packed.csv.gz"] = gzip.compress(found["comma.csv"])
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    book.active.merge_cells("A8:A9")
    book.active["E5"].number_format = "0000000000"
    book.active["B2"].comment = openpyxl.comments.Comment("check", "x")
    book.active["E2"].hyperlink = "https://example.com/part"
    out = io.BytesIO()
    book.save(out)
    found["openpyxl.xlsx"] = out.getvalue()
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as written:
        sheet = written.add_worksheet("BOM")
        struck = written.add_format({"font_strikeout": True})
        for number, row in enumerate(ROWS):
            sheet.write_row(number, 0, row)
        sheet.write_rich_string("B3", struck, "R9", ", R10")
        sheet.write_formula("C9", "=C2*2", None, 4)
    found["xlsxwriter.xlsx"] = out.getvalue()
    found.update(_old_kinds())
    return found


def _old_kinds() -> dict[str, bytes]:
    """xls by xlwt and ods by odfpy, where they are installed."""
    found = {}
    try:
        import xlwt
    except ImportError:
        pass
    else:
        out, book = io.BytesIO(), xlwt.Workbook()
        sheet = book.add_sheet("BOM")
        for number, row in enumerate(ROWS):
            for column, cell in enumerate(row):
                sheet.write(number, column, cell)
        book.save(out)
        found["xlwt.xls"] = out.getvalue()
    try:
        from odf import opendocument, table, text
    except ImportError:
        return found
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="BOM")
    for row in ROWS:
        line = table.TableRow()
        for cell in row:
            held = table.TableCell(valuetype="string")
            held.addElement(text.P(text=str(cell)))
            line.addElement(held)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    out = io.BytesIO()
    document.write(out)
    found["odfpy.ods"] = out.getvalue()
    return found


def mutate(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    """One mutation: bits, bytes, cuts, repeats, swaps, pieces of another file; in a zip mostly inside one of its parts."""
    if data.startswith(b"PK") and rng.random() < 0.7:
        try:
            return _inside_zip(data, others, rng)
        except Exception:
            return data[: len(data) // 2]
    return _bytes(data, others, rng)


def _bytes(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    found = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 5, 30))):
        if not found:
            break
        at = rng.randrange(len(found))
        end = min(len(found), at + rng.choice((1, 4, 64, 1024)))
        match rng.randrange(8):
            case 0:
                found[at] ^= 1 << rng.randrange(8)
            case 1:
                found[at] = rng.randrange(256)
            case 2:
                del found[at : len(found) if rng.random() < 0.3 else end]
            case 3:
                found[at:at] = found[at:end] * rng.choice((1, 2, 50))
            case 4:
                found[at:end] = bytes(rng.randrange(256) for _ in range(end - at))
            case 5:
                other = rng.choice(others)
                start = rng.randrange(max(1, len(other)))
                found[at:end] = other[start : start + rng.choice((4, 100, 2000))]
            case 6:
                found[at:at] = rng.choice(
                    (b'"', b"<", b">", b"\x00", b"\r", b",", b"&", b'""', b"\xff\xfe", b"<!DOCTYPE x>")
                )
            case 7:
                found[at:end] = str(rng.choice((-1, 0, 65536, 1048577, 2**31, 2**63, 10**30))).encode()
    return bytes(found)


def _inside_zip(data: bytes, others: list[bytes], rng: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = rng.choice(sorted(parts))
    action = rng.random()
    if action < 0.1:
        del parts[name]
    elif action < 0.2:
        other = rng.choice(sorted(parts))
        parts[name], parts[other] = parts[other], parts[name]
    else:
        parts[name] = _bytes(parts[name], others, rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for entry, content in parts.items():
            target.writestr(entry, content)
    return out.getvalue()


def mutations(count: int, seed: int, corpus: Path | None = None) -> Iterator[tuple[str, bytes]]:
    """`count` mutated files with the names of their originals."""
    originals = seeds()
    if corpus is not None:
        originals.update(
            {p.name: p.read_bytes() for p in sorted((corpus / "files").iterdir()) if p.stat().st_size < 300_000}
        )
    rng = random.Random(seed)
    names, contents = sorted(originals), [originals[name] for name in sorted(originals)]
    for number in range(count):
        name = names[number % len(names)]
        yield name, mutate(originals[name], contents, rng)


def read_all(path: Path) -> str:
    """Read one file as far as the program can; "read" or the code of the refusal. Anything else is raised."""
    from bomtool import bom, sheets
    from bomtool.errors import ReadError

    try:
        bom.read(sheets.open(path))
    except ReadError as refusal:
        found = refusal
    else:
        return "read"
    if not found.hint or "\n" in found.message:
        raise AssertionError(f"a refusal without a hint or of several lines: {found.code}")
    return found.code


def _memory() -> tuple[float, float]:
    """Peak resident MiB of this process and of its largest child so far; zeros where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0, 0.0
    scale = 1 << (20 if sys.platform == "darwin" else 10)
    own, child = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return round(own / scale, 1), round(child / scale, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", type=Path, default=os.environ.get("BOMTOOL_CORPUS"))
    parser.add_argument("--keep", type=Path, help="folder for the files that fail")
    args = parser.parse_args()
    sys.path.insert(0, str(ROOT))
    outcomes: Counter[str] = Counter()
    failures: list[dict[str, str]] = []
    slowest, total = (0.0, ""), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, content) in enumerate(mutations(args.count, args.seed, args.corpus and Path(args.corpus))):
            path = Path(folder) / f"{number}{''.join(Path(name).suffixes[-1:])}"
            path.write_bytes(content)
            began = time.perf_counter()
            try:
                outcomes[read_all(path)] += 1
            except Exception as error:
                outcomes["FAILED"] += 1
                last = traceback.extract_tb(error.__traceback__)[-1]
                failures.append({"file": path.name, "error": repr(error)[:300], "at": f"{last.filename}:{last.lineno}"})
                if args.keep:
                    (args.keep / path.name).write_bytes(content)
            took = time.perf_counter() - began
            if took > SECONDS:
                outcomes["SLOW"] += 1
                failures.append({"file": path.name, "error": f"took {took:.1f} s", "at": ""})
                if args.keep:
                    (args.keep / path.name).write_bytes(content)
            slowest = max(slowest, (took, path.name))
            path.unlink()
            if number % 1000 == 999:
                print(number + 1, dict(outcomes), flush=True)
    own, child = _memory()
    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    result = {
        "commit": commit,
        "seed": args.seed,
        "count": args.count,
        "corpus": bool(args.corpus),
        "outcomes": dict(outcomes.most_common()),
        "slowest_seconds": round(slowest[0], 2),
        "slowest_file": slowest[1],
        "peak_mib": own,
        "peak_child_mib": child,
        "seconds": round(time.perf_counter() - total, 1),
        "failures": failures[:50],
    }
    target = ROOT / "benchmarks" / "results" / "fuzz_reading.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result, indent=1))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
