"""The public API: a short list that stays what it is, loaded when it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import bomtool
from bomtool import data


def test_the_list_of_public_names_is_this_one() -> None:
    assert sorted(bomtool.__all__) == [
        "Alternate", "Bom", "BomtoolError", "Finding", "Line", "ReadError", "__version__", "connect", "read_bom",
    ]  # fmt: skip
    for name in bomtool.__all__:
        assert getattr(bomtool, name) is not None


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = "import bomtool, sys; print(sorted({m.partition('.')[0] for m in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    for heavy in ("pydantic", "openpyxl", "pandas", "sqlalchemy", "httpx", "click"):
        assert f"'{heavy}'" not in loaded


def test_a_bom_is_read_and_connect_stays_a_function_after_its_module_is_imported() -> None:
    bom = bomtool.read_bom(data.sample_file("sensor_node_kicad.csv"))
    assert isinstance(bom, bomtool.Bom)
    assert bom.lines[0].reference_designators == ("C1", "C2", "C3", "C7")
    assert bom.to_frame()["mpn"][0] == "CC0603KRX7R9BB104"
    import bomtool.connect as module

    assert callable(bomtool.connect)
    assert module is bomtool.connect
    with bomtool.connect() as client:
        assert list(client.boms.iterate()) == []


def test_a_mapping_forces_a_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Designator,Qty,MPN,Other\nR1,1,RC0402FR-0710KL,RC0402FR-07100KL\n")
    assert bomtool.read_bom(path, mapping={"mpn": "Other"}).lines[0].mpn == "RC0402FR-07100KL"
