"""Whether providers could be asked, found out without a call that counts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bomtool.errors import BomtoolError
from bomtool.parts.providers import registry
from bomtool.parts.providers.model import Halt, NoAnswer, known
from bomtool.parts.providers.usage import Usage
from bomtool.store.engine import Store

if TYPE_CHECKING:
    from bomtool.settings import Settings


@dataclass(frozen=True, slots=True)
class Checked:
    """One provider: whether it can be asked as far as that can be told, what was seen, what to do."""

    title: str
    ok: bool
    seen: str
    hint: str | None = None


def check(store: Store, settings: Settings) -> Iterator[Checked]:
    """Every provider with keys, or with some of them. Those that give tokens are asked for one, which costs nothing."""
    for name, missing in registry.half_configured(settings).items():
        wanted = " and ".join(f"BOMTOOL_{key.upper()}" for key in missing)
        yield Checked(known()[name].title, False, "only some of its keys are set", f"Set {wanted} too.")
    usage = Usage(store)
    for name in registry.configured(settings):
        terms = known()[name]
        quota = usage.quota(terms)
        said = f"{quota.calls} calls today" + (f" of {quota.per_day}" if quota.per_day else "")
        if quota.remaining is not None:
            said += f", {quota.remaining} left by its own count"
        if quota.blocked_until is not None:
            said += f", wants none before {quota.blocked_until:%Y-%m-%d %H:%M} UTC"
        try:
            yield Checked(terms.title, True, f"{_keys(settings, name, usage)}; {said}")
        except (Halt, NoAnswer) as error:
            yield Checked(terms.title, False, str(error), "Correct its keys: bomtool config set, or the environment.")
        except BomtoolError as error:
            yield Checked(terms.title, False, error.message, error.hint)


def _keys(settings: Settings, name: str, usage: Usage) -> str:
    found, desk = registry.provider(settings, name, usage, lambda _: None)
    try:
        get = getattr(found, "get_token", None)
        if get is None:
            return "key set, not tried (every call would count)"
        get(desk.call)
        return "keys accepted"
    finally:
        desk.close()
