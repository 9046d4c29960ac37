"""Profiles: shipped ones recognise exports of their tool, own ones are saved, recognised, and win."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import bomtool
from bomtool import data
from bomtool.bom import checkjson, profiles
from bomtool.errors import UsageError
from tests.bom.reading_kit import columns, read_text, refs

EXPORTS: dict[str, tuple[str, list[str]]] = {
    "kicad-fields": (
        '"Reference","Value","Datasheet","Footprint","Qty","DNP"\n'
        '"C1-C3,C7","100n","~","Capacitor_SMD:C_0603_1608Metric","4",""\n'
        '"R1","10k","~","Resistor_SMD:R_0603_1608Metric","1","DNP"\n',
        ["C1 C2 C3 C7", "R1"],
    ),
    "kicad-fields-refs": ('"Refs","Value","Footprint","Qty","DNP"\n"R1,R2","10k","R_0402","2",""\n', ["R1 R2"]),
    "kicad-grouped": (
        '"Source:","/home/someone/flux.kicad_sch"\n"Date:","2024-05-06"\n"Tool:","Eeschema 8.0.1"\n"Component Count:","3"\n\n'
        '"Item","Qty","Reference(s)","Value","LibPart","Footprint","Datasheet","DNP"\n'
        '"1","2","C1, C2","100n","Device:C","Capacitor_SMD:C_0402","",""\n'
        '"2","1","R1","10k","Device:R","Resistor_SMD:R_0402","",""\n',
        ["C1 C2", "R1"],
    ),
    "kicad-pcbnew": (
        '"Id";"Designator";"Footprint";"Quantity";"Designation";"Supplier and ref";\n'
        '1;"C2,C1";"C_0603_1608Metric";2;"100n";;;\n2;"FID1";"Fiducial";1;"Fiducial";;;\n',
        ["C2 C1", "FID1"],
    ),
    "kicad-pcbnew-de": ('"ID";"Bezeichner";"Gehäuse";"Stückzahl";"Bezeichnung"\n1;"C2,C1";"C_0603";2;"100n"\n'
    '2;"R1";"R_0603";1;"1k"\n', ["C2 C1", "R1"]),
    "kibom": (
        "Component,Description,Part,References,Value,Footprint,Quantity Per PCB,Datasheet,Config\n"
        "1,Unpolarized capacitor,C,C1 C2 C4,100n,C_0402,3,,\n2,Resistor,R,R1 R7,10k,R_0402,2,,\n,,,,,,,,\n,,,,,,,,\n"
        "Component Count:,5,,,,,,,\nNumber of PCBs:,1,,,,,,,\n",
        ["C1 C2 C4", "R1 R7"],
    ),
    "kicost": (
        "Prj:,flux,,,,,\nCo.:,,,,,,\n\nRefs,Value,Desc,Footprint,Manf,Manf#,Qty\n"
        "R1-R3,10k,Resistor,R_0402,Yageo,RC0402FR-0710KL,3\n"
        "C1,100n,Capacitor,C_0402,Murata,GRM155R71C104KA88D,1\n",
        ["R1 R2 R3", "C1"],
    ),
    "jlcpcb": ('Comment,Designator,Footprint,JLCPCB Part #\n10k,"R1,R2",R_0402,C25744\n100nF,C1,C_0402,C1525\n'
    '', ["R1 R2", "C1"]),
    "altium": (
        '"Comment","Description","Designator","Footprint","LibRef","Quantity"\n'
        '"100nF","Capacitor","C1, C2","CAPC1005X06N","CMP-001","2"\n"LM358","Amplifier","U1","SOIC127P600-8N","LM358","1"\n',
        ["C1 C2", "U1"],
    ),
    "altium-activebom": (
        "Line #,Name,Description,Designator,Quantity,Manufacturer 1,Manufacturer Part Number 1,"
        "Supplier 1,Supplier Part Number 1\n"
        '1,GRM155R71C104KA88D,Capacitor,"C1, C2",2,Murata,GRM155R71C104KA88D,Digi-Key,490-3261-1-ND\n'
        "2,LM358DR,Amplifier,U1,1,Texas Instruments,LM358DR,Mouser,595-LM358DR\n",
        ["C1 C2", "U1"],
    ),
    "eagle-parts": (
        "Partlist\n\nExported from flux.sch at 5/6/2024 10:00 AM\n\n"
        "Part     Value          Device         Package      Library   Sheet\n\n"
        "C1       100n           C-EUC0603      C0603        rcl       1\n"
        "IC1      LM358D         LM358D         SO08         linear    1\n"
        "R1       10k            R-EU_R0603     R0603        rcl       2\n",
        ["C1", "IC1", "R1"],
    ),
    "eagle-board": (
        "Partlist\n\nExported from flux.brd at 5/6/2024 10:00 AM\n\n"
        "Part     Value          Package      Library   Position (mm)         Orientation\n\n"
        "C1       100n           C0603        rcl       (10.5 20.25)          R90\n"
        "3V3      LED            LED0805      led       (31 12.5)             R0\n"
        "R1       10k            R0603        rcl       (44.45 52)            R180\n",
        ["C1", "3V3", "R1"],
    ),
    "eagle-parts-attributes": (
        "Part;Value;Device;Package;Description;MF;MPN;OC_FARNELL;POPULARITY;SPICEPREFIX;\n"
        "C1;100n;C-EUC0603;C0603;CAPACITOR;;;;73;C;\nIC1;LM358D;LM358D;SO08;;;;;;;\n"
        "X1;;JACK-2;JACK;JACK;Lumberg;NEB21R;1217037;0;;\n",
        ["C1", "IC1", "X1"],
    ),
    "eagle-values-attributes": (
        "Qty;Value;Device;Package;Parts;Description;MF;MPN;POPULARITY;\n2;10k;R-EU_R0603;R0603;R1, R2;RESISTOR;;;70;\n"
        "1;LM358D;LM358D;SO08;IC1;;;;;\n1;;JACK-2;JACK;X1;JACK;Lumberg;NEB21R;0;\n",
        ["R1 R2", "IC1", "X1"],
    ),
    "eagle-values": (
        '"Qty";"Value";"Device";"Package";"Parts";\n"2";"10k";"R-EU_R0603";"R0603";"R1, R2";\n'
        '"1";"";"PINHD-1X4";"1X04";"JP1";\n',
        ["R1 R2", "JP1"],
    ),
    "eagle-values-de": (
        "Stückliste exportiert aus flux.sch\n\nMenge Wert  Device     Bauteile\n2     10k   R-EU_R0603 R1, R2\n"
        "1     100n  C-EUC0603  C1\n3     BAT54 BAT54      D1, D2, D3\n",
        ["R1 R2", "C1", "D1 D2 D3"],
    ),
    "kicad-html": (
        "<html><body><h1>flux.sch</h1><p><b>Component Count:</b>4</p><table>"
        "<tr><th>Ref</th><th>Qnty</th><th>Value</th><th>Part</th><th>Datasheet</th><th>Description</th><th>Vendor</th></tr>"
        "<tr><td>C1, C2</td><td>2</td><td>100n</td><td>Device:C</td><td>~</td><td>Capacitor</td><td></td></tr>"
        "<tr><td>R1</td><td>1</td><td>10k</td><td>Device:R</td><td>~</td><td>Resistor</td><td></td></tr>"
        "<tr><td>U1</td><td>1</td><td>74HC04</td><td>74xx:74HC04</td><td>~</td><td>Inverter</td><td></td></tr>"
        "</table></body></html>",
        ["C1 C2", "R1", "U1"],
    ),
    "orcad": (
        "Flux board  Revised: Monday, May 06, 2024\n          Revision: B\n\n\n\n"
        "Bill Of Materials          May 6,2024      10:00:00\tPage1\n\n"
        "Item\tQuantity\tReference\tPart\n______________________________________________\n\n"
        "1\t3\tC1,C2,C3\t100n\n2\t5\tR1,R2,R3,R4,\t10k\n\t\tR5\n3\t1\tU1\tLM358\n",
        ["C1 C2 C3", "R1 R2 R3 R4 R5", "U1"],
    ),
    "allegro": (
        "Design Name flux.brd\nDate Mon May 6 10:00:00 2024\n\n"
        "SYM_NAME,COMP_DEVICE_TYPE,COMP_VALUE,COMP_TOL,COMP_CLASS,QUANTITY,REFDES\n"
        '"CAP0603","CAP NP_CAP0603_0.1UF","0.1uF","10%","DISCRETE",2,"C1,C16"\n"SO8","LM358_SO8","LM358","","IC",1,"U1"\n',
        ["C1 C16", "U1"],
    ),
    "pads": (
        "Parts List Report -- flux -- 5/6/2024\nTotal components = 3  component(s)\n\n"
        "Reference Designation      PartType                     Logic Type\n"
        "------------------------------------------------------------------\n"
        "C1                         CAP-0603                     CAP\n"
        "R1                         RES-0603                     RES\n"
        "U1                         LM358D                       ANA\n",
        ["C1", "R1", "U1"],
    ),
    "easyeda": (
        "ID\tName\tDesignator\tFootprint\tQuantity\tManufacturer Part\tManufacturer\tSupplier\tSupplier Part\tPrice\n"
        "1\t100nF\tC1,C2\tC0402\t2\tCL05B104KO5NNNC\tSAMSUNG\tLCSC\tC1525\t0.002\n"
        "2\t10k\tR1\tR0402\t1\t0402WGF1002TCE\tUNI-ROYAL\tLCSC\tC25744\t\n",
        ["C1 C2", "R1"],
    ),
    "easyeda-pro": (
        "No.\tQuantity\tComment\tDesignator\tFootprint\tValue\tManufacturer Part\tManufacturer\tSupplier Part\tSupplier\n"
        "1\t2\t100nF\tC1,C2\tC0402\t100nF\tCL05B104KO5NNNC\tSAMSUNG(三星)\tC1525\tLCSC\n"
        "2\t1\t10kΩ\tR1\tR0402\t10kΩ\t0402WGF1002TCE\tUNI-ROYAL\tC25744\tLCSC\n",
        ["C1 C2", "R1"],
    ),
    "diptrace": ('"#","RefDes","Value","Quantity","Name"\n"1","C1, C2","100n","2","CAP_0603"\n'
    '"2","U1","","1","LM358D"\n', ["C1 C2", "U1"]),
    "proteus": (
        "Bill Of Materials for flux.pdsprj\nDesign Title,flux\nAuthor,\n\nCategory,Quantity,References,Value,Stock Code\n"
        'Capacitors,2,"C1,C2",100nF,\nResistors,3,R1-R3,10k,\nIntegrated Circuits,1,U1,LM358,\n',
        ["C1 C2", "R1 R2 R3", "U1"],
    ),
    "digikey-cart": (
        "Index,Quantity,Part Number,Manufacturer Part Number,Description,Customer Reference,"
        "Available,Backorder,Unit Price,Extended Price USD\n"
        "1,10,311-10.0KLRCT-ND,RC0402FR-0710KL,RES 10K OHM 1% 1/16W 0402,R1 R2,10,0,0.01,0.10\n"
        "2,5,490-3261-1-ND,GRM155R71C104KA88D,CAP CER 0.1UF 16V X7R 0402,C1,5,0,0.02,0.10\n",
        ["", ""],
    ),
    "mouser-cart": (
        "Mouser No,Mfr. No,Manufacturer,Customer No,Description,RoHS,Lifecycle,Order Qty.,Price (USD),Ext.: (USD)\n"
        "603-RC0402FR-0710KL,RC0402FR-0710KL,YAGEO,,Thick Film Resistors 10K,RoHS Compliant,,10,0.01,0.10\n"
        "595-LM358DR,LM358DR,Texas Instruments,,Operational Amplifiers,RoHS Compliant,,5,0.20,1.00\n",
        ["", ""],
    ),
    "lcsc-cart": (
        "LCSC Part Number,Manufacture Part Number,Manufacturer,Customer NO.,Package,Description,RoHS,"
        "Order Qty.,Min\\Mult Order Qty.,Unit Price($),Order Price($)\n"
        "C25744,0402WGF1002TCE,UNI-ROYAL,,0402,10kOhm 1% resistor,YES,100,100\\100,0.0005,0.05\n"
        "C1525,CL05B104KO5NNNC,Samsung,,0402,100nF 16V X7R,YES,50,50\\50,0.001,0.05\n",
        ["", ""],
    ),
    "arena": (
        "Level,Item Number,Item Name,Revision,Quantity,Ref Des,Notes\n0,100-0001,Flux board,A,1,,\n"
        "1,200-0010,Resistor 10k 0402,B,2,\"R1,R2\",\n1,200-0020,Capacitor 100n 0402,A,1,C1,\n",
        ["", "R1 R2", "C1"],
    ),
    "windchill": (
        "Level,Number,Version,Name,Quantity,Unit,Reference Designators\n0,0000100001,A.1,Flux board,1,each,\n"
        "1,0000200010,B.2,Resistor 10k,2,each,\"R1,R2\"\n1,0000200020,A.4,Capacitor 100n,1,each,C1\n",
        ["", "R1 R2", "C1"],
    ),
}  # fmt: skip
"""One small export of each kind, made here, and the designators of its lines."""


TEXTS = ("eagle-parts", "eagle-board", "eagle-values-de", "pads", "orcad")


def export(folder: Path, name: str) -> Path:
    path = folder / ("bom.txt" if name in TEXTS else "bom.csv")
    path.write_text(EXPORTS[name][0], encoding="utf-8")
    return path


def test_every_shipped_profile_has_an_export_here() -> None:
    assert {profile.name for profile in profiles.every()} == set(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_exports_of_every_tool_are_recognised_and_read(tmp_path: Path, name: str) -> None:
    bom = bomtool.read_bom(export(tmp_path, name))
    assert bom.layout.profile == name
    assert refs(bom) == EXPORTS[name][1]
    named = {header for wanted in profiles.load(name).columns.values() for header in wanted}
    for columns_of_field in (bom.layout.columns[f] for f in profiles.load(name).columns if f in bom.layout.columns):
        assert columns_of_field[0].header in named
    assert [f.code for f in bom.findings if f.severity == "error"] == []


@pytest.mark.parametrize("name", EXPORTS)
def test_same_file_and_profile_give_the_same_bytes(tmp_path: Path, name: str) -> None:
    path = export(tmp_path, name)

    def read() -> bytes:
        from bomtool import bom, sheets

        book = sheets.open(path)
        return json.dumps(checkjson.to_json(path, book, bom.read(book, profile=name))).encode()

    assert read() == read()


def test_own_profile_is_saved_recognised_and_used(tmp_path: Path) -> None:
    text = 'A,B,C,D\n"R1,R2",2,RC0402FR-0710KL,ABC-100-X\nC1,1,GRM155R71C104KA88D,ABC-200-Y\nU1,1,LM358DR,ABC-300-Z'
    first = read_text(tmp_path, text, mapping={"refdes": "A", "qty": "B", "mpn": "D"})
    saved = profiles.save_layout("acme", "ACME house style", first.layout)
    assert saved.path is not None
    assert data.config_dir() in saved.path.parents
    again = read_text(tmp_path, text, name="next.csv")
    assert again.layout.profile == "acme"
    assert [line.mpn for line in again.lines] == ["ABC-100-X", "ABC-200-Y", "ABC-300-Z"]
    other = read_text(tmp_path, text.replace("A,B,C,D", "A,B,C,E"), name="other.csv")
    assert other.layout.profile is None


def test_own_profile_wins_over_the_shipped_one(tmp_path: Path) -> None:
    path = export(tmp_path, "altium")
    bom = bomtool.read_bom(path, mapping={"custom_id": "LibRef"})
    assert bom.layout.profile == "altium"
    profiles.save_layout("altium-acme", "ours", bom.layout)
    again = bomtool.read_bom(path)
    assert (again.layout.profile, columns(again)["custom_id"]) == ("altium-acme", "LibRef")


def test_profile_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = export(tmp_path, "altium")
    with pytest.raises(UsageError, match="'mouser-cart' does not fit"):
        bomtool.read_bom(path, profile="mouser-cart")
    with pytest.raises(UsageError, match="no profile 'nope'"):
        bomtool.read_bom(path, profile="nope")


@pytest.mark.parametrize(
    "content",
    ["title = 1\n[columns", "[columns]\nno_field = ['x']\n", "title = 'x'\n", "[columns]\nmpn = [1]\n", "\xff\xfe"],
)
def test_damaged_profile_is_named(tmp_path: Path, content: str) -> None:
    folder = data.config_dir() / "templates" / "profiles"
    folder.mkdir(parents=True)
    (folder / "broken.toml").write_bytes(content.encode("latin-1"))
    with pytest.raises(UsageError, match=r"broken\.toml"):
        profiles.load("broken")


def test_saved_profile_survives_odd_headers(tmp_path: Path) -> None:
    text = 'Ref,"Qty ""per"" board",MPN,MPN,\nR1,1,RC0402FR-0710KL,CRCW040210K0FKED,x\nC1,1,GRM155R71C104KA88D,,y\n'
    "C2,2,GRM155R71C104KA88D,,z"
    first = read_text(tmp_path, text)
    profiles.save_layout("odd", 'a "quoted" \\ title', first.layout, None)
    again = read_text(tmp_path, text)
    assert again.layout.profile == "odd"
    assert again.layout.columns == first.layout.columns
    with pytest.raises(UsageError):
        profiles.save_layout("../evil", "x", first.layout)


def test_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from bomtool.cli import run

    def call(*arguments: object) -> Any:
        assert run([*map(str, arguments), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    listed = call("profiles", "list")
    assert listed["count"] == len(EXPORTS)
    assert call("profiles", "show", "jlcpcb")["columns"]["value"] == ["Comment"]
    path = export(tmp_path, "proteus")
    saved = call("profiles", "save", "mine", path, "--map", "custom_id=Stock Code", "--title", "Ours")
    assert (saved["name"], saved["title"], saved["exactly"]) == ("mine", "Ours", True)
    assert call("check", path)["profile"] == "mine"
    assert run(["profiles", "show", "nope", "--json"]) == 2
