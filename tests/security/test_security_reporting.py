"""The reporting query against those who mean harm: each is refused with a sentence, within its time and memory."""

from __future__ import annotations

import os
import threading

import pytest
from sqlalchemy import insert

from bomtool.platform import querying
from bomtool.platform.services import reporting
from bomtool.platform.services.views import VIEWS
from bomtool.platform.tables import api_keys, jobs, stock_lots
from bomtool.sheets.memory import resident
from bomtool.store.schema import metadata, new_id, now

PATH = "/v1/reporting/sql_query/"
LOTS = 3_000
MIB = 2**20
SMALL = 48 * MIB
FULL = bool(os.environ.get("BOMTOOL_FULL_BOMBS"))
"""Whether bombs go off in the memory that queries really have; in less they show the same sooner."""


@pytest.fixture(scope="module")
def org(platform):
    made = platform.key()
    moment = now()
    same = {
        "created_at": moment,
        "updated_at": moment,
        "stock_class": "on_hand",
        "org_id": made["org_id"],
        "revision": 1,
    }
    rows = [
        {"id": new_id(), "part_id": f"P{n}", "quantity": n, "synced_from_integration": False, **same}
        for n in range(LOTS)
    ]
    with platform.store.write() as connection:
        connection.execute(insert(stock_lots), rows)
    return made


@pytest.fixture
def client(platform, org):
    with platform.client(org["key"]) as made:
        yield made


def refused(client, query: str) -> str:
    """The sentence a query is refused with."""
    response = client.post(PATH, json={"query": query, "limit": 10_000})
    assert (response.status_code, list(response.json())) == (400, ["query"]), response.text[:300]
    (sentence,) = response.json()["query"]
    assert sentence[0] == sentence[0].upper()
    assert sentence.endswith(".")
    assert "Traceback" not in sentence
    return sentence


WRITING = [
    "DROP TABLE boms",
    "ALTER TABLE boms RENAME TO x",
    "CREATE VIEW x AS SELECT 1",
    "CREATE TRIGGER x AFTER INSERT ON boms BEGIN SELECT 1; END",
    "CREATE VIRTUAL TABLE x USING fts5(a)",
    "CREATE VIRTUAL TABLE x USING csv(filename='/etc/passwd')",
    "CREATE INDEX x ON boms (name)",
    "INSERT INTO boms (name) VALUES ('x') RETURNING name",
    "REPLACE INTO boms (name) VALUES ('x')",
    "WITH x AS (SELECT 1) INSERT INTO boms (name) SELECT 'x' FROM x RETURNING id",
    "WITH x AS (SELECT 1) DELETE FROM boms RETURNING id",
    "WITH x AS (SELECT 1) UPDATE boms SET name = 'x' RETURNING id",
    "WITH x AS (INSERT INTO boms (name) VALUES ('x') RETURNING id) SELECT * FROM x",
    "SELECT * FROM (DELETE FROM boms RETURNING *)",
    "ATTACH DATABASE ':memory:' AS x",
    "ATTACH DATABASE 'file:/etc/passwd?mode=ro' AS x",
    "DETACH DATABASE main",
    "VACUUM",
    "VACUUM INTO '/tmp/stolen.db'",
    "REINDEX",
    "REINDEX boms",
    "ANALYZE",
    "SAVEPOINT x",
    "COMMIT",
    "ROLLBACK",
    "PRAGMA database_list",
    "PRAGMA hard_heap_limit=0",
    "PRAGMA temp_store_directory='/tmp'",
    "PRAGMA writable_schema=ON",
    "PRAGMA main.journal_mode=OFF",
]
READING = [
    "SELECT * FROM api_keys",
    "SELECT prefix, secret_hash FROM main.api_keys",
    "SELECT * FROM idempotency_keys",
    "SELECT * FROM bomtool_version",
    "SELECT * FROM sqlite_schema",
    "SELECT sql FROM sqlite_temp_master",
    "SELECT * FROM sqlite_stat1",
    "SELECT * FROM sqlite_dbpage",
    "SELECT * FROM dbstat",
    "SELECT * FROM bytecode('SELECT 1')",
    "SELECT * FROM pragma_table_info('boms')",
    "SELECT * FROM pragma_function_list",
    "SELECT * FROM boms_content",
    "SELECT * FROM boms_fts_data",
    "SELECT count(*) FROM sqlite_master",
    "SELECT 1 FROM api_keys",
    "SELECT count(*) FROM json_each('[1]')",
    "SELECT count(*) FROM pragma_database_list",
    "SELECT * FROM temp.boms",
    "SELECT name FROM boms UNION SELECT secret_hash FROM api_keys",
    "SELECT name FROM boms WHERE id IN (SELECT id FROM api_keys)",
    "WITH boms AS (SELECT * FROM api_keys) SELECT * FROM boms",
    "SELECT (SELECT secret_hash FROM api_keys LIMIT 1)",
    "SELECT * FROM boms JOIN api_keys USING (org_id)",
    "SELECT meta FROM boms",
    "SELECT body FROM outbound_emails",
    "SELECT result FROM jobs",
    "SELECT arguments FROM jobs",
    "SELECT * FROM json_each('[1]')",
    "SELECT * FROM json_tree('[1]')",
    "SELECT * FROM generate_series(1, 1000000000)",
    "SELECT load_extension('/tmp/x.so')",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('/tmp/x', 'y')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT edit('x')",
    "SELECT randomblob(10)",
    "SELECT zeroblob(10)",
    "SELECT sqlite_version()",
    "SELECT sqlite_compileoption_get(1)",
    "SELECT last_insert_rowid(), changes()",
    "SELECT likelihood(1, 0.5), sqlite_source_id()",
]
FORMS = [
    "SELECT 1; SELECT 2",
    "SELECT 1;; DROP TABLE boms",
    "SELECT 1 /* x */; DELETE FROM boms --",
    "SELECT 1; -- nothing\nPRAGMA user_version",
    "/* only a comment */",
    "-- only a comment",
    "; SELECT 1",
    "EXPLAIN SELECT 1",
    "QUERY PLAN SELECT 1",
    "QUERY PLAN DELETE FROM boms",
    "\ufeffDELETE FROM boms",
    "ЅELECT 1",
    "SELECT 1 -- \r\n; DROP TABLE boms",
    "VALUES (load_extension('x'))",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "WITH r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT count(*) FROM r",
    "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a",
    "SELECT " + "(" * 300 + "1" + ")" * 300,
    "SELECT " + "-" * 0 + "NOT " * 500 + "1",
    "SELECT 1" + " UNION ALL SELECT 1" * 100,
    "SELECT " + ", ".join(["1"] * 500),
    "SELECT 1 FROM " + ", ".join(f"stock_lots t{n}" for n in range(100)),
    "SELECT max(" + ", ".join(["1"] * 200) + ")",
    "SELECT 'a' LIKE '" + "%a" * 300 + "'",
    "SELECT json_extract('" + "[" * 5_000 + "', '$')",
    "SELECT :missing, ?99",
    "SELECT ?1000000",
    "SELECT abs(-9223372036854775807 - 1)",
    "SELECT sum(9223372036854775807) FROM stock_lots",
]


