"""Cofactr's Component Cloud: parts with the offers of many sellers, asked for in batches.

Source: the service's published OpenAPI description (`POST /batch/products/`, schema product-offers-v1, search strategy
mpn_exact). Any platform that has those operations can stand in, this one's own among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Halt, Looked, NoAnswer, Terms, Wanted


@dataclass(frozen=True, slots=True)
class Cofactr:
    """Asked with a client id and a key."""

    terms: Terms
    client_id: str
    api_key: SecretStr
    supplier: str = ""
    currency: str | None = None

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The key."""
        return (self.api_key,)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call for the whole batch; its members succeed or fail one by one."""
        members = [{"method": "GET", "relative_url": "?" + _query(part)} for part in wanted]
        headers = {"X-CLIENT-ID": self.client_id, "X-API-KEY": self.api_key.get_secret_value()}
        answer = ask("POST", "/batch/products/", headers=headers, body={"batch": members})
        if not isinstance(answer, list):
            raise NoAnswer(f"{self.terms.title} answered with something else than one result a part.")
        if any(isinstance(member, dict) and member.get("code") == 429 for member in answer):
            raise Halt(f"{self.terms.title} has had too many calls.")
        looked = Looked([])
        for part, member in zip(wanted, answer, strict=False):
            code = member.get("code") if isinstance(member, dict) else None
            if code == 200:
                looked.answers.append(member["body"])
            elif code != 404:
                looked.unanswered.append(part)
                looked.sentences.append(f"{self.terms.title} gives no answer for {part.mpn} (status {code}).")
        looked.unanswered += wanted[len(answer) :]
        return looked


def _query(part: Wanted) -> str:
    """Of every maker: the answer is kept for all who use the number."""
    return urlencode(
        {
            "q": part.mpn,
            "search_strategy": "mpn_exact",
            "schema": "product-offers-v1",
            "external": "true",
            "limit": "10",
        }
    )
