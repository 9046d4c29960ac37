"""`bomtool config`: show and change settings."""

from __future__ import annotations

import sys
from typing import Any, get_args

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
    flat |= {name: MASK if getattr(settings, name) else None for name in secrets()}
    if settings.database_url:
        flat["database_url"] = make_url(settings.database_url).render_as_string(hide_password=True)
    if flat["org_id"] is None and not settings.api_url:
        from bomtool.platform.embedded import local_org_id

        flat["org_id"] = local_org_id(settings)
    flat["config_file"] = str(settings_module.config_file())
    return flat


@config.command("set", epilog="Example: bomtool config set currency EUR")
@click.argument("name")
@click.argument("value", required=False)
@json_option
def set_value(name: str, value: str | None, as_json: bool) -> None:
    """Write one setting to the config file. A key is asked for, or read from stdin, never given on a command line."""
    name = name.removeprefix("BOMTOOL_").lower()
    if name not in settings_module.Settings.model_fields:
        raise UsageError(
            f"There is no setting {name!r}.", hint="Settings: " + ", ".join(settings_module.Settings.model_fields)
        )
    secret = name in secrets()
    if secret and value is not None:
        raise UsageError(
            "A key is never given on a command line, where others can see it.",
            hint=f"Leave it out: it is asked for. Or set the variable BOMTOOL_{name.upper()}.",
        )
    if value is None:
        value = _asked(name, hide=secret)
    given: Any = _members(name, value)
    settings_module.load(**{name: given})
    path = settings_module.config_file()
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    entry = f"{name} = {_toml(given)}"
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
        output.json_out({"name": name, "value": MASK if secret else value, "config_file": str(path)})
    else:
        output.say(f"{name} = {MASK if secret else value}, in {path}")


def secrets() -> frozenset[str]:
    """Settings that are keys."""
    from pydantic import SecretStr

    fields = settings_module.Settings.model_fields
    return frozenset(name for name, field in fields.items() if SecretStr in get_args(field.annotation))


def _asked(name: str, *, hide: bool) -> str:
    """A value from the terminal, unseen where it is a key, or the first line of stdin."""
    value: Any = (
        click.prompt(name, hide_input=hide, err=True) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    )
    if not value:
        raise UsageError(f"There is no value for {name}.", hint="Type it when asked, or send it on stdin.")
    return str(value)


def _members(name: str, value: str) -> Any:
    """The value; of a setting with members (provider_urls) the JSON object it must be."""
    import json

    if settings_module.Settings.model_fields[name].annotation != dict[str, str]:
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise UsageError(
            f"The setting {name} takes a JSON object.", hint='For example {"mouser": "https://gateway.example/mouser"}.'
        ) from error


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_toml(str(key))} = {_toml(str(item))}" for key, item in value.items()) + " }"
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
