"""The gRPC door, called as another service calls it."""

from typing import Any

import pytest
from diwan.comms.v1 import messages_pb2

from chassis.caller import Caller
from chassis.errors import Failure, Forbidden, Invalid
from chassis.ids import new_id
from chassis.rpc.client import Asking, Peer
from chassis.rpc.method import unary
from chassis.testing.harness import Harness
from chassis.work import Trail
from services.comms.tests.conftest import Events, RunJobs
from services.comms.tests.factories import FakeClients, make_client
from services.comms.tests.sinks import Sink

SERVICE = "diwan.comms.v1.MessagesService"
SEND = unary(f"{SERVICE}.SendMessage", messages_pb2.SendMessageResponse)
NOTIFY = unary(f"{SERVICE}.Notify", messages_pb2.NotifyResponse)


async def test_one_cause_makes_one_message(
    comms: Harness, peer: Peer, editor: Caller, clients: FakeClients, sink: Sink,
    run_jobs: RunJobs, events: Events,
) -> None:  # fmt: skip
    """AU-14"""
    sara = make_client()
    clients.known[sara.id] = sara
    request = messages_pb2.SendMessageRequest(
        client_id=str(sara.id), channel="email", subject="مرحبًا", body="أهلًا بك"
    )
    by = Asking(editor, Trail("run/1/step/1", 2))
    answers = [await peer.call(SEND, request, by, key="run/1/step/1") for _ in range(3)]
    assert len({answer.message_id for answer in answers}) == 1
    assert await run_jobs() == 1 and len(sink.mails) == 1
    told = await events()
    assert [e["type"] for e in told] == ["comms.message.queued", "comms.message.sent"]
    assert {(e["actor"], e["cause"], e["depth"]) for e in told} == {
        (editor.principal, "run/1/step/1", 2)
    }
    other = await peer.call(SEND, request, by, key="run/1/step/2")
    assert other.message_id != answers[0].message_id


async def test_files_go_along(
    peer: Peer, editor: Caller, sink: Sink, run_jobs: RunJobs
) -> None:  # fmt: skip
    """SC-06: an invitation says by its type how it is meant; no part is made of parts."""
    kind = "text/calendar; charset=utf-8; method=REQUEST"
    request = messages_pb2.SendMessageRequest(
        to="a@example.com", body="x", attachments=[messages_pb2.Attachment(
            filename="appointment.ics", content_type=kind, content=b"BEGIN:VCALENDAR"
        )],
    )  # fmt: skip
    await peer.call(SEND, request, Asking(editor), key="one")
    await run_jobs()
    [mail] = sink.mails
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    assert part.get_param("method") == "REQUEST" and part.get_filename() == "appointment.ics"
    assert part.get_payload(decode=True) == b"BEGIN:VCALENDAR"
    for wrong in ("multipart/mixed", "text/plain\r\nX: y", ""):
        request.attachments[0].content_type = wrong
        with pytest.raises(Invalid) as refused:
            await peer.call(SEND, request, Asking(editor), key="two")
        assert refused.value.code == "not_a_file"


@pytest.mark.parametrize(
    ("request_values", "code"),
    [
        ({"client_id": str(new_id())}, "unknown_reference"),
        ({"client_id": "sara"}, "not_an_id"),
        ({"to": "nobody"}, "not_an_address"),
        ({"to": "a@example.com", "channel": "pigeon"}, "channel_not_available"),
        ({"to": "a@example.com", "body": ""}, "one_text"),
    ],
)
async def test_refusals_arrive_as_what_they_are(
    peer: Peer, editor: Caller, request_values: dict[str, Any], code: str
) -> None:
    request = messages_pb2.SendMessageRequest(**({"body": "x"} | request_values))
    with pytest.raises(Invalid) as refused:
        await peer.call(SEND, request, Asking(editor), key="one")
    assert refused.value.code == code


async def test_a_flow_whose_editor_has_left_sends_nothing(
    peer: Peer, editor: Caller, comms: Harness
) -> None:
    gone = comms.caller(editor.tenant_id).acting_as("flow:1")
    request = messages_pb2.SendMessageRequest(to="a@example.com", body="x")
    with pytest.raises(Failure) as refused:
        await peer.call(SEND, request, Asking(gone), key="one")
    assert isinstance(refused.value, Forbidden)


async def test_staff_are_notified_once_per_cause(
    comms: Harness, peer: Peer, editor: Caller, events: Events
) -> None:
    """AU-17"""
    request = messages_pb2.NotifyRequest(user_ids=[str(editor.user_id)], title="عميل جديد")
    answers = [await peer.call(NOTIFY, request, Asking(editor), key="n") for _ in range(2)]
    assert answers[0] == answers[1] and len(answers[0].notification_ids) == 1
    assert [e["type"] for e in await events()] == ["comms.notification.created"]
    nobody = messages_pb2.NotifyRequest(user_ids=[str(new_id())], title="x")
    with pytest.raises(Invalid) as refused:
        await peer.call(NOTIFY, nobody, Asking(editor), key="m")
    assert refused.value.code == "nobody_to_notify"
