"""TME: a search for each part number, then prices and stock of the symbols found, up to fifty a call.

Every request is signed: HMAC-SHA1 over method, address and sorted parameters, as TME's API documentation describes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import SecretStr

from bomtool.parts import ids
from bomtool.parts.providers.model import Ask, Halt, Looked, NoAnswer, Terms, Wanted

_SYMBOLS = 50


@dataclass(frozen=True, slots=True)
class Tme:
    """Asked with a token and a secret, for a country and a currency."""

    terms: Terms
    token: str
    secret: SecretStr
    country: str = "US"
    wanted_currency: str = "USD"
    supplier: str = "TME"
    currency: str | None = None

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The secret."""
        return (self.secret,)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """Products by symbol, each with the prices that came for it."""
        products: dict[str, dict[str, Any]] = {}
        for part in wanted:
            data = self._call(ask, "/Products/Search.json", {"SearchPlain": part.mpn})
            for product in data.get("productlist") or ():
                if isinstance(product, dict) and ids.key(str(product.get("originalsymbol", ""))) == part.key:
                    products[str(product.get("symbol"))] = product
        symbols = list(products)
        found = []
        for at in range(0, len(symbols), _SYMBOLS):
            asked = {f"SymbolList[{n}]": symbol for n, symbol in enumerate(symbols[at : at + _SYMBOLS])}
            terms = {"Currency": self.wanted_currency, "GrossPrices": "false"}
            data = self._call(ask, "/Products/GetPricesAndStocks.json", {**asked, **terms})
            if data.get("pricetype") not in (None, "NET"):
                raise NoAnswer(f"{self.terms.title} gives prices with tax, which cannot be compared.")
            priced = {
                str(entry.get("symbol")): entry for entry in data.get("productlist") or () if isinstance(entry, dict)
            }
            rows = [
                {**products[symbol], **priced[symbol]} for symbol in symbols[at : at + _SYMBOLS] if symbol in priced
            ]
            found.append({"currency": data.get("currency"), "productlist": rows})
        return Looked(found)

    def _call(self, ask: Ask, path: str, parameters: Mapping[str, str]) -> dict[str, Any]:
        form = {"Country": self.country, "Language": "EN", "Token": self.token, **parameters}
        form["ApiSignature"] = signature(self.terms.url + path, form, self.secret)
        answer = ask("POST", path, form=form)
        if not isinstance(answer, dict):
            raise NoAnswer(f"{self.terms.title} answered with something else than results.")
        status = str(answer.get("status", "OK"))
        if status != "OK":
            said = str(answer.get("errormessage") or status)[:200].rstrip(".")
            denied = any(word in status for word in ("AUTHORIZATION", "SIGNATURE", "TOKEN", "LIMIT"))
            raise (
                Halt(f"{self.terms.title} refuses: {said}.")
                if denied
                else NoAnswer(f"{self.terms.title} refuses: {said}.")
            )
        data = answer.get("data")
        return data if isinstance(data, dict) else {}


def signature(url: str, form: Mapping[str, str], secret: SecretStr) -> str:
    """What TME wants beside the parameters: a keyed digest over "POST", the address and the sorted parameters."""
    pairs = "&".join(f"{quote(name, safe='')}={quote(form[name], safe='')}" for name in sorted(form))
    base = f"POST&{quote(url, safe='')}&{quote(pairs, safe='')}"
    digest = hmac.new(secret.get_secret_value().encode(), base.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
