"""Writes that must not be lost, doubled or grow with the size of a BOM."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.platform.support import MCU, RESISTOR, Platform, line, raw_bom


def test_statements_of_an_import_do_not_grow_with_its_lines(platform, client, ok):
    counts = {}
    for size in (10, 100, 1_000):
        mpns = [RESISTOR, MCU, "UNKNOWN-{n}", "RC0402FR-071{n}KL", None]
        lines = []
        for n in range(size):
            mpn = mpns[n % len(mpns)]
            lines.append(line(mpn.format(n=n) if mpn else None, f"R{n}", value="10k", package="0402"))
        body = raw_bom(f"board {size}", *lines, record=f"size {size}")
        ok(client.get("/v1/boms/"))
        with platform.store.count_statements() as counter:
            made = ok(client.post("/v1/parse_raw_bom/", json=body))
        counts[size] = counter.count
        assert made["line_count"] == size
    assert len(set(counts.values())) == 1, counts
    assert counts[10] < 40


def test_statements_of_a_list_do_not_grow_with_its_page(platform, client, ok):
    for n in range(6):
        ok(client.post("/v1/parse_raw_bom/", json=raw_bom(f"b{n}", line(RESISTOR, "R1"))))
    counts = []
    for limit in (1, 5):  # a page that is the last one need not count
        with platform.store.count_statements() as counter:
            ok(client.get(f"/v1/boms/?limit={limit}"))
        counts.append(counter.count)
    assert counts[0] == counts[1]


def test_one_record_pushed_by_many_threads_is_one_bom(platform, ok):
    key = platform.key()["key"]
    body = raw_bom("x", line(RESISTOR, "R1"), record="race")

    def push(_):
        with platform.client(key) as client:
            response = client.post("/v1/parse_raw_bom/", json=body)
            return ok(response)["id"], response.headers["X-Bomtool-Outcome"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(push, range(16)))
    assert len({identifier for identifier, _ in answers}) == 1
    assert [outcome for _, outcome in answers].count("created") == 1


def test_one_idempotency_key_sent_by_many_threads_takes_effect_once(platform, ok):
    key = platform.key()["key"]

    def push(_):
        with platform.client(key) as client:
            return ok(client.post("/v1/parse_raw_bom/", json=raw_bom("x"), headers={"Idempotency-Key": "race"}))["id"]

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(push, range(16)))) == 1


def test_no_sum_is_lost_when_many_add_to_one_line(platform, client, ok):
    key = platform.key()
    with platform.client(key["key"]) as first:
        bom = ok(first.post("/v1/parse_raw_bom/", json=raw_bom("x", line(RESISTOR, "R1", 1))))

    def add(_):
        with platform.client(key["key"]) as client:
            ok(client.post(f"/v1/boms/{bom['id']}/parse_raw_line/", json=line(RESISTOR, "R1", 2)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(20)))
    with platform.client(key["key"]) as client:
        assert [e["quant"] for e in ok(client.get(f"/v1/boms/{bom['id']}/lines/"))["results"]] == [41]


PUSHER = """
import json, sys
from pathlib import Path
from tests.platform.support import Platform, line, raw_bom
from bomtool.platform.app import create_app
from bomtool import settings, store
folder, key, many, same = sys.argv[1:]
platform = Platform.__new__(Platform)
platform.settings = settings.load(data_dir=folder)
platform.store = store.open(Path(folder) / "bomtool.sqlite3")
platform.app = create_app(platform.store, platform.settings)
with platform.client(key) as client:
    for number in range(int(many)):
        record = "shared" if same == "same" else f"{number}"
        response = client.post("/v1/parse_raw_bom/", json=raw_bom("x", line("ABC-1", "R1"), record=record))
        response.raise_for_status()
        print(response.json()["id"], flush=True)
"""


@pytest.fixture
def own(tmp_path):
    made = Platform(tmp_path)
    yield made
    made.close()


def pusher(platform, key, many, same):
    folder = str(platform.store.path.parent)
    return subprocess.Popen(
        [sys.executable, "-c", PUSHER, folder, key, str(many), same],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_one_record_pushed_by_several_processes_is_one_bom(own, ok):
    key = own.key()["key"]
    running = [pusher(own, key, 3, "same") for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in running]
    assert [process.returncode for process in running] == [0] * 4, answers
    assert len({identifier for out, _ in answers for identifier in out.split()}) == 1


@pytest.mark.skipif(os.name != "posix", reason="kill -9 is a signal of POSIX systems")
def test_a_killed_writer_loses_nothing_it_acknowledged(own, ok):
    key = own.key()["key"]
    for after in (1, 4, 9):
        process = pusher(own, key, 10_000, f"kill {after}")
        acknowledged = [process.stdout.readline().strip() for _ in range(after)]
        process.send_signal(signal.SIGKILL)
        acknowledged += process.communicate(timeout=60)[0].split()
        with own.client(key) as client:
            for identifier in filter(lambda text: len(text) == 36, acknowledged):
                found = ok(client.get(f"/v1/boms/{identifier}/"))
                assert found["line_count"] == 1
    with own.store.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        halves = "SELECT count(*) FROM boms WHERE id NOT IN (SELECT bom_id FROM bom_lines)"
        assert connection.exec_driver_sql(halves).scalar() == 0


def test_the_log_of_a_failure_names_the_request_and_no_key(platform, client, caplog, monkeypatch):
    from bomtool.platform.routes import others

    def fail(*_):
        raise RuntimeError("on purpose")

    monkeypatch.setattr(others.jobs, "get", fail)
    response = client.get("/v1/async_jobs/7e0f3c1e-0000-4000-8000-000000000000/")
    assert response.status_code == 500
    assert response.json()["request_id"] in caplog.text
    assert "on purpose" not in json.dumps(response.json())
    assert client.headers["Authorization"].split("_")[-1] not in caplog.text


def test_a_busy_database_is_503_without_its_path(tmp_path, ok):
    made = Platform(tmp_path)
    key = made.key()["key"]
    from bomtool import store

    quick = store.open(made.store.path, busy_timeout=0.05)
    made.store.close()
    from bomtool.platform.app import create_app

    made.app = create_app(quick, made.settings)
    with made.client(key) as client:
        ok(client.get("/v1/boms/"))
        with made.store.write():
            response = client.post("/v1/parse_raw_bom/", json=raw_bom("x"))
        assert response.status_code == 503
        assert str(tmp_path) not in response.text
        assert client.post("/v1/parse_raw_bom/", json=raw_bom("x")).status_code == 200
    quick.close()
    made.close()
