"""Nexar (Octopart): parts with the offers of many sellers, about twenty part numbers a call.

Allowances count the parts that come back, so each question asks for few. Source: the service's public GraphQL schema
(`supMultiMatch`) and its client credentials flow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Halt, Looked, NoAnswer, Terms, Wanted
from bomtool.parts.providers.tokens import Token

PARTS_EACH = 3
"""Parts that may come back for one part number: its maker's, and those of others who use the same number."""
_QUERY = """
query Prices($queries: [SupPartMatchQuery!]!, $country: String!, $currency: String!) {
  supMultiMatch(queries: $queries, country: $country, currency: $currency) {
    reference
    hits
    error
    parts {
      mpn
      manufacturer { name }
      category { name }
      shortDescription
      bestDatasheet { url }
      sellers(includeBrokers: false) {
        company { name }
        isAuthorized
        offers {
          sku inventoryLevel moq orderMultiple packaging factoryLeadDays clickUrl updated
          prices { quantity price currency }
        }
      }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class Nexar:
    """Asked with a client id and a client secret, for a country and a currency."""

    terms: Terms
    client_id: str
    client_secret: SecretStr
    identity: Ask
    """The counter of the service that gives tokens."""
    country: str = "US"
    wanted_currency: str = "USD"
    supplier: str = ""
    currency: str | None = None
    token: Token = field(default_factory=Token)

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The secret and the token."""
        return (self.client_secret, *self.token.secrets)

    def get_token(self, ask: Ask) -> str:
        """A token, which costs nothing. Raises Halt where the keys are refused."""
        return self.token.get(
            self.identity, "/connect/token", self.client_id, self.client_secret, scope="supply.domain"
        )

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call for the batch."""
        bearer = self.token.get(
            self.identity, "/connect/token", self.client_id, self.client_secret, scope="supply.domain"
        )
        queries = [
            {"mpn": part.mpn, "reference": str(number), "limit": PARTS_EACH} for number, part in enumerate(wanted)
        ]
        variables = {"queries": queries, "country": self.country, "currency": self.wanted_currency}
        answer = ask(
            "POST",
            "/graphql/",
            headers={"Authorization": f"Bearer {bearer}"},
            body={"query": _QUERY, "variables": variables},
        )
        matches = ((answer or {}).get("data") or {}).get("supmultimatch") if isinstance(answer, dict) else None
        said = _errors(answer)
        if said and any(word in said.lower() for word in ("limit", "quota", "exceeded")):
            raise Halt(f"{self.terms.title} wants no more calls: {said}.")
        if matches is None:
            raise NoAnswer(f"{self.terms.title} gives no result{': ' + said if said else ''}.")
        looked = Looked([match for match in matches if isinstance(match, dict)])
        for match in looked.answers:
            number = str(match.get("reference"))
            if match.get("error") and number.isdecimal() and int(number) < len(wanted):
                looked.unanswered.append(wanted[int(number)])
                looked.sentences.append(f"{self.terms.title}, {wanted[int(number)].mpn}: {str(match['error'])[:200]}")
        return looked


def _errors(answer: Any) -> str:
    errors = answer.get("errors") if isinstance(answer, dict) else None
    found = [str(error.get("message", "")) for error in errors or () if isinstance(error, dict)]
    return " ".join(" ".join(found).split())[:200].rstrip(".")
