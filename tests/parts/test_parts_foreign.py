"""Catalogues of others are data: a database among them is not opened, and what it would do does not happen."""

from __future__ import annotations

import sqlite3

import pytest

from bomtool.errors import ReadError
from bomtool.parts.opening import open_source


@pytest.mark.parametrize("name", ["parts.sqlite", "parts.sqlite3", "parts.db", "parts.csv", "parts.json", "parts.xlsx"])
def test_a_database_is_refused_and_left_as_it_is(tmp_path, name, monkeypatch):
    path = tmp_path / name
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE parts (mpn TEXT, manufacturer TEXT)")
        database.execute("INSERT INTO parts VALUES ('LM358DR', 'Texas Instruments')")
        database.execute("CREATE VIEW bad AS SELECT load_extension('evil') AS mpn")
    database.close()
    before = path.read_bytes()
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: pytest.fail("a database of somebody else was opened"))
    with pytest.raises(ReadError), open_source(path) as source:
        list(source.rows)
    assert path.read_bytes() == before
    assert sorted(found.name for found in tmp_path.iterdir()) == [name], "no journal beside it"
