"""Farnell, Newark and element14: one part number a call, at the shop of one country. The key travels in the address.

The answers name no currency: it is that of the shop (`templates/provider_stores.csv`). Source: element14's product search
documentation (`term=manuPartNum:...`, response group large).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Looked, Terms, Wanted


@dataclass(frozen=True, slots=True)
class Element14:
    """Asked with a key, at a shop such as uk.farnell.com."""

    terms: Terms
    api_key: SecretStr
    store: str
    supplier: str
    currency: str | None

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The key."""
        return (self.api_key,)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call a part number."""
        return Looked([ask("GET", "/catalog/products", query=self._query(part)) for part in wanted])

    def _query(self, part: Wanted) -> dict[str, str]:
        return {
            "versionNumber": "1.2",
            "term": f"manuPartNum:{part.mpn}",
            "storeInfo.id": self.store,
            "resultsSettings.offset": "0",
            "resultsSettings.numberOfResults": "20",
            "resultsSettings.responseGroup": "large",
            "callInfo.responseDataFormat": "JSON",
            "callInfo.omitXmlSchema": "true",
            "callInfo.apiKey": self.api_key.get_secret_value(),
        }
