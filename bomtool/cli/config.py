"""`bomtool config`: show and change settings."""

from __future__ import annotations

from typing import Any

import click

from bomtool import settings as settings_module
from bomtool.cli import output
from bomtool.cli.options import json_option
from bomtool.errors import UsageError, WriteError

MASK = "********"


@click.group()
def config() -> None:
    """Show and change settings. Variables BOMTOOL_... win over the config file."""


@config.command()
@json_option
def show(as_json: bool) -> None:
    """Show the settings in force; secrets are masked."""
    flat = flat_settings()
    if as_json:
        output.json_out(flat)
        return
    output.table(["setting", "value"], [(name, "" if value is None else value) for name, value in flat.items()])


def flat_settings() -> dict[str, Any]:
    """Every setting by name, secrets masked, with the org of the local key and the config file."""
    from sqlalchemy.engine import make_url

    settings = settings_module.load()
    flat: dict[str, Any] = settings.model_dump(mode="json")
    flat["api_key"] = MASK if settings.api_key else None
    if settings.database_url:
        flat["database_url"] = make_url(settings.database_url).render_as_string(hide_password=True)
    if flat["org_id"] is None and not settings.api_url:
        from bomtool.platform.embedded import local_org_id

        flat["org_id"] = local_org_id(settings)
    flat["config_file"] = str(settings_module.config_file())
    return flat


@config.command("set", epilog="Example: bomtool config set currency EUR")
@click.argument("name")
@click.argument("value")
@json_option
def set_value(name: str, value: str, as_json: bool) -> None:
    """Write one setting to the config file. Keys are set by BOMTOOL_API_KEY, never on a command line."""
    name = name.removeprefix("BOMTOOL_").lower()
    if name not in settings_module.Settings.model_fields:
        raise UsageError(
            f"There is no setting {name!r}.", hint="Settings: " + ", ".join(settings_module.Settings.model_fields)
        )
    if name == "api_key":
        raise UsageError(
            "A key is never given on a command line, where others can see it.",
            hint="Set the variable BOMTOOL_API_KEY, or write api_key into the config file yourself.",
        )
    settings_module.load(**{name: value})
    path = settings_module.config_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    entry = f"{name} = {_toml(value)}"
    kept = [line for line in lines if line.partition("=")[0].strip() != name]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(".tmp")
        beside.touch(mode=0o600)
        beside.write_text("\n".join([*kept, entry]) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        raise WriteError(
            f"{path} cannot be written: {error.strerror}.", hint="Check the folder's permissions."
        ) from error
    if as_json:
        output.json_out({"name": name, "value": value, "config_file": str(path)})
    else:
        output.say(f"{name} = {value}, in {path}")


def _toml(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
