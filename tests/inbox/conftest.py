"""A PostgreSQL server of the test's own, or the one of BOMTOOL_TEST_POSTGRES."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Require


def _as_owner(command: list[str]) -> list[str]:
    """The server refuses to run as root; then a user of few rights runs it."""
    if os.name == "nt" or os.geteuid() != 0:
        return command
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]


@pytest.fixture(scope="session")
def postgres_server(require: Require, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server without a database name."""
    given = os.environ.get("BOMTOOL_TEST_POSTGRES")
    if given:
        yield given.rstrip("/")
        return
    tools = [shutil.which(name) for name in ("initdb", "pg_ctl")]
    try:
        import psycopg  # noqa: F401
    except ImportError:
        tools = []
    require("postgres", tools and all(tools), "initdb, pg_ctl or psycopg is missing")
    initdb, pg_ctl = map(str, tools)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    place = Path(f"/tmp/bomtool-postgres-{uuid.uuid4().hex[:8]}")  # its socket's path must be short
    place.mkdir(mode=0o777)
    if os.geteuid() == 0:
        os.chown(place, 65534, 65534)
    data = place / "data"
    run = {"check": True, "stdout": subprocess.DEVNULL, "cwd": "/"}
    try:
        subprocess.run(_as_owner([initdb, "-D", str(data), "-U", "tester", "-A", "trust", "-E", "UTF8"]), **run)
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={place} -c fsync=off"
        start = [pg_ctl, "-D", str(data), "-w", "-l", str(place / "log"), "-o", options, "start"]
        subprocess.run(_as_owner(start), **run)
        yield f"postgresql://tester@127.0.0.1:{port}"
        subprocess.run(_as_owner([pg_ctl, "-D", str(data), "-m", "immediate", "-w", "stop"]), **run)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres(postgres_server: str) -> Iterator[str]:
    """The URL of a fresh, empty database."""
    import psycopg

    name = f"b{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield f"{postgres_server}/{name}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
