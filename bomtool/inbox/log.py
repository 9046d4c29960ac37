"""A line for each step, for people or as JSON."""

from __future__ import annotations

import json
import sys
import threading
from datetime import UTC, datetime
from typing import TextIO


def plain(text: str) -> str:
    """Text of files as harmless terminal text: one line, control and direction-changing characters escaped."""
    if text.isprintable():
        return text
    escape = "unicode_escape"
    return "".join(c if c.isprintable() else " " if c in "\n\r\t" else c.encode(escape).decode() for c in text)


class Log:
    """Writes events to a stream (default: stderr), one line each; `form` is "human", "json" or "none"."""

    def __init__(self, form: str = "human", stream: TextIO | None = None) -> None:
        self._form, self._stream, self._lock = form, stream, threading.Lock()

    def __call__(self, event: str, sentence: str, *, file: str | None = None, **facts: object) -> None:
        """One event: its word, a sentence for people, the file it is about, further facts for machines."""
        if self._form == "none":
            return
        moment = datetime.now(UTC)
        if self._form == "json":
            told = {"time": moment.isoformat(timespec="milliseconds"), "event": event, "file": file}
            line = json.dumps({**told, "message": sentence, **facts}, default=str, ensure_ascii=True)
        else:
            about = f"{file}: " if file else ""
            line = plain(f"{moment:%Y-%m-%d %H:%M:%S} {about}{sentence}")
        with self._lock:
            stream = self._stream or sys.stderr
            try:
                stream.write(line + "\n")
                stream.flush()
            except (OSError, UnicodeEncodeError):
                return  # nobody reads any more; the work goes on
