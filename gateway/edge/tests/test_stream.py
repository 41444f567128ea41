"""The live stream in one process: who hears of what, until when, and what a return finds."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import Caller, system
from chassis.events import Event
from chassis.ids import new_id
from chassis.testing.databases import Databases
from chassis.testing.eventually import eventually
from chassis.testing.harness import Harness, harness, token_of
from edge.app import build
from edge.settings import Settings
from edge.stream.rules.audiences import AUDIENCES, UNTOLD
from edge.stream.use_cases.hub import Hub, start
from gateway.edge.tests.reading import (
    Reader,
    hear,
    heard,
    make_client,
    partial_publish,
)  # fmt: skip
from local.servers.backing import BackingServers
from refs import clients, folders
from tests.contracts.test_events import payloads

Listening = Callable[..., Awaitable[Reader]]


@pytest.fixture(scope="module")
async def edge(databases: Databases, servers: BackingServers) -> AsyncIterator[Harness]:
    """The edge without keys of its own: it trusts the harness's callers."""
    opening = harness(build, Settings, databases, servers.nats.url, servers.valkey.url)
    async with opening as made:
        await start(made.context)
        yield made


@pytest.fixture
async def listen(edge: Harness) -> AsyncIterator[Callable[..., Awaitable[Reader]]]:
    """Opens a stream for a caller; all are left at the end."""
    opened: list[tuple[Reader, asyncio.Task[Reader]]] = []

    async def begin(caller: Caller | None = None, **more: str) -> Reader:
        reader = Reader()
        headers = {"Authorization": f"Bearer {token_of(caller)}"} if caller else {}
        headers |= {name.replace("_", "-"): value for name, value in more.items()}
        opened.append((reader, asyncio.create_task(reader.follow(edge, headers))))
        await eventually(lambda: _true(bool(reader.frames or reader.is_over)))
        return reader

    yield begin
    for reader, task in opened:
        reader.leave()
        await task


async def _true(value: bool) -> bool:
    return value


def agent(owner: Caller, edge: Harness, **rights: Any) -> Caller:
    given = {"permissions": frozenset({"clients:read", "comms:read"}), "is_owner": False}
    return edge.caller(owner.tenant_id, **(given | rights))


@pytest.fixture
def owner(edge: Harness) -> Caller:
    return edge.caller()


