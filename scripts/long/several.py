"""Several of everything on one PostgreSQL, some of them killed or cut off, and a count of what is there in the end.

    python scripts/long/several.py [--boms 60] [--files 20] [--seed 1] [--lease 3] [--no-file]

Processes: two `serve` behind a balancer that hands connections out in turn, three workers, two watchers of one folder.
Clients push BOMs through the balancer, at once and as jobs. Meanwhile one server, one worker and one watcher get SIGKILL.
Where this runs as root on Linux, one more worker lives behind a network of its own: the link is cut while it works, and
comes back once the others have finished, so that it tries to go on with what is no longer its own. Then: every BOM there
once, with all its lines; every file done once. Writes benchmarks/results/several.json. Exit status 1 where anything is lost or
doubled.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from pydantic import SecretStr  # noqa: E402
from sqlalchemy import func, select, update  # noqa: E402

import bomtool  # noqa: E402
from bomtool import settings as settings_module  # noqa: E402
from bomtool import store as store_room  # noqa: E402
from bomtool.client import Client  # noqa: E402
from bomtool.errors import BomtoolError  # noqa: E402
from bomtool.inbox.tables import watchers as watchers_table  # noqa: E402
from bomtool.journey.jobs import IMPORT, Importer  # noqa: E402
from bomtool.net import Connection  # noqa: E402
from bomtool.parts import seed as seed_room  # noqa: E402
from bomtool.platform import job_kinds, keys  # noqa: E402
from bomtool.platform.embedded import local_key, local_org_id  # noqa: E402
from bomtool.platform.job_tables import jobs  # noqa: E402
from bomtool.platform.server import Serving  # noqa: E402
from bomtool.platform.server import run as serve  # noqa: E402
from bomtool.platform.tables import bom_lines, boms  # noqa: E402
from bomtool.platform.workers import Worker  # noqa: E402

LINES = 12
NEWNET = 0x40000000


class Balancer:
    """Hands connections out to the servers in turn; one that does not answer is passed over."""

    def __init__(self, places: list[tuple[str, int]]) -> None:
        self.places, self._turn = places, 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listening.accept()
            except OSError:
                return
            self._turn += 1
            threading.Thread(target=self._carry, args=(caller, self._turn), daemon=True).start()

    def _carry(self, caller: socket.socket, turn: int) -> None:
        for step in range(len(self.places)):
            try:
                server = socket.create_connection(self.places[(turn + step) % len(self.places)], timeout=5)
                break
            except OSError:
                continue
        else:
            caller.close()
            return
        server.settimeout(None)
        back = threading.Thread(target=_pump, args=(server, caller), daemon=True)
        back.start()
        _pump(caller, server)
        back.join()
        caller.close()
        server.close()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


class Fleet:
    """Processes of one kind or another, forked from this one, so that none has to import anything."""

    def __init__(self) -> None:
        self.running: dict[str, int] = {}

    def start(self, name: str, work: Callable[[], None]) -> None:
        """Fork it."""
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                work()
                code = 0
            except BaseException as error:
                print(f"{name}: {error!r}", file=sys.stderr)
            finally:
                os._exit(code)
        self.running[name] = pid

    def kill(self, name: str) -> None:
        """kill -9."""
        pid = self.running.pop(name)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)

    def close(self) -> None:
        """Let those that are left end."""
        for pid in self.running.values():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


class Cut:
    """A network of its own with one link to this machine, which can be cut. Only for root on Linux."""

    def __init__(self) -> None:
        self.name = f"bt{os.getpid() % 100000}"
        self.here = f"10.213.{os.getpid() % 200}.1"
        there = self.here[:-1] + "2"
        for command in (
            f"ip netns add {self.name}",
            f"ip link add {self.name}a type veth peer name {self.name}b netns {self.name}",
            f"ip addr add {self.here}/30 dev {self.name}a",
            f"ip link set {self.name}a up",
            f"ip -n {self.name} addr add {there}/30 dev {self.name}b",
            f"ip -n {self.name} link set {self.name}b up",
            f"ip -n {self.name} link set lo up",
        ):
            subprocess.run(command.split(), check=True, capture_output=True)

    def enter(self) -> None:
        """This process is inside from now on."""
        with Path(f"/run/netns/{self.name}").open() as place:
            if ctypes.CDLL(None, use_errno=True).setns(place.fileno(), NEWNET):
                raise OSError(ctypes.get_errno(), "setns")

    def cut(self, *, on: bool) -> None:
        """Take the link down, or up again."""
        subprocess.run(f"ip link set {self.name}a {'down' if on else 'up'}".split(), check=True)

    def close(self) -> None:
        """Take it all away."""
        subprocess.run(f"ip netns del {self.name}".split(), check=False, capture_output=True)


def serving(pipe: int) -> None:
    """A server; its URL goes into the pipe."""
    settings = settings_module.load()
    serve(settings, Serving(port=0, log=os.devnull), ready=lambda url: os.write(pipe, url.encode() + b"\n"))


def working(url: str, lease: float, cut: Cut | None = None) -> None:
    """A worker, until it is killed."""
    if cut is not None:
        cut.enter()
        url = url.replace("127.0.0.1", cut.here)
        os.environ["BOMTOOL_DATABASE_URL"] = url
    settings = settings_module.load()
    kinds = {**job_kinds.KINDS, IMPORT: Importer(settings).run}
    Worker(store_room.open(url), settings, kinds, lease=timedelta(seconds=lease)).begin()
    signal.pause()


def watching(folder: Path) -> None:
    """A watcher of the folder."""
    from bomtool.cli import run

    run(["watch", str(folder), "--approve", "--settle", "0.2", "--poll", "--interval", "0.3", "--log", "none"])


def push(client: Client, number: int, path: Path) -> None:
    """One BOM, again and again until the platform says it is there: what a careful client does."""
    until = time.monotonic() + 240
    while True:
        try:
            if number % 2:
                client.boms.create_raw(bomtool.read_bom(path))
            else:
                lines = [{"mpn": f"JOB-{number}-{n}", "quantity": 1} for n in range(LINES)]
                record = {"integration_source_name": "bomtool", "integration_record_id": f"job-{number}"}
                job = client.boms.upsert_async(name=f"bom-{number}", raw_lines=lines, **record)
                client.jobs.wait(job.id, timeout=120)
            return
        except BomtoolError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def board(name: str, number: int) -> str:
    """A BOM file."""
    rows = [f"R{n},1,{name}-{number}-{n},House,Part" for n in range(LINES)]
    return "\n".join(["Reference,Quantity,MPN,Manufacturer,Description", *rows])


def prove(url: str, place: Path, cut: Cut | None, given: argparse.Namespace) -> dict[str, Any]:
    """Start everything, push, kill, cut, wait, count."""
    os.environ |= {"BOMTOOL_DATABASE_URL": url, "BOMTOOL_DATA_DIR": str(place / "data")}
    os.environ["BOMTOOL_CONFIG_DIR"] = str(place / "config")
    chance = random.Random(given.seed)
    settings = settings_module.load()
    local_org_id(settings)
    store = store_room.open(url)
    seed_room.ready(store, None)
    local_key(store, settings.data_dir)
    key = SecretStr(str(keys.create(store, name="several", scopes=("read", "write"))["key"]))
    store.close()
    folder = place / "inbox"
    folder.mkdir()
    for number in range(given.files):
        (folder / f"file-{number}.csv").write_text(board("FILE", number), encoding="utf-8")
    for number in range(given.boms):
        (place / f"bom-{number}.csv").write_text(board("PUSHED", number), encoding="utf-8")
    fleet = Fleet()
    places = []
    try:
        for number in range(2):
            read, write = os.pipe()
            fleet.start(f"server {number}", lambda pipe=write: serving(pipe))  # type: ignore[misc]
            with os.fdopen(read) as told:
                os.close(write)
                address = told.readline().strip().removeprefix("http://")
            host, _, port = address.rpartition(":")
            places.append((host, int(port)))
        for number in range(3):
            fleet.start(f"worker {number}", lambda: working(url, given.lease))
        if cut is not None:
            fleet.start("worker behind the link", lambda: working(url, given.lease, cut))
        for number in range(2):
            fleet.start(f"watcher {number}", lambda: watching(folder))
        balancer = Balancer(places)
        with ThreadPoolExecutor(4) as pool:
            sending = [pool.submit(_push_one, balancer.url, key, n, place / f"bom-{n}.csv") for n in range(given.boms)]
            _when(lambda: sum(done.done() for done in sending) >= given.boms // 5, 240)
            fleet.kill(f"server {chance.randrange(2)}")
            fleet.kill(f"worker {chance.randrange(3)}")
            held = _cut_at_work(store, cut) if cut is not None else False
            _when(lambda: len(list((folder / "done").glob("*.result.json"))) >= given.files // 4, 240)
            watcher = f"watcher {chance.randrange(2)}"
            dead = fleet.running[watcher]
            fleet.kill(watcher)
            with store.write() as connection:  # its claims run out at once instead of after their minute
                silent = update(watchers_table).where(watchers_table.c.pid == dead)
                connection.execute(silent.values(beat_at=func.now() - timedelta(hours=1)))
            for done in sending:
                done.result()
        done_all = _when(
            lambda: _waiting(store) == 0 and len(list((folder / "done").glob("*.result.json"))) == given.files,
            given.patience,
        )
        if cut is not None:
            cut.cut(on=False)
            time.sleep(3 * given.lease)  # it finds out that what it had is not its own any more
        balancer.close()
    finally:
        fleet.close()
    found = _count(store, folder, given) | {"all_ended": done_all}
    if cut is not None:
        found["cut_off_with_a_job_in_hand"] = held
    found["right"] = found["right"] and done_all
    store.close()
    return found


def _push_one(url: str, key: SecretStr, number: int, path: Path) -> None:
    with Client(Connection(url, key)) as client:
        push(client, number, path)


def _when(true: Callable[[], bool], seconds: float) -> bool:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


def _waiting(store: store_room.Store) -> int:
    with store.read() as connection:
        open_ = jobs.c.status.in_(("queued", "running"))
        return int(connection.scalar(select(func.count()).select_from(jobs).where(open_)) or 0)


def _cut_at_work(store: store_room.Store, cut: Cut) -> bool:
    """Cut the link, where it can be had in a moment when the worker behind it has a job; whether it had one."""

    def busy() -> bool:
        with store.read() as connection:
            mine = select(jobs.c.id).where(jobs.c.status == "running", jobs.c.worker == _behind(store))
            return connection.execute(mine.limit(1)).first() is not None

    held = _when(busy, 20)
    cut.cut(on=True)
    return held


def _behind(store: store_room.Store) -> str | None:
    from bomtool.platform.job_tables import job_workers

    with store.read() as connection:
        last = select(job_workers.c.id).order_by(job_workers.c.pid.desc()).limit(1)
        return connection.scalar(last)


def _count(store: store_room.Store, folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    expected = given.boms + given.files
    with store.read() as connection:
        names = connection.execute(select(boms.c.name, func.count()).group_by(boms.c.name)).all()
        lines = int(connection.scalar(select(func.count()).select_from(bom_lines)) or 0)
        statuses = {
            row[0]: row[1] for row in connection.execute(select(jobs.c.status, func.count()).group_by(jobs.c.status))
        }
        retaken = int(connection.scalar(select(func.count()).select_from(jobs).where(jobs.c.attempts > 1)) or 0)
    doubled = [row[0] for row in names if row[1] != 1]
    done = len(list((folder / "done").glob("*.result.json")))
    return {
        "boms": [sum(row[1] for row in names), expected],
        "bom_lines": [lines, expected * LINES],
        "doubled": doubled,
        "files_done": [done, given.files],
        "jobs": statuses,
        "jobs_taken_over": retaken,
        "right": not doubled and len(names) == expected and lines == expected * LINES and done == given.files
        and set(statuses) == {"succeeded"},
    }  # fmt: skip


@contextlib.contextmanager
def network() -> Iterator[Cut | None]:
    """A network that can be cut, None where this machine or user has none to give."""
    made: Cut | None = None
    if sys.platform == "linux" and os.geteuid() == 0:
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            made = Cut()
    try:
        yield made
    finally:
        if made is not None:
            made.close()


def main() -> int:
    """Prove it and write the result down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--boms", type=int, default=60)
    parser.add_argument("--files", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lease", type=float, default=3.0)
    parser.add_argument("--patience", type=float, default=300.0, help="seconds until all must have ended")
    parser.add_argument("--no-file", action="store_true", help="print the result only")
    given = parser.parse_args()
    from tests import postgres

    with (
        tempfile.TemporaryDirectory(prefix="bomtool-several-") as folder,
        network() as cut,
        postgres.server(reachable=cut.here if cut else None) as server,
        server.database() as url,
    ):
        began = time.monotonic()
        found = prove(url, Path(folder), cut, given)
    commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    result = {"commit": commit, "seed": given.seed, "seconds": round(time.monotonic() - began), **found}
    print(json.dumps(result, indent=2))
    if not given.no_file:
        place = ROOT / "benchmarks" / "results" / "several.json"
        place.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return 0 if found["right"] else 1


if __name__ == "__main__":
    sys.exit(main())
