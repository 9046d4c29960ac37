"""Text that goes into cells: cleaned of what XML cannot hold, cut to what a cell can, links only to the web."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

CELL_MAX = 32_767
"""Most UTF-16 units in one cell (Excel specifications and limits)."""
LINK_MAX = 2_000
"""Longest link Excel opens; 2,079 is its limit for the address."""

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENDS = re.compile("\r\n?")
_WEB = re.compile(r"https?://[^\s\"<>\\^`{|}]+", re.I)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def clean(text: str) -> str:
    """The text as a cell can hold it: characters that XML forbids become U+FFFD, line ends become line feeds."""
    if text.isprintable():
        return text
    return _ILLEGAL.sub("\ufffd", _ENDS.sub("\n", text))


def fit(text: str) -> tuple[str, bool]:
    """The text cut to a cell, with a note at its end where it was cut; and whether it was."""
    if len(text) <= CELL_MAX // 2 or len(text.encode("utf-16-le", "surrogatepass")) // 2 <= CELL_MAX:
        return text, False
    note = f" … (cut here; the whole text has {len(text):,} characters)"
    room = (CELL_MAX - len(note)) * 2
    return text.encode("utf-16-le", "surrogatepass")[:room].decode("utf-16-le", "ignore") + note, True


def web_link(url: str | None) -> str | None:
    """The URL if it is a plain http or https one that a spreadsheet can open, else None."""
    if not url or len(url) > LINK_MAX:
        return None
    url = url.strip()
    if not _WEB.fullmatch(url):
        return None
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return None
    return url if host and "@" not in parts.netloc else None


def guard(text: str) -> str:
    """A CSV field that no spreadsheet takes for a formula: an apostrophe before = + - @ tab and CR, and before an
    apostrophe that stands before one of them, so that `unguard` gives the text back."""
    stripped = text.lstrip("'")
    return f"'{text}" if stripped.startswith(_FORMULA) else text


def unguard(text: str) -> str:
    """The text that `guard` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_FORMULA) else text


def width(text: str) -> int:
    """Columns the text takes in a fixed grid: East Asian wide characters count double."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
