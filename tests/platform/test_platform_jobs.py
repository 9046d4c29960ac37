"""The queue of jobs on both databases: turns, leases, steps done once, cancelling, retention."""

from __future__ import annotations

import collections
import threading
import time
from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select, update

from bomtool import settings as settings_module
from bomtool import store as store_room
from bomtool.platform import keys, queue, tasks
from bomtool.platform.job_tables import job_files, job_steps, job_workers, jobs
from bomtool.platform.tables import orgs
from bomtool.platform.workers import Worker
from bomtool.store.schema import new_id, now

LEASE = timedelta(seconds=30)
GONE = timedelta(seconds=-1)
"""A lease that has run out when it is given."""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request, tmp_path_factory):
    target = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    opened = store_room.open(target or tmp_path_factory.mktemp("jobs") / "bomtool.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def org(store):
    with store.write() as connection:
        connection.execute(update(jobs).where(jobs.c.status == "queued").values(status="failed"))
        connection.execute(update(jobs).where(jobs.c.status == "running").values(status="failed"))
        return keys.create_org(connection, "works", None)


def add(store, org, count=1, kind="k", **values):
    made = [new_id() for _ in range(count)]
    rows = [
        {"id": i, "org_id": org, "kind": kind, "status": "queued", "done": 0, "total": 1, "created_at": now(), **values}
        for i in made
    ]
    with store.write() as connection:
        connection.execute(insert(jobs), rows)
    return made


def row(store, job_id):
    with store.read() as connection:
        return connection.execute(select(jobs).where(jobs.c.id == job_id)).one()


def task_of(store, claim):
    return tasks.Task(store, settings_module.load(), claim)


def test_orgs_take_turns(store, org):
    with store.write() as connection:
        small = keys.create_org(connection, "small", None)
    add(store, org, 6)
    add(store, small, 2)
    served = [queue.claim(store, "w", ["k"], LEASE).org_id for _ in range(8)]
    assert sorted(served[:4]) == sorted([org, small] * 2)
    assert served[4:] == [org] * 4
    assert queue.claim(store, "w", ["k"], LEASE) is None


def test_a_worker_takes_only_what_it_can_do(store, org):
    add(store, org, kind="other")
    assert queue.claim(store, "w", ["k"], LEASE) is None
    assert queue.claim(store, "w", ["k", "other"], LEASE).kind == "other"


def test_what_a_dead_worker_had_is_finished_by_another_and_no_step_is_done_twice(store, org):
    (job_id,) = add(store, org)
    effects = []

    def step(name):
        def work(connection):
            effects.append(name)
            connection.execute(insert(orgs).values(id=new_id(), name=f"{job_id} {name}", created_at=now()))
            return {"name": name}

        return work

    dead = task_of(store, queue.claim(store, "dead", ["k"], GONE))
    assert dead.step("one", step("one")) == {"name": "one"}
    alive = task_of(store, queue.claim(store, "alive", ["k"], LEASE))
    assert (alive.claim.job_id, alive.claim.attempt) == (job_id, 2)
    with pytest.raises(tasks.Stopped):  # it was not dead, only slow: what it does now counts for nothing
        dead.step("two", step("two of the dead"))
    assert queue.finish(store, dead.claim, {"status": "failed"}) is False

    def rest(task):
        return [task.step("one", step("one")), task.step("two", step("two"))]

    tasks.run(alive, rest)
    ended = row(store, job_id)
    assert (ended.status, ended.result, ended.worker) == ("succeeded", [{"name": "one"}, {"name": "two"}], None)
    with store.read() as connection:
        made = connection.scalar(select(func.count()).where(orgs.c.name.like(f"{job_id}%")))
        assert made == 2
        assert connection.scalar(select(func.count()).where(job_steps.c.job_id == job_id)) == 2
    assert effects == ["one", "two"]


def test_a_step_that_fails_leaves_nothing(store, org):
    (job_id,) = add(store, org)
    task = task_of(store, queue.claim(store, "w", ["k"], LEASE))

    def broken(connection):
        connection.execute(insert(orgs).values(id=new_id(), name=job_id, created_at=now()))
        raise RuntimeError("broken")

    tasks.run(task, lambda task: task.step("one", broken))
    assert row(store, job_id).status == "failed"
    with store.read() as connection:
        assert connection.scalar(select(func.count()).where(orgs.c.name == job_id)) == 0
        assert connection.scalar(select(func.count()).where(job_steps.c.job_id == job_id)) == 0


def test_a_job_that_ends_every_worker_is_given_up(store, org):
    (job_id,) = add(store, org)
    taken = 0
    while queue.claim(store, f"w{taken}", ["k"], GONE) is not None:
        taken += 1
    assert taken == queue.MOST_ATTEMPTS
    assert row(store, job_id).status == "failed"
    assert "not tried again" in row(store, job_id).error


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(store, org):
    waiting, running = add(store, org, 2)
    with store.write() as connection:
        connection.execute(insert(job_files).values(job_id=waiting, name="a.csv", content=b"x"))
        assert queue.cancel(connection, waiting) == "cancelled"
        assert connection.execute(select(job_files).where(job_files.c.job_id == waiting)).all() == []
    claim = queue.claim(store, "w", ["k"], LEASE)
    assert claim.job_id == running
    task = task_of(store, claim)
    hands = tasks.Hands(store, "w", timedelta(seconds=0.4))
    begun = threading.Event()

    def work(task):
        begun.set()
        while True:
            task.check()
            time.sleep(0.01)

    def cancel():
        begun.wait(10)
        with store.write() as connection:
            assert queue.cancel(connection, running) == "running"

    thread = threading.Thread(target=cancel)
    thread.start()
    with hands.holding(task):
        tasks.run(task, work)
    thread.join(10)
    assert row(store, running).status == "cancelled"
    with store.write() as connection:
        assert queue.cancel(connection, running) == "cancelled"


def test_jobs_are_kept_for_thirty_days_after_their_end(store, org):
    old, ended, running = add(store, org, 3)
    with store.write() as connection:
        for job_id, days, status in ((old, 31, "succeeded"), (ended, 29, "failed"), (running, None, "running")):
            at = None if days is None else now() - timedelta(days=days)
            changed = {"status": status, "finished_at": at, "created_at": now() - timedelta(days=40)}
            connection.execute(update(jobs).where(jobs.c.id == job_id).values(changed))
    queue.tidy(store)
    with store.read() as connection:
        left = set(connection.execute(select(jobs.c.id).where(jobs.c.id.in_([old, ended, running]))).scalars())
    assert left == {ended, running}


def test_workers_side_by_side_do_every_job_once_and_stop_without_leaving_any(store, org):
    made = add(store, org, 40)
    did = collections.Counter()

    def work(task):
        task.step("count", lambda connection: did.update([task.claim.job_id]))
        return "done"

    workers = [Worker(store, settings_module.load(), {"k": work}, threads=2) for _ in range(2)]
    for worker in workers:
        worker.begin()
    until = time.monotonic() + 60
    while sum(worker.done for worker in workers) < len(made):
        assert time.monotonic() < until
        time.sleep(0.02)
    for worker in workers:
        worker.close()
    assert did == collections.Counter(made)
    assert {row(store, job_id).status for job_id in made} == {"succeeded"}
    with store.read() as connection:
        assert connection.execute(select(job_workers.c.id).where(job_workers.c.id.like("%"))).all() == []
