"""Async jobs: their status, and waiting for their end."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from bomtool.api.jobs import Job
from bomtool.errors import PlatformError

if TYPE_CHECKING:
    from bomtool.client.client import Client

_FIRST_WAIT, _LONGEST_WAIT = 0.05, 2.0


class Jobs:
    """`client.jobs`."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, job_id: UUID | str) -> Job:
        """The job as it stands."""
        return self._client.read("get_job", Job, {"job_id": job_id})

    def wait(self, job_id: UUID | str, timeout: float = 300.0) -> Job:
        """The job once it has succeeded. Raises PlatformError where it failed, was cancelled or takes over `timeout` seconds."""
        clock = self._client.clock
        until = clock.now() + timeout
        pause = _FIRST_WAIT
        while True:
            job = self.get(job_id)
            if job.status == "succeeded":
                return job
            if job.status in ("failed", "cancelled"):
                raise PlatformError(
                    f"The job {job.id} {job.status}: {job.error or 'no reason given'}", code="job-failed"
                )
            if clock.now() >= until:
                raise PlatformError(
                    f"The job {job.id} is still {job.status} after {timeout:g} seconds.",
                    hint="It goes on; ask for its status later.",
                    code="job-timeout",
                )
            clock.sleep(min(pause, max(until - clock.now(), 0.0)))
            pause = min(pause * 1.6, _LONGEST_WAIT)
