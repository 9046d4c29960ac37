"""A client that is cut off from the network in the middle of a transaction: what it had locked becomes free."""

from __future__ import annotations

import os
import signal
import sys

import pytest
from sqlalchemy import text

from bomtool import store as store_room
from bomtool.store import engine, versions
from scripts.long.several import network
from tests import postgres
from tests.conftest import ON_POSTGRES

LOCK = f"UPDATE {versions.TABLE} SET version_num = version_num"


def test_signs_of_life_are_asked_for(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url:
        store = store_room.open(url)
        with store.read() as connection:
            shown = {
                name: connection.execute(text(f"SHOW {name}")).scalar_one()
                for name in (
                    "tcp_keepalives_idle",
                    "tcp_user_timeout",
                    "idle_in_transaction_session_timeout",
                    "timezone",
                )
            }
            parameters = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
        store.close()
    assert shown == {
        "tcp_keepalives_idle": "20", "tcp_user_timeout": "40000", "idle_in_transaction_session_timeout": "10min",
        "timezone": "UTC",
    }  # fmt: skip
    assert parameters["keepalives_idle"] == "20"
    assert parameters["connect_timeout"] == "30"


def test_what_the_address_of_the_database_says_stands(postgres_server: postgres.Server) -> None:
    with postgres_server.database() as url:
        store = store_room.open(url + "?keepalives_idle=7&application_name=mine")
        with store.read() as connection:
            parameters = connection.connection.driver_connection.info.get_parameters()  # type: ignore[union-attr]
        store.close()
    assert parameters["keepalives_idle"] == "7"
    assert parameters["application_name"] == "mine"


@pytest.mark.skipif(not ON_POSTGRES, reason="runs with BOMTOOL_TEST_STORE=postgresql")
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="cuts a network: root on Linux")
@pytest.mark.skipif("BOMTOOL_TEST_DATABASE" in os.environ, reason="the server must be reachable over the cut link")
def test_locks_of_a_client_that_was_cut_off_become_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SILENT", 1)
    with network() as cut:
        if cut is None:
            pytest.skip("this machine gives no network of its own")
        with postgres.server(reachable=cut.here) as server, server.database() as url:
            store_room.open(url).close()
            told, tell = os.pipe()
            pid = os.fork()
            if pid == 0:
                try:
                    cut.enter()
                    with store_room.open(url.replace("127.0.0.1", cut.here)).write() as connection:
                        connection.execute(text(LOCK))
                        os.write(tell, b"held")
                        signal.pause()
                except BaseException as error:
                    os.write(tell, repr(error).encode())
                finally:
                    os._exit(1)
            try:
                os.close(tell)
                assert os.read(told, 1000) == b"held"
                cut.cut(on=True)
                store = store_room.open(url)
                with store.write() as connection:
                    connection.execute(text("SET LOCAL lock_timeout = '30s'"))
                    connection.execute(text(LOCK))
                store.close()
            finally:
                os.close(told)
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
