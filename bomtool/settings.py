"""One Settings object: `BOMTOOL_*` variables win over the config file, the config file over the defaults.

Nothing is read from the working directory. The config file is `config.toml` in the user's configuration folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from bomtool import data
from bomtool.errors import UsageError


class Settings(BaseSettings):
    """What a run needs to know. Read it with `load()`, which turns bad values into a UsageError."""

    model_config = SettingsConfigDict(env_prefix="BOMTOOL_", extra="ignore", frozen=True, env_ignore_empty=True)

    api_url: str | None = Field(None, description="Base URL of a Platform API; empty means the embedded platform")
    api_key: SecretStr | None = Field(None, description="Key of that Platform API")
    org_id: str | None = Field(None, description="Narrow every request to this org")
    database_url: str | None = Field(
        None, repr=False, description="Database of the embedded platform; default: SQLite in data_dir"
    )
    data_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("bomtool", appauthor=False)),
        description="Folder of the embedded platform's database and local key",
    )
    catalog: str | None = Field(None, description="Catalogue to prefer when several are loaded")
    currency: str = Field("USD", pattern="^[A-Z]{3}$", description="Currency of new programs (ISO 4217)")
    overage: str = Field("typical", description="Overage profile of new programs")
    timeout: float = Field(30.0, gt=0, description="Seconds to wait for an answer of the platform")
    smtp_host: str | None = Field(None, description="Mail server that sends e-mail of the platform; none: by hand")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the mail server is spoken to"
    )
    smtp_user: str | None = Field(None, description="User at the mail server")
    smtp_password: SecretStr | None = Field(None, description="Password at the mail server")
    smtp_from: str | None = Field(None, description="Address that e-mail of the platform comes from")
    outbound_allow: str = Field(
        "",
        description="Addresses, networks and names, with commas between, that webhooks may reach though they are not "
        "public, such as 10.1.0.0/16,hooks.example",
    )
    outbound_ca: Path | None = Field(None, description="File of certificate authorities (PEM) besides the system's")
    webhook_key: SecretStr | None = Field(
        None, description="What the secrets of webhooks are made from; default: a file in data_dir"
    )
    cofactr_client_id: str | None = Field(None, description="Client id of the Cofactr Component Cloud")
    cofactr_key: SecretStr | None = Field(None, description="Key of the Cofactr Component Cloud")
    nexar_client_id: str | None = Field(None, description="Client id of Nexar")
    nexar_client_secret: SecretStr | None = Field(None, description="Client secret of Nexar")
    digikey_client_id: str | None = Field(None, description="Client id of DigiKey")
    digikey_client_secret: SecretStr | None = Field(None, description="Client secret of DigiKey")
    mouser_key: SecretStr | None = Field(None, description="Search key of Mouser")
    element14_key: SecretStr | None = Field(None, description="Key of element14 (Farnell, Newark)")
    element14_store: str = Field("www.newark.com", description="Shop of element14, such as uk.farnell.com")
    trustedparts_company_id: str | None = Field(None, description="Company id of TrustedParts")
    trustedparts_key: SecretStr | None = Field(None, description="Key of TrustedParts")
    tme_token: str | None = Field(None, description="Token of TME")
    tme_secret: SecretStr | None = Field(None, description="Application secret of TME")
    provider_country: str = Field("US", pattern="^[A-Z]{2}$", description="Country that live prices are asked for")
    provider_urls: dict[str, str] = Field(
        default_factory=dict, description="Other addresses of providers by name, as for a gateway of your own"
    )
    refresh: Literal["auto", "off"] = Field(
        "auto", description="Whether stale prices are asked for before a report, where a provider has a key"
    )
    rate_limit: int = Field(
        6000, ge=0, description="Requests a minute that bomtool serve takes of one key, each serving process; 0: any"
    )
    max_file_mb: int = Field(200, gt=0, description="Largest input file, in MiB, also after inflating")
    max_rows: int = Field(1_048_576, gt=0, description="Most rows read from one sheet")
    max_cells: int = Field(20_000_000, gt=0, description="Most cells read from one sheet")

    @field_validator("api_url")
    @classmethod
    def _clean_url(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value else None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, config_file())

    @property
    def sqlite_path(self) -> Path:
        """The embedded platform's SQLite file where no database URL is set."""
        return self.data_dir / "bomtool.sqlite3"


def config_file() -> Path:
    """The config file, whether or not it exists."""
    return data.config_dir() / "config.toml"


def load(**overrides: Any) -> Settings:
    """Settings of this run. Raises UsageError naming the variable and what it must be."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise UsageError(
            f"The setting {name} is not usable: {first['msg']}.",
            hint=f"Correct BOMTOOL_{name.upper()} or {name} in {config_file()}.",
            code="bad-setting",
        ) from error
    except ValueError as error:
        raise UsageError(
            f"The config file {config_file()} cannot be read: {error}.",
            hint="Correct or remove it.",
            code="bad-setting",
        ) from error
