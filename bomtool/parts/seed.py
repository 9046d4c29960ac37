"""The sample catalogue that ships with bomtool: real parts, invented distributors, stock and prices.

It is loaded once per store and again when the shipped file has changed; whoever drops it keeps it dropped.
"""

from __future__ import annotations

import hashlib

from bomtool import data
from bomtool.parts import loading
from bomtool.parts.catalog import Catalog
from bomtool.store.engine import Store

NAME = "sample"
FILE = "seed_catalog.csv"
SOURCE = "shipped with bomtool: real parts, invented offers"


def ready(store: Store, prefer: str | None = None) -> Catalog:
    """The catalogues of a store, the sample among them. Raises UnknownRecord, see `check_preference`."""
    catalog = Catalog(store, prefer)
    ensure(catalog)
    catalog.check_preference()
    return catalog


def ensure(catalog: Catalog) -> bool:
    """Load the sample catalogue where it is missing or older than the shipped one; whether it was loaded.

    Two statements where nothing is to be done.
    """
    path = data.template(FILE)
    fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
    if catalog.fingerprint(NAME) == fingerprint or catalog.dismissed(NAME):
        return False
    loading.load(catalog.store, path, name=NAME, kind="sample", as_of=None, source=SOURCE, fingerprint=fingerprint)
    return True
