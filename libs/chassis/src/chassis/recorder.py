"""Recording of sampled spans with OpenTelemetry, sent over OTLP/HTTP from a thread of its own."""

import threading
from typing import Final

from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    set_span_in_context,
)

from chassis.telemetry import Attributes, Kind, Value

EXPORT_SECONDS: Final = 2
_KINDS: Final[dict[Kind, SpanKind]] = {
    "server": SpanKind.SERVER,
    "client": SpanKind.CLIENT,
    "consumer": SpanKind.CONSUMER,
    "internal": SpanKind.INTERNAL,
}


class Recorded:
    """A span that will be exported."""

    __slots__ = ("_span", "traceparent")

    def __init__(self, span: Span) -> None:
        self._span = span
        context = span.get_span_context()
        self.traceparent = f"00-{context.trace_id:032x}-{context.span_id:016x}-01"

    def update_name(self, name: str) -> None:
        """Change the name."""
        self._span.update_name(name)

    def set_attribute(self, name: str, value: Value) -> None:
        """Add an attribute."""
        self._span.set_attribute(name, value)

    def fail(self, error_type: str) -> None:
        """Mark as failed."""
        self._span.set_attribute("error.type", error_type)
        self._span.set_status(Status(StatusCode.ERROR))

    def end(self) -> None:
        """Hand over for export."""
        self._span.end()


class Recorder:
    """Makes spans of one service; whether a trace is sampled was decided before."""

    def __init__(self, service: str, endpoint: str) -> None:
        exporter = OTLPSpanExporter(f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self._provider = TracerProvider(
            sampler=ALWAYS_ON,
            resource=Resource.create({"service.name": service, "service.namespace": "diwan"}),
            shutdown_on_exit=False,
        )
        # Half a second, so that a trace is there to look at when its request has ended.
        self._provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=500))
        self._tracer = self._provider.get_tracer("chassis")

    def start(
        self, kind: Kind, name: str, parent: str, attributes: Attributes | None, *, is_root: bool
    ) -> Recorded:
        """A span under the parent; a root keeps no trace of the id that stood for it."""
        context = Context() if is_root else _context(parent)
        span = self._tracer.start_span(
            name, context, _KINDS[kind], attributes, record_exception=False
        )
        return Recorded(span)

    def stop(self) -> None:
        """Send what is waiting, but never hold up the end of the process."""
        thread = threading.Thread(target=self._provider.shutdown, daemon=True)
        thread.start()
        thread.join(EXPORT_SECONDS)


def _context(traceparent: str) -> Context:
    trace_id, span_id = int(traceparent[3:35], 16), int(traceparent[36:52], 16)
    parent = SpanContext(
        trace_id, span_id, is_remote=True, trace_flags=TraceFlags(TraceFlags.SAMPLED)
    )
    return set_span_in_context(NonRecordingSpan(parent), Context())
