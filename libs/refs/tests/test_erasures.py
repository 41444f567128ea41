"""A client who is erased: forgotten here, and remembered by nothing that comes late."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from diwan.clients.v1 import clients_pb2, events_pb2

from chassis import inbox
from chassis.caller import Caller, system
from chassis.database import Database
from chassis.errors import Failure, NotFound
from chassis.events import Event, event
from chassis.testing.races import deadlocks
from libs.refs.tests.test_memory import Make, client
from refs import clients, consumers, erasures, peers
from refs.about import UnknownClient, ask_about, client_to_write


def about(kind: str, caller: Caller, one: clients_pb2.Client) -> Event:
    """As the clients service tells it, at this moment."""
    payload: Any = events_pb2.ClientUpdated(client=one)
    if kind == erasures.ERASED:
        blank = clients_pb2.Client(id=one.id, folder_id=one.folder_id, version=one.version + 1)
        payload = events_pb2.ClientErased(client=blank, since="2026-01-01T00:00:00+00:00")
    made = event(kind, payload, UUID(one.id), one.version, client_id=UUID(one.id))
    return replace(made, tenant_id=caller.tenant_id, time=datetime.now(UTC), actor=caller.principal)


async def test_nothing_that_comes_late_is_remembered(database: Database, caller: Make) -> None:
    """CL-78: an event before, during or after, a copy asked for before: all the same."""
    [follow] = consumers.clients("remembering").subscriptions
    heard: list[UUID] = []

    async def forget(_: Any, client_id: UUID) -> None:
        heard.append(client_id)

    [erase] = erasures.consumers("remembering", forget).subscriptions
    me = caller()
    for _ in range(10):
        sara = client()
        updated, erased = (about(kind, me, sara) for kind in ("clients.client.updated",
                                                              erasures.ERASED))  # fmt: skip
        await inbox.handle(database, "remembering", follow, [updated])
        late = [about("clients.client.updated", me, client(9, id=sara.id)) for _ in range(3)]
        await asyncio.gather(
            inbox.handle(database, "remembering", follow, late[:1]),
            inbox.handle(database, "remembering", erase, [erased]),
            inbox.handle(database, "remembering", follow, [erased]),
            inbox.handle(database, "remembering", follow, late[1:2]),
        )
        await inbox.handle(database, "remembering", erase, [erased])
        await inbox.handle(database, "remembering", follow, late[2:])
        async with database.work(system(me.tenant_id, "remembering")) as work:
            await clients.remember_answer(work, [peers._json(sara)])
        async with database.work(system(me.tenant_id, "remembering")) as work:
            assert await clients.client(work, UUID(sara.id)) is None
        assert heard.count(UUID(sara.id)) == 1


async def test_who_writes_about_a_merged_client_and_who_erases_both_let_each_other_go(
    database: Database, context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-78: whoever holds the merged one never waits for the survivor, nor twice for an event."""
    [erase] = erasures.consumers("remembering").subscriptions
    me = caller(is_owner=True, permissions=frozenset({"*"}))
    found: list[str] = []

    async def gone(*_: Any) -> Any:
        raise NotFound()

    monkeypatch.setattr(peers, "get_client", gone)

    async def write(client_id: UUID) -> None:
        async with database.work(me) as work:
            try:
                said = await ask_about(work, context, client_id)
                found.append(str((await client_to_write(work, client_id, said)).id))
            except Failure as failure:
                assert isinstance(failure, UnknownClient)

    for _ in range(60):
        sara, twins = client(), [client() for _ in range(3)]
        for twin in twins:
            twin.merged_into = sara.id
        async with database.work(system(me.tenant_id, "remembering")) as work:
            await clients.remember_clients(work, [peers._json(one) for one in (sara, *twins)])
        erased = [about(erasures.ERASED, me, one) for one in (sara, *twins)]
        named = [UUID(twin.id) for twin in twins]
        await asyncio.gather(
            *(write(one) for one in named),
            inbox.handle(database, "remembering", erase, erased),
            *(write(one) for one in named),
            inbox.handle(database, "remembering", erase, erased[::-1]),
            inbox.handle(database, "remembering", erase, erased[1:3]),
        )
        assert set(found) <= {sara.id}
        found.clear()
    assert await deadlocks(database) == 0
