from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bomtool.parts import decisions
from bomtool.parts.catalog import Catalog
from bomtool.parts.model import Part, Query, Remembered
from bomtool.store.schema import now

ONE, OTHER = "0" * 36, "1" * 36
PART = Part("A" * 12, "RC0402FR-0710KL", "YAGEO")
NEW = Part("B" * 12, "CRCW040210K0FKED", "Vishay")


def recall(catalog: Catalog, org: str, *queries: Query) -> dict[str, Remembered]:
    with catalog.store.read() as connection:
        return decisions.recall(connection, org, queries)


def test_decisions_are_kept_per_org_replaced_and_taken_back(catalog: Catalog) -> None:
    query = Query("k", "RC-1", "Yageo")
    with catalog.store.write() as connection:
        decisions.remember(connection, ONE, query, PART)
    assert recall(catalog, OTHER, query) == {}
    found = recall(catalog, ONE, query)["k"]
    assert found.part_id == PART.id
    assert now() - found.decided_at < timedelta(minutes=5)
    with catalog.store.write() as connection:
        decisions.remember(connection, ONE, query, NEW)
    assert recall(catalog, ONE, query)["k"].part_id == NEW.id
    with catalog.store.write() as connection:
        assert decisions.forget(connection, ONE, query) is True
        assert decisions.forget(connection, ONE, query) is False
    assert recall(catalog, ONE, query) == {}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Query("1", "RC-1", "Yageo"), Query("2", "rc-1 ", "YAGEO Corp.", description="more words"), True),
        (Query("1", "RC-1", "Yageo"), Query("2", "RC-1", "Vishay"), False),
        (Query("1", "RC-1"), Query("2", "RC-1", "Yageo"), False),
        (Query("1", "SMBJ5.0A"), Query("2", "SMBJ50A"), False),
        (Query("1", None, value="10k", package="0402"), Query("2", "n/a", value="10K", package=" 0402"), True),
        (Query("1", None, value="10k", package="0402"), Query("2", None, value="10k", package="0603"), False),
        (
            Query("1", None, value="100", package="0402", reference_designators=("C1", "C2")),
            Query("2", None, value="100", package="0402", reference_designators=("R1",)),
            False,
        ),
        (
            Query("1", None, value="100", package="0402", reference_designators=("C1", "C2")),
            Query("2", None, value="100", package="0402", reference_designators=("C9",)),
            True,
        ),
        (Query("1", None, custom_id="H-1"), Query("2", None, custom_id="H-2"), False),
    ],
)
def test_which_lines_are_of_one_kind(one: Query, other: Query, same: bool) -> None:
    assert (decisions.kind_of(one) == decisions.kind_of(other)) == same


def test_lines_that_say_nothing_are_not_remembered(catalog: Catalog) -> None:
    empty = Query("1", None, reference_designators=("R1",))
    assert decisions.kind_of(empty) is None
    with catalog.store.write() as connection:
        decisions.remember(connection, ONE, empty, PART)
        assert decisions.forget(connection, ONE, empty) is False
    assert recall(catalog, ONE, empty) == {}


def test_recalling_is_one_statement(catalog: Catalog, loaded: Callable[..., Any]) -> None:
    for size in (1, 500):
        queries = [Query(str(n), f"RC-{n}") for n in range(size)]
        with catalog.store.count_statements() as counter:
            recall(catalog, ONE, *queries)
        assert counter.count == 1
