"""The client against the embedded platform in this process, and against the same platform on a socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from bomtool.client import Client
from bomtool.connect import connect
from bomtool.net import Connection
from bomtool.platform.embedded import open_embedded
from bomtool.settings import load
from tests.client.asking import asked, on_a_socket


@pytest.fixture(params=["in-process", "socket"])
def client(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, any_database: None) -> Iterator[Client]:
    original = Client.call

    def call(self: Client, name: str, ids: Any, **rest: Any) -> Any:
        asked.add((request.param, name))
        return original(self, name, ids, **rest)

    monkeypatch.setattr(Client, "call", call)
    if request.param == "in-process":
        with connect(load()) as made:
            yield made
        return
    platform = open_embedded(load())
    try:
        with on_a_socket(platform.app) as url, Client(Connection(url, SecretStr(platform.api_key))) as made:
            yield made
    finally:
        platform.close()
