"""Which providers this installation may ask: those whose keys stand in the settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bomtool.errors import UsageError
from bomtool.net.asking import LIMITS, Asker
from bomtool.parts import answers
from bomtool.parts.providers.cofactr import Cofactr
from bomtool.parts.providers.desk import Desk
from bomtool.parts.providers.digikey import DigiKey
from bomtool.parts.providers.element14 import Element14
from bomtool.parts.providers.model import Provider, Terms, known
from bomtool.parts.providers.mouser import Mouser
from bomtool.parts.providers.nexar import Nexar
from bomtool.parts.providers.tme import Tme
from bomtool.parts.providers.trustedparts import TrustedParts
from bomtool.parts.providers.usage import Usage

if TYPE_CHECKING:
    from bomtool.settings import Settings

NEEDED: dict[str, tuple[str, ...]] = {
    "cofactr": ("cofactr_client_id", "cofactr_key"),
    "nexar": ("nexar_client_id", "nexar_client_secret"),
    "digikey": ("digikey_client_id", "digikey_client_secret"),
    "mouser": ("mouser_key",),
    "element14": ("element14_key", "element14_store"),
    "trustedparts": ("trustedparts_company_id", "trustedparts_key"),
    "tme": ("tme_token", "tme_secret"),
}
"""The settings that each provider's keys stand in."""
NEXAR_IDENTITY = "https://identity.nexar.com"


def configured(settings: Settings) -> list[str]:
    """Providers with all their keys, in the order of the table."""
    return [name for name in known() if name in NEEDED and all(getattr(settings, key) for key in NEEDED[name])]


def half_configured(settings: Settings) -> dict[str, list[str]]:
    """Providers with some of their keys, and the settings that lack."""
    found = {}
    for name, keys in NEEDED.items():
        missing = [key for key in keys if not getattr(settings, key)]
        defaults = [key for key in keys if type(settings).model_fields[key].default]
        if missing and len(missing) < len(keys) - len(defaults):
            found[name] = missing
    return found


def provider(settings: Settings, name: str, usage: Usage, sleep: Callable[[float], None]) -> tuple[Provider, Desk]:
    """A provider and its counter. Raises UsageError for one that is unknown or has no keys."""
    if name not in NEEDED or name not in known():
        raise UsageError(f"There is no provider {name!r}.", hint=f"Known are {', '.join(known())}.")
    missing = [key for key in NEEDED[name] if not getattr(settings, key)]
    if missing:
        raise UsageError(
            f"{known()[name].title} cannot be asked without a key.",
            hint="Set " + " and ".join(f"BOMTOOL_{key.upper()}" for key in missing) + ", or use bomtool config set.",
            code="no-key",
        )
    terms = known()[name]
    terms = replace(terms, url=settings.provider_urls.get(name, terms.url))
    limits = replace(LIMITS, connect=min(LIMITS.connect, settings.timeout), read=settings.timeout)
    identity = None
    if name == "nexar":
        home = settings.provider_urls.get("nexar_identity", NEXAR_IDENTITY)
        asker = Asker(terms.title, home, (_secret(settings.nexar_client_secret),), limits)
        identity = Desk(replace(terms, url=home), asker, usage, sleep=sleep)
    found = _made(settings, terms, identity)
    desk = Desk(terms, Asker(terms.title, terms.url, found.secrets, limits), usage, sleep=sleep)
    desk.also += [identity] if identity else []
    return found, desk


def _made(settings: Settings, terms: Terms, identity: Desk | None) -> Provider:
    s, country, currency = settings, settings.provider_country, settings.currency
    if terms.provider == "cofactr":
        return Cofactr(terms, _text(s.cofactr_client_id), _secret(s.cofactr_key))
    if identity is not None:
        secret = _secret(s.nexar_client_secret)
        return Nexar(terms, _text(s.nexar_client_id), secret, identity.call, country, currency)
    if terms.provider == "digikey":
        return DigiKey(terms, _text(s.digikey_client_id), _secret(s.digikey_client_secret), country, currency)
    if terms.provider == "mouser":
        return Mouser(terms, _secret(s.mouser_key))
    if terms.provider == "element14":
        supplier, known_currency = answers.shop_of(s.element14_store)
        return Element14(terms, _secret(s.element14_key), s.element14_store, supplier or "element14", known_currency)
    if terms.provider == "trustedparts":
        return TrustedParts(terms, _text(s.trustedparts_company_id), _secret(s.trustedparts_key), country, currency)
    return Tme(terms, _text(s.tme_token), _secret(s.tme_secret), country, currency)


def _text(value: str | None) -> str:
    return value or ""


def _secret(value: SecretStr | None) -> SecretStr:
    return value or SecretStr("")
