"""One trace from the gateway through every service that a request sets in motion."""

from collections.abc import Callable

from chassis.testing.eventually import eventually
from tests.otlp import Span, TraceReceiver
from tests.product import Person, Product


class Trace:
    """The spans of one trace, and who called whom."""

    def __init__(self, spans: list[Span]) -> None:
        self.spans = spans
        self._by_id = {span.id: span for span in spans}

    def names(self, service: str) -> list[str]:
        return [span.name for span in self.spans if span.service == service]

    def roots(self) -> list[Span]:
        """Those whose parent is not in the trace; a whole trace has one."""
        return [span for span in self.spans if span.parent not in self._by_id]

    def ancestors(self, span: Span) -> list[str]:
        """The services above a span, the nearest first, each named once in a row."""
        found: list[str] = [span.service]
        while (above := self._by_id.get(span.parent)) is not None:
            if above.service != found[-1]:
                found.append(above.service)
            span = above
        return found

    def find(self, service: str, word: str) -> Span:
        """The first span of a service whose name holds the word."""
        found = [s for s in self.spans if s.service == service and word in s.name]
        assert found, f"{word}: {self.names(service)}"
        return min(found, key=lambda span: span.started)


async def whole_trace(
    receiver: TraceReceiver, begins: Callable[[Span], bool], wanted: set[tuple[str, str]]
) -> Trace:
    """Wait for the newest trace with such a span, until all `wanted` are there.

    Wanted are services with a word that the name of a span of theirs holds.
    """

    async def arrived() -> Trace | None:
        spans = receiver.spans()
        starts = [span for span in spans if begins(span)]
        if not starts:
            return None
        newest = max(starts, key=lambda span: span.started).trace
        trace = Trace([span for span in spans if span.trace == newest])
        has_all = all(any(word in name for name in trace.names(s)) for s, word in wanted)
        return trace if has_all and len(trace.roots()) == 1 else None

    found = await eventually(arrived, every=0.3)
    assert found
    return found


async def greeting_flow(owner: Person) -> None:
    await owner.post("/v1/flows", {
        "name": "greet", "enabled": True, "trigger": {"event": "clients.client.created"},
        "steps": [
            {"type": "add_tags", "tags": ["traced"]},
            {"type": "send_message", "channel": "email", "subject": "Hello", "body": "Hello"},
        ],
    })  # fmt: skip


async def test_a_new_client_and_all_it_sets_off_are_one_trace(
    product: Product, traces: TraceReceiver
) -> None:
    """GW-07: Traefik, clients, outbox, NATS, automation, gRPC, comms, SMTP."""
    owner = await product.sign_up()
    await greeting_flow(owner)
    address = f"{owner.email}.traced@example.com".replace("@", ".", 1)
    client = await owner.post("/v1/clients", {"name": "Traced", "emails": [{"address": address}]})
    await product.mail_to(address)
    await owner.sees(client["id"], "comms.message.sent", "automation.run.completed")

    def created(span: Span) -> bool:
        return span.service == "clients" and span.name == "POST /v1/clients"

    trace = await whole_trace(traces, created, {
        ("gateway", ""), ("clients", "TagClient"), ("automation", "TagClient"),
        ("automation", "SendMessage"), ("comms", "SendMessage"), ("comms", "SMTP"),
        ("clients", "timeline"),
    })  # fmt: skip
    assert trace.roots()[0].service == "gateway"
    start = trace.find("clients", "POST /v1/clients")
    assert trace.ancestors(start) == ["clients", "gateway"]
    tagged = trace.find("clients", "ClientsService/TagClient")
    assert trace.ancestors(tagged) == ["clients", "automation", "clients", "gateway"]
    queued = trace.find("comms", "MessagesService/SendMessage")
    assert trace.ancestors(queued) == ["comms", "automation", "clients", "gateway"]
    mailed = trace.find("comms", "SMTP")
    assert trace.ancestors(mailed)[:2] == ["comms", "automation"]


async def test_a_change_of_settings_is_one_trace_from_edge_to_those_who_hear_of_it(
    product: Product, traces: TraceReceiver
) -> None:
    """GW-07: Traefik, edge, outbox, NATS, and the services that keep a copy."""
    owner = await product.sign_up()
    changed = await owner.ask("PATCH", "/v1/settings", json={"phone": "+966112345678"})
    assert changed.status_code == 200, changed.text

    def patched(span: Span) -> bool:
        return span.service == "edge" and span.name == "PATCH /v1/settings"

    hearers = ("clients", "comms", "billing", "automation")
    wanted = {(name, "") for name in ("gateway", *hearers)}
    trace = await whole_trace(traces, patched, wanted)
    assert trace.roots()[0].service == "gateway"
    for hearer in hearers:
        heard = next(span for span in trace.spans if span.service == hearer)
        assert trace.ancestors(heard) == [hearer, "edge", "gateway"]


async def test_a_cancelled_membership_and_what_billing_credits_of_it_are_one_trace(
    product: Product, traces: TraceReceiver
) -> None:
    """GW-07: Traefik, memberships, its job, gRPC, billing, outbox, NATS, memberships again."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    package = await owner.post("/v1/packages", {
        "name": "شهري", "kind": "membership", "price": "100.00", "currency": "SAR",
        "period": {"unit": "month", "count": 1},
    })  # fmt: skip
    body = {"client_id": client["id"], "package_id": package["id"]}
    path = f"/v1/memberships/{(await owner.post('/v1/memberships', body))['id']}"

    async def stands(**so: object) -> bool:
        period = (await owner.get(path))["period"]
        return all(period[name] == value for name, value in so.items())

    await eventually(lambda: stands(state="invoiced"))
    await owner.post(f"{path}/cancel", {"at": "now"})
    await eventually(lambda: stands(state="withdrawn"))

    def cancelled(span: Span) -> bool:
        return span.service == "memberships" and span.name.endswith("/cancel")

    heard = "memberships-invoicing-on_invoice_changed"
    trace = await whole_trace(traces, cancelled, {
        ("gateway", ""), ("billing", "CreditInvoice"), ("memberships", heard),
    })  # fmt: skip
    assert trace.roots()[0].service == "gateway"
    asked = trace.find("memberships", "memberships.ask_billing")
    assert trace.ancestors(asked) == ["memberships", "gateway"]
    credited = trace.find("billing", "CreditNotesService/CreditInvoice")
    assert trace.ancestors(credited) == ["billing", "memberships", "gateway"]
    told = trace.find("memberships", heard)
    assert trace.ancestors(told) == ["memberships", "billing", "memberships", "gateway"]
