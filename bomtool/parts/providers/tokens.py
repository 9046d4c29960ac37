"""OAuth tokens by client credentials (RFC 6749, section 4.4): asked for when needed, used until shortly before they end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import SecretStr

from bomtool.parts.providers.model import Ask, Halt

_MARGIN = 60.0


@dataclass(slots=True)
class Token:
    """A token and when (monotonic seconds) it ends. It stays in memory."""

    value: SecretStr | None = None
    ends: float = 0.0

    @property
    def secrets(self) -> Sequence[SecretStr]:
        """The token, where there is one."""
        return (self.value,) if self.value else ()

    def get(self, ask: Ask, path: str, client_id: str, client_secret: SecretStr, scope: str | None = None) -> str:
        """A token that holds for a while yet. Raises Halt where none is given."""
        if self.value is None or time.monotonic() > self.ends - _MARGIN:
            form = {
                "grant_type": "client_credentials",
                "client_id": client_id,
                "client_secret": client_secret.get_secret_value(),
                **({"scope": scope} if scope else {}),
            }
            answer = ask("POST", path, form=form, counted=False)
            value = answer.get("accesstoken") if isinstance(answer, dict) else None
            if not isinstance(value, str) or not value:
                raise Halt("The service that gives tokens gave none.")
            ends = answer.get("expiresin")
            self.value = SecretStr(value)
            self.ends = time.monotonic() + (float(ends) if isinstance(ends, int | float) else 300.0)
        return self.value.get_secret_value()
