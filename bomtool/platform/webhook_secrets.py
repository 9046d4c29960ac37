"""Secrets of webhooks: made from a key that is not in the database, so that the database alone signs nothing.

The key is `BOMTOOL_WEBHOOK_KEY`, else a file beside the local key, readable by its user alone. A webhook's secret is an
HMAC of its id and its salt under that key. `mark` tells keys apart without giving them away: servers leave webhooks
alone that were made with another key, because what they sent would not be believed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from bomtool.errors import StoreError, UsageError

if TYPE_CHECKING:
    from bomtool.settings import Settings

KEY_FILE = "webhook-key"
_LEAST = 16


def master(settings: Settings, *, make: bool = True) -> str | None:
    """The key of this machine; made where there is none and `make` is set. Raises StoreError, UsageError."""
    if settings.webhook_key is not None:
        given = settings.webhook_key.get_secret_value()
        if len(given) < _LEAST:
            raise UsageError(f"BOMTOOL_WEBHOOK_KEY is shorter than {_LEAST} characters.", code="bad-setting")
        return given
    path = settings.data_dir / KEY_FILE
    try:
        if not path.exists():
            if not make:
                return None
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            beside = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(32) + "\n")
                file.flush()
                os.fsync(file.fileno())
            _settle(beside, path)
        kept = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            f"The key of webhooks {path} cannot be read or written: {error}.",
            hint="Make it readable for you alone, or set BOMTOOL_WEBHOOK_KEY.",
            code="webhook-key",
        ) from error
    if len(kept) < _LEAST:
        raise StoreError(
            f"The key of webhooks {path} is damaged.",
            hint="Restore it from a backup, or remove it and give each receiver a new secret (bomtool webhooks rotate).",
            code="webhook-key",
        )
    return kept


def _settle(made: Path, path: Path) -> None:
    """Put a new key in its place; of two processes that make one at once, the first stays."""
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        if not path.exists():
            made.replace(path)
    made.unlink(missing_ok=True)


def mark(key: str) -> str:
    """Sixteen characters that tell one key from another."""
    return hashlib.sha256(b"bomtool webhook key " + key.encode()).hexdigest()[:16]


def new_salt() -> str:
    """What makes one secret of a webhook differ from the next."""
    return secrets.token_hex(16)


def secret(key: str, webhook_id: str, salt: str) -> str:
    """The secret of a webhook, as its receiver has it."""
    digest = hmac.new(key.encode(), f"{webhook_id}:{salt}".encode(), hashlib.sha256).digest()
    return "whsec_" + base64.urlsafe_b64encode(digest).decode().rstrip("=")
