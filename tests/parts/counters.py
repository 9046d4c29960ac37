"""A server that stands in for each provider, on a real socket, and misbehaves on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

STOCK = {"AB-1": ("Acme", 500, 0.25), "AB-2": ("Acme", 40, 1.5), "XY 9/3": ("Bolt & Co", 0, 12.75)}
"""What the invented distributors have: maker, stock, unit price."""


@dataclass
class Counter:
    """What was asked, and what to do with the next requests: (status, headers, body) or a callable on the handler."""

    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    next: list[Any] = field(default_factory=list)
    currency: str = "USD"
    url: str = ""

    def asked(self) -> list[str]:
        """Paths asked for, without tokens' ones."""
        return [path for _, path, _, _ in self.requests if "token" not in path]


@contextmanager
def serve() -> Iterator[Counter]:
    counter = Counter()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer("GET")

        def do_POST(self) -> None:
            self.answer("POST")

        def answer(self, method: str) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            kind = self.headers.get("content-type", "")
            body = json.loads(raw) if "json" in kind else dict(parse_qsl(raw))
            counter.requests.append((method, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if counter.next:
                step = counter.next.pop(0)
                if callable(step):
                    step(self)
                    return
                if step is not None:
                    self.send(*step)
                    return
            self.send(200, {}, json.dumps(ROUTES[urlsplit(self.path).path](self.path, body, counter)))

        def send(self, status: int, headers: dict[str, str], text: str) -> None:
            content = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    counter.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield counter
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def cut_short(handler: Any) -> None:
    """Promise more than is sent, and hang up."""
    handler.send_response(200)
    handler.send_header("Content-Length", "5000")
    handler.end_headers()
    handler.wfile.write(b'{"Errors": [')
    handler.close_connection = True


def slow(seconds: float) -> Callable[[Any], None]:
    def wait(handler: Any) -> None:
        time.sleep(seconds)
        handler.close_connection = True

    return wait


HTML = (200, {"Content-Type": "text/html"}, "<html>Please sign in</html>")


def _mouser(path: str, body: Any, counter: Counter) -> Any:
    names = body["SearchByPartRequest"]["mouserPartNumber"].split("|")
    shown = {"USD": "${:.3f}", "EUR": "{:.3f} €"}[counter.currency]
    parts = [
        {
            "Availability": f"{STOCK[name][1]:,} In Stock" if STOCK[name][1] else "None", "Manufacturer": STOCK[name][0],
            "ManufacturerPartNumber": name, "MouserPartNumber": f"999-{name}", "Min": "1", "Mult": "1", "LeadTime": "84 Days",
            "PriceBreaks": [
                {"Quantity": q, "Price": shown.format(STOCK[name][2] / d).replace(".", "," if "€" in shown else "."),
                 "Currency": counter.currency}
                for q, d in ((1, 1), (100, 2))
            ],
        }
        for name in names if name in STOCK
    ]  # fmt: skip
    return {"Errors": [], "SearchResults": {"NumberOfResult": len(parts), "Parts": parts}}


def _token(path: str, body: Any, counter: Counter) -> Any:
    return {"access_token": "made-token-7Q", "expires_in": 600, "token_type": "Bearer"}


def _digikey(path: str, body: Any, counter: Counter) -> Any:
    name = body["Keywords"]
    found = []
    if name in STOCK:
        maker, stock, price = STOCK[name]
        variations = [
            {
                "DigiKeyProductNumber": f"{name}{end}-ND", "PackageType": {"Name": kind},
                "QuantityAvailableforPackageType": stock, "MinimumOrderQuantity": least,
                "StandardPricing": [{"BreakQuantity": least, "UnitPrice": price, "TotalPrice": price * least}],
            }
            for end, kind, least in (("CT", "Cut Tape (CT)", 1), ("TR", "Tape & Reel (TR)", 1000))
        ]  # fmt: skip
        found = [
            {
                "ManufacturerProductNumber": name, "Manufacturer": {"Name": maker}, "QuantityAvailable": stock,
                "Description": {"ProductDescription": "A part"}, "ProductStatus": {"Status": "Active"},
                "ManufacturerLeadWeeks": "12", "ProductVariations": variations,
            }
        ]  # fmt: skip
    locale = {"Site": "US", "Language": "en", "Currency": counter.currency}
    return {"Products": found, "ExactMatches": [], "ProductsCount": len(found), "SearchLocaleUsed": locale}


def _element14(path: str, body: Any, counter: Counter) -> Any:
    query = parse_qs(urlsplit(path).query)
    name = query["term"][0].partition(":")[2]
    if name not in STOCK:
        return {"manufacturerPartNumberSearchReturn": {"numberOfResults": 0}}
    maker, stock, price = STOCK[name]
    product = {
        "sku": "1234567", "displayName": f"{maker} - {name} - A part", "unitOfMeasure": "EACH", "packSize": 1,
        "prices": [{"from": 1, "to": 999, "cost": price}], "brandName": maker, "translatedManufacturerPartNumber": name,
        "translatedMinimumOrderQuality": 5, "stock": {"level": stock, "leastLeadTime": 90},
    }  # fmt: skip
    return {"manufacturerPartNumberSearchReturn": {"numberOfResults": 1, "products": [product]}}


def _nexar(path: str, body: Any, counter: Counter) -> Any:
    matches = []
    for query in body["variables"]["queries"]:
        parts = []
        if query["mpn"] in STOCK:
            maker, stock, price = STOCK[query["mpn"]]
            offer = {
                "sku": f"N-{query['mpn']}", "inventoryLevel": stock, "moq": 10, "orderMultiple": 10, "packaging": None,
                "factoryLeadDays": 70, "clickUrl": None, "updated": "2026-05-01T00:00:00Z",
                "prices": [{"quantity": 10, "price": price, "currency": counter.currency}],
            }  # fmt: skip
            seller = {"company": {"name": "Fjord Parts"}, "isAuthorized": True, "offers": [offer]}
            parts = [{"mpn": query["mpn"], "manufacturer": {"name": maker}, "sellers": [seller]}]
        matches.append({"reference": query["reference"], "hits": len(parts), "error": None, "parts": parts})
    return {"data": {"supMultiMatch": matches}}


def _trustedparts(path: str, body: Any, counter: Counter) -> Any:
    results = []
    for query in body["Queries"]:
        if query["SearchToken"] in STOCK:
            maker, stock, price = STOCK[query["SearchToken"]]
            pricing = {
                "CurrencyCode": counter.currency, "MinimumQuantity": 1, "QuantityMultiple": 1,
                "Prices": [{"Quantity": 1, "Amount": price}],
            }  # fmt: skip
            offer = {
                "Description": "A part", "DistributorPartNumber": "N/A", "Stock": {"QuantityOnHand": stock},
                "Pricing": pricing, "Links": [{"Type": "Buy", "Url": "https://fjord.example/buy"}],
            }  # fmt: skip
            distributors = [{"Name": "Fjord Parts", "DistributorResults": [offer]}]
            results.append({"PartNumber": query["SearchToken"], "Manufacturer": maker, "Distributors": distributors})
    return {"ErrorMessage": "", "PartResults": results}


def _tme_search(path: str, body: Any, counter: Counter) -> Any:
    name = body["SearchPlain"]
    products = []
    if name in STOCK:
        products = [
            {"Symbol": f"T-{name}", "OriginalSymbol": name, "Producer": STOCK[name][0], "MinAmount": 1, "Multiples": 1}
        ]
    return {"Status": "OK", "Data": {"ProductList": products, "Amount": len(products)}}


def _tme_prices(path: str, body: Any, counter: Counter) -> Any:
    symbols = [value for name, value in body.items() if name.startswith("SymbolList")]
    products = [
        {
            "Symbol": symbol,
            "Amount": STOCK[symbol[2:]][1],
            "PriceList": [{"Amount": 1, "PriceValue": STOCK[symbol[2:]][2]}],
        }
        for symbol in symbols
    ]
    return {"Status": "OK", "Data": {"Currency": counter.currency, "PriceType": "NET", "ProductList": products}}


def _cofactr(path: str, body: Any, counter: Counter) -> Any:
    answers = []
    for member in body["batch"]:
        asked = dict(parse_qsl(member["relative_url"].lstrip("?")))
        assert asked["search_strategy"] == "mpn_exact"
        query = {"mpn": asked["q"]}
        data = []
        if query["mpn"] in STOCK:
            maker, stock, price = STOCK[query["mpn"]]
            point = {"quantity": 1, "price": price, "currency": counter.currency}
            offer = {
                "part": "CC0000000001", "seller": {"id": "s1", "label": "Fjord Parts"}, "sku": f"F-{query['mpn']}",
                "inventory_level": stock, "moq": 1, "order_multiple": 1, "prices": [point], "is_authorized": True,
                "offer_updated_at": "2026-05-01T00:00:00Z",
            }  # fmt: skip
            data = [{"id": "CC0000000001", "mpn": query["mpn"], "mfr": maker, "offers": [offer]}]
        answers.append({"code": 200, "body": {"data": data}})
    return answers


ROUTES: dict[str, Callable[[str, Any, Counter], Any]] = {
    "/api/v1/search/partnumber": _mouser,
    "/v1/oauth2/token": _token,
    "/connect/token": _token,
    "/products/v4/search/keyword": _digikey,
    "/catalog/products": _element14,
    "/graphql/": _nexar,
    "/v2/search": _trustedparts,
    "/Products/Search.json": _tme_search,
    "/Products/GetPricesAndStocks.json": _tme_prices,
    "/batch/products/": _cofactr,
}