async def test_an_event_is_told_as_it_happens(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-58: with its source and a link to the client; another company hears nothing."""
    reader, stranger = await listen(owner), await listen(edge.caller())
    client = make_client(new_id())
    tell = partial_publish(edge.context, owner.tenant_id)
    event = await tell("clients.client.created", client=client)
    await hear(reader, event)
    [told] = reader.events
    assert (told["type"], told["source"]) == ("clients.client.created", "/services/clients")
    assert (told["clientid"], told["url"]) == (client["id"], f"/v1/clients/{client['id']}")
    assert told["data"]["client"]["name"] == "عميل"
    assert not stranger.events


async def test_what_a_folder_may_hide_is_told_to_who_is_not_bound(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-71: others hear that something happened, and to whom."""
    manages = frozenset({"clients:read", "comms:read", "clients:manage"})
    bound = await listen(agent(owner, edge, visibility="all"))
    manager = await listen(agent(owner, edge, visibility="all", permissions=manages))
    client = make_client(new_id()) | {
        "business_name": "secret1", "phones": [{"number": "secret2"}], "tags": ["secret3"],
        "custom_fields": {"iban": "secret4"}, "source": "secret5",
    }  # fmt: skip
    tell = partial_publish(edge.context, owner.tenant_id)
    about: dict[str, Any] = {"client_id": UUID(client["id"])}
    data = {"client": client}
    await tell("clients.client.updated", data=data | {"changed": ["tax_number", "name"]}, **about)
    await tell("clients.client.tagged", data=data | {"tags": ["secret3"]}, **about)
    moved = {"field": "pinned_status_id", "from_status_id": "secret6", "to_status_id": "secret7"}
    await tell("clients.client.status_changed", data=data | moved, **about)
    status = {"field": "status_id", "from_status_id": "shown1", "to_status_id": "shown2"}
    await tell("clients.client.status_changed", data=data | status, **about)
    last = await tell("comms.message.sent", data={"to": "secret8", "subject": "shown3"}, **about)
    for reader in (bound, manager):
        await hear(reader, last)
    texts = [json.dumps(reader.events) for reader in (bound, manager)]
    assert "secret" not in texts[0] and "tax_number" not in texts[0]
    assert all(f"secret{n}" in texts[1] for n in range(1, 9))
    assert all(f"shown{n}" in text for n in range(1, 4) for text in texts)
    assert bound.events[0]["data"]["client"]["name"] == client["name"]
    assert bound.events[0]["data"]["changed"] == ["name"]


async def test_whom_a_document_is_for_is_told_who_sees_everything(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-64: others see who owes it, and may not see the other; nor is told what is aside."""
    rights = frozenset({"billing:read", "clients:read"})
    assigned = agent(owner, edge, visibility="assigned", permissions=rights)
    staff = [{"user_id": str(assigned.user_id), "role": "owner"}]
    mine, tell = make_client(new_id(), staff=staff), partial_publish(edge.context, owner.tenant_id)
    readers = [await listen(one) for one in (assigned, owner)]
    await tell("clients.client.created", client=mine)
    invoice = {"id": str(new_id()), "for_client_id": "secret1", "total": "115.00"}
    last = await tell(
        "billing.invoice.created", data={"invoice": invoice}, client_id=UUID(mine["id"]),
        aside="secret2",
    )  # fmt: skip
    for one in readers:
        await hear(one, last)
    told = [one.events[-1]["data"]["invoice"]["for_client_id"] for one in readers]
    assert told == ["", "secret1"]
    assert not any("secret2" in json.dumps(one.events) for one in readers)


async def test_the_client_decides_who_hears_and_moves_with_its_events(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-02, GW-03, GW-04, CL-68: assigned and folder agents, by what the stream itself tells."""
    user_id, open_folder, other_folder = new_id(), new_id(), new_id()
    assigned = agent(owner, edge, visibility="assigned", user_id=user_id)
    of_folder = agent(owner, edge, visibility="folders")
    tell = partial_publish(edge.context, owner.tenant_id)
    await tell("clients.folder.access_changed", subject=open_folder, data={
        "folder_id": str(open_folder),
        "access": [{"principal": f"user:{of_folder.user_id}", "level": "read"}]})  # fmt: skip
    readers = [await listen(one) for one in (owner, assigned, of_folder)]
    mine = make_client(other_folder, staff=[{"user_id": str(user_id), "role": "owner"}])
    shelved, hidden = make_client(open_folder), make_client(other_folder)
    for client in (mine, shelved, hidden):
        await tell("clients.client.created", client=client)
        await tell("comms.message.sent", client_id=UUID(client["id"]), data={"subject": "x"})
    await tell("clients.client.folder_changed", client=hidden | {
        "version": 2, "folder_id": str(open_folder)})  # fmt: skip
    last = await tell("edge.team.updated", data={"team": {"member_ids": []}})
    for reader in readers:
        await hear(reader, last)
    about = [{one["clientid"] for one in r.events if "clientid" in one} for r in readers]
    assert about == [
        {mine["id"], shelved["id"], hidden["id"]}, {mine["id"]}, {shelved["id"], hidden["id"]},
    ]  # fmt: skip
    assert [one["type"] for one in readers[2].events if one.get("clientid") == hidden["id"]] == [
        "clients.client.folder_changed"
    ]


async def test_access_taken_away_holds_from_the_next_event_on(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-02: an open stream narrows at once; ids of hidden folders are left out."""
    folder, sibling = new_id(), new_id()
    reader = await listen(agent(owner, edge, visibility="all"))
    tell = partial_publish(edge.context, owner.tenant_id)
    client, other = make_client(folder), make_client(sibling)
    before = await tell("clients.client.created", client=client)
    await tell("clients.folder.access_changed", subject=folder, data={
        "folder_id": str(folder),
        "access": [{"principal": p, "level": "none"}
                   for p in await principals_of(edge, reader, owner)]})  # fmt: skip
    after = await tell("clients.client.updated", client=client | {"version": 2})
    moved = await tell("clients.client.folder_changed", client=other,
                       data={"from_folder_id": str(folder)})  # fmt: skip
    await hear(reader, moved)
    assert await heard(reader, before)
    assert not await heard(reader, after)
    assert str(folder) not in json.dumps(reader.events[-1])


async def principals_of(edge: Harness, reader: Reader, owner: Caller) -> list[str]:
    room = edge.context.kept(Hub)._rooms[owner.tenant_id]
    return [one.caller.principal for one in room.listeners if not one.caller.is_owner]


async def test_a_client_that_only_the_copy_knows_is_looked_up(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-04: by the memory that edge keeps as every service does."""
    folder, client = new_id(), make_client(new_id())
    seen = make_client(folder)
    of_folder = agent(owner, edge, visibility="folders")
    entry = {"principal": of_folder.principal, "level": "read"}
    async with edge.context.database.work(system(owner.tenant_id, "edge")) as work:
        await folders.remember_access(work, [
            {"folder_id": str(folder), "version": 1, "access": [entry]}])  # fmt: skip
        await clients.remember_clients(work, [client, seen])
    reader = await listen(of_folder)
    tell = partial_publish(edge.context, owner.tenant_id)
    unseen = await tell("comms.message.sent", client_id=UUID(client["id"]))
    event = await tell("comms.message.sent", client_id=UUID(seen["id"]))
    await hear(reader, event)
    assert not await heard(reader, unseen)


async def test_every_type_reaches_whom_it_may_and_nobody_else(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-02, GW-03, GW-04, CL-58: each type of the catalogue, about a seen and a hidden client."""
    seen, shut = new_id(), new_id()
    held = frozenset({"clients:read", "comms:read", "automation:read"})
    listeners = {
        "assigned": agent(owner, edge, visibility="assigned", permissions=held),
        "folders": agent(owner, edge, visibility="folders", permissions=held),
        "viewer": agent(owner, edge, visibility="all", permissions=frozenset({"clients:read"})),
    }
    tell = partial_publish(edge.context, owner.tenant_id)
    for folder, level in ((seen, "read"), (shut, "none")):
        access = [{"principal": one.principal, "level": level} for one in listeners.values()]
        data = {"folder_id": str(folder), "access": access}
        await tell("clients.folder.access_changed", subject=folder, data=data)
    outsider = await listen(edge.caller())
    readers = {name: await listen(one) for name, one in listeners.items()}
    readers["owner"] = await listen(owner)
    staff = [{"user_id": str(listeners["assigned"].user_id), "role": "owner"}]
    about_seen = await everything(tell, make_client(seen, staff=staff), "seen-word")
    about_shut = await everything(tell, make_client(shut, staff=staff), "shut-word")
    last = await tell("edge.team.updated", data={"team": {"member_ids": []}})
    for reader in readers.values():
        await hear(reader, last)
    assert not outsider.events
    for name in listeners:
        missing = {e.type for e in about_seen if e.type.startswith("clients.client.")
                   and not await heard(readers[name], e)}  # fmt: skip
        leaked = {e.type for e in about_shut if (e.client_id or "folder" in e.type)
                  and await heard(readers[name], e)}  # fmt: skip
        assert (missing, leaked) == (set(), set()), name
        assert str(shut) not in json.dumps(readers[name].events)
    assert not [one for one in readers["viewer"].types if one.startswith(("comms", "automation"))]
    personal = {"edge.session.started", "edge.session.ended", "comms.notification.created",
                "clients.segment.created", "clients.segment.updated",
                "clients.segment.deleted"}  # fmt: skip
    told = {e.type for e in (*about_seen, *about_shut) if await heard(readers["owner"], e)}
    assert told == set(AUDIENCES) - personal


async def everything(
    tell: Callable[..., Awaitable[Event]], client: dict[str, Any], word: str
) -> list[Event]:
    """One event of every type, where it can be about this client and its folder."""
    made = []
    for kind in [*AUDIENCES, *UNTOLD, "edge.made.up"]:
        about: dict[str, Any] = {}
        if kind.startswith("clients.client."):
            about = {"client": client}
        elif _is_about_client(kind):
            about = {"client_id": UUID(client["id"])}
        data = {"folder_id": client["folder_id"], "word": word, "user_id": str(new_id())}
        made.append(await tell(kind, data=data, **about))
    return made


def _is_about_client(kind: str) -> bool:
    nouns = (
        "clients.note", "clients.file", "clients.client_link", "comms.message", "automation.run",
        "clients.insurance", "memberships.membership", "memberships.credit",
        "memberships.package_order", "memberships.redemption", "memberships.check_in",
        "scheduling.appointment", "scheduling.reminder", "scheduling.follow_up",
    )  # fmt: skip
    return kind.startswith(nouns)


def test_every_type_of_the_catalogue_is_judged() -> None:
    """GW-07: a new type of event says who hears of it live, or that nobody does."""
    catalogue = set(payloads())
    assert catalogue == set(AUDIENCES) | UNTOLD
    assert not set(AUDIENCES) & UNTOLD


async def test_what_is_ones_own_is_told_to_oneself_only(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-04"""
    me, other = (agent(owner, edge, visibility="assigned") for _ in range(2))
    mine, theirs = await listen(me), await listen(other)
    tell = partial_publish(edge.context, owner.tenant_id)
    data = {"user_id": str(me.user_id), "shared": False}
    await tell("comms.notification.created", data=data)
    await tell("comms.message.sent", data=data)
    await tell("clients.segment.created", data=data, actor=me.principal)
    last = await tell("edge.role.updated")
    for reader in (mine, theirs):
        await hear(reader, last)
    assert len(mine.types) - len(theirs.types) == 3


async def test_a_reader_who_comes_back_misses_nothing(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-58: `Last-Event-ID` goes on where the connection ended; too long ago is told."""
    tell = partial_publish(edge.context, owner.tenant_id)
    first = await listen(owner)
    one = await tell("edge.role.updated")
    await hear(first, one)
    first.leave()
    missed = [await tell("edge.role.updated") for _ in range(3)]
    second = await listen(owner, Last_Event_ID=first.last_id)
    await hear(second, missed[-1])
    assert [found["id"] for found in second.events] == [str(event.id) for event in missed]
    late = await listen(owner, Last_Event_ID="12")
    assert late.types == ["gap"]
    wrong = await listen(owner, Last_Event_ID="x")
    assert wrong.status == 422


async def test_a_slow_reader_is_cut_off_and_finds_the_rest(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-58: its queue is bounded, and others hear on."""
    most = edge.context.settings.stream_queue
    slow, quick = await listen(owner), await listen(owner)
    slow.read_nothing()
    tell = partial_publish(edge.context, owner.tenant_id)
    events = [await tell("edge.role.updated") for _ in range(most + 5)]
    await hear(quick, events[-1])
    room = edge.context.kept(Hub)._rooms[owner.tenant_id]
    await eventually(lambda: _true(sum(one.is_over for one in room.listeners) == 1))
    slow._pace.set()
    await eventually(lambda: _true(slow.is_over))
    back = await listen(owner, Last_Event_ID=slow.last_id)
    await hear(back, events[-1])
    got = [one["id"] for one in (*slow.events, *back.events)]
    assert got == [str(event.id) for event in events]


async def test_a_stream_ends_with_the_session_and_with_its_token(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-05: at once, heard of an event or not."""
    reader, other = await listen(owner), await listen(edge.caller(owner.tenant_id))
    edge.context.tokens.revoke(f"session.{owner.session_id}", 2**40)
    await eventually(lambda: _true(reader.is_over), within=1)
    assert not other.is_over


async def test_nobody_and_too_many_are_refused(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """GW-05"""
    assert (await listen()).status == 401
    readers = [await listen(owner) for _ in range(edge.context.settings.streams_per_user + 1)]
    assert [one.status for one in readers[:-1]] == [200] * (len(readers) - 1)
    assert readers[-1].status == 429
    readers[0].leave()
    await eventually(lambda: _true(readers[0].is_over))
    assert (await listen(owner)).status == 200


async def test_streams_end_when_the_process_goes(
    edge: Harness, owner: Caller, listen: Listening
) -> None:
    """CL-58: readers are sent away in peace, and come back elsewhere."""
    hub, context = Hub(edge.context), edge.context
    kept = context.kept(Hub)
    context.keep(hub)
    reader = await listen(owner)
    context.draining = True
    try:
        await eventually(lambda: _true(reader.is_over))
        assert (await listen(owner)).status == 503
    finally:
        context.draining = False
        context.keep(kept)
