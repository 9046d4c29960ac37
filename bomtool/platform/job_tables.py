"""The tables of jobs: what is to be done, what has been done of it, whose turn it is, who works."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text

from bomtool.platform.columns import flag, key, org, team
from bomtool.store.schema import Id, Json, Utc, metadata

jobs = Table(
    "jobs",
    metadata,
    key(),
    org(),
    team(),
    Column("kind", String(64), nullable=False),
    Column("status", String(16), nullable=False),
    Column("done", Integer, nullable=False, default=0),
    Column("total", Integer, nullable=False, default=0),
    Column("arguments", Json),
    Column("result", Json),
    Column("error", Text),
    Column("created_at", Utc, nullable=False),
    Column("started_at", Utc),
    Column("finished_at", Utc),
    Column("attempts", Integer, nullable=False, default=0, server_default="0"),
    Column("worker", String(64)),
    Column("lease_until", Utc),
    flag("cancelling"),
    Index("ix_jobs_org_created", "org_id", "created_at", "id"),
    Index("ix_jobs_status", "status", "created_at"),
    Index("ix_jobs_waiting", "status", "kind", "org_id", "created_at", "id"),
    Index("ix_jobs_worker", "worker"),
    Index("ix_jobs_finished", "finished_at"),
)

job_steps = Table(
    "job_steps",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(255), primary_key=True),
    Column("result", Json),
    Column("attempt", Integer, nullable=False),
    Column("done_at", Utc, nullable=False),
)

job_files = Table(
    "job_files",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id", ondelete="CASCADE"), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("content", LargeBinary, nullable=False),
)
"""The file a job is about, so that a worker on another machine has it; gone once the job has ended."""

job_turns = Table(
    "job_turns",
    metadata,
    Column("org_id", Id, primary_key=True),
    Column("served_at", Utc, nullable=False),
)
"""When a job of an org was taken last: orgs take turns."""

job_workers = Table(
    "job_workers",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("kinds", Json, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("beat_at", Utc, nullable=False),
)
