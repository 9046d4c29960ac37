"""Lists say how many rows they have without counting them, and are right whatever happens to the rows, for every caller."""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
import threading

import pytest
from sqlalchemy import func, insert, select

from bomtool.errors import StoreError
from bomtool.platform import keys, list_counts, list_search, queue
from bomtool.platform.list_counts import LISTS
from bomtool.platform.tables import boms
from bomtool.store.schema import metadata, new_id, now
from tests.platform.support import raw_bom

STEPS = int(os.environ.get("BOMTOOL_LIST_STEPS", "60"))
SEED = int(os.environ.get("BOMTOOL_LIST_SEED", "1"))
CUSTOM = {"mpn": "X-1", "manufacturer_name": "Acme", "quantity": 1, "custom_id": "C-1", "is_custom_part": True}


@pytest.fixture
def crowd(platform, ok):
    """An org with teams and one below it: an admin, two people with a team each, and a key that sees one org of two."""
    root = platform.key(scopes=("read", "write", "admin"))
    admin = platform.client(root["key"])
    ok(admin.patch(f"/v1/sub_orgs/{root['org_id']}/", json={"team_permissions": True}))
    below = ok(admin.post("/v1/sub_orgs/", json={"name": "below"}))["id"]
    kind = ok(admin.post("/v1/team_types/", json={"name": "site"}))["id"]
    people, teams, clients = [], [], {"admin": admin}
    for name in ("ann", "ben"):
        values = {"email": f"{name}@example.com", "name": name, "roles": ["editor"]}
        with platform.store.write() as connection:
            people.append(add_user(connection, root["org_id"], values))
        body = {"name": name, "team_type": kind, "members": [people[-1]]}
        teams.append(ok(admin.post("/v1/teams/", json=body))["id"])
        clients[name] = platform.client(platform.key(org=root["org_id"], user_id=people[-1])["key"])
    clients["below"] = platform.client(platform.key(org=below)["key"])
    yield clients, teams, below
    for client in clients.values():
        client.close()


def add_user(connection, org_id, values):
    from bomtool.platform.people_tables import users

    moment, identifier = now(), new_id()
    row = {"id": identifier, "org_id": org_id, "email_key": values["email"], "created_at": moment, "updated_at": moment}
    connection.execute(insert(users).values(**row, **values))
    return identifier


def check_truth(connection):
    """Every kept count is what counting says, and no group is missing or too many."""
    c = list_counts.list_counts.c
    for name, columns in LISTS.items():
        table = metadata.tables[name]
        team = func.coalesce(table.c.team_id, "") if "team_id" in columns else None
        group = [table.c.org_id, *([team] if team is not None else [])]
        group += [table.c[flag] for flag in ("approved", "archived") if flag in columns]
        counted = {
            tuple(row[:-1]): row[-1] for row in connection.execute(select(*group, func.count()).group_by(*group))
        }
        kept = [c.org_id, *([c.team_id] if team is not None else [])]
        kept += [c[flag] for flag in ("approved", "archived") if flag in columns]
        said = connection.execute(select(*kept, func.sum(c.n)).where(c.list == name).group_by(*kept))
        assert {tuple(row[:-1]): row[-1] for row in said if row[-1]} == counted, name


def walked(client, path, **query):
    """All ids of a list by `next`, and the count it told."""
    page = client.get(path, params={"limit": 7, **query}).json()
    count, ids = page["count"], [one["id"] for one in page["results"]]
    while page["next"]:
        page = client.get(page["next"]).json()
        ids += [one["id"] for one in page["results"]]
    return count, ids


