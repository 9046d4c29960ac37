from __future__ import annotations

import gzip
import lzma
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from bomtool.errors import ReadError, UnknownRecord
from bomtool.parts import files, ids, loading, prices, tables
from bomtool.parts.catalog import Catalog
from bomtool.parts.model import PriceBreak
from bomtool.store.schema import now

R10K = "RC0402FR-0710KL,YAGEO,0402,Resistors,Resistor 10 kOhm 1 %,North,N-1,500,1:0.10 100:0.02"
LM358 = "LM358DR,TI,SOIC-8,Amplifiers,Two amplifiers,North,N-2,,1:0.25"

_LADDERS = st.dictionaries(
    st.integers(1, 10**6), st.decimals("0.00001", "9999", allow_nan=False, places=5), min_size=1, max_size=8
)


@given(_LADDERS)
def test_ladders_come_back_exactly(steps: dict[int, Decimal]) -> None:
    text = prices.join(list(steps.items()))
    expected = tuple(PriceBreak(q, p) for q, p in sorted(steps.items()))
    assert prices.read(prices.compact(text)) == expected
    assert prices.compact(prices.compact(text)) == text


@pytest.mark.parametrize(
    ("text", "ladder"),
    [
        ("1:0.10 100:0.02", "1:0.10 100:0.02"),
        ("100:0.02 1:0.10", "1:0.10 100:0.02"),
        ("1:0,10; 100:0,02", "1:0.10 100:0.02"),
        ("1 : $0.10 | 100 : $0.02", None),
        ("1:0.10|100:0.02", "1:0.10 100:0.02"),
        ("1:0 100:0.02", "100:0.02"),
        ("1:1,234.50", "1:1234.50"),
        ("[[100, 0.02], [1, 0.10]]", "1:0.10 100:0.02"),
        ('[{"quantity": 1, "price": "0,50"}]', "1:0.50"),
        ("[]", ""),
        ("", ""),
    ],
)
def test_ladders_as_people_write_them(text: str, ladder: str | None) -> None:
    if ladder is None:
        with pytest.raises(ValueError, match="quantity:price"):
            prices.compact(text)
    else:
        assert prices.compact(text) == ladder


@pytest.mark.parametrize(
    "text",
    [
        "1:1,234",
        "1:0.1 1:0.2",
        "0:0.1",
        "x",
        "1:-0.1",
        "1:0.1.2",
        "1:0.10 100",
        "1;0.1",
        "[[1]]",
        "[1.5]",
        "[[1.5, 2]]",
    ],
)
def test_doubtful_ladders_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        prices.compact(text)


@pytest.mark.parametrize(
    ("text", "price", "written"),
    [
        ("0,227 €", "0.227", "€"),
        ("1.234,50 €", "1234.50", "€"),
        ("1\u00a0234,50 zł", "1234.50", "zł"),
        ("1'234.50 CHF", "1234.50", "CHF"),
        ("$1.234", "1.234", "$"),
        ("1.234 USD", "1.234", "USD"),
        ("1.234", "1.234", ""),
        ("1.234 €", None, ""),
        ("1.234 kr", None, ""),
        ("1,234", None, ""),
    ],
)
def test_prices_as_shops_write_them(text: str, price: str | None, written: str) -> None:
    if price is None:
        with pytest.raises(ValueError, match="a thousand or one and a bit"):
            prices.priced(text)
    else:
        assert prices.priced(text) == (Decimal(price), written)


def test_the_prices_of_a_ladder_tell_how_the_doubtful_one_is_read() -> None:
    assert prices.numbers(["1,500 €", "0,75 €"]) == [Decimal("1.500"), Decimal("0.75")]
    assert prices.numbers(["1.234 €", "0,5 €"]) == [Decimal("1234"), Decimal("0.5")]
    for doubtful in (["1,500 €", "2,250 €"], ["1,500 €", "0,75 €", "$0.5"]):
        with pytest.raises(ValueError, match="a thousand or one and a bit"):
            prices.numbers(doubtful)


