"""Clients and folders as told by events and snapshots, in whatever order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from diwan.clients.v1 import clients_pb2, events_pb2
from sqlalchemy.ext.asyncio import create_async_engine

from chassis.caller import Caller, system
from chassis.database import Database
from chassis.errors import Unavailable
from chassis.events import Event, event, from_json
from chassis.ids import new_id
from chassis.testing.databases import Databases
from refs import clients, consumers, peers, snapshot, tables

Make = Callable[..., Caller]
MIGRATIONS = Path(__file__).parent / "migrations"
METADATA = (tables.people, tables.clients)


def client(version: int = 1, **other: Any) -> clients_pb2.Client:
    values: dict[str, Any] = {
        "id": str(new_id()), "version": version, "name": "سارة", "code": "C-7",
        "folder_id": str(new_id()), "tags": ["VIP"], "currency": "SAR",
        "emails": [
            clients_pb2.Email(address="old@example.sa", primary=True, opt_out=True),
            clients_pb2.Email(address="sara@example.sa"),
        ],
        "phones": [clients_pb2.Phone(number="0501234567", e164="+966501234567", primary=True)],
        "staff": [
            clients_pb2.StaffMember(user_id=str(UUID(int=1)), role="owner"),
            clients_pb2.StaffMember(user_id=str(UUID(int=2)), role="watcher"),
        ],
    }  # fmt: skip
    return clients_pb2.Client(**(values | other))


def told(kind: str, payload: Any, subject: str, version: int) -> Event:
    return event(kind, payload, UUID(subject), version)


async def found(database: Database, tenant_id: UUID, client_id: str) -> clients.ClientRef:
    async with database.work(system(tenant_id, "remembering")) as work:
        row = await clients.client(work, UUID(client_id))
    assert row is not None
    return row


async def test_a_client_is_taken_over_from_the_event_as_its_proto_tells(
    database: Database, caller: Make
) -> None:
    tenant_id, sara = caller().tenant_id, client()
    heard = told("clients.client.created", events_pb2.ClientCreated(client=sara), sara.id, 1)
    async with database.work(system(tenant_id, "remembering"), role="worker") as work:
        await consumers.on_client_changed(work, [heard])
    row = await found(database, tenant_id, sara.id)
    assert (row.name, row.code, row.tags, row.currency) == ("سارة", "C-7", ["VIP"], "SAR")
    assert row.staff_ids == [UUID(int=1), UUID(int=2)] and row.editor_ids == [UUID(int=1)]
    # The primary address has opted out of mail.
    assert (row.primary_email, row.primary_phone) == ("sara@example.sa", "+966501234567")
    assert row.merged_into is None and row.category_id is None and not row.archived


async def test_who_pays_is_remembered_from_beside_the_event(
    database: Database, caller: Make
) -> None:
    """CL-64: what is older changes nothing; nobody, once it says so."""
    tenant_id, sara, payer = caller().tenant_id, client(), new_id()
    for version, aside, expected in ((2, str(payer), payer), (1, None, payer), (3, None, None)):
        now = client(id=sara.id, version=version)
        heard = told("clients.client.updated", events_pb2.ClientUpdated(client=now), sara.id, 1)
        async with database.work(system(tenant_id, "remembering"), role="worker") as work:
            await consumers.on_client_changed(work, [from_json(replace(
                heard, aside=aside, tenant_id=tenant_id
            ).to_json())])  # fmt: skip
        assert (await found(database, tenant_id, sara.id)).bill_to_id == expected


async def test_when_a_client_wants_to_be_contacted_is_remembered(
    database: Database, caller: Make
) -> None:
    """CL-37: of clients known already too, once they are asked for anew."""
    tenant_id, sara = caller().tenant_id, client()
    said = {"state": "do_not_disturb", "until": "2026-12-01T09:00:00Z", "hours": "9-12"}
    sara_now = client(id=sara.id, version=2, availability=clients_pb2.Availability(**said))
    older = client(id=sara.id, version=1, name="سارة القديمة")
    for known, expected in ((sara, None), (sara_now, said), (older, said)):
        async with database.work(system(tenant_id, "remembering")) as work:
            await clients.remember_clients(work, [peers._json(known)])
        assert (await found(database, tenant_id, sara.id)).availability == expected
    # As it was remembered by a release that knew nothing of it.
    async with database.work(system(tenant_id, "remembering")) as work:
        await (await work.connection()).execute("update client_refs set availability = null")
    for asked in (older, sara_now):
        async with database.work(system(tenant_id, "remembering")) as work:
            await clients.remember_answer(work, [peers._json(asked)])
    row = await found(database, tenant_id, sara.id)
    assert (row.availability, row.name) == (said, "سارة")


async def test_what_a_client_may_owe_is_remembered(database: Database, caller: Make) -> None:
    """CL-22: no days at all is another thing than nothing said."""
    tenant_id = caller().tenant_id
    for told, expected in (
        ({}, ("", None)), ({"credit_limit": "500.00", "credit_days": 30}, ("500.00", 30)),
        ({"credit_days": 0}, ("", 0)),
    ):  # fmt: skip
        sara = client(**told)
        async with database.work(system(tenant_id, "remembering")) as work:
            await clients.remember_clients(work, [peers._json(sara)])
        row = await found(database, tenant_id, sara.id)
        assert (row.credit_limit, row.credit_days) == expected


@pytest.mark.parametrize("at_once", [1, 2])
async def test_an_older_client_changes_nothing(
    database: Database, caller: Make, at_once: int
) -> None:
    """Heard later, or together with the newer one."""
    tenant_id = caller().tenant_id
    new = client(version=5, name="سارة الجديدة")
    heard = []
    for told_of in (new, client(id=new.id, version=4, name="سارة القديمة")):
        payload = events_pb2.ClientUpdated(client=told_of, changed=["name"])
        heard.append(told("clients.client.updated", payload, new.id, told_of.version))
    for start in range(0, len(heard), at_once):
        async with database.work(system(tenant_id, "remembering"), role="worker") as work:
            await consumers.on_client_changed(work, heard[start : start + at_once])
    assert (await found(database, tenant_id, new.id)).name == "سارة الجديدة"


async def test_whose_a_client_is_and_where_waits_for_no_other_news(
    database: Database, caller: Make
) -> None:
    """GW-02, GW-03: consumers of their own follow it, and no other does."""
    [others] = consumers.clients("remembering").subscriptions
    access = consumers.folder_access("remembering").subscriptions
    placing = {kind for one in access for kind in one.types if kind.startswith("clients.client.")}
    assert {"clients.client.staff_assigned", "clients.client.folder_changed"} <= placing
    assert others.wanted is not None
    async with database.work(caller(), role="worker") as work:
        for kind in ("clients.client.created", "clients.client.updated", *placing):
            heard = Event(kind, new_id(), {})
            assert await others.wanted(work, heard) is (kind not in placing)


async def test_place_and_access_of_a_folder_may_be_told_in_either_order(
    database: Database, caller: Make
) -> None:
    """GW-02"""
    tenant_id, folder, parent = caller().tenant_id, str(new_id()), str(new_id())
    access = [clients_pb2.FolderAccess(principal="role:x", level="read")]
    events = [
        told("clients.folder.access_changed", events_pb2.FolderAccessChanged(
            folder_id=folder, access=access), folder, 2),
        told("clients.folder.updated", events_pb2.FolderChanged(
            folder_id=folder, parent_id=parent), folder, 3),
        told("clients.folder.created", events_pb2.FolderChanged(folder_id=folder), folder, 1),
    ]  # fmt: skip
    for order in (events, events[::-1], events[1:] + events[:1]):
        other = caller(tenant_id=new_id()).tenant_id
        async with database.work(system(other, "remembering"), role="worker") as work:
            for one in order:
                await consumers.on_folder_changed(work, one)
            rows = await (await work.connection()).fetch("select * from folder_access")
        assert [(row["parent_id"], row["access"]) for row in rows] == [
            (UUID(parent), [{"principal": "role:x", "level": "read"}])
        ]
    assert tenant_id


async def test_a_snapshot_waits_for_its_peer_and_is_taken_once(
    context: Any, caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant_id, sara, asked = caller().tenant_id, client(), []

    async def all_clients(_: Any) -> AsyncIterator[tuple[UUID, list[dict[str, Any]]]]:
        asked.append(1)
        if len(asked) == 1:
            raise Unavailable()
        yield tenant_id, [peers._json(sara)]

    monkeypatch.setattr(peers, "snapshot_clients", all_clients)
    await snapshot.load_clients(context)
    await asyncio.gather(*snapshot._running)
    assert (await found(context.database, tenant_id, sara.id)).name == "سارة"
    await snapshot.load_clients(context)
    assert len(asked) == 2 and not snapshot._running


async def test_another_tenant_sees_nothing(database: Database, caller: Make) -> None:
    """Row-level security alone."""
    tenant_id, sara = caller().tenant_id, client()
    async with database.work(system(tenant_id, "remembering")) as work:
        await clients.remember_clients(work, [peers._json(sara)])
    async with database.work(system(new_id(), "remembering")) as work:
        connection = await work.connection()
        for table in (t for part in METADATA for t in part.sorted_tables if "tenant_id" in t.c):
            assert await connection.fetchval(f"select count(*) from {table.name}") == 0


async def test_the_frozen_sql_makes_the_tables_as_declared(databases: Databases) -> None:
    urls = await databases.create("remembering", MIGRATIONS, METADATA)
    engine = create_async_engine(urls.owner.replace("postgresql://", "postgresql+asyncpg://"))
    names = {table.name for part in METADATA for table in part.sorted_tables}

    def compare(connection: Any) -> Any:
        wanted = {"include_name": lambda n, k, _: k != "table" or n in names}
        context = MigrationContext.configure(connection, opts={"compare_type": True, **wanted})
        both: Any = list(METADATA)
        return compare_metadata(context, both)

    async with engine.connect() as connection:
        assert await connection.run_sync(compare) == []
    await engine.dispose()
