"""Live prices: every provider asked over a real socket, within limits, through whatever goes wrong."""

from __future__ import annotations

import importlib.util
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bomtool import settings as settings_module
from bomtool import store
from bomtool.errors import UsageError
from bomtool.parts.catalog import Catalog
from bomtool.parts.ids import part_id
from bomtool.parts.providers import live, model, refreshing, registry, tme
from bomtool.parts.providers.model import Wanted
from bomtool.parts.providers.tables import answers
from bomtool.parts.providers.usage import Usage


def _load() -> Any:
    spec = importlib.util.spec_from_file_location("counters", Path(__file__).with_name("counters.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["counters"] = module
    spec.loader.exec_module(module)
    return module


counters = _load()
SECRET = "s3cret-9fK2mQ7w"
KEYS: dict[str, Any] = {
    "cofactr_client_id": "me", "cofactr_key": SECRET, "nexar_client_id": "me", "nexar_client_secret": SECRET,
    "digikey_client_id": "me", "digikey_client_secret": SECRET, "mouser_key": SECRET, "element14_key": SECRET,
    "element14_store": "uk.farnell.com", "trustedparts_company_id": "me", "trustedparts_key": SECRET,
    "tme_token": "me", "tme_secret": SECRET,
}  # fmt: skip
ALL = tuple(registry.NEEDED)
WANTED = [Wanted("AB-1", "Acme"), Wanted("AB-2", "Acme"), Wanted("XY 9/3", "Bolt & Co"), Wanted("NOT-THERE")]


@pytest.fixture
def catalog(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Catalog]:
    """Catalogues of a fresh database: SQLite, or PostgreSQL where the tests run on it."""
    request.getfixturevalue("any_database")
    opened = store.open(settings_module.load().database_url or tmp_path / "data" / "bomtool.sqlite3")
    yield Catalog(opened)
    opened.close()


@pytest.fixture
def counter() -> Iterator[Any]:
    with counters.serve() as found:
        yield found


def settings_for(counter: Any, **more: Any) -> Any:
    urls = dict.fromkeys((*ALL, "nexar_identity"), counter.url)
    return settings_module.load(**{**KEYS, "provider_urls": urls, "timeout": 1.0, **more})


def ask(
    catalog: Catalog, counter: Any, *names: str, wanted: Any = WANTED, naps: list[float] | None = None, **more: Any
) -> Any:
    slept = naps if naps is not None else []
    return refreshing.refresh(
        catalog.store, settings_for(counter), wanted, names=names or None, sleep=slept.append, **more
    )


def offers(catalog: Catalog, maker: str, mpn: str) -> list[Any]:
    return catalog.offers([part_id(maker, mpn)]).get(part_id(maker, mpn), [])


@pytest.mark.parametrize("name", ALL)
def test_each_provider_prices_what_it_has(name: str, catalog: Catalog, counter: Any, caplog: Any) -> None:
    caplog.set_level(logging.DEBUG)
    counter.currency = "GBP" if name == "element14" else "USD"
    (told,) = ask(catalog, counter, name)
    assert (told.priced, told.unpriced, told.waiting, told.sentences) == (3, 1, 0, [])
    assert told.summary == f"{model.known()[name].title}: priced 3 of 4"
    (first, *_) = offers(catalog, "Acme", "AB-1")
    assert first.kind == "live"
    assert first.catalog == model.known()[name].catalog
    assert first.stock == 500
    assert first.currency == counter.currency
    assert first.breaks[0].price == Decimal("0.25")
    assert abs(datetime.now(UTC) - first.fetched_at) < timedelta(minutes=5) or name in ("nexar", "cofactr")
    assert SECRET not in caplog.text
    assert "made-token-7Q" not in caplog.text
    before = len(counter.requests)
    (again,) = ask(catalog, counter, name)
    assert (again.fresh, again.priced, again.unpriced, again.calls) == (4, 3, 1, 0)
    assert len(counter.requests) == before


def test_batches_are_as_large_as_a_provider_takes(catalog: Catalog, counter: Any) -> None:
    wanted = [Wanted(f"ZZ-{number}") for number in range(24)]
    calls = {
        told.provider: told.calls for told in ask(catalog, counter, "mouser", "nexar", "trustedparts", wanted=wanted)
    }
    assert calls == {"mouser": 3, "nexar": 2, "trustedparts": 1}


def test_the_packagings_of_one_stock_are_offers_of_their_own(catalog: Catalog, counter: Any) -> None:
    ask(catalog, counter, "digikey")
    found = offers(catalog, "Acme", "AB-1")
    assert {(offer.sku, offer.packaging, offer.moq, offer.stock) for offer in found} == {
        ("AB-1CT-ND", "Cut Tape (CT)", 1, 500),
        ("AB-1TR-ND", "Tape & Reel (TR)", 1000, 500),
    }
    assert {offer.lead_time_days for offer in found} == {84}


def test_another_currency_than_asked_for_is_kept_as_it_is(catalog: Catalog, counter: Any) -> None:
    counter.currency = "EUR"
    ask(catalog, counter, "mouser")
    (offer,) = offers(catalog, "Acme", "AB-2")
    assert (offer.currency, [b.price for b in offer.breaks]) == ("EUR", [Decimal("1.500"), Decimal("0.750")])


def test_short_waits_are_slept_and_the_call_is_made_again(catalog: Catalog, counter: Any) -> None:
    counter.next = [(429, {"Retry-After": "7"}, "{}"), (503, {}, "{}"), counters.HTML]
    naps: list[float] = []
    (told,) = ask(catalog, counter, "mouser", naps=naps)
    assert (told.priced, told.waiting) == (3, 0)
    assert 7.0 in naps
    assert len(counter.requests) == 4


def test_a_long_wait_ends_the_asking_and_the_rest_is_asked_later(catalog: Catalog, counter: Any) -> None:
    wanted = [*WANTED, *(Wanted(f"ZZ-{n}") for n in range(8))]
    counter.next = [None, (429, {"Retry-After": "3600"}, "{}")]
    (told,) = ask(catalog, counter, "mouser", wanted=wanted)
    assert told.summary == "Mouser: priced 3 of 12, 2 waiting"
    assert told.until > datetime.now(UTC) + timedelta(minutes=55)
    (blocked,) = ask(catalog, counter, "mouser", wanted=wanted)
    assert (blocked.calls, blocked.waiting, blocked.fresh) == (0, 2, 10)
    Usage(catalog.store).block("mouser", datetime.now(UTC))
    (rest,) = ask(catalog, counter, "mouser", wanted=wanted)
    assert (rest.calls, rest.waiting, rest.priced) == (1, 0, 3)


@pytest.mark.parametrize("fault", [(500, {}, "{}"), counters.cut_short, counters.HTML])
def test_what_always_fails_waits_and_nothing_is_lost(fault: Any, catalog: Catalog, counter: Any) -> None:
    ask(catalog, counter, "mouser")
    counter.next = [fault] * 100
    (told,) = ask(catalog, counter, "mouser", again=True)
    assert (told.priced, told.waiting) == (0, 4)
    assert told.sentences
    assert offers(catalog, "Acme", "AB-1")


def test_a_silent_provider_is_given_up(catalog: Catalog, counter: Any) -> None:
    counter.next = [counters.slow(1.5)] * 4
    (told,) = ask(catalog, counter, "trustedparts", wanted=WANTED[:1])
    assert (told.waiting, told.sentences) == (1, ["TrustedParts does not answer: no answer in time."])


@pytest.mark.parametrize("name", ALL)
def test_a_key_that_is_refused_stops_that_provider_alone(name: str, catalog: Catalog, counter: Any) -> None:
    counter.next = [(401, {}, '{"detail": "bad key ' + SECRET + '"}')]
    (told,) = ask(catalog, counter, name)
    assert told.waiting == 4
    assert "refuses the key" in told.sentences[0]
    assert SECRET not in str(told)
    assert len(counter.requests) == 1


def test_a_redirect_is_not_followed(catalog: Catalog, counter: Any) -> None:
    counter.next = [(302, {"Location": "http://elsewhere.example/"}, "{}")]
    (told,) = ask(catalog, counter, "element14", wanted=WANTED[:1])
    assert told.waiting == 1
    assert "redirect" in told.sentences[0]


def test_one_bad_number_does_not_spoil_its_batch(catalog: Catalog, counter: Any) -> None:
    counter.next = [(400, {}, '{"message": "odd number"}'), None, (400, {}, '{"message": "odd number"}')]
    (told,) = ask(catalog, counter, "mouser")
    assert (told.priced, told.unpriced, told.waiting) == (2, 1, 1)
    assert told.sentences == ["AB-2: Mouser refuses the question (status 400): odd number."]


def test_the_calls_of_a_day_are_counted_over_processes(catalog: Catalog) -> None:
    moment = datetime(2026, 5, 4, 23, 0, tzinfo=UTC)
    terms = model.Terms("p", "P", "https://p.example", 1, 30, 3, timedelta(hours=24), timedelta(hours=24))
    one, other = Usage(catalog.store, lambda: moment), Usage(catalog.store, lambda: moment)
    assert [one.take(terms), other.take(terms), one.take(terms)] == [0.0, 2.0, 4.0]
    assert other.take(terms) == 3600.0
    assert one.quota(terms).calls == 3
    later = Usage(catalog.store, lambda: moment + timedelta(hours=2))
    assert later.take(terms) == 0.0
    assert later.quota(terms).calls == 1


def test_what_a_provider_says_of_its_allowance_is_kept(catalog: Catalog, counter: Any) -> None:
    counter.next = [
        (200, {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "12"}, '{"Errors": [], "SearchResults": null}')
    ]
    ask(catalog, counter, "mouser")
    quota = Usage(catalog.store).quota(model.known()["mouser"])
    assert (quota.calls, quota.remaining, quota.allowed) == (1, 12, 1000)


def test_a_live_answer_stands_for_all_a_catalogue_says_of_that_supplier(
    catalog: Catalog, counter: Any, loaded: Any
) -> None:
    loaded("AB-1,Acme,0402,,,Digi-Key,OLD-ND,9,1:9.99", "AB-1,Acme,0402,,,Corner Shop,C1,9,1:5.00", name="mine")
    catalog.use("mine")
    assert {offer.sku for offer in offers(catalog, "Acme", "AB-1")} == {"OLD-ND", "C1"}
    ask(catalog, counter, "digikey")
    assert {offer.sku for offer in offers(catalog, "Acme", "AB-1")} == {"AB-1CT-ND", "AB-1TR-ND", "C1"}
    (part,) = catalog.get([part_id("Acme", "AB-1")]).values()
    assert (part.package, part.catalog) == ("0402", "mine")


def test_a_catalogue_newer_than_the_answer_is_believed(catalog: Catalog, counter: Any, loaded: Any) -> None:
    ask(catalog, counter, "digikey")
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    loaded("AB-1,Acme,0402,,,DigiKey,NEW-ND,9,1:0.11", "XY 9/3,Bolt & Co,,,,Corner Shop,C1,9,1:5", as_of=tomorrow)
    assert {offer.sku for offer in offers(catalog, "Acme", "AB-1")} == {"NEW-ND"}
    assert {offer.supplier for offer in offers(catalog, "Bolt & Co", "XY 9/3")} == {"Corner Shop", "DigiKey"}


@pytest.mark.parametrize("name", ALL)
def test_one_answer_serves_every_maker_of_a_number(
    name: str, catalog: Catalog, counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(catalog, counter, name, wanted=[Wanted("AB-1", "Somebody Else")])
    asked = len(counter.requests)
    (told,) = ask(catalog, counter, name, wanted=[Wanted("AB-1", "Acme"), Wanted("ab 1", "Somebody Else")])
    assert (told.asked, len(counter.requests)) == (1, asked)
    assert offers(catalog, "Acme", "AB-1")


def test_all_that_waits_is_counted(catalog: Catalog, counter: Any) -> None:
    counter.next = [(400, {}, "{}"), (429, {"Retry-After": "3600"}, "{}")]
    (told,) = ask(catalog, counter, "element14")
    assert (told.priced, told.unpriced, told.waiting) == (0, 0, 4)


def test_a_newer_answer_replaces_the_one_before(
    catalog: Catalog, counter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(catalog, counter, "mouser")
    monkeypatch.setitem(counters.STOCK, "AB-1", ("Acme", 7, 0.5))
    monkeypatch.delitem(counters.STOCK, "AB-2")
    ask(catalog, counter, "mouser", again=True)
    (offer,) = offers(catalog, "Acme", "AB-1")
    assert (offer.stock, offer.breaks[0].price) == (7, Decimal("0.500"))
    assert offers(catalog, "Acme", "AB-2") == []
    (info,) = [found for found in catalog.list() if found.kind == "live"]
    assert (info.parts, info.offers) == (2, 2)


def test_answers_are_not_kept_longer_than_the_terms_allow(catalog: Catalog, counter: Any) -> None:
    ask(catalog, counter, "mouser", wanted=WANTED[:2])
    terms = model.known()["mouser"]
    with catalog.store.write() as connection:
        old = datetime.now(UTC) - terms.keep - timedelta(minutes=1)
        connection.execute(update(answers).where(answers.c.mpn_key == "AB1").values(asked_at=old))
    assert live.forget_old(catalog.store, terms) == 1
    assert offers(catalog, "Acme", "AB-1") == []
    assert offers(catalog, "Acme", "AB-2")


def test_parts_of_other_makers_are_no_price_for_this_one(catalog: Catalog, counter: Any) -> None:
    (told,) = ask(catalog, counter, "mouser", wanted=[Wanted("AB-1", "Somebody Else")])
    assert (told.priced, told.unpriced) == (0, 1)


def test_keys_and_addresses_are_checked(catalog: Catalog, counter: Any) -> None:
    with pytest.raises(UsageError, match="no provider 'acme'"):
        ask(catalog, counter, "acme")
    bare = settings_module.load()
    assert registry.configured(bare) == []
    assert registry.half_configured(settings_module.load(digikey_client_id="me")) == {
        "digikey": ["digikey_client_secret"]
    }
    with pytest.raises(UsageError, match="cannot be asked without a key") as caught:
        refreshing.refresh(catalog.store, bare, WANTED, names=["mouser"])
    assert "BOMTOOL_MOUSER_KEY" in str(caught.value.hint)
    open_air = settings_module.load(**KEYS, provider_urls={"mouser": "http://mouser.example"})
    with pytest.raises(UsageError, match="must be https"):
        refreshing.refresh(catalog.store, open_air, WANTED, names=["mouser"])


def test_requests_to_tme_are_signed() -> None:
    from pydantic import SecretStr

    form = {"Token": "abc", "SymbolList[0]": "1N4007", "Country": "PL"}
    made = tme.signature("https://api.tme.eu/Products/GetPrices.json", form, SecretStr("key"))
    # The same digest, made with openssl over the base string that TME's documentation describes.
    assert made == "e1SLdqcM9cfj60rw5GNV6xksGVk="
