"""The catalogue's tables.

A catalogue's parts have the refs from `catalog id << 32` on, so that one range names all of them and loading only ever
appends. A catalogue is visible while its state is `ready`; rows of other catalogues are leftovers that `sweep` removes.
On SQLite two more tables belong here, made by the migration: `part_grams` (an FTS5 trigram index over `mpn_key`, its
rowids are refs) and `part_gram_vocab` (what stands in it).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table, Text, text

from bomtool.store.schema import Id, Json, Utc, metadata

Ref = BigInteger().with_variant(Integer(), "sqlite")
"""Number of a part row; on SQLite the rowid."""

catalogs = Table(
    "catalogs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("name", String(255), nullable=False),
    Column("state", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("source", Text, nullable=False),
    Column("as_of", Date),
    Column("preference", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("offers", Integer, nullable=False),
    Column("beat_at", Utc, nullable=False),
    Column("loaded_at", Utc),
    Column("notes", Json, nullable=False),
    Column("fingerprint", String(64)),
    Index(
        "uq_catalogs_ready_name",
        "name",
        unique=True,
        sqlite_where=text("state = 'ready'"),
        postgresql_where=text("state = 'ready'"),
    ),
    sqlite_autoincrement=True,
)

parts = Table(
    "catalog_parts",
    metadata,
    Column("ref", Ref, primary_key=True, autoincrement=False),
    Column("part_id", String(12), nullable=False),
    Column("mpn", Text, nullable=False),
    Column("mpn_key", Text, nullable=False),
    Column("stem_key", Text),
    Column("manufacturer", Text, nullable=False),
    Column("description", Text),
    Column("package", Text),
    Column("category", Text),
    Column("mount", String(3)),
    Column("lifecycle", String(16)),
    Column("datasheet", Text),
    Column("spec_key", Text),
    Column("spec", Text),
    Column("stock", BigInteger().with_variant(Integer(), "sqlite")),
    Index("ix_catalog_parts_part_id", "part_id"),
    Index("ix_catalog_parts_mpn_key", "mpn_key"),
    Index(
        "ix_catalog_parts_stem_key",
        "stem_key",
        sqlite_where=text("stem_key IS NOT NULL"),
        postgresql_where=text("stem_key IS NOT NULL"),
    ),
    Index(
        "ix_catalog_parts_spec_key_stock",
        "spec_key",
        "stock",
        sqlite_where=text("spec_key IS NOT NULL"),
        postgresql_where=text("spec_key IS NOT NULL"),
    ),
)

offers = Table(
    "catalog_offers",
    metadata,
    Column("ref", Ref, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("supplier", Text, nullable=False),
    Column("sku", Text, nullable=False),
    Column("sku_key", Text),
    Column("stock", BigInteger().with_variant(Integer(), "sqlite")),
    Column("moq", Integer, nullable=False),
    Column("order_multiple", Integer, nullable=False),
    Column("packaging", Text),
    Column("currency", String(3), nullable=False),
    Column("breaks", Text, nullable=False),
    Column("lead_time_days", Integer),
    Column("authorized", Boolean(create_constraint=False)),
    Column("url", Text),
    Column("fetched_at", Utc),
    Index(
        "ix_catalog_offers_sku_key",
        "sku_key",
        sqlite_where=text("sku_key IS NOT NULL"),
        postgresql_where=text("sku_key IS NOT NULL"),
    ),
    sqlite_with_rowid=False,
)

gram_counts = Table(
    "part_gram_counts",
    metadata,
    Column("gram", String(3), primary_key=True),
    Column("count", Integer, nullable=False),
)

decisions = Table(
    "part_decisions",
    metadata,
    Column("org_id", Id, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("part_id", String(12), nullable=False),
    Column("mpn", Text, nullable=False),
    Column("manufacturer", Text, nullable=False),
    Column("decided_at", Utc, nullable=False),
)
