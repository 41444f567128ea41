"""The timeline: what every service tells of a client, seen by who may see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.consumer_runner import ConsumerRunner
from chassis.events import Event
from chassis.ids import new_id
from chassis.outbox import Relay
from chassis.signals import Signals
from chassis.stream import STREAM
from chassis.testing.databases import Databases
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness, harness
from clients.app import build
from clients.settings import Settings
from clients.timeline import consumers
from clients.timeline.consumers import LIVE, rebuild
from clients.timeline.rules import entries
from local.servers.backing import BackingServers
from local.servers.nats import Nats
from services.clients.tests.factories import AGENT, Person

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def working(service: Harness) -> AsyncIterator[None]:
    """The relay and the timeline's consumer, as a worker runs them.

    What other tests left untold is forgotten first: tens of thousands of events of their clients.
    """
    async with service.context.database.plumbing() as connection:
        await connection.execute("delete from outbox where sent_at is null")
    signals = Signals(service.context.database)
    signals.attach()
    relay = Relay(service.context, signals)
    runner = ConsumerRunner(service.context, [consumers.consumers])
    tasks = [asyncio.create_task(part.run()) for part in (relay, runner)]
    try:
        yield
    finally:
        await runner.stop()
        await relay.stop()
        await asyncio.wait(tasks, timeout=10)


async def _tell(owner: Person, *events: Event) -> None:
    """Have events arrive, as if from other services."""
    tenant = owner.caller.tenant_id
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        for event in events:
            await consumers.on_event(work, [event])


def _event(owner: Person, client: dict[str, Any], kind: str, minutes: int = 0) -> Event:
    return Event(
        kind, new_id(), {"note": kind}, client_id=UUID(client["id"]),
        time=NOON + timedelta(minutes=minutes), tenant_id=owner.caller.tenant_id,
        actor="service:comms",
    )  # fmt: skip


async def test_everything_that_happens_to_a_client_stands_there(owner: Person) -> None:
    """CL-02, CL-58, CL-84: own changes come by the stream; the last of them is its activity."""
    active = await owner.folder("Active")
    async with working(owner.service):
        client = await owner.make_client(tags=["VIP"])
        await owner.post(f"{client['url']}/move", {"folder_id": active["id"]})
        await owner.post(f"{client['url']}/tags", {"add": ["تسويق"]})
        await owner.patch(client["url"], {"name": "آخر"})
        path = f"{client['url']}/timeline"

        async def shown() -> list[dict[str, Any]]:
            items: list[dict[str, Any]] = (await owner.get(path))["items"]
            return items if len(items) == 4 else []

        items = await eventually(shown)
    assert [item["event"].split(".")[-1] for item in items] == [
        "updated", "tagged", "folder_changed", "created",
    ]  # fmt: skip
    tagged = items[1]
    assert tagged["summary"] == {"ar": "أُضيفت الوسوم: تسويق", "en": "Tags added: تسويق"}
    assert tagged["source"] == {
        "service": "clients", "type": "client", "id": client["id"], "url": client["url"],
    }  # fmt: skip
    assert (tagged["client_id"], tagged["url"]) == (client["id"], client["url"])
    assert tagged["actor"] == owner.caller.principal
    assert tagged["data"]["tags"] == ["تسويق"]
    assert (await owner.get(client["url"]))["last_activity_at"] == items[0]["at"]


async def test_the_order_is_that_of_the_events_not_of_their_arrival(owner: Person) -> None:
    """CL-58"""
    client = await owner.make_client()
    late = _event(owner, client, "comms.message.sent", 2)
    early = _event(owner, client, "comms.message.queued", 1)
    await _tell(owner, late, late)
    await _tell(owner, early)
    path = f"{client['url']}/timeline"
    assert [i["event"] for i in (await owner.get(path))["items"]] == [late.type, early.type]
    assert (await owner.get(client["url"]))["last_activity_at"] == "2026-03-01T12:02:00.000000Z"
    inactive = {"last_activity_to": "2026-03-01T12:02:00Z"}
    assert await owner.found(**inactive) == []
    assert await owner.found(last_activity_from="2026-03-01T12:02:00Z") == ["عميل"]


async def test_filters_and_pages(owner: Person) -> None:
    """CL-58, CL-84"""
    client, other = await owner.make_client(), await owner.make_client()
    kinds = ["comms.message.queued", "comms.message.sent", "automation.run.completed"]
    await _tell(owner, *(_event(owner, client, kind, n) for n, kind in enumerate(kinds)))
    await _tell(owner, _event(owner, other, kinds[0]))
    path = f"{client['url']}/timeline"

    async def kinds_of(**filters: Any) -> list[str]:
        return [item["event"] for item in (await owner.get(path, **filters))["items"]]

    assert await kinds_of(event=kinds[:2]) == kinds[1::-1]
    assert await kinds_of(service="automation") == kinds[2:]
    assert await kinds_of(actor="user:nobody") == []
    between = {"at_from": "2026-03-01T12:01:00Z", "at_to": "2026-03-01T12:02:00Z"}
    assert await kinds_of(**between) == kinds[1:2]
    first = await owner.get(path, limit=2)
    assert await kinds_of(limit=2, cursor=first["next_cursor"]) == kinds[:1]
    foreign = await owner.http.get(
        f"{other['url']}/timeline", params={"limit": 2, "cursor": first["next_cursor"]}
    )
    assert foreign.json()["code"] == "invalid_cursor"


async def test_an_entry_needs_the_right_to_read_its_service(owner: Person) -> None:
    client = await owner.make_client()
    await _tell(
        owner, _event(owner, client, "comms.message.sent"),
        _event(owner, client, "billing.invoice.issued", 1),
    )  # fmt: skip
    path = f"{client['url']}/timeline"
    for rights, expected in (
        (AGENT, []), (AGENT | {"comms:read"}, ["comms.message.sent"]),
        (AGENT | {"comms:read", "billing:read"}, ["billing.invoice.issued", "comms.message.sent"]),
    ):  # fmt: skip
        async with owner.colleague(permissions=frozenset(rights)) as agent:
            items = (await agent.get(path))["items"]
            assert [item["event"] for item in items] == expected
    async with owner.colleague(visibility="assigned") as stranger:
        assert (await stranger.refused("GET", path))[0] == 404


async def test_whom_a_document_is_for_is_told_who_sees_everything(owner: Person) -> None:
    """CL-64: others see who owes it, and may not see the other."""
    client = await owner.make_client()
    event = _event(owner, client, "billing.invoice.issued")
    event.data["invoice"] = {"id": str(new_id()), "for_client_id": "secret"}
    await _tell(owner, event)
    rights = frozenset(AGENT | {"billing:read"})
    async with owner.colleague(visibility="assigned", permissions=rights) as agent:
        staff = {"add": [{"user_id": str(agent.caller.user_id), "role": "owner"}]}
        await owner.post(f"{client['url']}/staff", staff)
        for reader, told in ((owner, "secret"), (agent, "")):
            page = await reader.get(f"{client['url']}/timeline", service="billing")
            assert page["items"][0]["data"]["invoice"]["for_client_id"] == told


@pytest.fixture
async def alone(
    databases: Databases, servers: BackingServers, tmp_path: Path
) -> AsyncIterator[Person]:
    """The owner of the only company of a database: what is compared there is all there is.

    And of a stream: it is read four times, and that of all tests has tens of thousands of events.
    """
    nats = Nats(tmp_path / "nats")
    await nats.start()
    valkey = servers.valkey.url
    async with harness(build, Settings, databases, nats.url, valkey) as opened:
        caller = opened.caller()
        async with opened.http(caller) as http:
            yield Person(opened, caller, http)
    await nats.stop()


async def test_a_timeline_made_anew_is_the_same_and_repairs(alone: Person) -> None:
    """CL-02: rebuilt of the stream and the archive, compared with the live one."""
    owner = alone
    context, tenant = owner.service.context, owner.caller.tenant_id
    await context.nats.jetstream().publish(f"events.comms.odd.thing.{tenant}", b"{not an event")
    async with working(owner.service):
        client = await owner.make_client()
        async with context.database.work(system(tenant, "comms")) as work:
            work.publish(Event("comms.message.sent", new_id(), {}, client_id=UUID(client["id"])))
        await owner.post(f"{client['url']}/tags", {"add": ["VIP"]})

        async def heard() -> bool:
            return len((await owner.get(f"{client['url']}/timeline"))["items"]) == 3

        await eventually(heard)

        # At rest.
        async def acknowledged() -> bool:
            live = await context.nats.jetstream().consumer_info(STREAM, LIVE)
            return not live.num_pending and not live.num_ack_pending

        await eventually(acknowledged)
    await rebuild(context, [])
    assert (await rebuild(context, ["--check"])).is_same
    sql = "update timeline set actor = 'x' where client_id = $1 and event = $2"
    lost = "delete from timeline where client_id = $1 and event = $2"
    async with context.database.work(system(tenant, "clients")) as work:
        connection = await work.connection()
        await connection.execute(sql, UUID(client["id"]), "comms.message.sent")
        await connection.execute(lost, UUID(client["id"]), "clients.client.tagged")
    with pytest.raises(SystemExit):
        await rebuild(context, ["--check"])
    repaired = await rebuild(context, [])
    assert (repaired.missing, repaired.different) == (1, 1)
    assert (await rebuild(context, ["--check"])).is_same
    items = (await owner.get(f"{client['url']}/timeline"))["items"]
    assert "x" not in {item["actor"] for item in items}


def test_every_type_reads_in_both_languages() -> None:
    for kind in (*entries.SUMMARIES, "billing.invoice.issued"):
        line = entries.summary(kind, {"tags": ["أ", "b"]})
        assert line["ar"] and line["en"]
        assert "{" not in line["ar"] + line["en"]


def test_a_source_has_its_path() -> None:
    subject = new_id()
    assert entries.source("comms.message.sent", subject)["url"] == f"/v1/messages/{subject}"
    recurring = entries.source("scheduling.appointment_series.updated", subject)
    assert recurring["url"] == f"/v1/appointment-series/{subject}"
    found = entries.source("scheduling.follow_up.due", subject)
    assert (found["service"], found["url"]) == ("scheduling", f"/v1/follow-ups/{subject}")
    assert entries.permission("billing.invoice.issued") == "billing:read"
