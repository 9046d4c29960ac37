from __future__ import annotations

import gzip
import json
import os
import signal
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bomtool import children
from bomtool.errors import ReadError
from bomtool.parts import ahead, opening, preparing
from bomtool.parts.catalog import Catalog
from bomtool.parts.columns import Row

PRICES = [{"qFrom": 1, "qTo": 9, "price": 0.25}, {"qFrom": 10, "qTo": None, "price": 0.125}]


def rows_of(path: Path, currency: str | None = None) -> tuple[list[Row], list[str], date | None]:
    with opening.open_source(path, currency) as source:
        rows = list(source.rows)
        assert source.done() == source.total > 0
        return rows, source.notes(), source.as_of


def save(path: Path, content: Any) -> Path:
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def attribute(value: str) -> dict[str, Any]:
    return {"format": "${default}", "primary": "default", "values": {"default": [value, "string"]}}


def jlcparts_by_index(folder: Path) -> None:
    schema = ["lcsc", "mfr", "manufacturer", "description", "datasheet", "price", "attributes"]
    component = ["C901", "AB-1", "Acme", "Two amplifiers", "https://example.com/1.pdf", PRICES,
                 {"Package": attribute("SOIC-8"), "Status": attribute("Active")}]  # fmt: skip
    save(folder / "Amps.json.gz", {"schema": schema, "components": [component, ["C902", "", "", "", "", [], {}]]})
    save(folder / "Amps.stock.json", {"C901": 77})
    tree = {"Amplifiers": {"Op Amps": {"sourcename": "Amps", "datahash": "", "stockhash": ""}}}
    save(folder / "index.json", {"categories": tree, "created": "2026-05-21T03:00:00+00:00"})


def jlcparts_by_manifest(folder: Path) -> None:
    header = {"lcsc": 0, "mfr": 1, "description": 2, "datasheet": 3, "price": 4, "attributes": 5, "stock": 6}
    lut = [["Manufacturer", attribute("Acme")], ["Package", attribute("SOIC-8")], ["Status", attribute("Active")]]
    component = ["C901", "AB-1", "Two amplifiers", "https://example.com/1.pdf", PRICES, [0, 1, 2, 99], 77]
    save(folder / "attributes-lut.json.gz", lut)
    save(folder / "components-amps-001.jsonl.gz", f"{json.dumps(header)}\n{json.dumps(component)}\n")
    entry = {"category": "Amplifiers", "subcategory": "Op Amps", "shards": ["components-amps-001.jsonl.gz"]}
    manifest = {"version": 4, "created": "2026-05-21T03:00:00+00:00", "attributesLut": "attributes-lut.json.gz"}
    save(folder / "manifest.json", {**manifest, "categories": [entry]})


def jlcparts_by_lines(folder: Path) -> None:
    header = {
        "lcsc": 0,
        "mfr": 1,
        "description": 2,
        "attrsIdx": 3,
        "stock": 4,
        "subcategoryIdx": 5,
        "datasheet": 6,
        "price": 7,
    }
    lut = [["Manufacturer", attribute("Acme")], ["Package", attribute("SOIC-8")], ["Status", attribute("Active")]]
    component = ["C901", "AB-1", "Two amplifiers", [0, 1, 2], 77, 1, "https://example.com/1.pdf", PRICES]
    lines = [{"subcategory": 0, "category": 1, "subcategoryIdx": 2}, ["Op Amps", "Amplifiers", 1]]
    save(folder / "subcategories.jsonlines.gz", "\n".join(map(json.dumps, lines)))
    save(folder / "attributes-lut.jsonlines.gz", "\n".join(map(json.dumps, lut)))
    save(folder / "components-1.jsonlines.gz", f"{json.dumps(header)}\n{json.dumps(component)}\n")


