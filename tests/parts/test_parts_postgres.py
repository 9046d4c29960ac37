"""The catalogue answers on PostgreSQL as on SQLite, with and without its trigram index."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.engine import make_url

from bomtool import store
from bomtool.parts import dialect
from bomtool.parts.catalog import Catalog
from bomtool.parts.matching import match
from bomtool.parts.model import Query

TEXTS = (
    "RC0402FR-0710KL",
    "rc0402fr0710kl",
    "RC0402FR-0710KX",
    "GRM155R71C104",
    "LM358",
    "10k 0402",
    "op amp",
    "STM32F103C8TX",
)


def _source(folder):
    rows = ["mpn,manufacturer,description,package,distributor,sku,stock,moq,multiple,currency,breaks"]
    for number in range(10, 60):
        rows.append(
            f"RC0402FR-07{number}KL,Yageo,RES {number}K 1% 0402,0402,Northwind,NW-{number}K,{number},1,1,USD,1:0.10"
        )
        rows.append(f"GRM155R71C{number}4KA88D,Murata,CAP 0402 X7R,0402,Northwind,NWC-{number},,10,10,USD,10:0.05")
    rows.append("STM32F103C8T6,STMicroelectronics,MCU,LQFP48,Southport,SP-STM32,250,1,1,USD,1:4.50")
    rows.append("LM358DR,Texas Instruments,Dual \0op amp,SOIC-8,Southport,SP-LM358,0,1,1,USD,1:0.40")
    path = folder / "parts.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def _answers(catalog):
    found = {text: [(c.part.mpn, c.level, c.score) for c in catalog.search(text, 10)] for text in TEXTS}
    asked = [Query(str(n), text) for n, text in enumerate(TEXTS)]
    found["matched"] = [
        (m.level, m.part and m.part.mpn, [c.part.mpn for c in m.candidates]) for m in match(catalog, asked)
    ]
    offers = catalog.offers(c.part.id for text in TEXTS for c in catalog.search(text, 10))
    found["offers"] = {part: [(o.sku, o.stock, o.fetched_at) for o in given] for part, given in offers.items()}
    return found


@pytest.fixture
def expected(tmp_path):
    opened = store.open(tmp_path / "bomtool.sqlite3")
    Catalog(opened).load(_source(tmp_path))
    yield _answers(Catalog(opened))
    opened.close()


def test_the_answers_are_those_of_sqlite(tmp_path, postgres_server, expected):
    assert ("RC0402FR-0710KL", "fuzzy") in {found[:2] for found in expected["RC0402FR-0710KX"]}
    with postgres_server.database() as url:
        catalog = Catalog(store.open(url))
        try:
            assert catalog.load(_source(tmp_path)).notes == []
            assert _answers(catalog) == expected
            with catalog.store.read() as connection:
                plan = (
                    "SET LOCAL enable_seqscan = off; EXPLAIN SELECT ref FROM catalog_parts WHERE mpn_key LIKE '%0FR%'"
                )
                read = connection.connection.cursor()
                read.execute(plan)
                assert read.nextset()
                assert "ix_catalog_parts_grams" in str(read.fetchall())
        finally:
            catalog.store.close()


def test_without_the_extension_it_says_so_and_answers_the_same(tmp_path, postgres_server, expected):
    import psycopg

    with postgres_server.database() as url:
        role = f"u{uuid.uuid4().hex[:8]}"
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
            connection.execute(f"GRANT CREATE, USAGE ON SCHEMA public TO {role}")
        poor = make_url(url).set(username=role, password="secret").render_as_string(hide_password=False)
        catalog = Catalog(store.open(poor))
        try:
            assert catalog.load(_source(tmp_path)).notes == [dialect.NO_GRAM_INDEX]
            assert _answers(catalog) == expected
        finally:
            catalog.store.close()
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(f"DROP OWNED BY {role}")
                connection.execute(f"DROP ROLE {role}")