@pytest.mark.parametrize("query", WRITING + READING + FORMS, ids=lambda query: query[:40])
def test_what_is_no_select_over_the_views_is_refused_with_a_sentence(client, query):
    refused(client, query)


def test_it_changes_nothing_and_every_table_but_the_views_is_closed(client, platform, org):
    assert client.get("/v1/boms/").status_code == 200  # from now on the use of the key is noted
    with platform.store.read() as connection:
        before = connection.execute(api_keys.select().where(api_keys.c.org_id == org["org_id"])).all()
    for name in sorted(metadata.tables.keys() - VIEWS.keys()):
        refused(client, f"SELECT * FROM {name}")
    for view in VIEWS.values():
        for column in set(view.table.c.keys()) - set(view.columns):
            refused(client, f'SELECT "{column}" FROM {view.name} AS v WHERE v."{column}" IS NOT NULL')
    with platform.store.read() as connection:
        assert connection.execute(api_keys.select().where(api_keys.c.org_id == org["org_id"])).all() == before
    assert client.post(PATH, json={"query": "SELECT count(*) FROM stock_lots"}).json()["rows"] == [[LOTS]]


# ruff: noqa: E501
BOMBS = {
    "sorting": "SELECT printf('%.*c', 900, 'x') || a.id AS t FROM stock_lots a, stock_lots b ORDER BY t DESC LIMIT 1 OFFSET 5000000",
    "distinct": "SELECT count(DISTINCT printf('%.*c', 900, 'x') || a.id || b.id) FROM stock_lots a, stock_lots b",
    "groups": "SELECT count(*) FROM (SELECT 1 FROM stock_lots a, stock_lots b GROUP BY a.id || b.id || printf('%.*c', 900, 'x'))",
    "kept table": "WITH t AS MATERIALIZED (SELECT printf('%.*c', 900, 'x') || a.id || b.id AS x FROM stock_lots a, stock_lots b) "
    "SELECT count(*) FROM t x JOIN t y ON x.x < y.x",
    "wide rows": "SELECT " + ", ".join(["printf('%.*c', 900000, 'x')"] * 200) + " FROM stock_lots",
    "joined text": "SELECT length(group_concat(printf('%.*c', 1000, 'x'))) FROM stock_lots a, stock_lots b",
    "growing text": "SELECT replace(replace(printf('%.*c', 90000, 'x'), 'x', 'xxxxxxxxxx'), 'x', 'xxxxxxxxxx')",
    "hex": "SELECT hex(hex(hex(printf('%.*c', 200000, 'x'))))",
    "windows": "SELECT group_concat(id) OVER (ORDER BY id) FROM stock_lots",
    "large answer": "SELECT printf('%.*c', 100000, 'x') FROM stock_lots",
}  # fmt: skip
SLOW = {
    "cross join": "SELECT count(*) FROM stock_lots a, stock_lots b, stock_lots c WHERE a.quantity + b.quantity + c.quantity = -1",
    "doubling": "WITH a AS (SELECT 1 AS x UNION ALL SELECT 1), b AS (SELECT 1 FROM a, a AS p, a AS q, a AS r, a AS s, a AS t), "
    "c AS (SELECT 1 FROM b, b AS p, b AS q, b AS r) SELECT count(*) FROM c, c AS d",
    "one function": "SELECT instr(printf('%.*c', 990000, 'a'), printf('%.*c', 490000, 'a') || 'b')",
}  # fmt: skip


