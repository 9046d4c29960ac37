"""Hints that something happened in the folder, from watchfiles. Hints may come late, twice or never."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from bomtool.inbox import names


class Hints:
    """A thread that calls `hint` when something in the folder may be new; `failed` says why there will be none."""

    def __init__(self, folder: Path, recursive: bool, hint: Callable[[], None], failed: Callable[[str], None]) -> None:
        self._folder, self._recursive, self._hint, self._failed = folder, recursive, hint, failed
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="bomtool-inbox-hints", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join(10)

    def _run(self) -> None:
        from watchfiles import Change, watch

        def wanted(change: Change, path: str) -> bool:
            return change != Change.deleted and self._is_news(Path(path))

        try:
            for _ in watch(
                self._folder,
                watch_filter=wanted,
                stop_event=self._stop,
                recursive=self._recursive,
                debounce=400,
                step=100,
                rust_timeout=1000,
                raise_interrupt=False,
                ignore_permission_denied=True,
            ):
                self._hint()
        except Exception as error:
            if not self._stop.is_set():
                self._failed(f"{type(error).__name__}: {error}")

    def _is_news(self, path: Path) -> bool:
        try:
            parts = path.relative_to(self._folder).parts
        except ValueError:
            return True
        if not parts:
            return True
        return parts[0].casefold() not in (names.DONE, names.FAILED) and names.ignored(parts[-1]) is None
