"""What the edge counts, cheaply: one counter and one histogram a route, looked up once."""

import time
from functools import cached_property

from prometheus_client import Counter, Histogram

_requests = Counter("linli_requests_total", "Requests by route and status", ["route", "status"])
_seconds = Histogram(
    "linli_request_seconds",
    "Time to answer, by route",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


class RouteMeter:
    """The meter of one route, by its operation's name (`handling.take`). It takes shape when it
    first counts: most routes are seldom called, and every histogram has a dozen numbers."""

    def __init__(self, route: str) -> None:
        self._route = route
        self._by_status: dict[int, Counter] = {}

    @cached_property
    def _seconds(self) -> Histogram:
        return _seconds.labels(self._route)

    def count(self, status: int, started: float) -> None:
        """Count an answer; `started` is what `time.perf_counter()` said when it began."""
        counter = self._by_status.get(status)
        if counter is None:
            counter = self._by_status[status] = _requests.labels(self._route, status)
        counter.inc()
        self._seconds.observe(time.perf_counter() - started)