def test_signs_of_currencies_in_price_cells(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded("AB-1,Acme,,,,North,N-1,5,1:1", name="a")
    loaded("AB-1;Acme;Nord;1;0,50 zł", header="mpn;manufacturer;supplier;sku;price@1", name="b")
    found = {offer.sku: offer.currency for offer in catalog.offers([ids.part_id("Acme", "AB-1")]).popitem()[1]}
    assert found == {"N-1": "USD", "1": "PLN"}
    with pytest.raises(ReadError, match="not certain"):
        loaded("AB-1;Acme;Nord;1;0,50 kr", header="mpn;manufacturer;supplier;sku;price@1", name="c")


def test_a_catalogue_and_its_offers(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    info = loaded(R10K, LM358, as_of=date(2026, 5, 21))
    assert (info.name, info.kind, info.parts, info.offers, info.as_of) == ("mine", "snapshot", 2, 2, date(2026, 5, 21))
    part_id = ids.part_id("Yageo", "RC0402FR-0710KL")
    part = catalog.get([part_id, "NOSUCHPARTID"])[part_id]
    assert (part.mpn, part.manufacturer, part.package, part.catalog, part.kind) == (
        "RC0402FR-0710KL",
        "YAGEO",
        "0402",
        "mine",
        "snapshot",
    )
    (offer,) = catalog.offers([part_id])[part_id]
    assert offer.breaks == (PriceBreak(1, Decimal("0.10")), PriceBreak(100, Decimal("0.02")))
    assert (offer.supplier, offer.sku, offer.stock, offer.moq, offer.order_multiple) == ("North", "N-1", 500, 1, 1)
    other = ids.part_id("Texas Instruments", "LM358DR")
    assert catalog.offers([other])[other][0].stock is None


def test_both_break_notations_and_localised_cells(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    header = "Hersteller-Teilenummer;Hersteller;Lieferant;Bestellnummer;Lagerbestand;qty1;price1;qty2;price2;lead time"
    loaded("ABC-1;ACME;Nord;1;1.500;1;0,10;100;0,02;8 weeks", "ABC-2;ACME;Nord;2;-;1;€ 1,5;;;10-12 wk", header=header)
    first, second = (catalog.offers([ids.part_id("ACME", mpn)]).popitem()[1][0] for mpn in ("ABC-1", "ABC-2"))
    assert (first.stock, first.breaks[1], first.lead_time_days) == (1500, PriceBreak(100, Decimal("0.02")), 56)
    assert (second.stock, second.breaks, second.lead_time_days) == (None, (PriceBreak(1, Decimal("1.5")),), 84)


def test_rows_without_a_part_number_are_left_out_and_counted(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    info = loaded(R10K.replace("RC0402FR-0710KL", ""), LM358, ",,,,,,,,")
    assert info.parts == 1
    assert "1 rows have no part number and were left out; the first is row 2." in info.notes
    with pytest.raises(ReadError, match="no parts"):
        loaded(R10K.replace("RC0402FR-0710KL", ""), name="other")


@pytest.mark.parametrize(
    ("row", "header", "given", "currency", "noted"),
    [
        ("A1,ACME,€ 1.50,", "mpn,maker,price,currency", None, "EUR", False),
        ("A1,ACME,1.50 GBP,", "mpn,maker,price,currency", None, "GBP", False),
        ("A1,ACME,$1.50,CAD", "mpn,maker,price,currency", None, "CAD", False),
        ("A1,ACME,1.50,€", "mpn,maker,price,currency", "USD", "EUR", False),
        ("A1,ACME,1.50,", "mpn,maker,price,currency", "CHF", "CHF", False),
        ("A1,ACME,1.50", "mpn,maker,price", None, "USD", True),
    ],
)
def test_the_currency_of_prices(
    catalog: Catalog, loaded: Callable[..., Any], row: str, header: str, given: str | None, currency: str, noted: bool
) -> None:
    info = loaded(row, header=header, currency=given)
    assert catalog.offers([ids.part_id("ACME", "A1")]).popitem()[1][0].currency == currency
    assert any("name no currency" in note for note in info.notes) == noted


@pytest.mark.parametrize("row", ["A1,ACME,€ 1.50,USD", "A1,ACME,¥ 150,", "A1,ACME,1.5,DOLLARS"])
def test_currencies_that_are_not_certain_are_refused(loaded: Callable[..., Any], row: str) -> None:
    with pytest.raises(ReadError, match="row 2"):
        loaded(row, header="mpn,maker,price,currency")


def test_offers_are_as_old_as_their_catalogue(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(LM358, as_of=date(2026, 5, 21))
    (offer,) = catalog.offers([ids.part_id("TI", "LM358DR")]).popitem()[1]
    assert offer.fetched_at == datetime(2026, 5, 21, tzinfo=UTC)


def test_the_newest_of_doubled_offers_counts(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    info = loaded(
        "A1,ACME,North,1,5,1:0.10,2026-05-01",
        "A1,ACME,North,1,7,1:0.20,2026-05-21",
        "A1,ACME,North,1,6,1:0.30,2026-05-11",
        header="mpn,maker,supplier,sku,stock,breaks,date",
    )
    assert (info.offers, info.as_of) == (1, date(2026, 5, 21))
    (offer,) = catalog.offers([ids.part_id("ACME", "A1")]).popitem()[1]
    assert (offer.stock, offer.breaks[0].price) == (7, Decimal("0.20"))
    assert any("newest" in note for note in info.notes)


def test_price_columns_named_by_quantity(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded("ABC-1,ACME,0.5,0.25,0.2", header="MPN,Mfr,Price 1,Price @ 100,price1000")
    (offer,) = catalog.offers([ids.part_id("ACME", "ABC-1")]).popitem()[1]
    assert [b.quantity for b in offer.breaks] == [1, 100, 1000]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (R10K.replace("500", "many"), ("row 2", 'column 8 "stock"', "many")),
        (R10K.replace("1:0.10", "1:abc"), ("row 2", 'column 9 "breaks"', "abc")),
        (R10K.replace(",0402,", ",0402,").replace("1:0.10 100:0.02", "[[1]]"), ("row 2", "[[1]]", "quantities")),
        (R10K.replace("500", "99999999999"), ("row 2", 'column 8 "stock"', "too large")),
    ],
)
def test_bad_cells_are_named_and_nothing_changes(
    catalog: Catalog, loaded: Callable[..., Any], row: str, words: tuple[str, ...]
) -> None:
    loaded(LM358)
    with pytest.raises(ReadError) as caught:
        loaded(row)
    assert all(word in caught.value.message for word in words), caught.value.message
    assert caught.value.row == 2
    assert [info.parts for info in catalog.list()] == [1]
    with catalog.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.parts)) == 1
    assert catalog.search("LM358DR")[0].part.mpn == "LM358DR"


@pytest.mark.parametrize("header", ["a,b,c", "mpn,mpn,sku", ""])
def test_files_without_a_table_are_refused(loaded: Callable[..., Any], header: str) -> None:
    with pytest.raises(ReadError):
        loaded("x,y,z", header=header)


def test_a_reload_replaces_and_leaves_nothing_behind(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(R10K, LM358)
    loaded(LM358.replace(":0.25", ":0.30"))
    assert [(info.name, info.parts) for info in catalog.list()] == [("mine", 1)]
    assert catalog.get([ids.part_id("YAGEO", "RC0402FR-0710KL")]) == {}
    part_id = ids.part_id("TI", "LM358DR")
    assert [o.breaks[0].price for o in catalog.offers([part_id])[part_id]] == [Decimal("0.30")]
    with catalog.store.read() as connection:
        for table in (tables.parts, tables.offers):
            assert connection.scalar(select(func.count()).select_from(table)) == 1
        grams = set(connection.scalars(select(tables.gram_counts.c.gram)))
    assert grams == {"LM3", "M35", "358", "58D", "8DR"}


def test_one_part_in_several_rows(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    reel = R10K.replace("N-1,500,1:0.10 100:0.02", "N-1-R,10000,5000:0.001").replace("YAGEO", "Yageo Corp")
    info = loaded(R10K, LM358, reel, R10K)
    assert (info.parts, info.offers) == (2, 3)
    assert any("several times" in note for note in info.notes)
    part_id = ids.part_id("YAGEO", "RC0402FR-0710KL")
    assert [offer.sku for offer in catalog.offers([part_id])[part_id]] == ["N-1", "N-1-R"]


def test_catalogues_stand_side_by_side(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(LM358, R10K, name="sample", kind="sample")
    part_id, only_sample = ids.part_id("TI", "LM358DR"), ids.part_id("YAGEO", "RC0402FR-0710KL")
    assert catalog.offers([part_id])[part_id][0].kind == "sample"
    loaded(LM358.replace("North,N-2", "Real,77").replace(":0.25", ":0.9"), name="real")
    assert [(info.name, info.in_use) for info in catalog.list()] == [("real", True), ("sample", False)]
    # Invented figures never stand beside real ones, not even of other parts; what was chosen before is still known.
    assert [(o.supplier, o.kind) for o in catalog.offers([part_id])[part_id]] == [("Real", "snapshot")]
    assert catalog.offers([only_sample]) == {}
    assert [found.part.catalog for found in catalog.search("RC0402FR-0710KL")] == []
    assert catalog.get([only_sample])[only_sample].kind == "sample"
    catalog.use("sample")
    assert [(info.name, info.in_use) for info in catalog.list()] == [("sample", True), ("real", False)]
    assert [o.kind for o in catalog.offers([part_id])[part_id]] == ["sample"]
    assert catalog.get([part_id])[part_id].catalog == "sample"
    assert Catalog(catalog.store, prefer="real").get([part_id])[part_id].catalog == "real"
    loaded(LM358.replace("North,N-2", "Real,78"), name="second")
    assert {o.sku for o in Catalog(catalog.store, prefer="second").offers([part_id])[part_id]} == {"77", "78"}
    catalog.drop("second")
    catalog.drop("sample")
    assert [info.name for info in catalog.list()] == ["real"]
    assert catalog.dismissed("sample")
    with pytest.raises(UnknownRecord):
        catalog.drop("sample")
    with pytest.raises(UnknownRecord):
        catalog.use("nothing")


def test_statements_do_not_grow_with_ids(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(*(f"ABC-{n},ACME,,,,North,N-{n},5,1:0.1" for n in range(300)))
    for count in (1, 300):
        wanted = [ids.part_id("ACME", f"ABC-{n}") for n in range(count)]
        with catalog.store.count_statements() as counter:
            assert len(catalog.get(wanted)) == count
            assert len(catalog.offers(wanted)) == count
        assert counter.count == 4


def test_packed_files_and_workbooks(catalog: Catalog, tmp_path: Path) -> None:
    import openpyxl

    text = "mpn\tmaker\tprice\nABC-1\tACME\t0.5\n".encode("utf-16")
    (tmp_path / "a.tsv.gz").write_bytes(gzip.compress(text))
    (tmp_path / "b.csv.xz").write_bytes(lzma.compress(b"\xef\xbb\xbfmpn,maker\n0012345,ACME\n"))
    book = openpyxl.Workbook()
    book.active.append(["mpn", "maker", "stock", "breaks"])  # type: ignore[union-attr]
    book.active.append(["12345", "ACME", 17, "1:0.5"])  # type: ignore[union-attr]
    book.save(tmp_path / "c.xlsx")
    for name, mpn in (("a.tsv.gz", "ABC-1"), ("b.csv.xz", "0012345"), ("c.xlsx", "12345")):
        assert catalog.load(tmp_path / name).parts == 1
        assert catalog.search(mpn)[0].part.mpn == mpn


def test_bombs_and_damage_are_refused(catalog: Catalog, tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.csv.xz"
    bomb.write_bytes(lzma.compress(b"mpn,maker\n" + b"A" * (80 << 20)))
    with pytest.raises(ReadError) as caught, files.open_rows(bomb, files.Bounds(cell=1 << 28)) as content:
        list(content.rows)
    assert caught.value.code == "too-large-inflated"
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(b"mpn,maker\n" + b"ABC,ACME\n" * 5000)[:-20])
    (tmp_path / "latin.csv").write_bytes("mpn,maker\nABC,Würth\n".encode("latin-1"))
    (tmp_path / "empty.csv").write_bytes(b"")
    for name in ("cut.csv.gz", "latin.csv", "empty.csv", "missing.csv", "."):
        with pytest.raises(ReadError):
            catalog.load(tmp_path / name, name="x")
    assert catalog.list() == []


def test_an_interrupted_load_is_swept_later(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    loaded(LM358)
    with catalog.store.write() as connection:
        for state, age in (("loading", timedelta(hours=1)), ("loading", timedelta(0))):
            values = {"name": "mine", "state": state, "kind": "snapshot", "source": "", "preference": 1, "parts": 0}
            catalog_id = connection.execute(
                insert(tables.catalogs).values(**values, offers=0, beat_at=now() - age, notes=[])
            ).inserted_primary_key[0]  # type: ignore[index]
            part = {"ref": catalog_id << loading.SPAN, "part_id": "A" * 12, "mpn": "GHOST-1", "mpn_key": "GHOST1"}
            connection.execute(insert(tables.parts).values(**part, manufacturer="ACME"))
    assert not [found for found in catalog.search("GHOST-1") if found.part.mpn == "GHOST-1"]
    loading.sweep(catalog.store)
    with catalog.store.read() as connection:
        left = connection.scalars(select(tables.parts.c.mpn)).all()
    assert sorted(left) == ["GHOST-1", "LM358DR"]  # one load has died, the other is at work


def test_progress_ends_at_all(loaded: Callable[..., Any]) -> None:
    seen: list[tuple[int, int | None]] = []
    loaded(R10K, LM358, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (2, 2)
