"""Characters that look like others or cannot be seen: what spreadsheets, PDFs and keyboards put into part numbers.

`visible` removes what nobody can see and is safe to show; `plain` also unifies compatibility forms, dashes and spaces
and is what grammars parse; `folded` maps Cyrillic and Greek lookalikes to Latin letters as well and is for comparing.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = "‐‑‒–—―−﹘﹣－⁃"  # hyphens, dashes, minus sign
_LOOKALIKES = dict(
    zip(
        "АВЕЅІЈКМНОРСТУХЗаеорсухіјѕΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαρνιΚ",
        "ABESIJKMHOPCTYX3aeopcyxijsABEZHIKMNOPTYXoapviK",
        strict=True,
    )
)
_PLAIN = str.maketrans({**dict.fromkeys(_DASHES, "-"), "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "´": "'"})
_LATIN = str.maketrans({**_LOOKALIKES, "μ": "u", "µ": "u"})
_ASCII_WORDS = re.compile(r"[^a-z0-9]+")
_GAPS = re.compile(r"[^\S\n]+")


def visible(text: str) -> str:
    """The text without characters nobody can see (zero width, soft hyphen, direction marks, control characters).

    Every kind of space becomes a plain one, line ends become "\\n", runs of spaces become one and the ends are
    trimmed; everything that can be seen stays as it is.
    """
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").split("\n")
    kept = ("".join(" " if c.isspace() else c for c in line if not _unseen(c)) for line in lines)
    return "\n".join(_GAPS.sub(" ", line).strip() for line in kept).strip()


def plain(text: str) -> str:
    """`visible`, in the compatibility form (ＲＣ０４０２ is RC0402, Ω is one letter), with one dash and one quote."""
    text = visible(text)
    return text if text.isascii() else visible(unicodedata.normalize("NFKC", text).translate(_PLAIN))


def folded(text: str) -> str:
    """`plain` with Cyrillic and Greek lookalikes as Latin letters: for comparing, never for showing."""
    text = plain(text)
    return text if text.isascii() else text.translate(_LATIN)


def words(text: str) -> str:
    """The text for looking up in a word list: lower case, letters and digits only, one space between words.

    Accents stay; letters of every script count. "n. b." and "n.b." are both "n b"; "Do-Not-Fit!" is "do not fit".
    """
    if text.isascii():
        return _ASCII_WORDS.sub(" ", text.lower()).strip()
    kept = "".join(c if c.isalnum() or unicodedata.category(c).startswith("M") else " " for c in plain(text).casefold())
    return " ".join(kept.split())


def odd_characters(text: str) -> list[str]:
    """The characters of a text that cannot be seen or only look like the ones people type, as "U+200B NAME"."""
    odd = {c for c in text if _unseen(c) or c in _LOOKALIKES or c in _DASHES or c == "\ufffd"}
    odd |= {c for c in text if c.isspace() and c not in " \n\t\r"}
    odd |= {c for c in text if 0xFF01 <= ord(c) <= 0xFF5E}
    return [f"U+{ord(c):04X} {unicodedata.name(c, 'control character')}" for c in sorted(odd)]


def _unseen(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Cc", "Cn", "Co") and not character.isspace()