def test_counts_are_right_whatever_happens(platform, crowd, ok):
    clients, teams, below = crowd
    chance = random.Random(SEED)
    admin = clients["admin"]
    made = {"boms": [], "suppliers": [], "tags": []}
    for step in range(STEPS):
        what = chance.random()
        team = chance.choice([None, *teams])
        if what < 0.4:
            org = chance.choice([None, below])
            query = {"org_id": org} if org else {}
            body = raw_bom(f"b{step}", CUSTOM, record=f"{step}")
            made["boms"].append(ok(admin.post("/v1/parse_raw_bom/", json=body, params=query))["id"])
            if team and not org:
                ok(admin.patch(f"/v1/boms/{made['boms'][-1]}/", json={"team": team}))
        elif what < 0.5:
            made["suppliers"].append(ok(admin.post("/v1/suppliers/", json={"name": f"s{step}", "team": team}))["id"])
        elif what < 0.55:
            made["tags"].append(ok(admin.post("/v1/tags/", json={"name": f"t{step}"}))["id"])
        elif what < 0.6 and made["tags"]:
            body = {"archived": chance.random() < 0.5}
            ok(admin.patch(f"/v1/tags/{chance.choice(made['tags'])}/", json=body))
        elif what < 0.65 and made["suppliers"]:
            ok(admin.patch(f"/v1/suppliers/{chance.choice(made['suppliers'])}/", json={"team": team}))
        elif made["boms"]:
            path = f"/v1/boms/{chance.choice(made['boms'])}/"
            if what < 0.75:
                admin.patch(path, json={"team": team})  # refused for one of the other org
            elif what < 0.83:
                admin.post(f"{path}approve/", params={"allow_unmatched": True})
            elif what < 0.92:
                admin.patch(path, json={"archived": chance.random() < 0.7})
            else:
                admin.delete(path)  # refused for an approved one
                made["boms"] = [one for one in made["boms"] if one not in path]
    with platform.store.read() as connection:
        check_truth(connection)
    asked = [{}, {"approved": True}, {"archived": False, "approved": False}, {"team": teams[0]}, {"org_id": below}]
    for client in clients.values():
        for query in asked:
            if client is not admin and "org_id" in query:
                continue
            count, ids = walked(client, "/v1/boms/", **query)
            whole = ok(client.get("/v1/boms/", params={**query, "limit": 1000}))
            assert (count, ids) == (whole["count"], [one["id"] for one in whole["results"]]), query
            assert count == len(set(ids))
            count, back = walked(client, "/v1/boms/", ordering="-created_at", **query)
            assert (count, back) == (len(ids), ids[::-1])
            page = ok(client.get("/v1/boms/", params={**query, "offset": 3, "limit": 4}))
            assert [one["id"] for one in page["results"]] == ids[3:7]
    with platform.store.write() as connection:
        list_counts.fold(connection)
        check_truth(connection)
        list_counts.recount(connection)
        check_truth(connection)


def test_far_offsets_are_reached_from_the_nearer_end(platform, ok):
    made = platform.key()
    moment = now()
    with platform.store.write() as connection:
        rows = [
            {"id": new_id(), "org_id": made["org_id"], "name": f"n{n}", "approved": n % 2 == 0, "created_at": moment,
             "updated_at": moment}
            for n in range(2_500)
        ]  # fmt: skip
        connection.execute(insert(boms), rows)
    every = sorted(row["id"] for row in rows)
    approved = sorted(row["id"] for row in rows if row["approved"])
    with platform.client(made["key"]) as client:
        for wanted, query in ((every, {}), (approved, {"approved": True})):
            for offset in (0, 999, 1_000, 1_200, 1_249, 1_250, 2_399, 2_400, 2_450, 2_499, 2_500, 3_000):
                page = ok(client.get("/v1/boms/", params={**query, "offset": offset}))
                assert [one["id"] for one in page["results"]] == wanted[offset : offset + 100], offset
                assert page["count"] == len(wanted)
                assert bool(page["next"]) == (offset + 100 < len(wanted))
            page = ok(client.get("/v1/boms/", params={**query, "offset": 1_150, "ordering": "-created_at"}))
            assert [one["id"] for one in page["results"]] == wanted[::-1][1_150:1_250]


