"""Refusals for now and for good, leases, dead connections, outages."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import Caller
from chassis.rpc.client import Asking
from chassis.testing.harness import Harness
from chassis.work import Trail
from comms.messages import schedules, use_cases
from comms.messages.use_cases import Draft
from services.comms.tests.conftest import Events, RunJobs
from services.comms.tests.factories import make_tenant
from services.comms.tests.sinks import Sink

Send = Callable[..., Awaitable[dict[str, Any]]]
TEXT = {"channel": "email", "subject": "موعدك", "body": "مرحبًا"}


@pytest.fixture
async def me(comms: Harness) -> Caller:
    return comms.caller(await make_tenant(comms))


@pytest.fixture
def send(comms: Harness, me: Caller) -> Send:
    """Queue a message over HTTP."""

    async def queue(to: str = "sara@example.sa") -> dict[str, Any]:
        async with comms.http(me) as http:
            made: dict[str, Any] = (await http.post("/v1/messages", json={"to": to, **TEXT})).json()
        return made

    return queue


@pytest.fixture
def read(comms: Harness, me: Caller) -> Send:
    """The message as it is now."""

    async def get(message: dict[str, Any]) -> dict[str, Any]:
        async with comms.http(me) as http:
            found: dict[str, Any] = (await http.get(f"/v1/messages/{message['id']}")).json()
        return found

    return get


async def test_a_refusal_for_now_is_tried_again_later(
    sink: Sink, send: Send, read: Send, run_jobs: RunJobs, events: Events
) -> None:
    """CO-02"""
    sink.answers.extend(["451 4.7.1 Greylisted", "250"])
    message = await send()
    assert await run_jobs() == 1
    waiting = await read(message)
    assert waiting["status"] == "queued" and waiting["attempts"] == 1
    assert waiting["failure"] == {"code": "refused_for_now", "answer": "451 4.7.1 Greylisted"}
    assert await run_jobs(3) == 0 and await run_jobs(5) == 1
    sent = await read(message)
    assert (sent["status"], sent["attempts"], sent["failure"]) == ("sent", 2, None)
    assert len(sink.mails) == 1
    assert [e["type"].rpartition(".")[2] for e in await events()] == ["queued", "sent"]


async def test_a_refusal_for_good_fails_at_once_and_can_be_retried(
    comms: Harness, me: Caller, sink: Sink, send: Send, read: Send, run_jobs: RunJobs,
    events: Events,
) -> None:  # fmt: skip
    """CO-02, CO-14"""
    sink.refused["gone@example.sa"] = "550 5.1.1 No such mailbox"
    message = await send("gone@example.sa")
    assert await run_jobs() == 1 and await run_jobs(10_000) == 0
    failed = await read(message)
    assert failed["status"] == "failed" and failed["failed_at"]
    assert failed["failure"] == {"code": "recipient_refused", "answer": "550 5.1.1 No such mailbox"}
    told = (await events())[-1]
    assert told["type"] == "comms.message.failed"
    assert told["data"]["failure"] == "recipient_refused"
    sink.refused.clear()
    async with comms.http(me) as http:
        again = await http.post(f"/v1/messages/{message['id']}/retry")
        assert again.json()["status"] == "queued" and again.json()["failure"] is None
        assert await run_jobs() == 1
        assert (await http.post(f"/v1/messages/{message['id']}/retry")).status_code == 409
    assert (await read(message))["status"] == "sent" and len(sink.mails) == 1


async def test_patience_ends(
    comms: Harness, sink: Sink, send: Send, read: Send, run_jobs: RunJobs
) -> None:
    most = comms.context.settings.smtp_attempts
    sink.answers.extend(["452 4.2.2 Mailbox full"] * most)
    message = await send()
    runs = [await run_jobs(4_000) for _ in range(most + 2)]
    assert runs == [1] * most + [0, 0]
    failed = await read(message)
    assert (failed["status"], failed["attempts"]) == ("failed", most)


async def test_a_mail_server_that_is_away_is_waited_for(
    comms: Harness, sink: Sink, send: Send, read: Send, run_jobs: RunJobs
) -> None:
    message = await send()
    mail = comms.context.peers.mail
    right, mail._address = mail._address, type(mail._address).parse("smtp://127.0.0.1:1")
    await run_jobs()
    waiting = await read(message)
    assert waiting["status"] == "queued"
    assert waiting["failure"]["code"] == "mail_server_unreachable"
    mail._address = right
    await run_jobs(5)
    assert (await read(message))["status"] == "sent" and len(sink.mails) == 1


async def test_connections_are_kept_and_a_dead_one_costs_no_attempt(
    sink: Sink, send: Send, read: Send, run_jobs: RunJobs
) -> None:
    for _ in range(3):
        await send()
    await run_jobs()
    assert (sink.connections, len(sink.mails)) == (1, 3)
    sink.hang_up()
    await asyncio.sleep(0.05)
    message = await send()
    await run_jobs()
    assert (sink.connections, len(sink.mails)) == (2, 4)
    assert (await read(message))["attempts"] == 1


async def test_two_workers_never_have_one_message_in_hand(
    comms: Harness, me: Caller, sink: Sink, send: Send, run_jobs: RunJobs
) -> None:
    message = await send()
    payload = {"message_id": message["id"]}
    sending = [schedules.send_message(comms.context, me.tenant_id, payload) for _ in range(5)]
    await asyncio.gather(*sending)
    assert len(sink.mails) == 1
    # The jobs of the four that found it in other hands come back once, and find nothing to do.
    await run_jobs(60)
    assert len(sink.mails) == 1 and await run_jobs(1_000) == 0


async def test_what_a_dead_worker_had_in_hand_is_sent_again_under_the_same_message_id(
    comms: Harness, me: Caller, sink: Sink, send: Send, read: Send, run_jobs: RunJobs,
    events: Events, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """CO-02: SMTP has no exactly-once; a doubled mail carries the same Message-ID."""
    message = await send()

    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    with monkeypatch.context() as patched, pytest.raises(asyncio.CancelledError):
        patched.setattr(schedules, "_note", die)
        await run_jobs()
    assert (await read(message))["status"] == "queued" and len(sink.mails) == 1
    # Another worker takes the job over, and waits until the lease is over.
    await schedules.send_message(comms.context, me.tenant_id, {"message_id": message["id"]})
    assert len(sink.mails) == 1 and await run_jobs(5) == 0
    async with comms.context.database.plumbing() as connection:
        await connection.execute("select set_config('app.tenant', $1, true)", str(me.tenant_id))
        await connection.execute("update messages set leased_until = now()")
    assert await run_jobs(20) == 1
    sent = await read(message)
    assert (sent["status"], sent["attempts"]) == ("sent", 2)
    assert len(sink.mails) == 2 and len({str(mail["Message-ID"]) for mail in sink.mails}) == 1
    assert [e["type"].rpartition(".")[2] for e in await events()] == ["queued", "sent"]


async def test_an_outage_of_the_database_after_the_250_doubles_nothing(
    comms: Harness, sink: Sink, send: Send, read: Send, run_jobs: RunJobs,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    message, record, failures = await send(), use_cases.record_sent, [OSError(), OSError()]

    async def sometimes(*arguments: Any, **values: Any) -> None:
        if failures:
            raise failures.pop()
        await record(*arguments, **values)

    monkeypatch.setattr(use_cases, "record_sent", sometimes)
    await run_jobs()
    assert (await read(message))["status"] == "sent" and len(sink.mails) == 1


async def test_cause_and_depth_go_from_the_asker_to_the_last_event(
    comms: Harness, me: Caller, run_jobs: RunJobs, events: Events
) -> None:
    """AU-14"""
    asking = Asking(me.acting_as("flow:1"), Trail("run/1/step/2", 3))
    async with comms.context.database.work(asking.caller, trail=asking.trail) as work:
        draft = Draft(to="sara@example.sa", subject="x", body="y")
        await use_cases.send_message(work, comms.context.peers, draft)
    await run_jobs()
    told = await events()
    trails = [(e["cause"], e["depth"], e["actor"]) for e in told]
    assert trails == [("run/1/step/2", 3, "flow:1")] * 2
    assert UUID(told[0]["subject"]) == UUID(told[1]["subject"])
