"""What nobody types at this moment waits until its client wants to be written to."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from diwan.comms.v1 import messages_pb2

from chassis.caller import Caller
from chassis.events import Event
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness
from chassis.work import Trail
from comms.messages.rules import is_unattended
from refs import clients as memory
from refs import consumers
from services.comms.tests.conftest import Events, RunJobs
from services.comms.tests.factories import FakeClients, make_client, make_client_ref
from services.comms.tests.messages.test_servicer import SEND
from services.comms.tests.notifications.test_consumers import delivered
from services.comms.tests.sinks import Sink

HOUR = timedelta(hours=1)
# Today at noon in Riyadh, where the company is.
NOON = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0)
Send = Callable[[UUID], Awaitable[str]]
Ask = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture(autouse=True)
def at(comms: Harness) -> Callable[[timedelta], None]:
    """`at(HOUR)`: an hour after noon."""

    def set_clock(after: timedelta) -> None:
        comms.context.database.clock = lambda: NOON + after

    set_clock(timedelta(0))
    return set_clock


@pytest.fixture
def send(peer: Peer, editor: Caller, clients: FakeClients) -> Send:
    """A flow writes to a client."""

    async def ask(client_id: UUID) -> str:
        clients.known[client_id] = make_client(client_id)
        request = messages_pb2.SendMessageRequest(
            client_id=str(client_id), channel="email", subject="عرض", body="مرحبًا"
        )
        answer = await peer.call(SEND, request, Asking(editor, Trail("run/1", 2)), key="run/1")
        return str(answer.message_id)

    return ask


@pytest.fixture
def ask(comms: Harness, editor: Caller) -> Ask:
    """The message as staff see it, or after an action of theirs."""

    async def http(message_id: str, action: str = "") -> dict[str, Any]:
        method = "POST" if action else "GET"
        async with comms.http(comms.caller(editor.tenant_id)) as door:
            answer = await door.request(method, f"/v1/messages/{message_id}{action}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return http


def quiet(after: timedelta | None = None) -> dict[str, str]:
    until = (NOON + after).isoformat() if after else ""
    return {"state": "do_not_disturb", "until": until, "hours": ""}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("said", "until", "reason"),
    [
        (quiet(2 * HOUR), 2 * HOUR, "do_not_disturb"),
        ({"hours": "16-20"}, 4 * HOUR, "outside_contact_hours"),
        ({"hours": "٩-١١"}, 21 * HOUR, "outside_contact_hours"),
    ],
)
async def test_what_a_flow_sends_waits_for_its_client(
    comms: Harness, editor: Caller, send: Send, ask: Ask, at: Callable[[timedelta], None],
    sink: Sink, run_jobs: RunJobs, events: Events, said: dict[str, str], until: timedelta,
    reason: str,
) -> None:  # fmt: skip
    """CL-37: do not disturb until then, or preferred hours by the company's clock."""
    client_id = new_id()
    await make_client_ref(comms.context, editor.tenant_id, client_id, availability=said)
    message_id = await send(client_id)
    assert await run_jobs() == 1 and sink.mails == []
    waiting = await ask(message_id)
    assert (waiting["status"], waiting["attempts"]) == ("queued", 0)
    assert _at(waiting["scheduled_at"]) == NOON + until
    assert waiting["failure"] == {"code": reason, "answer": None}
    assert await run_jobs((until - HOUR).total_seconds()) == 0
    at(until)
    assert await run_jobs((until + HOUR).total_seconds()) == 1 and len(sink.mails) == 1
    sent = await ask(message_id)
    assert (sent["status"], sent["attempts"], sent["failure"]) == ("sent", 1, None)
    told = [(e["type"], e["actor"], e["cause"], e["depth"]) for e in await events()]
    assert told == [
        (f"comms.message.{verb}", editor.principal, "run/1", 2) for verb in ("queued", "sent")
    ]


