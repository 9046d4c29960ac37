"""Figures of a serving process, in the text format of Prometheus: requests by operation and status, how long they took."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict

from bomtool import __version__

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0)
"""Upper bounds of the buckets of durations, in seconds."""


class Figures:
    """Counted in memory; reading them asks no database."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._started = time.time()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: defaultdict[str, list[float]] = defaultdict(lambda: [0.0] * (len(_BOUNDS) + 2))
        self.in_flight = 0

    def begin(self) -> None:
        """A request has come in."""
        with self._lock:
            self.in_flight += 1

    def done(self, method: str, operation: str, status: int, seconds: float) -> None:
        """A request was answered. `operation` is a name of the table of routes, or `other`: a bounded set."""
        with self._lock:
            self.in_flight -= 1
            self._requests[method, operation, status] += 1
            row = self._seconds[operation]
            for place, bound in enumerate(_BOUNDS):
                row[place] += seconds <= bound
            row[-2] += 1
            row[-1] += seconds

    def text(self) -> str:
        """All figures."""
        with self._lock:
            requests, seconds = sorted(self._requests.items()), sorted(self._seconds.items())
            in_flight = self.in_flight
        lines = ["# TYPE bomtool_info gauge", f'bomtool_info{{version="{__version__}"}} 1']
        lines += ["# TYPE bomtool_start_time_seconds gauge", f"bomtool_start_time_seconds {self._started:.3f}"]
        lines += ["# TYPE bomtool_requests_in_flight gauge", f"bomtool_requests_in_flight {in_flight}"]
        lines.append("# TYPE bomtool_requests_total counter")
        for (method, operation, status), count in requests:
            labels = f'method="{method}",operation="{operation}",status="{status}"'
            lines.append(f"bomtool_requests_total{{{labels}}} {count}")
        lines.append("# TYPE bomtool_request_seconds histogram")
        for operation, row in seconds:
            for place, bound in enumerate(_BOUNDS):
                label = f'operation="{operation}",le="{bound:g}"'
                lines.append(f"bomtool_request_seconds_bucket{{{label}}} {row[place]:g}")
            lines.append(f'bomtool_request_seconds_bucket{{operation="{operation}",le="+Inf"}} {row[-2]:g}')
            lines.append(f'bomtool_request_seconds_sum{{operation="{operation}"}} {row[-1]:.6f}')
            lines.append(f'bomtool_request_seconds_count{{operation="{operation}"}} {row[-2]:g}')
        return "\n".join(lines) + "\n"
