"""Distributors: which one a column header or an offer names (`templates/suppliers.csv`)."""

from __future__ import annotations

import functools
import re

from bomtool.bom import characters, tables

_WORD = re.compile(r"[^\W_]+")


@functools.lru_cache(maxsize=4096)
def named_in(text: str) -> str | None:
    """The distributor a text names ("DigiKey Part Number", "LCSC #"), None where it names none, or several."""
    words = _WORD.findall(characters.plain(text).casefold())
    found: set[str] = set()
    at = 0
    while at < len(words):
        ends = range(min(at + _longest(), len(words)), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in _aliases()), None)
        if end is not None:
            found.add(_aliases()[" ".join(words[at:end])])
        at = end or at + 1
    return found.pop() if len(found) == 1 else None


def may_be(label: str, supplier: str) -> bool:
    """Whether a number under the header `label` may be one of `supplier`: not where both are known and differ."""
    one, other = named_in(label), named_in(supplier)
    return one is None or other is None or one == other


@functools.cache
def _aliases() -> dict[str, str]:
    rows = tables.rows("suppliers.csv", ("supplier", "alias"))
    return {" ".join(_WORD.findall(characters.plain(row["alias"]).casefold())): row["supplier"] for row in rows}


@functools.cache
def _longest() -> int:
    return max(alias.count(" ") + 1 for alias in _aliases())
