"""What a process counts about itself, in Prometheus's text format."""

from functools import lru_cache
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS: Final = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

_HTTP = Histogram(
    "http_server_request_duration_seconds", "HTTP requests answered.",
    ["method", "route", "status"], buckets=_SECONDS,
)  # fmt: skip
_RPC = Histogram(
    "rpc_server_duration_seconds", "Remote calls answered.",
    ["method", "status"], buckets=_SECONDS,
)  # fmt: skip
_RPC_CLIENT = Histogram(
    "rpc_client_duration_seconds", "Remote calls made, with their retries.",
    ["method", "status"], buckets=_SECONDS,
)  # fmt: skip

OUTBOX_PENDING: Final = Gauge("outbox_pending_events", "Events committed and not yet published.")
OUTBOX_LAG: Final = Gauge("outbox_lag_seconds", "Age of the oldest event not yet published.")
OUTBOX_PUBLISHED: Final = Counter("outbox_published_events", "Events published.")
CONSUMER_PENDING: Final = Gauge(
    "consumer_pending_events", "Events a consumer has yet to take.", ["consumer"]
)
CONSUMED: Final = Counter(
    "consumer_events", "Events taken, by what became of them.", ["consumer", "outcome"]
)
CONSUMER_LAG: Final = Histogram(
    "consumer_lag_seconds", "From an event's time to the end of its handling.",
    ["consumer"], buckets=(*_SECONDS, 60.0, 600.0, 3600.0),
)  # fmt: skip
DEAD_LETTERS: Final = Counter("dead_letters", "Events given up on.", ["consumer"])
JOBS: Final = Histogram(
    "job_duration_seconds", "Jobs run, by what became of them.",
    ["job", "outcome"], buckets=(*_SECONDS, 60.0, 600.0),
)  # fmt: skip


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request under its route's template, never its path."""
    _http(method, route, status).observe(seconds)


def call_answered(method: str, status: str, seconds: float) -> None:
    """Count a call answered; `method` is `/package.Service/Method`."""
    _rpc(method, status).observe(seconds)


def call_made(method: str, status: str, seconds: float) -> None:
    """Count a call made."""
    _rpc_client(method, status).observe(seconds)


def render() -> bytes:
    """The body of GET /metrics."""
    return generate_latest()


# Finding a labelled child costs as much as counting in it.
@lru_cache(maxsize=4096)
def _http(method: str, route: str, status: int) -> Histogram:
    return _HTTP.labels(method, route, str(status))


@lru_cache(maxsize=1024)
def _rpc(method: str, status: str) -> Histogram:
    return _RPC.labels(method, status)


@lru_cache(maxsize=1024)
def _rpc_client(method: str, status: str) -> Histogram:
    return _RPC_CLIENT.labels(method, status)
