"""The ledger's tables.

`inbox_jobs` has one row for each content and settings: what was done with it on the platform. `inbox_files` has one row
for each file that was dropped; the one of a file that still lies there has no `finished_at`. `inbox_watchers` are the
processes that may own rows of both; they beat while they live.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from bomtool.store.schema import Id, Json, Utc, metadata

jobs = Table(
    "inbox_jobs",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("owner", Id),
    Column("sent", Json, nullable=False),
    Column("bom_name", Text),
    Column("version", Text),
    Column("previous", Id),
    Column("bom_id", Text),
    Column("program_id", Text),
    Column("created_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Index("ix_inbox_jobs_bom_name", "bom_name"),
)
"""`sent` maps "BOM" or "program" to the ids of like-named records before it was sent; `previous` is the file row whose
BOM this one is a new version of."""

files = Table(
    "inbox_files",
    metadata,
    Column("id", Id, primary_key=True),
    Column("folder", Id, nullable=False),
    Column("name", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("job", String(64)),
    Column("sha256", String(64)),
    Column("size", BigInteger, nullable=False),
    Column("owner", Id),
    Column("verdict", String(16)),
    Column("target", Text),
    Column("tries", Integer, nullable=False),
    Column("error", Json),
    Column("summary", Json),
    Column("millis", BigInteger),
    Column("first_seen_at", Utc, nullable=False),
    Column("updated_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Index(
        "uq_inbox_files_live",
        "folder",
        "name",
        unique=True,
        sqlite_where=text("finished_at IS NULL"),
        postgresql_where=text("finished_at IS NULL"),
    ),
    Index("ix_inbox_files_folder_state", "folder", "state"),
    Index("ix_inbox_files_folder_name", "folder", "name", "finished_at"),
    Index("ix_inbox_files_job", "job"),
)
"""`state`: waiting, working, placing, uncertain; then done, failed or gone. `target` is the path below the folder that
the file is moved to."""

watchers = Table(
    "inbox_watchers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("folder", Id, nullable=False),
    Column("path", Text, nullable=False),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("lock", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("beat_at", Utc, nullable=False),
)
