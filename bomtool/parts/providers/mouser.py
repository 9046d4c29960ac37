"""Mouser's search by part number: ten numbers a call, joined by bars. The key travels in the address.

Source: Mouser's API documentation (`POST /api/v1/search/partnumber`, 30 calls a minute, 1,000 a day).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Halt, Looked, NoAnswer, Terms, Wanted


@dataclass(frozen=True, slots=True)
class Mouser:
    """Asked with a key."""

    terms: Terms
    api_key: SecretStr
    supplier: str = "Mouser"
    currency: str | None = None

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The key."""
        return (self.api_key,)

    def look(self, ask: Ask, wanted: Sequence[Wanted]) -> Looked:
        """One call for the batch. A number that holds a bar itself cannot be asked for."""
        numbers = [part.mpn for part in wanted if "|" not in part.mpn]
        if not numbers:
            return Looked([])
        request = {"mouserPartNumber": "|".join(numbers), "partSearchOptions": "Exact"}
        answer = ask(
            "POST",
            "/api/v1/search/partnumber",
            query={"apiKey": self.api_key.get_secret_value()},
            body={"SearchByPartRequest": request},
        )
        if not isinstance(answer, dict):
            raise NoAnswer(f"{self.terms.title} answered with something else than results.")
        errors = [error for error in answer.get("errors") or () if isinstance(error, dict)]
        if errors:
            said = " ".join(str(error.get("message") or error.get("code") or "") for error in errors)[:200].rstrip(". ")
            code = " ".join(str(error.get("code") or "") for error in errors).lower()
            if "toomany" in code or "too many" in said.lower() or ("per" in said.lower() and "exceed" in said.lower()):
                raise Halt(f"{self.terms.title} wants no more calls: {said}.")
            if "key" in said.lower() or "unauthorized" in code or "identifier" in said.lower():
                raise Halt(f"{self.terms.title} refuses the key: {said}.")
            raise NoAnswer(f"{self.terms.title} refuses the question: {said}.")
        return Looked([answer])
