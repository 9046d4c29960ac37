"""The log of the served platform: one JSON object a line, request ids in it, keys and other secrets out of it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bomtool.errors import UsageError

ACCESS = "bomtool.access"
_OURS = ("bomtool", "uvicorn")
_KEY = re.compile(r"(bomtool_[0-9a-f]{12}_)[A-Za-z0-9_-]{43}")
_HEADER = re.compile(r"(Api-Key\s+|Bearer\s+)[^\s\"',;]+", re.IGNORECASE)


class JsonLines(logging.Formatter):
    """`{time, level, logger, message}` and the members given as `extra={"members": {...}}`; secrets are masked."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 4)

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line."""
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "members", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, ensure_ascii=True, default=str), self._secrets)


def masked(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without keys of ours, values of Authorization headers and the secrets named."""
    text = _HEADER.sub(r"\1***", _KEY.sub(r"\1***", text))
    for secret in secrets:
        text = text.replace(secret, "***")
    return text


def begin(target: str, secrets: Iterable[str] = ()) -> logging.Handler:
    """Send the log of this process to a file (made readable for its user alone), or to stderr for `-`.

    Raises UsageError where the file cannot be written.
    """
    handler: logging.Handler
    try:
        if target == "-":
            handler = logging.StreamHandler()
        else:
            path = Path(target)
            path.touch(mode=0o600, exist_ok=True)
            handler = logging.FileHandler(path, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The log {target} cannot be written: {error.strerror or error}.",
            hint="Choose another --log, or - for stderr.",
            code="log-not-writable",
        ) from error
    handler.setFormatter(JsonLines(secrets))
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        logger.propagate = False
    logging.getLogger("bomtool").setLevel(logging.INFO)
    return handler


def end(handler: logging.Handler) -> None:
    """Take the handler of `begin` away again."""
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.removeHandler(handler)
        logger.propagate = True
    handler.close()
