"""Profiles: saved layouts. One names the columns of a kind of file and recognises its own files by their headers.

Profiles are TOML files in `templates/profiles/`; the user's own ones, in the configuration folder, win over shipped ones
of the same name. A profile that recognises a file forces the columns it names; everything else is found as always.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bomtool import data
from bomtool.bom import headers, solve
from bomtool.bom.model import Layout
from bomtool.errors import UsageError

FOLDER = "profiles"
FIELDS = frozenset((*solve.SINGLE, *solve.MANY))
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,60}")


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile. `columns` maps a field to the headers it may have, best first ("#3" is the third column); `headers` are
    those that a file must have to be recognised (`exactly`: and no others); `sheet` the sheet to read."""

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]
    headers: tuple[str, ...] = ()
    exactly: bool = False
    sheet: str | None = None
    path: Path | None = None
    keys: frozenset[str] = field(default=frozenset(), compare=False)

    def recognises(self, texts: Iterable[str]) -> bool:
        """Whether a header row is one of this profile."""
        found = {headers.key(text) for text in texts if text}
        return bool(self.keys) and (self.keys == found if self.exactly else self.keys <= found)

    def fits(self, texts: Sequence[str]) -> bool:
        """Whether a header row has at least half of the columns that the profile names."""
        return len(self.forced(texts)) * 2 >= len(self.columns)

    def forced(self, texts: Sequence[str]) -> dict[str, list[int]]:
        """Field to 1-based columns in a header row; a field whose headers are not there is left out."""
        keys = [headers.key(text) for text in texts]
        found: dict[str, list[int]] = {}
        for name, wanted in self.columns.items():
            places = list(dict.fromkeys(place for text in wanted for place in _places(text, keys)))
            if places:
                found[name] = places if name in solve.MANY else places[:1]
        return found


def load(name: str) -> Profile:
    """A profile by its name. Raises UsageError for a name that does not exist, and for a file that is no profile."""
    for path in data.template_files(FOLDER, "*.toml"):
        if path.stem == name:
            return _read(path, path.stat().st_mtime_ns)
    raise UsageError(
        f"There is no profile {name!r}.", hint="bomtool profiles list shows those there are.", code="profile-unknown"
    )


def every() -> list[Profile]:
    """All profiles by name."""
    return [_read(path, path.stat().st_mtime_ns) for path in data.template_files(FOLDER, "*.toml")]


def recognise(texts: Sequence[str], among: Sequence[Profile] | None = None) -> Profile | None:
    """The profile of a header row among all (or those given): the one that knows most of its headers, an own one before
    a shipped one."""
    fitting = [profile for profile in (every() if among is None else among) if profile.recognises(texts)]
    if not fitting:
        return None
    own = data.config_dir()
    return max(
        fitting,
        key=lambda p: (p.path is not None and own in p.path.parents, p.exactly, len(p.keys), p.name),
    )


def save_layout(name: str, title: str, layout: Layout, sheet: str | None = None) -> Profile:
    """Write the layout of a BOM as a profile to the configuration folder. It recognises files with exactly the same
    headers; a column without a header is kept by its number.

    Raises UsageError for a name that is no plain word, and for a layout without a header.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is no name for a profile.",
            hint="Use small letters, digits, dots and dashes.",
            code="profile-name",
        )
    if layout.header_row is None:
        raise UsageError(
            "A table without a header cannot be recognised again.", hint="Give it a header row.", code="profile-name"
        )
    counted = Counter(headers.key(text) for text in layout.headers)
    lines = [f"title = {_quoted(title)}"]
    if sheet is not None:
        lines.append(f"sheet = {_quoted(sheet)}")
    lines += ["exactly = true", "headers = [", *(f"    {_quoted(text)}," for text in layout.headers if text), "]", ""]
    lines.append("[columns]")
    for field_name, columns in layout.columns.items():
        wanted = [c.header if c.header and counted[headers.key(c.header)] == 1 else f"#{c.index}" for c in columns]
        lines.append(f"{field_name} = [{', '.join(map(_quoted, wanted))}]")
    path = data.config_dir() / "templates" / FOLDER / f"{name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return load(name)


def _places(text: str, keys: Sequence[str]) -> list[int]:
    if text.startswith("#") and text[1:].isdigit():
        return [int(text[1:])] if 0 < int(text[1:]) <= len(keys) else []
    wanted = headers.key(text)
    return [place for place, key in enumerate(keys, 1) if key == wanted and key]


@functools.lru_cache(maxsize=256)
def _read(path: Path, changed: int) -> Profile:
    """A profile file; `changed` makes an edited file another one."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return _profile(path, content)
    except (OSError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise UsageError(
            f"The profile {path} cannot be read: {error}.", hint="Correct or remove it.", code="profile-damaged"
        ) from error


def _profile(path: Path, content: Mapping[str, Any]) -> Profile:
    columns = {
        name: tuple([wanted] if isinstance(wanted, str) else wanted) for name, wanted in content["columns"].items()
    }
    unknown = sorted(set(columns) - FIELDS)
    if unknown:
        raise ValueError(f"there is no field {unknown[0]!r}")
    named = tuple(content.get("headers", ()))
    if not all(isinstance(text, str) for texts in (*columns.values(), named) for text in texts):
        raise ValueError("headers must be texts")
    return Profile(
        path.stem,
        str(content.get("title", path.stem)),
        columns,
        named,
        bool(content.get("exactly", False)),
        content.get("sheet"),
        path,
        frozenset(headers.key(text) for text in named),
    )


def _quoted(text: str) -> str:
    """A text as a TOML basic string."""
    shown = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or ord(c) == 127 else c for c in text.replace("\\", "\\\\"))
    return '"' + shown.replace('"', '\\"') + '"'
