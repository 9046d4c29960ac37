"""Async jobs on the wire (contract, section 5): polled at `GET /v1/async_jobs/{job_id}/`, kept 30 days."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from bomtool.api.base import Answer, Timestamp

JobStatus = Literal["queued", "running", "succeeded", "failed", "cancelled"]


class JobProgress(Answer):
    """Steps done of steps in all."""

    done: int = 0
    total: int = 0


class Job(Answer):
    """A job: `result` when it succeeded, `error` (one sentence) when it failed."""

    id: UUID
    kind: str
    status: JobStatus
    progress: JobProgress = JobProgress()
    result: Any = None
    error: str | None = None
    org_id: str | None = None
    created_at: Timestamp
    started_at: Timestamp | None = None
    finished_at: Timestamp | None = None
