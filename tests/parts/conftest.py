from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bomtool import store
from bomtool.parts.catalog import Catalog

HEADER = "mpn,manufacturer,package,category,description,supplier,sku,stock,breaks"


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = store.open(tmp_path / "data" / "bomtool.sqlite3")
    yield Catalog(opened)
    opened.close()


@pytest.fixture
def loaded(catalog: Catalog, tmp_path: Path) -> Callable[..., Any]:
    """Loads rows (comma separated texts under HEADER) as a catalogue."""

    def load(*rows: str, name: str = "mine", header: str = HEADER, **more: Any) -> Any:
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return catalog.load(path, name=name, **more)

    return load
