"""What a user may choose about the report: templates/report.toml (paper, age of stale prices, columns and titles)."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bomtool import data
from bomtool.errors import UsageError
from bomtool.reports.grid import Column

PAPERS = {"A4": 9, "A3": 8, "Letter": 1, "Legal": 5}
"""Paper names and their numbers in a workbook."""


@dataclass(frozen=True, slots=True)
class Options:
    """Choices of templates/report.toml. `columns` and `titles` are by section."""

    paper: int = 9
    stale_after_days: int = 30
    columns: dict[str, list[str]] = field(default_factory=dict)
    titles: dict[str, dict[str, str]] = field(default_factory=dict)

    def arrange(self, section: str, known: Sequence[Column]) -> list[Column]:
        """The columns in the user's order; those not chosen come last and hidden, because formulas need them.

        "per_build" stands for one column a BOM. Raises UsageError for a column that does not exist.
        """
        titles = self.titles.get(section, {})
        known = [dataclasses.replace(c, title=titles[c.key]) if c.key in titles else c for c in known]
        wanted = self.columns.get(section)
        if wanted is None:
            return known
        by_key: dict[str, list[Column]] = {}
        for column in known:
            by_key.setdefault(column.key, []).append(column)
            stem = column.key.rstrip("0123456789")
            if stem != column.key:
                by_key.setdefault(stem, []).append(column)
        chosen: list[Column] = []
        for key in wanted:
            if key not in by_key:
                raise UsageError(
                    f"templates/report.toml, [{section}]: there is no column {key!r}.",
                    hint=f"Choose from {', '.join(dict.fromkeys(c.key.rstrip('0123456789') for c in known))}.",
                    code="bad-template",
                )
            chosen.extend(column for column in by_key[key] if column not in chosen)
        rest = [dataclasses.replace(c, hidden=True, level=0) for c in known if c not in chosen]
        return [*chosen, *rest]


def load() -> Options:
    """The user's templates/report.toml, else the shipped one. Raises UsageError for a file that is not usable."""
    path = data.template("report.toml")
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path} cannot be read: {error}.", hint="Correct or remove it.", code="bad-template"
        ) from error
    sections = {name: table for name, table in raw.items() if isinstance(table, dict)}
    return Options(
        paper=PAPERS[_choice(path, raw, "paper", "A4", PAPERS)],
        stale_after_days=_days(path, raw.get("stale_after_days", 30)),
        columns={name: _names(path, name, table["columns"]) for name, table in sections.items() if "columns" in table},
        titles={name: {k: str(v) for k, v in table.get("titles", {}).items()} for name, table in sections.items()},
    )


def _choice(path: Any, raw: dict[str, Any], key: str, default: str, allowed: dict[str, int]) -> str:
    value = raw.get(key, default)
    if value not in allowed:
        raise UsageError(
            f"{path}: {key} = {value!r} is not known.", hint=f"Use one of {', '.join(allowed)}.", code="bad-template"
        )
    return str(value)


def _days(path: Any, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise UsageError(f"{path}: stale_after_days must be a number of days.", hint="Write 30.", code="bad-template")
    return value


def _names(path: Any, section: str, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise UsageError(
            f"{path}, [{section}]: columns must be a list of names.",
            hint='Write columns = ["mpn", ...].',
            code="bad-template",
        )
    return value
