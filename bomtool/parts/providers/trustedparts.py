"""TrustedParts: the stock of authorised distributors, fifty part numbers a call; answers do not say which question they
belong to, so they are told apart by their part numbers.

Source: TrustedParts' Inventory API, version 2 (`POST /v2/search`); its terms allow keeping answers for a week.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bomtool import __version__
from bomtool.parts.providers.model import Ask, Halt, Looked, NoAnswer, Terms, Wanted

_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class TrustedParts:
    """Asked with a company id and a key, for a country and a currency."""

    terms: Terms
    company_id: str
    api_key: SecretStr
    country: str = "US"
    wanted_currency: str = "USD"
    supplier: str = ""
    currency: str | None = None

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The key."""
        return (self.api_key,)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call for the batch, exact matches only."""
        queries = [{"SearchToken": part.mpn} for part in wanted if len(part.mpn) >= _SHORTEST]
        if not queries:
            return Looked([])
        body = {
            "CompanyId": self.company_id,
            "ApiKey": self.api_key.get_secret_value(),
            "Queries": queries,
            "CountryCode": self.country,
            "CurrencyCode": self.wanted_currency,
            "LanguageCode": "en",
            "InStockOnly": False,
            "ExactMatch": True,
            "UseCachedData": False,
            "IsCrawler": False,
            "UserAgent": f"bomtool/{__version__}",
        }
        answer = ask("POST", "/v2/search", body=body)
        if not isinstance(answer, dict):
            raise NoAnswer(f"{self.terms.title} answered with something else than results.")
        said = answer.get("errormessage")
        if isinstance(said, str) and said.strip():
            sentence = f"{self.terms.title} refuses: {' '.join(said.split())[:200].rstrip('.')}."
            refused = any(word in said.lower() for word in ("key", "credential", "suspend", "limit", "company"))
            raise Halt(sentence) if refused else NoAnswer(sentence)
        return Looked([answer])