def test_writers_side_by_side_keep_the_counts(platform):
    """Transactions of several rows, some given up, some folding the counts; on PostgreSQL all at once, none a victim."""
    store = platform.store
    with store.write() as connection:
        orgs = [keys.create_org(connection, f"org {n}", None) for n in range(2)]
    known, failed = [], []

    def work(seed):
        chance = random.Random(f"{SEED}/{seed}")
        for _ in range(STEPS // 3):
            try:
                with store.write() as connection:
                    made = turn(connection, chance, orgs, known)
                    if chance.random() < 0.2:
                        raise KeyError
                known.extend(made)
            except KeyError:
                pass
            except StoreError as error:
                failed.append(error.code)
        if seed == 0:
            queue.tidy(store)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(5)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        with store.read() as connection:
            check_truth(connection)
    for thread in threads:
        thread.join()
    assert failed == []
    with store.write() as connection:
        check_truth(connection)
        list_counts.fold(connection)
        c = list_counts.list_counts.c
        many = select(c.org_id).where(c.org_id.in_(orgs)).group_by(*list_counts.list_counts.primary_key.columns[:5])
        assert connection.execute(many.having(func.count() > 1)).all() == []
        check_truth(connection)


def turn(connection, chance, orgs, known):
    """One transaction: rows come, change or go; the ids of those that came."""
    what = chance.random()
    one = boms.c.id == chance.choice(known or [""])
    if what < 0.5:
        group = {"approved": chance.random() < 0.5, "archived": chance.random() < 0.3}
        team = chance.choice([None, "t1", "t2"])
        moment = {"created_at": now(), "updated_at": now()}
        rows = [{"id": new_id(), "org_id": chance.choice(orgs), "team_id": team, **group, **moment} for _ in range(4)]
        connection.execute(insert(boms), rows)
        return [row["id"] for row in rows]
    if what < 0.8:
        values = {"approved": chance.random() < 0.5, "team_id": chance.choice([None, "t1"])}
        connection.execute(boms.update().where(one).values(values))
    elif what < 0.9:
        connection.execute(boms.delete().where(one))
    else:
        list_counts.fold(connection)
    return []


ALPHABET = "aAbBxX019 -_%\\\\\"'*:\nΩéÉßſK😀"
"""Few letters, so that terms are found often; among them what LIKE and the query of an index take for more than a letter."""


def texts(chance, most):
    return "".join(chance.choice(ALPHABET) for _ in range(chance.randint(1, most)))


def lowered(text):
    """Without the case of ASCII letters, which is all that a search overlooks."""
    return text.translate({n: n + 32 for n in range(ord("A"), ord("Z") + 1)})


@pytest.mark.parametrize("few", [12, list_search.FEW])
def test_searches_find_what_has_the_text_and_nothing_else(platform, ok, monkeypatch, few):
    """Whether the index has few candidates or many, and whether records wait for it, are in it, have changed or are gone."""
    monkeypatch.setattr(list_search, "FEW", few)
    monkeypatch.setattr(list_search, "_BATCH", 7)
    chance = random.Random(f"{SEED}/{few}")
    made, store, known = platform.key(), platform.store, {}
    client = platform.client(made["key"])

    def check():
        for _ in range(STEPS // 6):
            source = chance.choice(list(known.values())) if chance.random() < 0.8 else {"name": texts(chance, 6)}
            whole = source["name"] or "xx"
            at = chance.randrange(len(whole))
            term = whole[at : at + chance.randint(1, 8)]
            term = term.swapcase() if chance.random() < 0.3 and term.isascii() else term
            wanted = {
                identifier
                for identifier, row in known.items()
                if any(lowered(term) in lowered(text) for text in row.values() if text is not None)
            }
            count, ids = walked(client, "/v1/boms/", search=term)
            assert (count, sorted(ids)) == (len(wanted), sorted(wanted)), repr(term)

    with client:
        for turn_number in range(4):
            with store.write() as connection:
                for _ in range(12):
                    row = {"name": texts(chance, 12), "version": chance.choice([None, texts(chance, 4)])}
                    identifier, moment = new_id(), now()
                    stamped = {"org_id": made["org_id"], "created_at": moment, "updated_at": moment}
                    connection.execute(insert(boms).values(id=identifier, **stamped, **row))
                    known[identifier] = row
                for identifier in chance.sample(sorted(known), 4):
                    known[identifier] = {**known[identifier], "name": chance.choice([None, texts(chance, 12)])}
                    connection.execute(boms.update().where(boms.c.id == identifier).values(known[identifier]))
                for identifier in chance.sample(sorted(known), 2):
                    connection.execute(boms.delete().where(boms.c.id == identifier))
                    del known[identifier]
            check()
            list_search.catch_up(store, None if turn_number % 2 else 1)
            check()
        if store.dialect == "sqlite":
            with contextlib.closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
                connection.execute("VACUUM")  # rows that have no number of their own get new ones
            check()
            with store.write() as connection:
                list_search.rebuild(connection)
            check()
            with store.read() as connection:
                assert list_search.candidates(connection, boms, "no such text", 9) == 0
                left = connection.exec_driver_sql("SELECT count(*) FROM list_waiting WHERE list = 'boms'").scalar_one()
                assert left == 0
                kept = connection.exec_driver_sql("SELECT (SELECT count(*) FROM list_refs_boms) - count(*) FROM boms")
                assert kept.scalar_one() == 0


def test_a_search_of_many_records_reads_few(platform):
    """The plan of a search goes by the index of trigrams."""
    if platform.store.dialect != "sqlite":
        pytest.skip("PostgreSQL plans by what it knows of the rows")
    from bomtool.platform.rows import Rows

    with platform.store.read() as connection:
        rows = Rows(boms, (new_id(),)).searched("zebra", ("name",)).located(connection)
        query = rows.select("sqlite", ["created_at"], limit=100)
        text = str(query.compile(platform.store.engine, compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text.replace('%', '%%')}")]
    assert any("list_grams_boms VIRTUAL TABLE INDEX" in step for step in plan), plan
    assert not [step for step in plan if "SCAN boms" in step or "ix_boms" in step], plan
