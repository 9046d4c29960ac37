"""The key goes to the platform and nowhere else, whatever the platform, the environment or a list says."""

from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from bomtool.client.paging import pages
from bomtool.errors import PlatformError
from bomtool.net import Connection
from tests.net.scripted import Answer, scripted

KEY = "bomtool_000000000000_" + "k" * 43


def test_a_list_that_goes_on_elsewhere_is_read_here() -> None:
    with scripted(Answer(500)) as other:
        page = {"count": 2, "previous": None, "next": other.url + "/v1/boms/?offset=1", "results": [{"id": "1"}]}
        rest = {"count": 2, "previous": None, "next": None, "results": [{"id": "2"}]}
        with scripted(Answer(body=json.dumps(page).encode()), Answer(body=json.dumps(rest).encode())) as server:
            with Connection(server.url, SecretStr(KEY)) as connection:
                found = [item for page in pages(connection, "/v1/boms/", {}) for item in page.results]
            assert [item["id"] for item in found] == ["1", "2"]
            assert all(asked.headers["authorization"] == f"Api-Key {KEY}" for asked in server.asked)
            assert len(server.asked) == 2
        assert not other.asked


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_redirect_takes_the_key_nowhere(method: str) -> None:
    with scripted(Answer()) as other, scripted(Answer(307, headers={"Location": other.url + "/v1/boms/"})) as server:
        with Connection(server.url, SecretStr(KEY)) as connection, pytest.raises(PlatformError) as caught:
            connection.request(method, "/v1/boms/", body={} if method == "POST" else None)
        assert not other.asked
        assert KEY not in str(caught.value) + repr(caught.value.__cause__) + repr(connection)


def test_no_proxy_of_the_environment_gets_a_plain_call(monkeypatch: pytest.MonkeyPatch) -> None:
    with scripted(Answer()) as proxy, scripted(Answer()) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url)
        with Connection(server.url, SecretStr(KEY)) as connection:
            connection.request("GET", "/v1/boms/")
        assert len(server.asked) == 1
        assert not proxy.asked