@pytest.mark.parametrize("write", [jlcparts_by_index, jlcparts_by_manifest, jlcparts_by_lines])
def test_the_published_jlcparts_folder_in_each_generation(tmp_path: Path, write: Any) -> None:
    write(tmp_path)
    (row,), notes, as_of = rows_of(tmp_path)
    assert row == Row(
        "AB-1", manufacturer="Acme", package="SOIC-8", category="Amplifiers / Op Amps", description="Two amplifiers",
        lifecycle="Production", datasheet="https://example.com/1.pdf", supplier="LCSC", sku="C901", stock=77,
        breaks="1:0.25 10:0.125",
    )  # fmt: skip
    if write is not jlcparts_by_lines:
        assert as_of == date(2026, 5, 21)
    assert notes == (["1 entries have no part number and were left out."] if write is jlcparts_by_index else [])


def test_a_jlcparts_folder_becomes_a_catalogue(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "jlc"
    folder.mkdir()
    jlcparts_by_manifest(folder)
    info = catalog.load(folder)
    assert (info.name, info.parts, info.as_of) == ("jlc", 1, date(2026, 5, 21))
    (found,) = catalog.search("C901")
    (offer,) = catalog.offers([found.part.id])[found.part.id]
    assert (offer.supplier, offer.stock, offer.breaks[1].price) == ("LCSC", 77, Decimal("0.125"))


def test_incomplete_jlcparts_folders_are_refused(tmp_path: Path) -> None:
    jlcparts_by_index(tmp_path)
    (tmp_path / "Amps.json.gz").unlink()
    with pytest.raises(ReadError, match=r"Amps\.json is missing"):
        rows_of(tmp_path)
    save(tmp_path / "index.json", {"categories": {"A": {"B": {"sourcename": "../../secret"}}}})
    with pytest.raises(ReadError, match="is missing"):
        rows_of(tmp_path)
    for strange in ({"categories": {"A": 5}}, {"categories": {"A": {"B": {}}}}, [1, 2]):
        save(tmp_path / "index.json", strange)
        with pytest.raises(ReadError):
            rows_of(tmp_path)


def envelope(response: Any, **more: str) -> dict[str, Any]:
    return {"date": "2026-05-21", "response": response, **more}


DIGIKEY = {
    "Products": [
        {
            "Description": {"ProductDescription": "IC OPAMP 2 CIRCUIT 8SOIC"},
            "Manufacturer": {"Name": "Acme"},
            "ManufacturerProductNumber": "AB-1",
            "ProductStatus": {"Status": "Active"},
            "ManufacturerLeadWeeks": "14",
            "ProductVariations": [
                {"DigiKeyProductNumber": "AB-1CT-ND", "PackageType": {"Name": "Cut Tape (CT)"}, "MarketPlace": False,
                 "StandardPricing": [{"BreakQuantity": 1, "UnitPrice": 0.5}, {"BreakQuantity": 10, "UnitPrice": 0.4}],
                 "QuantityAvailableforPackageType": 900, "MinimumOrderQuantity": 1},
                {"DigiKeyProductNumber": "AB-1TR-ND", "PackageType": {"Name": "Tape & Reel (TR)"},
                 "StandardPricing": [{"BreakQuantity": 3000, "UnitPrice": 0.2}],
                 "QuantityAvailableforPackageType": 9000, "MinimumOrderQuantity": 3000},
            ],
        }
    ],
    "SearchLocaleUsed": {"Site": "US", "Currency": "USD"},
}  # fmt: skip
DIGIKEY_OLD = {
    "manufacturer_part_number": "AB-1", "digi_key_part_number": "AB-1-ND", "manufacturer": {"value": "Acme"},
    "product_description": "IC OPAMP", "standard_pricing": [{"break_quantity": 1, "unit_price": 0.5}],
    "quantity_available": 12, "minimum_order_quantity": 2, "packaging": {"value": "Tube"}, "product_status": "Obsolete",
    "manufacturer_lead_weeks": "36 weeks", "search_locale_used": {"currency": "EUR"}, "product_url": "https://example.com",
    "parameters": [{"parameter": "Package / Case", "value": "8-SOIC"}, {"parameter": "Mounting Type", "value": "Surface Mount"}],
    "suggested_subs": [{"manufacturer_part_number": "XX", "digi_key_part_number": "XX-ND"}],
}  # fmt: skip
MOUSER = {
    "SearchResults": {"Parts": [{
        "Availability": "1,234 In Stock", "Manufacturer": "Acme", "ManufacturerPartNumber": "AB-1", "Min": "2",
        "Mult": "2", "MouserPartNumber": "999-AB-1", "LeadTime": "161 Days", "Description": "Op amp",
        "ProductAttributes": [{"AttributeName": "Packaging", "AttributeValue": "Tube"}],
        "PriceBreaks": [{"Quantity": 1, "Price": "0,50 €", "Currency": "EUR"},
                        {"Quantity": 10, "Price": "0,40 €", "Currency": "EUR"}],
    }, {"ManufacturerPartNumber": "AB-2", "MouserPartNumber": "999-AB-2", "Availability": "On Order"}]},
}  # fmt: skip
ELEMENT14 = {
    "manufacturerPartNumberSearchReturn": {"products": [
        {"sku": "1234567", "displayName": "ACME - AB-1 - Op amp, 2 circuits", "translatedManufacturerPartNumber": "AB-1",
         "brandName": "ACME", "packSize": 1, "unitOfMeasure": "EACH (SUPPLIED ON CUT TAPE)",
         "prices": [{"from": 5, "to": 9, "cost": 0.5}], "stock": {"level": 40, "leastLeadTime": 77},
         "translatedMinimumOrderQuality": 5},
        {"sku": "1234568", "displayName": "ACME - AB-1", "translatedManufacturerPartNumber": "AB-1", "brandName": "ACME",
         "packSize": 3000, "unitOfMeasure": "REEL OF", "prices": [{"from": 1, "cost": 600}], "inv": 2},
    ]},
}  # fmt: skip
NEXAR = {
    "data": {"supMultiMatch": [{"hits": 1, "parts": [{
        "mpn": "AB-1", "manufacturer": {"name": "Acme"}, "shortDescription": "Op amp", "sellers": [
            {"company": {"name": "North"}, "isAuthorized": True, "offers": [
                {"sku": "N1", "inventoryLevel": -3, "moq": 1, "orderMultiple": None, "packaging": "Cut Tape",
                 "factoryLeadDays": 70, "updated": "2026-05-20T10:00:00Z",
                 "prices": [{"quantity": 1, "price": 0.5, "currency": "USD"},
                            {"quantity": 1, "price": 0.45, "currency": "EUR"}]}]},
            {"company": {"name": "South"}, "isAuthorized": False, "offers": [{"sku": "S1", "inventoryLevel": 0, "prices": []}]},
        ]}]}]},
}  # fmt: skip
KITSPACE = {
    "mpn": {"part": "AB-1", "manufacturer": "Acme"}, "datasheet": "https://example.com", "description": "Op amp",
    "offers": [{"sku": {"vendor": "North", "part": "N1"}, "moq": None, "in_stock_quantity": 5,
                "prices": {"USD": [[1, 0.5]], "EUR": None, "GBP": [[1, 0.4], [10, 0.3]]}}],
}  # fmt: skip
COFACTR = {
    "data": {"id": "CC0000000000", "mpn": "AB-1", "mfr": "Acme", "package": "SOIC-8", "description": "Op amp",
             "termination_type": "SMT", "classification": "amplifiers",
             "offers": [{"seller": {"label": "North"}, "sku": "N1", "inventory_level": 9, "moq": 1, "order_multiple": 1,
                         "packaging": "Tube", "is_authorized": True, "factory_lead_days": 147,
                         "offer_updated_at": "2026-05-20T10:00:00+00:00",
                         "prices": [{"quantity": 1, "price": 0.5, "currency": "GBP", "converted_price": 0.6,
                                     "converted_currency": "USD"}]}]},
}  # fmt: skip
TME = {
    "product": {"symbol": "AB-1/T", "manufacturer_symbols": ["AB-1"], "manufacturer": {"name": "ACME"}, "stock_quantity": 3,
                "minimal_amount": 5, "multiples": 5, "description": "Op amp",
                "prices": {"currency": "PLN", "elements": [{"amount": 5, "price": 0.5}]}},
}  # fmt: skip
TME_OLD = {
    "Status": "OK",
    "Data": {"Currency": "EUR", "ProductList": [{"Symbol": "AB-1", "OriginalSymbol": "AB-1", "Producer": "ACME", "Amount": 3,
             "MinAmount": 1, "Multiples": 1, "PriceList": [{"Amount": 1, "PriceValue": 0.5, "PriceBase": 1}]}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "more", "expected"),
    [
        (DIGIKEY, {}, [("DigiKey", "AB-1CT-ND", 900, 1, "USD", "1:0.5 10:0.4", 98, True),
                       ("DigiKey", "AB-1TR-ND", 9000, 3000, "USD", "3000:0.2", 98, True)]),
        (DIGIKEY_OLD, {}, [("DigiKey", "AB-1-ND", 12, 2, "EUR", "1:0.5", 252, True)]),
        (MOUSER, {}, [("Mouser", "999-AB-1", 1234, 2, "EUR", "1:0.50 10:0.40", 161, True),
                      ("Mouser", "999-AB-2", None, 1, "USD", "", None, True)]),
        (ELEMENT14, {"store": "uk.farnell.com"}, [("Farnell", "1234567", 40, 5, "GBP", "5:0.5", 77, True),
                                                  ("Farnell", "1234568", 2, 1, "GBP", "", None, True)]),
        (ELEMENT14, {"store": "canada.newark.com"}, [("Newark", "1234567", 40, 5, "CAD", "5:0.5", 77, True),
                                                     ("Newark", "1234568", 2, 1, "CAD", "", None, True)]),
        (NEXAR, {}, [("North", "N1", None, 1, "USD", "1:0.5", 70, True), ("North", "N1", None, 1, "EUR", "1:0.45", 70, True),
                     ("South", "S1", 0, 1, "USD", "", None, False)]),
        (KITSPACE, {}, [("North", "N1", 5, 1, "USD", "1:0.5", None, None),
                        ("North", "N1", 5, 1, "GBP", "1:0.4 10:0.3", None, None)]),
        (COFACTR, {}, [("North", "N1", 9, 1, "GBP", "1:0.5", 147, True)]),
        (TME, {}, [("TME", "AB-1/T", 3, 5, "PLN", "5:0.5", None, True)]),
        (TME_OLD, {}, [("TME", "AB-1", 3, 1, "EUR", "1:0.5", None, True)]),
    ],
    ids=["digikey4", "digikey3", "mouser", "farnell", "newark", "nexar", "kitspace", "cofactr", "tme2", "tme1"],
)  # fmt: skip
def test_saved_answers_of_providers(
    tmp_path: Path, answer: dict[str, Any], more: dict[str, str], expected: list[tuple[Any, ...]]
) -> None:
    for path in (
        save(tmp_path / "one.json", envelope(answer, **more)),
        save(tmp_path / "list.json", [envelope(answer, **more)]),
        save(tmp_path / "lines.jsonl.gz", json.dumps(envelope(answer, **more)) + "\n\n"),
    ):
        rows, _, _ = rows_of(path)
        told = [(r.supplier, r.sku, r.stock, r.moq, r.currency, r.breaks, r.lead_time_days, r.authorized) for r in rows]
        assert told == expected
        assert {r.mpn for r in rows} <= {"AB-1", "AB-2"}
        assert {r.manufacturer.upper() for r in rows if r.mpn == "AB-1"} == {"ACME"}
        assert all(r.fetched_at and r.fetched_at.date() in (date(2026, 5, 20), date(2026, 5, 21)) for r in rows)


def test_answers_without_a_currency_have_no_prices(tmp_path: Path) -> None:
    path = save(tmp_path / "saved.json", ELEMENT14)
    rows, notes, _ = rows_of(path)
    assert [row.breaks for row in rows] == ["", ""]
    assert any("name no currency" in note for note in notes)
    rows, notes, _ = rows_of(path, "AUD")
    assert [(row.currency, row.breaks) for row in rows] == [("AUD", "5:0.5"), ("AUD", "")]
    assert notes == []


def test_a_folder_of_answers_is_one_catalogue(catalog: Catalog, tmp_path: Path) -> None:
    folder = tmp_path / "saved answers"
    folder.mkdir()
    save(folder / "a.json", envelope(DIGIKEY))
    save(folder / "b.json", envelope(NEXAR))
    save(folder / "c.jsonl", json.dumps(envelope({"keywordSearchReturn": {"numberOfResults": 0}})) + "\n")
    (folder / "read me.txt").write_text("not data")
    info = catalog.load(folder, name="answers")
    assert (info.parts, info.offers, info.as_of) == (1, 5, date(2026, 5, 21))
    assert any("1 of 3 answers" in note for note in info.notes)
    offers = catalog.offers([catalog.search("AB-1")[0].part.id]).popitem()[1]
    assert {(o.supplier, o.currency) for o in offers} == {
        ("DigiKey", "USD"),
        ("North", "USD"),
        ("North", "EUR"),
        ("South", "USD"),
    }
    assert {o.fetched_at for o in offers if o.supplier == "North"} == {datetime(2026, 5, 20, 10, tzinfo=UTC)}


@pytest.mark.parametrize("content", ['{"a": 1}', "[]", "{", "nothing", "[" * 100_000, '{"mpn": "X", "sellers": 7}'])
def test_other_json_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ReadError):
        rows_of(save(tmp_path / "other.json", content))


def test_folders_without_data_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="without catalogue data"):
        rows_of(tmp_path)


