"""Whether a part is placed: words in many languages, and columns whose polarity only header and values tell together.

The words stand in `templates/placement.csv`.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bomtool.bom import characters, tables

Polarity = Literal["not-placed", "placed"]
_YES_MARKS, _NO_MARKS = frozenset("✓✔☑√●○◯■✗✘×☒"), frozenset("☐□")
_HEADER_NOISE = frozenset(
    ("is", "part", "component", "status", "state", "flag", "option", "y", "n", "yes", "no", "1", "0")
)


@dataclass(frozen=True, slots=True)
class Flag:
    """A column of flags: what a "yes" in it means (None: nobody can tell), and for each text whether the part is left
    out (True), placed (False) or not said (None). `problems` are (code, position or None for the column, sentence)."""

    polarity: Polarity | None
    decisions: tuple[bool | None, ...]
    problems: tuple[tuple[str, int | None, str], ...] = ()


def says_not_placed(text: str) -> bool:
    """Whether the text of any cell says that the part is not placed: it is such a word ("DNF", "n. b.", "不贴"), or
    contains one that cannot be anything else ("10k DNP", "R3 not fitted").

    Words that mean something else elsewhere (NC, NP0, 10 nF, X) do not count here; `read_flag` knows them.
    """
    said = characters.words(text)
    if not said:
        return False
    if _table("cell").get(said) == "not-placed" or _table("anywhere").get(said) == "not-placed":
        return True
    padded = f" {said} "
    return any(
        (phrase in said) if not phrase.isascii() and " " not in phrase and _wide(phrase) else f" {phrase} " in padded
        for phrase in _table("anywhere")
    )


def says_placed(text: str) -> bool:
    """Whether the whole text is a word for "is placed" in any cell ("Fitted", "bestückt")."""
    return _table("cell").get(characters.words(text)) == "placed"


def header_polarity(header: str) -> Polarity | None:
    """What a "yes" below this header means; None where the header says neither or both."""
    if says_not_placed(header):
        rest = [w for w in characters.words(header).split() if _table("header").get(w) == "placed"]
        return (
            None if rest and "not" not in characters.words(header).split() and _only_acronym(header) else "not-placed"
        )
    said = characters.words(header)
    whole = _table("header").get(said)
    if whole is None:
        kept = [word for word in said.split() if word not in _HEADER_NOISE]
        whole = _table("header").get(" ".join(kept))
        if whole is None:
            found = {_table("header")[word] for word in kept if word in _table("header")}
            whole = found.pop() if len(found) == 1 else None
    return whole if whole in ("not-placed", "placed") else None  # type: ignore[return-value]


def read_flag(header: str, texts: Sequence[str]) -> Flag:
    """Decide for every text of a flag column whether the part is left out.

    Values that speak for themselves ("DNP", "Not Fitted", "Fitted") are believed under any header; yes, no, x, 1 and 0
    need the header's polarity. A blank means "as usual" (placed) except below a header like "Fitted" where the others
    only ever say yes: then it is not said. Contradictions are reported, never guessed away.
    """
    polarity = header_polarity(header)
    meanings = [flag_meaning(text) for text in texts]
    decisions: list[bool | None] = []
    problems: list[tuple[str, int | None, str]] = []
    only_yes = "yes" in meanings and not {"no", "placed", "not-placed"} & set(meanings)
    for position, (text, meaning) in enumerate(zip(texts, meanings, strict=True)):
        if meaning in ("placed", "not-placed"):
            decisions.append(meaning == "not-placed")
        elif meaning in ("yes", "no") and polarity is not None:
            decisions.append((meaning == "yes") == (polarity == "not-placed"))
        elif meaning == "blank":
            decisions.append(None if polarity == "placed" and only_yes else False)
        else:
            decisions.append(None)
            if meaning is None:
                problems.append(("placement-unknown", position, f'"{text}" says neither placed nor not placed.'))
    if polarity is None and {"yes", "no"} & set(meanings):
        problems.append(
            ("placement-polarity", None, f'What yes and no mean below "{header}" cannot be told from the header.')
        )
    if polarity == "placed" and only_yes and "blank" in meanings:
        problems.append(
            ("placement-blank", None, f'Below "{header}" some cells say yes and the others are blank, none says no.')
        )
    if len(texts) > 2 and all(decisions):
        problems.append(("placement-all-out", None, f'By the column "{header}" not a single part would be placed.'))
    return Flag(polarity, tuple(decisions), tuple(problems))


def flag_meaning(text: str) -> str | None:
    """What a text means in a column of flags: yes, no, placed, not-placed, blank, or None for anything else."""
    bare = characters.plain(text)
    if bare and set(bare) <= _YES_MARKS | _NO_MARKS:
        return "yes" if set(bare) <= _YES_MARKS else "no"
    said = characters.words(text)
    if not said:
        return "blank"
    if said in _table("flag"):
        return _table("flag")[said]
    if says_not_placed(text):
        return "not-placed"
    if said in _table("cell"):
        return _table("cell")[said]
    try:
        number = float(said.replace(" ", "."))
    except ValueError:
        return None
    return {0.0: "no", 1.0: "yes"}.get(number)


def _wide(phrase: str) -> bool:
    """Scripts written without spaces: such a phrase may stand inside a run of letters."""
    return any("\u2e80" <= character <= "\u9fff" or "\uac00" <= character <= "\ud7af" for character in phrase)


def _only_acronym(header: str) -> bool:
    return len(characters.words(header).split()) > 1 and not header_starts_with_negation(header)


def header_starts_with_negation(header: str) -> bool:
    """Whether a header is itself a phrase like "do not place" or "not fitted" rather than "Fitted / DNP"."""
    said = characters.words(header)
    return any(phrase in said for phrase in _table("anywhere") if " " in phrase)


@functools.cache
def _table(where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in tables.rows("placement.csv", ("word", "meaning", "where")):
        if row["where"] == where:
            found[characters.words(row["word"])] = row["meaning"]
    return found
