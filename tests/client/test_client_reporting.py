"""The reporting query through the client."""

from __future__ import annotations

import pytest

from bomtool.client import Client
from bomtool.errors import ApiError
from tests.client.making import make_bom


def test_sql_query(client: Client) -> None:
    client.boms.create_raw(make_bom())
    found = client.reporting.sql_query("SELECT name, :given AS given FROM boms", given=5)
    assert (found.columns, found.rows, found.truncated) == (["name", "given"], [["Blinker", 5]], False)
    with pytest.raises(ApiError, match="query: Anything but one SELECT"):
        client.reporting.sql_query("DELETE FROM boms")