class Watched:
    """The largest resident size of a query's process, and how much this process grew, while the block runs."""

    def __enter__(self):
        self.child = 0
        self.began = self.own = resident(os.getpid())
        self._over = threading.Event()
        self._real = querying._take
        self._pids: list[int] = []

        def taking():
            process = self._real()
            self._pids.append(process.pid)
            return process

        querying._take = taking
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self):
        while not self._over.wait(0.01):
            self.own = max(self.own, resident(os.getpid()))
            for pid in self._pids[-1:]:
                self.child = max(self.child, resident(pid))

    def __exit__(self, *_):
        querying._take = self._real
        self._over.set()
        self._thread.join()


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_stay_within_their_memory(client, name, monkeypatch):
    monkeypatch.setattr(reporting, "MAX_MEMORY", SMALL if not FULL else reporting.MAX_MEMORY)
    monkeypatch.setattr(reporting, "SECONDS", 0.5 if name == "joined text" else 5.0)
    with Watched() as watched:
        sentence = refused(client, BOMBS[name])
    assert "seconds" not in sentence or name == "joined text"
    assert watched.child < 3 * reporting.MAX_MEMORY
    assert watched.own - watched.began < 100 * MIB
    assert client.post(PATH, json={"query": "SELECT count(*) FROM stock_lots"}).json()["rows"] == [[LOTS]]


@pytest.mark.parametrize("name", SLOW)
def test_what_never_ends_is_ended(client, name, monkeypatch):
    """Also inside one function, where SQLite does not ask whether it may go on."""
    monkeypatch.setattr(reporting, "SECONDS", 0.2)
    monkeypatch.setattr(querying, "_SPARE_SECONDS", 0.3 if name == "one function" else 5.0)
    killed = []

    def asking(*arguments, real=querying.ask):
        try:
            return real(*arguments)
        except querying.Ended:
            killed.append(name)
            raise

    monkeypatch.setattr(querying, "ask", asking)
    assert refused(client, SLOW[name]) == "It runs longer than 0.2 seconds."
    assert killed == (["one function"] if name == "one function" else [])  # the others stop by themselves
    with querying._lock:
        assert all(process.poll() is None for process in querying._idle)


def test_more_bytes_than_may_be_copied_are_refused(client, monkeypatch):
    monkeypatch.setattr(reporting, "MAX_COPIED", 160 * 1024)
    assert "MiB" in refused(client, "SELECT id, part_id, quantity FROM stock_lots")


def test_a_value_beyond_the_bound_is_named(client, platform, org):
    same = {"id": new_id(), "org_id": org["org_id"], "kind": "x", "status": "failed", "created_at": now()}
    with platform.store.write() as connection:
        connection.execute(insert(jobs).values(**same, done=0, total=1, error="d" * 1_100_000))
    assert "million" in refused(client, "SELECT error FROM jobs")
    assert client.post(PATH, json={"query": "SELECT status FROM jobs"}).json()["rows"] == [["failed"]]


def test_names_of_with_are_no_tables(client):
    query = "WITH c AS (SELECT 1 AS x FROM stock_lots) SELECT count(*) FROM c"
    assert client.post(PATH, json={"query": query}).json()["rows"] == [[LOTS]]


def test_queries_that_wait_take_no_more_threads_than_they_may(client):
    places = reporting.AT_ONCE + reporting.WAITING
    assert [reporting._places.acquire(blocking=False) for _ in range(places)] == [True] * places
    try:
        response = client.post(PATH, json={"query": "SELECT 1"})
        assert (response.status_code, response.headers["Retry-After"]) == (429, "5")
    finally:
        for _ in range(places):
            reporting._places.release()
    assert client.post(PATH, json={"query": "SELECT 1"}).status_code == 200


def test_a_query_leaves_nothing_for_the_next(platform, client):
    assert client.post(PATH, json={"query": "SELECT count(*) FROM stock_lots"}).json()["rows"] == [[LOTS]]
    with platform.client(platform.key()["key"]) as stranger:
        assert stranger.post(PATH, json={"query": "SELECT count(*) FROM stock_lots"}).json()["rows"] == [[0]]
        assert stranger.post(PATH, json={"query": "SELECT count(*) FROM orgs"}).json()["rows"] == [[1]]
