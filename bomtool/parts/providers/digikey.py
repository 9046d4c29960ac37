"""DigiKey's product search, version 4: one part number a call, with its packagings as offers of one stock.

Source: DigiKey's developer documentation (client credentials flow, `POST /products/v4/search/keyword`, the X-DIGIKEY
headers, 120 calls a minute and 1,000 a day unless an account has more).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Looked, Terms, Wanted
from bomtool.parts.providers.tokens import Token


@dataclass(frozen=True, slots=True)
class DigiKey:
    """Asked with a client id and a client secret, for a site and a currency."""

    terms: Terms
    client_id: str
    client_secret: SecretStr
    country: str = "US"
    wanted_currency: str = "USD"
    supplier: str = "DigiKey"
    currency: str | None = None
    token: Token = field(default_factory=Token)

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The secret and the token."""
        return (self.client_secret, *self.token.secrets)

    def get_token(self, ask: Ask) -> str:
        """A token, which costs nothing. Raises Halt where the keys are refused."""
        return self.token.get(ask, "/v1/oauth2/token", self.client_id, self.client_secret)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call a part number."""
        found = []
        for part in wanted:
            bearer = self.get_token(ask)
            headers = {
                "Authorization": f"Bearer {bearer}",
                "X-DIGIKEY-Client-Id": self.client_id,
                "X-DIGIKEY-Locale-Site": self.country,
                "X-DIGIKEY-Locale-Language": "en",
                "X-DIGIKEY-Locale-Currency": self.wanted_currency,
            }
            body = {"Keywords": part.mpn, "Limit": 10, "Offset": 0}
            found.append(ask("POST", "/products/v4/search/keyword", headers=headers, body=body))
        return Looked(found)
