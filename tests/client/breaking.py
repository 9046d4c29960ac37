"""A TCP proxy that cuts connections where a plan says: after so many bytes of the request, or of the answer."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

Cut = tuple[str, int] | None
"""("request" | "answer", bytes let through before the cut), or None for a whole connection."""


@contextmanager
def breaking(url: str, cut: Callable[[int], Cut]) -> Iterator[str]:
    """The URL of a proxy to `url`; `cut(n)` is the fate of its nth connection."""
    target = (urlsplit(url).hostname, urlsplit(url).port)
    listening = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()
    threads: list[threading.Thread] = []

    def accept() -> None:
        number = 0
        while not stop.is_set():
            try:
                client, _ = listening.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=carry, args=(client, cut(number)), daemon=True))
            threads[-1].start()
            number += 1

    def carry(client: socket.socket, fate: Cut) -> None:
        with client, socket.create_connection(target) as server, contextlib.suppress(OSError):
            left = {"request": None, "answer": None}
            if fate is not None:
                left[fate[0]] = fate[1]  # type: ignore[assignment]
            ways = {client: (server, "request"), server: (client, "answer")}
            with selectors.DefaultSelector() as waiting:  # select() itself stops at 1,024 open files
                for source in ways:
                    waiting.register(source, selectors.EVENT_READ)
                while not stop.is_set():
                    for source in [ready.fileobj for ready, _ in waiting.select(0.1)]:
                        other, way = ways[source]  # type: ignore[index]
                        data = source.recv(65536)  # type: ignore[union-attr]
                        budget = left[way]
                        if budget is not None:
                            data, left[way] = data[:budget], budget - len(data)  # type: ignore[assignment]
                        other.sendall(data)
                        if not data or (left[way] is not None and left[way] <= 0):  # type: ignore[operator]
                            return

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        stop.set()
        with contextlib.suppress(OSError):
            listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        for running in [thread, *threads]:
            running.join(5)
