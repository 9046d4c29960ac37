"""A process that loads a catalogue is killed at any moment: the old catalogue stays whole, the next load cleans up."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bomtool import store
from bomtool.parts import tables
from bomtool.parts.catalog import Catalog
from bomtool.store.schema import now

KILLS = int(os.environ.get("BOMTOOL_TEST_KILLS", "6"))
CODE = """
import sys
from bomtool import store
from bomtool.parts import loading
from bomtool.parts.catalog import Catalog
loading._CHUNK = 2000
opened = store.open(sys.argv[1])
print("started", flush=True)
Catalog(opened).load(sys.argv[2], name="mine")
print("loaded", flush=True)
"""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="SIGKILL")


def write(path: Path, count: int, price: str) -> Path:
    rows = (f"AB-{n},Acme,SOIC-8,North,N-{n},5,1:{price}" for n in range(count))
    path.write_text("\n".join(["mpn,manufacturer,package,supplier,sku,stock,breaks", *rows]) + "\n")
    return path


def test_killed_while_loading_the_catalogue_is_the_old_one_or_the_new_one(tmp_path: Path) -> None:
    database = tmp_path / "data" / "bomtool.sqlite3"
    old, new = write(tmp_path / "old.csv", 3_000, "0.10"), write(tmp_path / "new.csv", 30_000, "0.20")
    opened = store.open(database)
    catalog = Catalog(opened)
    catalog.load(old, name="mine")
    rng = random.Random(3)
    loaded = 0
    for _ in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", CODE, str(database), str(new)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"started\n"
        time.sleep(rng.uniform(0, 1.2))
        process.send_signal(signal.SIGKILL)
        process.wait()
        loaded += b"loaded" in process.stdout.read()
        process.stdout.close()
        (info,) = catalog.list()
        assert info.parts in (3_000, 30_000)
        (found,) = [hit for hit in catalog.search("AB-77", 5) if hit.part.mpn == "AB-77"]
        (offer,) = catalog.offers([found.part.id])[found.part.id]
        assert str(offer.breaks[0].price) == ("0.10" if info.parts == 3_000 else "0.20")
        if info.parts == 30_000:
            catalog.load(old, name="mine")
    # What the dead ones left is swept once they have been silent for a while.
    with opened.write() as connection:
        stale = tables.catalogs.c.state == "loading"
        connection.execute(update(tables.catalogs).where(stale).values(beat_at=now() - timedelta(hours=1)))
    catalog.load(old, name="mine")
    with opened.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.catalogs)) == 1
        for table in (tables.parts, tables.offers):
            assert connection.scalar(select(func.count()).select_from(table)) == 3_000
        grams = {row.gram: row.count for row in connection.execute(select(tables.gram_counts))}
    assert grams["AB1"] == sum(str(n).startswith("1") for n in range(3_000))
    opened.close()


def test_an_interrupt_leaves_the_old_catalogue(tmp_path: Path) -> None:
    opened = store.open(tmp_path / "data" / "bomtool.sqlite3")
    catalog = Catalog(opened)
    catalog.load(write(tmp_path / "old.csv", 10, "0.10"), name="mine")

    def interrupt(done: int, total: int | None) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catalog.load(write(tmp_path / "new.csv", 12_000, "0.20"), name="mine", progress=interrupt)
    assert [info.parts for info in catalog.list()] == [10]
    with opened.read() as connection:
        assert connection.scalar(select(func.count()).select_from(tables.parts)) == 10
        assert connection.scalar(select(func.count()).select_from(tables.catalogs)) == 1
    opened.close()
