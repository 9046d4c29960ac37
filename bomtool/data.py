"""Finds the data files that ship with bomtool: the user's own copy first, then the installed one, then the checkout's."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from bomtool.errors import UsageError

_PACKAGE = Path(__file__).parent
_SHIPPED = (_PACKAGE / "_shipped", _PACKAGE.parent)


def config_dir() -> Path:
    """The user's configuration folder (`BOMTOOL_CONFIG_DIR` overrides it)."""
    override = os.environ.get("BOMTOOL_CONFIG_DIR")
    return Path(override) if override else Path(platformdirs.user_config_dir("bomtool", appauthor=False))


def template(name: str) -> Path:
    """The path of a file in `templates/`: the user's copy in the configuration folder wins over the shipped one.

    Raises UsageError where no copy exists.
    """
    return _find("templates", name)


def templates() -> list[tuple[str, Path, bool]]:
    """Every template by name: the file in use, and whether it is the user's own copy."""
    own = config_dir() / "templates"
    names = {
        path.relative_to(base / "templates").as_posix()
        for base in _SHIPPED
        for path in (base / "templates").rglob("*")
        if path.is_file() and not path.name.startswith(".")
    }
    return [(name, template(name), (own / name).is_file()) for name in sorted(names)]


def shipped_template(name: str) -> Path:
    """The shipped file of that name, whatever the user's copy says. Raises UsageError where there is none."""
    known = {known for known, _, _ in templates()}
    if name not in known:
        raise UsageError(
            f"There is no template {name!r}.", hint="bomtool templates list shows them.", code="unknown-record"
        )
    return next(base / "templates" / name for base in _SHIPPED if (base / "templates" / name).is_file())


def template_files(folder: str, pattern: str) -> list[Path]:
    """Files of a folder in `templates/` by name; a user's file replaces the shipped one of the same name."""
    found: dict[str, Path] = {}
    for base in (*reversed(_SHIPPED), config_dir()):
        for path in sorted((base / "templates" / folder).glob(pattern)):
            found[path.name] = path
    return [found[name] for name in sorted(found)]


def sample_file(name: str) -> Path:
    """The path of a file in `sample_files/`. Raises UsageError where it does not exist."""
    return _find("sample_files", name)


def _find(folder: str, name: str) -> Path:
    bases = (config_dir(), *_SHIPPED) if folder == "templates" else _SHIPPED
    for base in bases:
        path = base / folder / name
        if path.is_file():
            return path
    raise UsageError(
        f"The file {folder}/{name} is missing from this installation.",
        hint="Install bomtool again, or run it from a complete checkout.",
        code="template-missing",
    )
