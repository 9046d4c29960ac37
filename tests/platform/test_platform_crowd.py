"""A hundred clients at once against the served platform: no server error, no update lost, no piece made up."""

from __future__ import annotations

import os
import threading
from collections import Counter

import httpx
import pytest

from tests.platform.support import RESISTOR, Platform, Served, line, raw_bom

CLIENTS = int(os.environ.get("BOMTOOL_CLIENTS", "100"))


@pytest.fixture
def crowd(tmp_path):
    platform = Platform(tmp_path)
    served = Served(platform.app)
    key = platform.key()["key"]
    asking = {"base_url": served.url, "headers": {"Authorization": f"Api-Key {key}"}, "timeout": 120, "verify": False}
    once = httpx.Limits(max_keepalive_connections=0)  # a connection that waited may be closed under a request
    client = httpx.Client(**asking, limits=once)

    def at_once(work):
        """What `work(client, number)` gives for every client, all of them let loose in one moment."""
        gate, found = threading.Barrier(CLIENTS), [None] * CLIENTS

        def one(number):
            with httpx.Client(**asking, limits=once) as made:
                gate.wait()
                found[number] = work(made, number)

        threads = [threading.Thread(target=one, args=(number,)) for number in range(CLIENTS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return found

    yield platform, client, at_once
    client.close()
    served.close()
    platform.close()


def test_a_hundred_clients_lose_nothing(crowd, ok):
    platform, client, at_once = crowd
    bom = ok(client.post("/v1/parse_raw_bom/", json=raw_bom("sum", line(RESISTOR, "R1", 1))))
    lines = f"/v1/boms/{bom['id']}/lines/"

    def add(made, number):
        """Everybody adds to one line, whose answer must be one of the sums on the way."""
        return made.post(f"/v1/boms/{bom['id']}/parse_raw_line/", json=line(RESISTOR, "R1", 1)).json()["quant"]

    sums = at_once(add)
    assert sorted(sums) == list(range(2, CLIENTS + 2)), "every addition saw another sum"
    assert [one["quant"] for one in ok(client.get(lines))["results"]] == [CLIENTS + 1]

    supplier = ok(client.post("/v1/suppliers/", json={"name": "counter", "metadata": {"n": 0}}))
    path = f"/v1/suppliers/{supplier['id']}/"

    def count(made, number):
        """Everybody counts one up by If-Match: who is told 412 reads once again."""
        for _ in range(2):
            read = made.get(path)
            body = {"metadata": {"n": read.json()["metadata"]["n"] + 1}}
            status = made.patch(path, json=body, headers={"If-Match": read.headers["ETag"]}).status_code
            if status != 412:
                return status
        return 412

    statuses = Counter(at_once(count))
    assert set(statuses) <= {200, 412}
    assert ok(client.get(path))["metadata"]["n"] == statuses[200] > 0

    body = {"supplier": supplier["id"], "currency": "USD"}
    body["lines"] = [{"part": platform.part_id(RESISTOR), "quantity": CLIENTS, "unit_price": "1"}]
    purchase = ok(client.post("/v1/purchases/", json=body))
    events = f"/v1/purchases/{purchase['id']}/events/"
    ok(client.post(events, json={"event_type": "ordered"}))

    def receive(made, number):
        """Everybody receives two pieces of as many as there are clients: half of them come too late."""
        entry = {"line": purchase["lines"][0]["id"], "quantity": 2, "location": f"A{number % 3}"}
        return made.post(events, json={"event_type": "received", "lines": [entry]}).status_code

    received = Counter(at_once(receive))
    assert received == Counter({200: CLIENTS // 2, 400: CLIENTS - CLIENTS // 2})
    with platform.store.read() as connection:
        counted = dict(
            connection.exec_driver_sql("SELECT stock_class, sum(quantity) FROM stock_lots GROUP BY stock_class").all()
        )
        moved = connection.exec_driver_sql(
            "SELECT count(*) FROM purchase_events WHERE event_type = 'received'"
        ).scalar()
    assert {name: total for name, total in counted.items() if total} == {"on_hand": CLIENTS // 2 * 2}
    assert moved == CLIENTS // 2
