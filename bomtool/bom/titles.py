"""The title block: what stands above (and below) the table about the assembly, its revision and its date."""

from __future__ import annotations

import functools
import re

from bomtool.bom import characters, tables
from bomtool.bom.grid import Grid

_LABELLED = re.compile(
    r"^(?P<label>(?=[^:=：]*[^\W\d_])[^:=：]{1,40}?)\s*(?<!\d)[:=：](?![\\/]{1,2})\s*(?P<text>\S.*)?$", re.S
)
_LONGEST = 200
ROWS = 60
"""Rows above the header that are looked at."""


def title_block(grid: Grid, header_row: int | None) -> dict[str, str]:
    """Labels and their texts above the header: "Revision: B" in one cell, or a label with its text in the next one.

    A lone text above the table is its "title". Labels stay as written, without the colon.
    """
    found: dict[str, str] = {}
    for row in range(max(1, (header_row or 1) - ROWS), header_row or 1):
        texts = [" ".join(text.split())[:_LONGEST] for text in grid.row(row) if text]
        position = 0
        while position < len(texts):
            match = _LABELLED.match(texts[position])
            following = texts[position + 1] if position + 1 < len(texts) else None
            if match and match["text"]:
                found.setdefault(match["label"].strip(), match["text"].strip())
            elif match and following is not None:
                found.setdefault(match["label"].strip(), following)
                position += 1
            elif match is None and means(texts[position]) and following is not None and not means(following):
                found.setdefault(texts[position], following)
                position += 1
            elif match is None and len(texts) == 1:
                found.setdefault("title", texts[0])
            position += 1
    return found


def pick(block: dict[str, str], what: str) -> str | None:
    """The text whose label means `what` (name, version, part_number), None where there is none."""
    for label, text in block.items():
        if means(label) == what and text.strip(" -_/"):
            return text
    return None


@functools.lru_cache(maxsize=1024)
def means(label: str) -> str | None:
    """What a label of a title block stands for."""
    return _labels().get(characters.words(label))


@functools.cache
def _labels() -> dict[str, str]:
    rows = tables.rows("title_words.csv", ("label", "means"))
    return {characters.words(row["label"]): row["means"] for row in rows}
