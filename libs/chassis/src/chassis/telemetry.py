"""Traces: one W3C context through HTTP, gRPC, events and jobs, recorded only where sampled.

OpenTelemetry is loaded only where spans are exported, and asked only for sampled traces: a span
of any other trace costs two microseconds, yet its trace id still reaches every log line.
"""

import os
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar, Token
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from chassis.settings import ChassisSettings

if TYPE_CHECKING:
    from chassis.recorder import Recorded, Recorder

Kind = Literal["server", "client", "consumer", "internal"]
Value = str | int | float | bool
Attributes = Mapping[str, Value]

_HERE: ContextVar[str | None] = ContextVar("traceparent", default=None)
# https://www.w3.org/TR/trace-context/#traceparent-header; ids of zeros only are invalid.
_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


class _State:
    """What `configure` decides once for the process."""

    recorder: "Recorder | None" = None
    ratio: float = 0.0


def configure(settings: ChassisSettings) -> None:
    """Record and export sampled spans, if there is somewhere to send them."""
    if settings.otlp_endpoint:
        recorder = import_module("chassis.recorder").Recorder
        _State.recorder = recorder(settings.service, settings.otlp_endpoint)
        _State.ratio = settings.trace_ratio


def shutdown() -> None:
    """Send what is waiting; gives up after two seconds."""
    recorder, _State.recorder = _State.recorder, None
    if recorder:
        recorder.stop()


def traceparent() -> str | None:
    """The present W3C trace context, recorded or not, to hand on with a call or an event."""
    return _HERE.get()


def trace_id() -> str | None:
    """The present trace's id (32 hexadecimal digits)."""
    here = _HERE.get()
    return here[3:35] if here else None


class Span:
    """One piece of work in a trace; a `with` block."""

    __slots__ = ("_attributes", "_kind", "_name", "_parent", "_recorded", "_token")

    def __init__(
        self, kind: Kind, name: str, parent: str | None, attributes: Attributes | None
    ) -> None:
        self._kind: Kind = kind
        self._name = name
        self._parent = parent
        self._attributes = attributes
        self._recorded: Recorded | None = None
        self._token: Token[str | None] | None = None

    def is_recording(self) -> bool:
        """Whether anybody will see it: spare the cost of attributes where not."""
        return self._recorded is not None

    def update_name(self, name: str) -> None:
        """Give the name that was not known at the start, e.g. a request's route."""
        if self._recorded:
            self._recorded.update_name(name)

    def set_attribute(self, name: str, value: Value) -> None:
        """Add what was not known at the start, e.g. `http.response.status_code`."""
        if self._recorded:
            self._recorded.set_attribute(name, value)

    def fail(self, error_type: str) -> None:
        """Mark the span as failed: a status code or the name of an exception's class."""
        if self._recorded:
            self._recorded.fail(error_type)

    def __enter__(self) -> Self:
        here = self._parent or _root()
        if _State.recorder and _is_sampled(here):
            self._recorded = _State.recorder.start(
                self._kind, self._name, here, self._attributes, is_root=not self._parent
            )
            here = self._recorded.traceparent
        self._token = _HERE.set(here)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._token:
            _HERE.reset(self._token)
        if self._recorded:
            # A refusal is an answer, not a fault; messages may hold personal data.
            if kind and getattr(error, "status", 500) >= 500:
                self._recorded.fail(kind.__qualname__)
            self._recorded.end()


def server_span(
    name: str, traceparent: str | None = None, attributes: Attributes | None = None
) -> Span:
    """A request taken from outside: continues the caller's trace, or begins one."""
    return Span("server", name, _valid(traceparent), attributes)


def consumer_span(
    name: str, traceparent: str | None = None, attributes: Attributes | None = None
) -> Span:
    """An event or a job taken up: continues the trace of the work that made it."""
    return Span("consumer", name, _valid(traceparent), attributes)


def client_span(name: str, attributes: Attributes | None = None) -> Span:
    """A call to somebody else, inside the present trace."""
    return Span("client", name, _HERE.get(), attributes)


@contextmanager
def continue_from(traceparent: str | None) -> Iterator[None]:
    """Stand in the given trace without a span of one's own; begins one where none is given."""
    token = _HERE.set(_valid(traceparent) or _root())
    try:
        yield
    finally:
        _HERE.reset(token)


def _valid(traceparent: str | None) -> str | None:
    return traceparent if traceparent and _TRACEPARENT.fullmatch(traceparent) else None


def _root() -> str:
    ids = os.urandom(24).hex()
    sampled = _State.ratio and random.random() < _State.ratio  # noqa: S311 - no secret
    return f"00-{ids[:32]}-{ids[32:]}-{'01' if sampled else '00'}"


def _is_sampled(traceparent: str) -> bool:
    return int(traceparent[53:], 16) & 1 == 1