def large(path: Path, count: int = 12_000) -> Path:
    lines = (
        f"AB-{n},Acme,SOIC-8,Amplifiers,{'two amplifiers ' * 4},North,N-{n},{n},1:0.{n % 90 + 10}" for n in range(count)
    )
    header = "mpn,manufacturer,package,category,description,supplier,sku,stock,breaks"
    return save(path, "\n".join([header, *lines]))


def test_the_child_prepares_what_the_parent_would(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = large(tmp_path / "large.csv")
    here = list(preparing.batches(path, 7 << 32))
    monkeypatch.setattr(ahead, "_LARGE", 1)
    there = list(ahead.batches(path, 7 << 32))
    assert [b.parts for b in there] == [b.parts for b in here]
    assert [b.offers for b in there] == [b.offers for b in here]
    assert there[-1].summary == here[-1].summary
    assert (there[-1].count, there[-1].offer_count) == (12_000, 12_000)


def test_what_the_child_refuses_is_refused_here(
    catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "_LARGE", 1)
    path = large(tmp_path / "large.csv")
    path.write_text(path.read_text().replace("1:0.55", "1:cheap", 1))
    with pytest.raises(ReadError, match="cheap") as caught:
        catalog.load(path)
    assert (caught.value.row, caught.value.column) == (47, 9)
    assert catalog.list() == []


def test_a_child_that_dies_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_LARGE", 1)
    monkeypatch.setattr(children, "_START", "import os, sys; sys.stdin.read(); os._exit(9)")
    with pytest.raises(ReadError, match="ended from outside"):
        list(ahead.batches(large(tmp_path / "large.csv", 10), 0))


def test_leaving_early_ends_the_child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_LARGE", 1)
    started: list[int] = []
    real = ahead.subprocess.Popen

    def noted(*arguments: Any, **more: Any) -> Any:
        process = real(*arguments, **more)
        started.append(process.pid)
        return process

    monkeypatch.setattr(ahead.subprocess, "Popen", noted)
    batches = ahead.batches(large(tmp_path / "large.csv", 60_000), 0)
    next(batches)
    batches.close()
    with pytest.raises(ProcessLookupError):
        os.kill(started[0], signal.SIGTERM if os.name == "nt" else 0)


def test_every_recorded_answer_is_read_or_says_why_not(reference_data: Path) -> None:
    """Of real answers: each gives parts, or stands in a note with its reason; none could not be understood."""
    from bomtool.parts import answers

    folder = reference_data / "provider_responses"
    read = refused = 0
    for path in sorted(folder.glob("*.json*")):
        source = answers.open_files([path], None)
        rows = list(source.rows)
        assert rows
        assert all(row.mpn and (row.currency if row.breaks else True) for row in rows)
        notes = source.notes()
        assert not [note for note in notes if "could not be read" in note]
        lines = gzip.decompress(path.read_bytes()).splitlines() if path.suffix == ".gz" else [path.read_bytes()]
        without = sum(int(note.split(" of ")[0].replace(",", "")) for note in notes if " answers " in note)
        refused += without
        read += len(lines) - without
    assert (read, refused) == (843, 329)
