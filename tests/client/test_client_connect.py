"""connect(): which client a run gets, and where a key may go."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bomtool.connect import connect
from bomtool.errors import UsageError
from bomtool.settings import load
from tests.client.foreign import ORG, serving

KEY = "bt_saved_8WcVnM3z"


def save(text: str) -> None:
    folder = Path(os.environ["BOMTOOL_CONFIG_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.toml").write_text(text, encoding="utf-8")


def test_a_remote_client_carries_key_org_and_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("BOMTOOL_API_URL", server.url + "/")
        monkeypatch.setenv("BOMTOOL_API_KEY", KEY)
        monkeypatch.setenv("BOMTOOL_ORG_ID", ORG)
        monkeypatch.setenv("BOMTOOL_TIMEOUT", "7")
        with connect(load()) as client:
            assert client.boms.list().count == 0
            assert client.connection.limits.read == 7
        _, path, headers = server.requests[0]
        assert path == f"/v1/boms/?org_id={ORG}"
        assert headers["authorization"] == f"Api-Key {KEY}"
        assert KEY not in repr(client)


@pytest.mark.parametrize("key", [None, "", "  "])
def test_without_a_key_it_says_so(monkeypatch: pytest.MonkeyPatch, key: str | None) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "https://platform.example")
    if key is not None:
        monkeypatch.setenv("BOMTOOL_API_KEY", key)
    with pytest.raises(UsageError, match="no key") as caught:
        connect(load())
    assert caught.value.exit_code == 2


def test_a_saved_key_goes_only_where_it_was_saved_for(monkeypatch: pytest.MonkeyPatch) -> None:
    save(f'api_url = "https://platform.example/"\napi_key = "{KEY}"\n')
    connect(load()).close()
    monkeypatch.setenv("BOMTOOL_API_URL", "https://PLATFORM.example:443/api")
    connect(load()).close()
    monkeypatch.setenv("BOMTOOL_API_URL", "https://elsewhere.example")
    with pytest.raises(UsageError, match="belongs to https://platform.example") as caught:
        connect(load())
    assert KEY not in str(caught.value)
    monkeypatch.setenv("BOMTOOL_API_KEY", "another")
    connect(load()).close()


def test_a_key_with_a_line_break_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOMTOOL_API_URL", "https://platform.example")
    monkeypatch.setenv("BOMTOOL_API_KEY", "abc\r\nX-Evil: 1")
    with pytest.raises(UsageError, match="cannot be a key"):
        connect(load())


def test_threads_open_embedded_platforms_at_the_same_time() -> None:
    """On a fresh data folder, where each would migrate, seed and make a key; `-W error` holds here."""
    together = threading.Barrier(4)

    def use(_: int) -> int | None:
        together.wait(60)
        with connect(load()) as client:
            return client.boms.list().count

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(use, range(4))) == [0, 0, 0, 0]
