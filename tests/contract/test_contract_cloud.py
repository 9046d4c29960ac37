"""The Component Cloud's operations: search, view, complete, batch, over the in-process and the served platform."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import insert

from bomtool.api import products as wire
from bomtool.parts import tables
from bomtool.platform import auth
from bomtool.platform.cloud import answering
from bomtool.store.schema import now
from tests.platform.support import CAPACITOR, MCU, OPAMP, RESISTOR

SCHEMAS = ("product-v0", "product-v1", "product-offers-v0", "product-offers-v1")


@pytest.fixture
def cloud(client, key):
    client.headers = {"X-API-KEY": key["key"], "X-CLIENT-ID": key["org_id"]}
    return client


def search(cloud: Any, q: str | None = None, schema: str = "product-v1", **more: Any) -> list[dict[str, Any]]:
    params = {"schema": schema, **({"q": q} if q is not None else {}), **more}
    answer = cloud.get("/products/", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def names(found: list[dict[str, Any]]) -> list[str]:
    return [product["mpn"] for product in found]


def test_each_strategy_finds_what_it_says(cloud):
    assert names(search(cloud, "rc0402fr-0710kl")) == [RESISTOR]
    assert names(search(cloud, "STM32F1")) == [MCU]
    assert names(search(cloud, "SP-LM358")) == [OPAMP]
    assert names(search(cloud, RESISTOR, search_strategy="mpn_exact")) == [RESISTOR]
    assert search(cloud, RESISTOR[:-1], search_strategy="mpn_exact") == []
    several = urlencode([("mpn", OPAMP), ("mpn", "nothing"), ("mpn", RESISTOR)])
    assert names(search(cloud, several, search_strategy="mpn_exact_multi")) == [OPAMP, RESISTOR]
    fitting = urlencode({"mpn": OPAMP, "mfr": "TI"})
    assert names(search(cloud, fitting, search_strategy="mpn_exact_mfr")) == [OPAMP]
    assert search(cloud, urlencode({"mpn": OPAMP, "mfr": "Murata"}), search_strategy="mpn_exact_mfr") == []
    assert names(search(cloud, "LM358DR Texas Instruments", search_strategy="mpn_sku_mfr")) == [OPAMP]
    assert names(search(cloud, "NW-10K", search_strategy="mpn_sku_mfr")) == [RESISTOR]


@pytest.mark.parametrize("schema", SCHEMAS)
def test_each_schema_says_what_it_has(schema, cloud):
    (found,) = search(cloud, RESISTOR, schema, search_strategy="mpn_exact")
    assert (found["mpn"], found["mfr"], found["package"]) == (RESISTOR, "YAGEO", "0402")
    assert ("offers" in found) == schema.startswith("product-offers")
    if schema == "product-v1":
        assert (found["inventory_level"], found["buyable"], found["quotable"], found["maybe"]) == (50000, 1, 0, 0)
    if "offers" in found:
        (offer,) = found["offers"]
        assert (offer["sku"], offer["moq"], offer["inventory_level"]) == ("NW-10K", 1, 50000)
        assert offer["seller"]["label"] == "Northwind"
        assert [(p["quantity"], p["price"], p["converted_price"]) for p in offer["prices"]] == [
            (1, 0.1, 0.1), (100, 0.02, 0.02), (1000, 0.005, 0.005),
        ]  # fmt: skip
    if schema == "product-offers-v1":
        spec = {entry["id"]: entry for entry in found["specs"]}
        assert spec["resistance"]["quantity"]["amount"] == 10_000
        assert spec["tolerance"]["display_value"] == "±1 %"
    if schema == "product-offers-v0":
        assert [(p["quantity"], p["price"]) for p in found["buyable_reference_prices"]] == [
            (1, 0.1),
            (100, 0.02),
            (1000, 0.005),
        ]


def test_a_product_is_viewed_by_its_id_and_by_one_it_had_before(cloud, platform, key):
    part_id = platform.part_id(MCU)
    viewed = cloud.get(f"/products/{part_id}", params={"schema": "product-v1"}).json()["data"]
    assert (viewed["id"], viewed["mpn"], viewed["deprecated_ids"]) == (part_id, MCU, [])
    with platform.store.write() as connection:
        connection.execute(
            insert(tables.decisions).values(
                org_id=key["org_id"], key="k" * 64, part_id="OLDNAME00001", mpn=MCU, manufacturer="ST", decided_at=now()
            )
        )
    old = cloud.get("/products/OLDNAME00001", params={"schema": "product-offers-v1"}).json()["data"]
    assert (old["id"], old["deprecated_ids"]) == (part_id, ["OLDNAME00001"])
    missing = cloud.get("/products/NOTHING00000", params={"schema": "product-v1"})
    assert missing.status_code == 422
    assert missing.json()["detail"][0]["msg"] == "There is no product NOTHING00000."


def test_what_one_org_decided_renames_nothing_for_another(cloud, platform):
    stranger = platform.key()
    with platform.store.write() as connection:
        connection.execute(
            insert(tables.decisions).values(
                org_id=stranger["org_id"],
                key="q" * 64,
                part_id="OLDNAME00002",
                mpn=MCU,
                manufacturer="ST",
                decided_at=now(),
            )
        )
    assert cloud.get("/products/OLDNAME00002", params={"schema": "product-v1"}).status_code == 422


def test_filters_fields_and_pages(cloud, platform):
    wanted = [platform.part_id(OPAMP), platform.part_id(MCU)]
    by_id = json.dumps([{"field": "id", "operator": "IN", "value": wanted}])
    assert names(search(cloud, filtering=by_id)) == [OPAMP, MCU]
    stocked = json.dumps([{"field": "inventory_level", "operator": "GT", "value": 0}])
    assert sorted(names(search(cloud, filtering=stocked))) == sorted([RESISTOR, CAPACITOR, MCU])
    made = json.dumps([{"field": "mfr", "operator": "EQ", "value": "murata"}])
    assert names(search(cloud, filtering=made)) == [CAPACITOR]
    (few,) = search(cloud, RESISTOR, "product-offers-v1", fields="mpn,offers{sku,prices{price}}")
    assert set(few) == {"id", "mpn", "offers"}
    assert search(cloud, RESISTOR, limit=0) == []
    seen, params = [], {"schema": "product-v0", "limit": 3}
    for _ in range(3):
        answer = cloud.get("/products/", params=params).json()
        seen += names(answer["data"])
        if answer["paging"]["next"] is None:
            break
        params |= answer["paging"]["next"]
    assert sorted(seen) == sorted([RESISTOR, CAPACITOR, MCU, OPAMP])


def test_completions(cloud, platform):
    answer = cloud.get("/products/autocompletions/", params={"q": "LM358"}).json()
    assert answer == {"data": [{"id": platform.part_id(OPAMP), "label": f"Texas Instruments {OPAMP}"}]}
    assert cloud.get("/products/autocompletions/").json() == {"data": []}


def test_members_of_a_batch_succeed_or_fail_alone(cloud, platform):
    part_id = platform.part_id(MCU)
    urls = [
        f"?{urlencode({'q': OPAMP, 'schema': 'product-v1', 'search_strategy': 'mpn_exact'})}",
        "?q=x",
        f"{part_id}?schema=product-v0",
        "https://elsewhere.example/?schema=product-v1",
        "?q=nothing-like-it&schema=product-v1&search_strategy=mpn_exact",
        "http://[::1",
    ]
    answer = cloud.post("/batch/products/", json={"batch": [{"method": "GET", "relative_url": url} for url in urls]})
    assert answer.status_code == 200
    codes = [member["code"] for member in answer.json()]
    assert codes == [200, 422, 200, 422, 200, 422]
    assert answer.json()[0]["body"]["data"][0]["mpn"] == OPAMP
    assert answer.json()[2]["body"]["data"]["id"] == part_id
    assert answer.json()[4]["body"]["data"] == []
    many = [{"method": "GET", "relative_url": "?schema=product-v0&q=x"}] * 251
    assert cloud.post("/batch/products/", json={"batch": many}).status_code == 422


def test_a_batch_has_one_budget_for_all_its_members(platform, key, monkeypatch):
    identity = auth.identify(platform.store, f"Api-Key {key['key']}")

    def codes(urls, **left):
        desk = answering.Desk(platform.store, platform.settings, identity, identity.visible, answering.Budget(**left))
        asked = [wire.ApiOperation(method="GET", relative_url=url) for url in urls]
        return [member["code"] for member in desk.batch(asked, None)]

    everything = "?schema=product-v1&limit=500"
    assert codes([everything] * 3, scanned=5) == [200, 200, 504]
    asked = []
    monkeypatch.setattr(answering.registry, "configured", lambda settings: ["mouser"])
    monkeypatch.setattr(answering.refreshing, "refresh", lambda store, settings, wanted, **more: asked.append(wanted))
    one = "?" + urlencode({"schema": "product-v1", "search_strategy": "mpn_exact", "q": OPAMP, "force_refresh": "true"})
    assert codes([one] * 5, live=3) == [200] * 5
    assert len(asked) == 3


def test_a_provider_is_never_asked_sooner_than_it_wants(platform, monkeypatch):
    from bomtool.parts.providers.model import Halt

    slept = []
    monkeypatch.setattr(answering.time, "sleep", slept.append)
    answering._briefly(1.5)
    with pytest.raises(Halt):
        answering._briefly(7)
    assert slept == [1.5]


def test_who_may_ask(cloud, client, platform, key):
    good = dict(client.headers)
    for headers in (
        {},
        {"X-API-KEY": key["key"]},
        {"X-API-KEY": "bt_nothing", "X-CLIENT-ID": key["org_id"]},
        {"X-API-KEY": key["key"], "X-CLIENT-ID": platform.key()["org_id"]},
        {"X-API-KEY": key["key"], "X-CLIENT-ID": "nobody"},
        {"Authorization": f"Api-Key {key['key']}"},
    ):
        client.headers = headers
        answer = client.get("/products/", params={"schema": "product-v1"})
        assert answer.status_code == 401, headers
        assert set(answer.json()) == {"detail"}
        for path in ("/products/x", "/products/x/y"):
            assert client.get(path).status_code == 401
        for content in (b"{}", b"[" * 100_000, b"\xff"):  # it is not even looked at
            assert client.post("/batch/products/", content=content).status_code == 401
    client.headers = good
    assert client.get("/products/", params={"schema": "product-v1"}).status_code == 200
    assert client.get("/products/openapi.json").json()["info"]["title"] == "bomtool Component Cloud"


def test_mistakes_are_named(cloud):
    for params, name in (
        ({}, "schema"),
        ({"schema": "product-v9"}, "schema"),
        ({"schema": "product-v1", "limit": 501}, "limit"),
        ({"schema": "product-v1", "page_token": "!!"}, "page_token"),
        ({"schema": "product-v1", "filtering": "{"}, "filtering"),
        ({"schema": "product-v1", "filtering": '[{"field": "price", "operator": "EQ", "value": 1}]'}, "filtering"),
        ({"schema": "product-v1", "filtering": '[{"field": "id", "operator": "EQ", "value": "\\ud800"}]'}, "filtering"),
        ({"schema": "product-v1", "filtering": "[" * 10_000}, "filtering"),
        ({"schema": "product-v1", "q": "x", "search_strategy": "mpn_exact_multi"}, "q"),
        ({"schema": "product-v1", "q": "x " * 900}, "q"),
        ({"schema": "product-v1", "q": "x " * 900, "search_strategy": "mpn_sku_mfr"}, "q"),
        ({"schema": "product-v1", "search_strategy": "guess"}, "search_strategy"),
    ):
        answer = cloud.get("/products/", params=params)
        assert answer.status_code == 422, params
        assert answer.json()["detail"][0]["loc"] == ["query", name]
        assert set(answer.json()["detail"][0]) == {"loc", "msg", "type"}


def test_the_vendors_own_client_works_unchanged(platform, key, served):
    graph = pytest.importorskip("cofactr.graph")
    api = graph.GraphAPI(
        protocol="http", host=served.url.removeprefix("http://"), client_id=key["org_id"], api_key=key["key"]
    )
    part_id = platform.part_id(RESISTOR)
    found = api.get_products(query=RESISTOR, schema="product-offers-v1", external=False)
    assert [product["id"] for product in found["data"]] == [part_id]
    assert api.get_product(id=part_id, schema="product-v1")["data"]["mpn"] == RESISTOR
    by_id = api.get_products_by_ids([part_id, platform.part_id(MCU)], schema="product-v1", external=False)
    assert {product["mpn"] for product in by_id.values()} == {RESISTOR, MCU}
    searched = api.get_products_by_searches([OPAMP, "no such part"], schema="product-v1", external=False)
    assert {query: [product["mpn"] for product in found] for query, found in searched.items()} == {
        OPAMP: [OPAMP],
        "no such part": [],
    }


def test_a_bomtool_asks_another_ones_platform_for_live_prices(platform, key, served, tmp_path):
    from bomtool import settings as settings_module
    from bomtool import store
    from bomtool.parts.catalog import Catalog
    from bomtool.parts.providers import refreshing
    from bomtool.parts.providers.model import Wanted

    settings = settings_module.load(
        cofactr_client_id=key["org_id"], cofactr_key=key["key"], provider_urls={"cofactr": served.url}
    )
    opened = store.open(tmp_path / "other.sqlite3")
    try:
        wanted = [Wanted(RESISTOR, "YAGEO"), Wanted(MCU, "ST"), Wanted("NOT-THERE")]
        (told,) = refreshing.refresh(opened, settings, wanted)
        assert told.summary == "Cofactr Component Cloud: priced 2 of 3"
        part_id = platform.part_id(RESISTOR)
        (offer,) = Catalog(opened).offers([part_id])[part_id]
        assert (offer.supplier, offer.sku, offer.stock, offer.kind) == ("Northwind", "NW-10K", 50000, "live")
    finally:
        opened.close()


def test_generated_requests_are_answered_as_described(tmp_path):
    """A short run of scripts/long/fuzz_cloud.py."""
    import importlib.util
    from pathlib import Path

    path = Path(__file__).parents[2] / "scripts" / "long" / "fuzz_cloud.py"
    spec = importlib.util.spec_from_file_location("fuzz_cloud", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    counts, failures = module.run(tmp_path, None, 15, 7)
    assert failures == []
    assert sum(sum(found.values()) for found in counts.values()) == 60
    assert all("200" in found for found in counts.values())