async def test_without_an_end_it_fails_and_staff_may_send_it(
    comms: Harness, editor: Caller, send: Send, ask: Ask, sink: Sink, run_jobs: RunJobs,
    events: Events,
) -> None:  # fmt: skip
    """CL-37: nobody knows when it would go out; who sends it by hand has decided."""
    client_id = new_id()
    await make_client_ref(comms.context, editor.tenant_id, client_id, availability=quiet())
    message_id = await send(client_id)
    assert await run_jobs() == 1 and await run_jobs(1_000_000) == 0 and sink.mails == []
    failed = await ask(message_id)
    assert (failed["status"], failed["attempts"]) == ("failed", 0) and failed["failed_at"]
    assert failed["failure"] == {"code": "do_not_disturb", "answer": None}
    told = (await events())[-1]
    assert (told["type"], told["data"]["failure"]) == ("comms.message.failed", "do_not_disturb")
    # So that no flow that reacts to it goes on for ever.
    assert (told["actor"], told["cause"], told["depth"]) == (editor.principal, "run/1", 2)
    await ask(message_id, "/retry")
    assert await run_jobs() == 1 and len(sink.mails) == 1
    assert (await ask(message_id))["status"] == "sent"


async def test_what_staff_write_by_hand_goes_out_at_once(
    comms: Harness, editor: Caller, clients: FakeClients, sink: Sink, run_jobs: RunJobs
) -> None:
    """CL-37: they decided."""
    sara = make_client()
    clients.known[sara.id] = sara
    await make_client_ref(comms.context, editor.tenant_id, sara.id, availability=quiet())
    body = {"client_id": str(sara.id), "channel": "email", "subject": "x", "body": "y"}
    async with comms.http(comms.caller(editor.tenant_id)) as http:
        assert (await http.post("/v1/messages", json=body)).status_code == 201
    assert await run_jobs() == 1 and len(sink.mails) == 1


async def test_what_changed_meanwhile_holds(
    comms: Harness, editor: Caller, send: Send, ask: Ask, at: Callable[[timedelta], None],
    sink: Sink, run_jobs: RunJobs,
) -> None:  # fmt: skip
    """CL-37: told by an event, between the asking and the sending."""
    tenant_id, client_id = editor.tenant_id, new_id()
    await make_client_ref(comms.context, tenant_id, client_id, availability=quiet(HOUR))
    message_id = await send(client_id)
    assert await run_jobs() == 1
    client = {"id": str(client_id), "version": 2, "name": "سارة", "folder_id": str(new_id()),
              "availability": quiet(3 * HOUR)}  # fmt: skip
    event = Event("clients.client.updated", client_id, {"client": client}, 2, client_id,
                  tenant_id=tenant_id, time=NOON)  # fmt: skip

    async def is_known() -> bool:
        async with comms.context.database.work(comms.caller(tenant_id)) as work:
            found = await memory.client(work, client_id)
        return found is not None and found.version == 2

    async with delivered(comms, consumers.clients("comms"), event):
        await eventually(is_known)
    at(HOUR)
    assert await run_jobs(3_700) == 1 and sink.mails == []
    assert _at((await ask(message_id))["scheduled_at"]) == NOON + 3 * HOUR
    at(3 * HOUR)
    assert await run_jobs(2 * 3_700) == 1 and len(sink.mails) == 1


async def test_one_that_waits_is_stopped_by_hand(
    comms: Harness, editor: Caller, send: Send, ask: Ask, sink: Sink, run_jobs: RunJobs
) -> None:
    """CL-37: also one to a client who was merged, whom the survivor speaks for."""
    client_id, survivor = new_id(), new_id()
    tenant_id = editor.tenant_id
    await make_client_ref(comms.context, tenant_id, client_id, merged_into=str(survivor))
    await make_client_ref(comms.context, tenant_id, survivor, availability=quiet(HOUR))
    message_id = await send(client_id)
    await run_jobs()
    assert (await ask(message_id))["scheduled_at"]
    assert (await ask(message_id, "/cancel"))["status"] == "cancelled"
    await run_jobs(4_000)
    assert sink.mails == []


def test_only_people_type() -> None:
    """CL-37"""
    principals = ("user:1", "flow:1", "key:1", "service:comms")
    assert [is_unattended(one) for one in principals] == [False, True, True, True]
