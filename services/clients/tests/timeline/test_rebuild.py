"""The timeline made anew of every type of event there is, from the stream and the archive."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from chassis.caller import system
from chassis.events import Event, event
from chassis.ids import new_id
from chassis.stream import STREAM
from chassis.testing.databases import Databases
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness, harness
from clients.app import build
from clients.settings import Settings
from clients.timeline.consumers import LIVE, rebuild
from clients.timeline.rules.entries import SUMMARIES
from local.servers.backing import BackingServers
from local.servers.nats import Nats
from services.clients.tests.factories import Person
from services.clients.tests.insurance.making import switch
from services.clients.tests.timeline.test_timeline import working
from tests.contracts.test_events import payloads

_OWN = "clients."
_NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
async def nats(tmp_path: Path) -> AsyncIterator[Nats]:
    """One of its own: its stream is emptied here."""
    server = Nats(tmp_path / "nats")
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def service(
    databases: Databases, servers: BackingServers, nats: Nats
) -> AsyncIterator[Harness]:
    async with harness(build, Settings, databases, nats.url, servers.valkey.url) as opened:
        yield opened


def filled(message: Message) -> Message:
    """With something in every field."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            nested = field.message_type.full_name
            if nested.startswith("google.") or field.message_type.GetOptions().map_entry:
                continue
            inner = getattr(message, field.name)
            filled(inner.add() if field.is_repeated else inner)
        elif field.is_repeated:
            getattr(message, field.name).append(_value(field))
        else:
            setattr(message, field.name, _value(field))
    return message


def _value(field: Any) -> Any:
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        is_bytes = field.type == FieldDescriptor.TYPE_BYTES
        is_id = field.name == "id" or field.name.endswith(("_id", "_ids"))
        return b"bytes" if is_bytes else str(new_id()) if is_id else field.name
    return True if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else 1


def one_of_each(client_id: UUID) -> list[Event]:
    """An event of every type, as if it were about this client."""
    return [
        event(kind, filled(message()), new_id(), 1, client_id=client_id)
        for kind, message in sorted(payloads().items())
    ]


async def tell(owner: Person, events: list[Event]) -> None:
    """The service's own through its outbox, those of others through the stream alone."""
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with context.database.work(system(tenant_id, "clients")) as work:
        for one in events:
            if one.type.startswith(_OWN):
                work.publish(one)
    jetstream = context.nats.jetstream()
    others = (one for one in events if not one.type.startswith(_OWN))
    for minutes, one in enumerate(others):
        told = replace(
            one,
            time=_NOON + timedelta(minutes=minutes),
            tenant_id=tenant_id,
            actor=f"user:{new_id()}",
        )
        headers = {"Nats-Msg-Id": str(told.id)}
        await jetstream.publish(told.nats_subject, told.to_json(), headers=headers)


async def test_a_timeline_of_every_type_is_the_same_made_anew(owner: Person) -> None:
    """CL-02, CL-58: of the stream, and of the archive once the stream has forgotten."""
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    await switch(owner)  # what is told of insurance is shown where its section is
    client = await owner.make_client()
    events = one_of_each(UUID(client["id"]))
    assert {"clients.client.merged", "comms.message.sent", "automation.run.failed"} <= {
        one.type for one in events
    }

    async def entries() -> list[Any]:
        return await _timeline(owner, client["id"])

    async def is_live() -> bool:
        told = await context.nats.jetstream().consumer_info(STREAM, LIVE)
        is_at_rest = not told.num_pending and not told.num_ack_pending
        return is_at_rest and len(await entries()) == len(events) + 1

    async with working(owner.service):
        await owner.patch(client["url"], {"name": "آخر"})
        await tell(owner, events[1:])
        await tell(owner, events[:1])
        await eventually(is_live)
    live = await entries()
    assert {entry["event"] for entry in live} == {one.type for one in events}
    assert all(entry["summary"]["ar"] and entry["summary"]["en"] for entry in live)
    await _is_made_anew(owner, client["id"], live)

    await context.nats.jetstream().purge_stream(STREAM)
    assert (await rebuild(context, ["--check"])).is_same
    own = [entry for entry in live if entry["event"].startswith(_OWN)]
    async with context.database.work(system(tenant_id, "clients")) as work:
        connection = await work.connection()
        await connection.execute("delete from timeline where event like 'clients.%'")
    assert (await rebuild(context, [])).missing == len(own)
    assert await entries() == live


async def _is_made_anew(owner: Person, client_id: str, live: list[Any]) -> None:
    """Every entry is found to be the same, and comes back the same once it is lost."""
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    found = await rebuild(context, ["--check"])
    assert found.is_same and found.events >= len(live)
    async with context.database.work(system(tenant_id, "clients")) as work:
        connection = await work.connection()
        await connection.execute("delete from timeline where client_id = $1", UUID(client_id))
    lost = await rebuild(context, [])
    assert (lost.missing, lost.different) == (len(live), 0)
    assert await _timeline(owner, client_id) == live


async def _timeline(owner: Person, client_id: str) -> list[Any]:
    """All of it, page by page: there are more types than a page has entries."""
    items: list[Any] = []
    asked: dict[str, Any] = {"limit": 200}
    while True:
        page = await owner.get(f"/v1/clients/{client_id}/timeline", **asked)
        items += page["items"]
        if page["next_cursor"] is None:
            return items
        asked["cursor"] = page["next_cursor"]


def test_every_type_about_a_client_has_words_of_its_own() -> None:
    """CL-58: none of the clients service reads as a bare type."""
    about = [kind for kind in payloads() if kind.startswith(("clients.client.", "clients.note."))]
    assert about and not set(about) - set(SUMMARIES)
