"""What a request costs: reading one BOM, a list, pushing 100 lines; and a BOM of 10,000 lines created and matched.

    python benchmarks/serving.py [--seconds 3] [--catalogue parts_15k.csv.xz] [--database-url URL] [--sqlite-only]

On SQLite, then on PostgreSQL (one of its own, unless a URL names a server). Each server is a process of its own and asked
by one client, one request after the other. Prints requests per second of wall clock and processor milliseconds of the server
for each request; the processor time of PostgreSQL is not counted. The peer, in the same run: a bare FastAPI handler that
answers two members, served and asked in the same way.
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests import postgres  # noqa: E402

BARE = """
import socket, sys, fastapi, uvicorn
app = fastapi.FastAPI()
@app.get("/")
def answer(): return {"id": 1, "name": "x"}
listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, fileno=int(sys.argv[1]))
uvicorn.Server(uvicorn.Config(app, log_level="error", access_log=False)).run(sockets=[listening])
"""
KNOWN = ("RC0402FR-0710KL", "GRM155R71C104KA88D", "LM358DR", "2N7002,215")


def processor(pid: int) -> float:
    """Processor seconds a process has used so far (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def bare() -> Iterator[tuple[int, str]]:
    """The peer: its pid and URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    process = subprocess.Popen([sys.executable, "-c", BARE, str(listening.fileno())], pass_fds=[listening.fileno()])
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    try:
        yield process.pid, url
    finally:
        process.terminate()
        process.wait()
        listening.close()


@contextmanager
def served(home: Path, url: str | None, catalogue: Path | None) -> Iterator[tuple[int, str, str]]:
    """The platform: pid, URL, key."""
    environment = {**os.environ, "BOMTOOL_DATA_DIR": str(home), "BOMTOOL_CONFIG_DIR": str(home)}
    if url:
        environment["BOMTOOL_DATABASE_URL"] = url

    def run(*arguments: object) -> str:
        command = [sys.executable, "-m", "bomtool", *map(str, arguments)]
        return subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout

    if catalogue:
        run("catalog", "load", catalogue, "--json")
    key = run("keys", "create", "--json").split('"key": "')[1].split('"')[0]
    command = [sys.executable, "-u", "-m", "bomtool", "serve", "--port", "0", "--log", os.devnull]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        place = next(word for word in process.stdout.readline().split() if word.startswith("http://"))
        yield process.pid, place, key
    finally:
        process.terminate()
        process.communicate()


def rate(pid: int, ask: Callable[[], httpx.Response], seconds: float) -> tuple[float, float]:
    """Requests per second, and processor milliseconds of the server a request."""
    for _ in range(5):
        ask().raise_for_status()
    before, began, count = processor(pid), time.perf_counter(), 0
    while time.perf_counter() - began < seconds or count < 20:
        ask().raise_for_status()
        count += 1
    return count / (time.perf_counter() - began), 1e3 * (processor(pid) - before) / count


def lines(name: str, count: int) -> list[dict[str, object]]:
    """Raw lines; one in five is known to the sample catalogue."""
    return [
        {
            "mpn": KNOWN[n % len(KNOWN)] if n % 5 == 0 else f"{name}-{n}",
            "quantity": 1,
            "reference_designators": [f"R{n}"],
        }
        for n in range(count)
    ]


def measure(name: str, place: tuple[int, str, str], peer: tuple[float, float], seconds: float) -> None:
    """One database."""
    pid, url, key = place
    with httpx.Client(base_url=url, headers={"Authorization": f"Api-Key {key}"}, timeout=300) as client:
        number = 0

        def push() -> httpx.Response:
            nonlocal number
            number += 1
            return client.post("/v1/parse_raw_bom/", json={"name": f"b{number}", "raw_lines": lines(f"P{number}", 100)})

        first = push().raise_for_status().json()["id"]
        asked: dict[str, Callable[[], httpx.Response]] = {
            "get a BOM": lambda: client.get(f"/v1/boms/{first}/"),
            "push 100 lines": push,
            "list 100 BOMs": lambda: client.get("/v1/boms/"),
        }
        for what, ask in asked.items():
            speed, spent = rate(pid, ask, seconds)
            print(
                f"{name:11s}{what:16s}{speed:8.1f} requests/s, {spent:7.2f} ms of the server;"
                f" ratio to the peer {spent / peer[1]:.1f}", flush=True
            )  # fmt: skip
        before, began = processor(pid), time.perf_counter()
        body = {"name": "large", "raw_lines": lines("L", 10_000)}
        client.post("/v1/parse_raw_bom/", json=body).raise_for_status()
        print(
            f"{name:11s}10,000 lines created and matched in {time.perf_counter() - began:.1f} s,"
            f" {processor(pid) - before:.1f} s of the server", flush=True
        )  # fmt: skip


def main() -> None:
    """Measure both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--catalogue", type=Path)
    parser.add_argument("--database-url", help="maintenance database of a PostgreSQL server")
    parser.add_argument("--sqlite-only", action="store_true")
    given = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bomtool-serving-")))
        with bare() as (pid, url), httpx.Client(base_url=url, timeout=60) as client:
            peer = rate(pid, lambda: client.get("/"), given.seconds)
        print(f"peer       bare handler    {peer[0]:8.1f} requests/s, {peer[1]:7.2f} ms of the server")
        with served(home / "sqlite", None, given.catalogue) as place:
            measure("SQLite", place, peer, given.seconds)
        if given.sqlite_only:
            return
        server = postgres.Server(given.database_url) if given.database_url else stack.enter_context(postgres.server())
        with server.database() as url, served(home / "postgres", url, given.catalogue) as place:
            measure("PostgreSQL", place, peer, given.seconds)


if __name__ == "__main__":
    main()
