"""Whether a part is placed: words in many languages, and columns whose polarity only header and values tell together.

The words stand in `templates/placement.csv`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bomtool.bom import characters, tables, values

Polarity = Literal["not-placed", "placed"]
_YES_MARKS, _NO_MARKS, _CROSSES = frozenset("✓✔☑√●○◯■"), frozenset("☐□"), frozenset("✗✘×☒x")
"""A cross ticks a box where nothing else does; beside ticks, circles or yes it means no."""
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
    if _table("cell").get(said) == "not-placed":
        return True
    if not _first_words().isdisjoint(said.split()) and _phrases().search(said):
        return True
    return not said.isascii() and _wide_phrases().search(said) is not None


def of_passive(value: str) -> bool:
    """Whether a text is no value of a resistor, capacitor or inductor, but says that none is placed: NC, not connected
    (a connector or a switch may well be called so); or a value and behind it that word ("820pF N.C.")."""
    before, _, last = value.strip().rpartition(" ")
    said = last.strip("()[]")
    return (
        len(said) < 5
        and characters.words(said) in _table("passive")
        and (not before or values.parse(before) is not None)
    )


def says_placed(text: str) -> bool:
    """Whether the whole text is a word for "is placed" in any cell ("Fitted", "bestückt")."""
    return _table("cell").get(characters.words(text)) == "placed"


def header_polarity(header: str) -> Polarity | None:
    """What a "yes" below this header means; None where the header says neither, or both ("Fitted / DNP")."""
    said = characters.words(header)
    kept = _wide_phrases().sub(" - ", _phrases().sub(" - ", said))
    found = {"not-placed"} if kept != said else set()
    words = [word for word in kept.split() if word != "-" and word not in _HEADER_NOISE]
    whole = _table("header").get(said) or _table("header").get(" ".join(words))
    found |= {whole} if whole else {_table("header").get(word, "") for word in words}
    if found == {"not-placed"}:
        return "not-placed"
    return "placed" if found == {"placed"} else None


def read_flag(header: str, texts: Sequence[str]) -> Flag:
    """Decide for every text of a flag column whether the part is left out.

    Values that speak for themselves ("DNP", "Not Fitted", "Fitted") are believed under any header; yes, no, x, 1 and 0
    need the header's polarity. A blank means "as usual" (placed) except below a header like "Fitted" where the others
    only ever say yes: then it is not said. Contradictions are reported, never guessed away.
    """
    polarity = header_polarity(header)
    meanings = [flag_meaning(text) for text in texts]
    crossed = [bool(text) and set(characters.plain(text).casefold()) <= _CROSSES for text in texts]
    if any(meaning == "yes" and not cross for meaning, cross in zip(meanings, crossed, strict=True)):
        meanings = ["no" if cross else meaning for meaning, cross in zip(meanings, crossed, strict=True)]
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
    if bare and set(bare.casefold()) <= _YES_MARKS | _NO_MARKS | _CROSSES:
        return "no" if set(bare) <= _NO_MARKS else "yes"
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


@functools.cache
def _phrases() -> re.Pattern[str]:
    """The phrases that mean "not placed" anywhere in a text, as whole words."""
    spaced = [re.escape(phrase) for phrase in _table("anywhere") if not _is_wide(phrase)]
    return re.compile(f"(?<![^ ])(?:{'|'.join(sorted(spaced, key=len, reverse=True))})(?![^ ])")


@functools.cache
def _first_words() -> frozenset[str]:
    """The words such a phrase can begin with: most texts have none of them, and the search is spared."""
    return frozenset(phrase.split()[0] for phrase in _table("anywhere") if not _is_wide(phrase))


@functools.cache
def _wide_phrases() -> re.Pattern[str]:
    """The same in scripts without spaces between words: found inside longer runs."""
    wide = [re.escape(phrase) for phrase in _table("anywhere") if _is_wide(phrase)]
    return re.compile("|".join(sorted(wide, key=len, reverse=True)) or "(?!)")


def _is_wide(phrase: str) -> bool:
    return any("\u2e80" <= character <= "\u9fff" or character >= "\uac00" for character in phrase)


@functools.cache
def _table(where: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in tables.rows("placement.csv", ("word", "meaning", "where")):
        if row["where"] == where:
            found[characters.words(row["word"])] = row["meaning"]
    return found
