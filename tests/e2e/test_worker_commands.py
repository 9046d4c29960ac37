"""Jobs by commands: files and catalogues queued, done by a worker process, listed, shown, cancelled."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.conftest import SAMPLES, Bomtool, process

BOM = (
    "Reference,Quantity,MPN,Manufacturer,Description\n{0}1,1,RC0402FR-0710KL,Yageo,RES 10K\n{0}2,2,NOBODY-{0},House,x\n"
)


def test_files_queued_are_imported_by_a_worker_once(bomtool: Bomtool, tmp_path: Path) -> None:
    files = [tmp_path / f"board{letter}.csv" for letter in "ABC"]
    for file, letter in zip(files, "ABC", strict=True):
        file.write_text(BOM.format(letter), encoding="utf-8")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 no workbook")
    queued = bomtool("import", *files, broken, tmp_path / "none.csv", "--jobs", "--no-wait", "--approve", "--json")
    assert queued.code == 1  # none.csv
    states = {Path(entry["file"]).name: entry["status"] for entry in queued.json["results"]}
    assert states == {
        "boardA.csv": "queued", "boardB.csv": "queued", "boardC.csv": "queued", "broken.xlsx": "queued", "none.csv": "failed",
    }  # fmt: skip
    jobs = {Path(entry["file"]).name: entry["job"] for entry in queued.json["results"]}
    loading = bomtool("catalog", "load", SAMPLES / "my_catalog.csv", "--name", "mine", "--job", "--json").json["job"]
    cancelled = bomtool("jobs", "cancel", jobs["boardC.csv"][:13], "--json")
    assert (cancelled.code, cancelled.json["results"][0]["status"]) == (0, "cancelled")
    assert bomtool("jobs", "cancel", jobs["boardC.csv"]).code == 1
    assert bomtool("jobs", "cancel", "ffffffffffff").code == 2
    assert bomtool("jobs", "workers", "--json").json == {"count": 0, "results": [], "waiting": 4}

    worked = process("worker", "--drain", "--threads", "2")
    assert worked.code == 0, worked.err
    assert "4 jobs done" in worked.out
    kept = {job["id"]: job for job in bomtool("jobs", "list", "--json").json["results"]}
    assert {name: kept[job]["status"] for name, job in jobs.items() if job} == {
        "boardA.csv": "succeeded", "boardB.csv": "succeeded", "boardC.csv": "cancelled", "broken.xlsx": "failed",
    }  # fmt: skip
    assert "broken.xlsx" in kept[jobs["broken.xlsx"]]["error"]
    shown = bomtool("jobs", "show", jobs["boardA.csv"], "--json").json
    assert (shown["result"]["outcome"], shown["result"]["counts"]["lines"]) == ("created", 2)
    assert bomtool("jobs", "show", loading, "--json").json["result"]["name"] == "mine"
    assert "mine" in {entry["name"] for entry in bomtool("catalog", "list", "--json").json["results"]}
    boms = bomtool("boms", "list", "--json").json["results"]
    assert sorted(bom["name"] for bom in boms) == ["boardA", "boardB"]
    assert {bom["approved"] for bom in boms} == {"true"}

    again = bomtool("import", files[0], "--json").json
    assert again["created"] is False
