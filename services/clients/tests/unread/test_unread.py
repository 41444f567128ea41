"""Unread badges: what others did to a client since one opened it."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from clients.timeline import consumers
from clients.timeline.consumers import rebuild
from clients.unread.repository import count_different, recount
from clients.unread.rules import STEPS
from services.clients.tests.factories import AGENT, Person
from services.clients.tests.merges.making import undo, unite

# Before anything that the stream of this run holds.
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def tell(owner: Person, client: dict[str, Any], kind: str, actor: str = "service:x") -> None:
    tenant = owner.caller.tenant_id
    event = Event(
        kind, new_id(), {}, client_id=UUID(client["id"]), tenant_id=tenant, actor=actor,
        time=NOON,
    )  # fmt: skip
    async with owner.service.context.database.work(system(tenant, "clients")) as work:
        await consumers.on_event(work, [event])


async def shown(person: Person, client: dict[str, Any]) -> tuple[int, int]:
    """In the client and in the list."""
    one = await person.get(client["url"])
    listed = {item["id"]: item["unread"] for item in (await person.get("/v1/clients"))["items"]}
    return one["unread"], listed[client["id"]]


async def test_what_others_did_is_unread_until_the_client_is_opened(owner: Person) -> None:
    """CL-20: by user, one's own doing never; the list and the client say the same."""
    client = await owner.make_client()
    several = frozenset(AGENT | {"comms:read", "billing:read"})
    async with owner.colleague(permissions=several) as other:
        await tell(owner, client, "comms.message.received")
        await tell(owner, client, "clients.note.added", owner.caller.principal)
        assert await shown(owner, client) == (1, 1)
        assert await shown(other, client) == (2, 2)
        opened = await owner.post(f"{client['url']}/read")
        assert (opened["id"], opened["unread"]) == (client["id"], 0)
        assert await shown(owner, client) == (0, 0)
        assert await shown(other, client) == (2, 2)
        await tell(owner, client, "billing.payment.received")
        assert await shown(owner, client) == (1, 1)


async def test_steps_of_ones_own_work_are_no_news(owner: Person) -> None:
    """CL-20"""
    client = await owner.make_client()
    for kind in STEPS:
        await tell(owner, client, kind)
    assert await shown(owner, client) == (0, 0)
    await tell(owner, client, "comms.message.failed")
    assert await shown(owner, client) == (1, 1)


async def test_nobody_counts_what_they_may_not_read(owner: Person) -> None:
    """CL-20, GW-04: neither now, nor once they may."""
    client = await owner.make_client()
    await tell(owner, client, "comms.message.received")
    await tell(owner, client, "clients.note.added")
    async with owner.colleague(permissions=frozenset(AGENT)) as agent:
        assert await shown(agent, client) == (1, 1)
        await agent.post(f"{client['url']}/read")
        assert await shown(agent, client) == (0, 0)
    more = frozenset(AGENT | {"comms:read"})
    async with owner.colleague(permissions=more, user_id=agent.caller.user_id) as promoted:
        assert await shown(promoted, client) == (1, 1)
    async with owner.colleague(visibility="assigned") as stranger:
        assert (await stranger.refused("POST", f"{client['url']}/read"))[0] == 404


async def test_a_list_of_what_is_unread(owner: Person) -> None:
    """CL-20"""
    quiet, news = await owner.make_client(name="هادئ"), await owner.make_client(name="جديد")
    await tell(owner, news, "comms.message.received")
    assert await owner.found(unread="true") == ["جديد"]
    assert await owner.found(unread="false") == ["هادئ"]
    await owner.post(f"{news['url']}/read")
    assert await owner.found(unread="true") == []
    assert quiet["unread"] == 0


async def test_counts_stand_without_redis_and_are_made_anew_of_the_timeline(owner: Person) -> None:
    """CL-20: none is in Redis; a wrong one is found and mended, what was seen stays seen."""
    context, tenant = owner.service.context, owner.caller.tenant_id
    client = await owner.make_client()
    await rebuild(context, [])
    await tell(owner, client, "comms.message.received")
    await owner.post(f"{client['url']}/read")
    await tell(owner, client, "comms.message.received")
    await context.redis.flushall()
    assert await shown(owner, client) == (1, 1)
    async with context.database.work(system(tenant, "clients")) as work:
        connection = await work.connection()
        await connection.execute(
            "update client_news set count = count + 7 where permission = 'comms:read'"
        )
        assert await count_different(work) == 1
    assert await shown(owner, client) == (8, 8)
    assert (await rebuild(context, [])).counts >= 1
    assert await shown(owner, client) == (1, 1)


async def test_whatever_races_ones_own_doing_is_never_unread(owner: Person) -> None:
    """CL-20: an event that is counted while its maker opens the client."""
    client = await owner.make_client()
    me = owner.caller.principal
    for _ in range(5):
        await asyncio.gather(*(
            one for _ in range(4) for one in (
                tell(owner, client, "clients.note.added", me), owner.post(f"{client['url']}/read"))
        ))  # fmt: skip
        assert await shown(owner, client) == (0, 0)


async def test_what_happened_to_a_merged_client_is_unread_on_its_survivor(owner: Person) -> None:
    """CL-20, CL-78: until the survivor is opened; parted, each has its own again."""
    context, tenant = owner.service.context, owner.caller.tenant_id
    merged, survivor, quiet = [await owner.make_client(name) for name in ("أ", "ب", "ج")]
    await tell(owner, merged, "comms.message.received")
    await tell(owner, merged, "clients.note.added")
    await tell(owner, survivor, "comms.message.received")
    merge = await unite(owner, merged, survivor)
    assert await shown(owner, survivor) == (3, 3)
    assert (await owner.get(merged["url"]))["unread"] == 3
    assert await owner.found(unread="true") == ["ب"]
    async with owner.colleague() as agent:
        assert await shown(agent, survivor) == (1, 1)
    async with context.database.work(system(tenant, "clients")) as work:
        assert await count_different(work) == 0
        await recount(work)
    await context.redis.flushall()
    assert await shown(owner, survivor) == (3, 3)
    opened = await owner.post(f"{merged['url']}/read")
    assert (opened["id"], opened["unread"]) == (survivor["id"], 0)
    assert await shown(owner, survivor) == (0, 0)
    assert sorted(await owner.found(unread="false")) == ["ب", "ج"]
    await tell(owner, merged, "comms.message.received")
    await tell(owner, survivor, "comms.message.received")
    assert await shown(owner, survivor) == (2, 2)
    await undo(owner, merge)
    assert [await shown(owner, one) for one in (merged, survivor)] == [(1, 1), (1, 1)]
    await owner.post(f"{survivor['url']}/read")
    assert [await shown(owner, one) for one in (merged, survivor)] == [(1, 1), (0, 0)]
    assert quiet["unread"] == 0
