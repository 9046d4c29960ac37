"""A platform for tests: one store, its app, and clients with keys of orgs of their own."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from bomtool import settings as settings_module
from bomtool import store
from bomtool.net import _Loop
from bomtool.parts.catalog import Catalog
from bomtool.platform import keys, server
from bomtool.platform.app import create_app

CATALOG = """mpn,manufacturer,description,package,distributor,sku,stock,moq,multiple,currency,breaks
RC0402FR-0710KL,Yageo,RES 10K 1% 0402,0402,Northwind,NW-10K,50000,1,1,USD,1:0.10 100:0.02 1000:0.005
GRM155R71C104KA88D,Murata,CAP 100nF 16V X7R 0402,0402,Northwind,NW-100N,20000,10,10,USD,10:0.05 1000:0.01
STM32F103C8T6,STMicroelectronics,MCU 32-bit LQFP48,LQFP48,Southport,SP-STM32,250,1,1,USD,1:4.50 100:3.90
LM358DR,Texas Instruments,Dual op amp SOIC-8,SOIC-8,Southport,SP-LM358,0,1,1,USD,1:0.40
"""
RESISTOR, CAPACITOR, MCU, OPAMP = "RC0402FR-0710KL", "GRM155R71C104KA88D", "STM32F103C8T6", "LM358DR"


class Platform:
    """A store with a small catalogue, and the app over it."""

    loop: _Loop | None = None

    def __init__(self, folder: Path, target: str | None = None) -> None:
        self.settings = settings_module.load(data_dir=folder)
        self.store = store.open(target or folder / "bomtool.sqlite3")
        path = folder / "test_parts.csv"
        path.write_text(CATALOG, encoding="utf-8")
        Catalog(self.store).load(path, kind="snapshot")
        self.app = create_app(self.store, self.settings)

    def key(self, *, parent: str | None = None, org: str | None = None, **more: Any) -> dict[str, Any]:
        """A key; of a fresh org unless one is named."""
        with self.store.write() as connection:
            org = org or keys.create_org(connection, "test org", parent)
            return keys.insert_key(connection, org, name="test", scopes=more.pop("scopes", ("read", "write")), **more)

    def client(self, key: str | None, base_url: str | None = None) -> httpx.Client:
        """A client that sends the key; in-process unless a URL is given."""
        headers = {"Authorization": f"Api-Key {key}"} if key else {}
        if base_url:
            return httpx.Client(base_url=base_url, headers=headers, timeout=60)
        self.loop = self.loop or _Loop(self.app)
        transport = httpx.WSGITransport(app=self.loop.wsgi)
        return httpx.Client(transport=transport, base_url="http://embedded", headers=headers, timeout=60)

    def part_id(self, mpn: str) -> str:
        """The id of a part of the small catalogue."""
        found = Catalog(self.store).search(mpn, 1)
        assert found[0].part.mpn == mpn
        return found[0].part.id

    def close(self) -> None:
        """Stop the event loop, and give the database back."""
        if self.loop is not None:
            self.loop.close()
        self.store.close()


class Served:
    """The app behind a real socket, in a thread."""

    def __init__(self, app: Any) -> None:
        self.socket = server._listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
        self.thread = threading.Thread(target=self.server.run, kwargs={"sockets": [self.socket]}, daemon=True)
        self.thread.start()
        until = time.monotonic() + 30
        while not self.server.started:
            assert time.monotonic() < until
            time.sleep(0.01)

    def close(self) -> None:
        """Stop serving."""
        self.server.should_exit = True
        self.thread.join(30)
        self.socket.close()


def line(mpn: str | None, refs: str, quantity: int | None = None, **more: Any) -> dict[str, Any]:
    """A raw line."""
    names = refs.split(",") if refs else []
    out = {"mpn": mpn, "reference_designators": names, "quantity": len(names) if quantity is None else quantity, **more}
    return {name: value for name, value in out.items() if value is not None}


def raw_bom(name: str = "board", *lines: dict[str, Any], record: str | None = None, **more: Any) -> dict[str, Any]:
    """A body for parse_raw_bom; with `record` it carries an integration record."""
    body = {"name": name, "raw_lines": list(lines), **more}
    if record:
        body.update(integration_source_name="bomtool", integration_record_id=record, synced_from_integration=True)
    return body
