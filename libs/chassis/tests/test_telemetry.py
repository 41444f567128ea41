"""Traces: continued, begun, sampled, exported, and never in the way."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from starlette.types import Receive, Scope, Send

from chassis import telemetry
from chassis.errors import NotFound
from chassis.http.observe import Observe
from libs.chassis.tests.rpc.echoing import settings_of

TRACE, SPAN = "ab" * 16, "cd" * 8
SAMPLED, UNSAMPLED = f"00-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-00"


class Receiver(HTTPServer):
    """An OTLP/HTTP collector that keeps what it is sent."""

    def __init__(self) -> None:
        self.spans: dict[str, Any] = {}
        self.services: set[str] = set()
        super().__init__(("127.0.0.1", 0), Taking)


class Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {a.key: a.value.string_value for a in resource.resource.attributes}
            self.server.services.add(named["service.name"])
            for scope in resource.scope_spans:
                self.server.spans |= {span.name: span for span in scope.spans}
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Configured as this process's collector, with every trace sampled."""
    with Receiver() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        endpoint = f"http://127.0.0.1:{server.server_port}"
        telemetry.configure(settings_of("clients", otlp_endpoint=endpoint, trace_ratio=1))
        yield server
        telemetry.shutdown()
        server.shutdown()
        thread.join()


def test_without_a_trace_there_is_none_to_hand_on() -> None:
    assert telemetry.traceparent() is None
    assert telemetry.trace_id() is None


def test_unsampled_trace_goes_on_under_its_id() -> None:
    with telemetry.server_span("GET /", UNSAMPLED) as span:
        assert telemetry.traceparent() == UNSAMPLED
        assert telemetry.trace_id() == TRACE
        assert not span.is_recording()
    assert telemetry.traceparent() is None


@pytest.mark.parametrize(
    "given", [None, "", "nonsense", f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01",
              UNSAMPLED.upper(), UNSAMPLED + "-x"],
)  # fmt: skip
def test_missing_or_malformed_trace_begins_a_new_one(given: str | None) -> None:
    with telemetry.server_span("GET /", given):
        begun = telemetry.traceparent()
    assert begun
    assert begun.endswith("-00")
    assert TRACE not in begun


def test_sampled_trace_goes_on_where_nothing_is_recorded() -> None:
    with telemetry.continue_from(SAMPLED), telemetry.client_span("call"):
        assert telemetry.traceparent() == SAMPLED


def test_spans_reach_the_collector_as_a_tree(receiver: Receiver) -> None:
    with telemetry.server_span("server", SAMPLED, {"http.request.method": "GET"}) as outer:
        outer.set_attribute("http.response.status_code", 200)
        outer.update_name("GET /v1/clients")
        with telemetry.client_span("client"):
            handed_on = telemetry.traceparent()
        with telemetry.consumer_span("consumer", handed_on):
            pass
    telemetry.shutdown()
    server, client = receiver.spans["GET /v1/clients"], receiver.spans["client"]
    consumer = receiver.spans["consumer"]
    assert receiver.services == {"clients"}
    assert {span.trace_id.hex() for span in (server, client, consumer)} == {TRACE}
    assert server.parent_span_id.hex() == SPAN
    assert client.parent_span_id == server.span_id
    assert consumer.parent_span_id == client.span_id
    assert {a.key for a in server.attributes} == {
        "http.request.method", "http.response.status_code",
    }  # fmt: skip


def test_new_trace_is_recorded_by_the_ratio(receiver: Receiver) -> None:
    with telemetry.server_span("root"):
        begun = telemetry.traceparent()
    telemetry.shutdown()
    assert begun == f"00-{receiver.spans['root'].trace_id.hex()}-" + (
        f"{receiver.spans['root'].span_id.hex()}-01"
    )
    assert receiver.spans["root"].parent_span_id == b""


def test_fault_is_marked_and_refusal_is_not(receiver: Receiver) -> None:
    for name, error in (("fault", RuntimeError("a secret")), ("refusal", NotFound())):
        with pytest.raises(type(error)), telemetry.server_span(name):
            raise error
    telemetry.shutdown()
    assert receiver.spans["fault"].status.code == 2
    assert "a secret" not in str(receiver.spans["fault"])
    assert receiver.spans["refusal"].status.code == 0


@pytest.mark.parametrize(("permission", "told"), [
    ("bikes:read", "/v1/bikes/secret"), ("public", "/v1/bikes/{token}"), (None, "unmatched"),
])  # fmt: skip
async def test_no_span_holds_what_opens_a_public_link(
    receiver: Receiver, permission: str | None, told: str
) -> None:
    async def app(scope: Scope, _: Receive, send: Send) -> None:
        if permission:
            scope["route"] = SimpleNamespace(path="/v1/bikes/{token}", permission=permission)
        await send({"type": "http.response.start", "status": 200})

    async def nothing(*_: Any) -> Any:
        return None

    scope = {"type": "http", "method": "GET", "path": "/v1/bikes/secret", "headers": []}
    await Observe(app)(scope, nothing, nothing)
    telemetry.shutdown()
    [span] = receiver.spans.values()
    paths = {a.key: a.value.string_value for a in span.attributes}
    assert paths["url.path"] == told
