"""Lists over many pages, from servers that cap, miscount and lie."""

from __future__ import annotations

import pytest

from bomtool.client.paging import _cursor
from bomtool.errors import PlatformError, UnknownRecord
from tests.client.foreign import ORG, Foreign, serving
from tests.client.making import make_client


def filled(count: int, **members: object) -> Foreign:
    state = Foreign(**members)  # type: ignore[arg-type]
    state.boms = [state.record({"name": f"bom {index}"}, ORG) for index in range(count)]
    return state


@pytest.mark.parametrize("count", [0, 1, 2, 3, 7])
@pytest.mark.parametrize("lie", [None, "other-origin", "loop", "missing"])
def test_every_item_comes_once(count: int, lie: str | None) -> None:
    with serving(filled(count, page_cap=2, next_lies=lie)) as server, make_client(server.url) as client:
        assert [bom.name for bom in client.boms.iterate()] == [f"bom {index}" for index in range(count)]
        assert len(server.requests) <= count + 2


@pytest.mark.parametrize(
    "lie", [{"count_lie": 3}, {"ignores_offset": True}, {"ignores_offset": True, "next_lies": "loop"}]
)
def test_a_list_that_cannot_be_read_to_its_end_is_an_error(lie: dict) -> None:
    with serving(filled(5, page_cap=2, **lie)) as server, make_client(server.url) as client:
        with pytest.raises(PlatformError, match="cannot be read to its end"):
            list(client.boms.iterate())
        assert len(server.requests) < 10


def test_filters_and_org_travel_on_every_page() -> None:
    with serving(filled(5, page_cap=2)) as server, make_client(server.url, org_id=ORG) as client:
        assert len(list(client.boms.iterate(search="bom", approved=False))) == 5
        assert len(server.requests) == 3
        for _, path, _ in server.requests:
            assert f"org_id={ORG}" in path
            assert "search=bom" in path
            assert "approved=false" in path


def test_one_page() -> None:
    with serving(filled(5)) as server, make_client(server.url) as client:
        page = client.boms.list(limit=2, offset=1)
        assert (page.count, [bom.name for bom in page.results]) == (5, ["bom 1", "bom 2"])


@pytest.mark.parametrize(
    "following",
    [
        "https://evil.example/v1/boms/?offset=2",
        "http://127.0.0.1:8000/v1/other/?offset=2",
        "http://127.0.0.1:8000@evil.example/v1/boms/?offset=2",
        "//evil.example/v1/boms/?offset=2",
        "/v1/boms/?offset=2",
        "http://[",
        "javascript:1",
    ],
)
def test_next_elsewhere_is_not_used(following: str) -> None:
    assert _cursor("http://127.0.0.1:8000", "/v1/boms/", following, {"limit": 2}) is None


def test_next_here_gives_its_query_but_not_our_filters() -> None:
    following = "http://127.0.0.1:8000/v1/boms/?page_token=abc&limit=50&org_id=other"
    cursor = _cursor("http://127.0.0.1:8000", "/v1/boms/", following, {"limit": 100, "org_id": ORG})
    assert cursor == {"page_token": "abc", "limit": "50"}


@pytest.mark.parametrize("record_id", ["", "..", "a/b", "a b", "é", "../keys", "x" * 200, "a?b"])
def test_what_cannot_be_an_id_never_becomes_a_path(record_id: str) -> None:
    with serving() as server, make_client(server.url) as client:
        with pytest.raises(UnknownRecord):
            client.boms.get(record_id)
        with pytest.raises(UnknownRecord):
            client.parts.get(record_id)
        assert not server.requests
