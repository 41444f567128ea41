"""Clients that became one owe what the record of who answers for them says, and part again."""

import asyncio
from collections.abc import AsyncIterator
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from billing.openings import consumers
from chassis.caller import system
from chassis.errors import Unavailable
from chassis.events import Event
from chassis.forgetting import forget
from chassis.ids import new_id
from refs import peers, snapshot
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import remember_client
from services.billing.tests.openings.test_openings import hear, openings, proved
from services.billing.tests.payments.making import pay


def _event(owner: Person, verb: str, client: Json, **more: Any) -> Event:
    return Event(
        f"clients.client.{verb}", new_id(), {"client": client, **more}, client["version"],
        tenant_id=owner.caller.tenant_id,
    )  # fmt: skip


def _client(client_id: str, version: int, opening: str, into: str = "") -> Json:
    return {"id": client_id, "version": version, "opening_balance": opening, "merged_into": into,
            "currency": "SAR"}  # fmt: skip


async def _heard(owner: Person, *events: Event) -> None:
    for event in events:
        tenant_id = owner.caller.tenant_id
        async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
            [found] = consumers.consumers.subscriptions
            assert found.wanted is not None
            if await found.wanted(work, event):
                await found.handler(work, [event])


async def _due(owner: Person, *client_ids: str) -> str:
    """What all of them owe less what is theirs, for whoever they were merged into."""
    total = 0
    for one in client_ids:
        for item in (await owner.get("/v1/balances", client_id=one))["items"]:
            total += round(100 * (float(item["due"]) - float(item["credit"])))
    return f"{total / 100:.2f}"


async def _two(owner: Person, ours: str, theirs: str) -> tuple[str, str]:
    sara, twin = str(await remember_client(owner)), str(await remember_client(owner))
    await hear(owner, sara, ours, 1, "created")
    await hear(owner, twin, theirs, 1, "created")
    return sara, twin


@pytest.mark.parametrize(
    ("ours", "theirs", "then"),
    [("", "100.00", "100.00"), ("40.00", "100.00", "40.00"), ("40.00", "100.00", "100.00"),
     ("", "-30.00", "-30.00"), ("40.00", "-30.00", "40.00"), ("-5.00", "-30.00", "-30.00"),
     ("7.00", "", "7.00"), ("40.00", "100.00", "")],
)  # fmt: skip
async def test_the_record_of_the_survivor_holds_and_undoing_gives_both_back(
    owner: Person, ours: str, theirs: str, then: str
) -> None:
    """CL-22, CL-78: nothing is owed twice, whichever of the two balances was taken."""
    sara, twin = await _two(owner, ours, theirs)
    merged = _event(owner, "merged", _client(sara, 2, then), merged_id=twin)
    await _heard(owner, merged, merged)
    assert await _due(owner, sara, twin) == f"{float(then or 0):.2f}"
    assert await proved(owner)
    await _heard(owner, _event(owner, "unmerged", _client(sara, 3, ours), merged_id=twin), merged)
    assert await _due(owner, sara) == f"{float(ours or 0):.2f}"
    assert await _due(owner, twin) == f"{float(theirs or 0):.2f}"
    assert await proved(owner)


async def test_what_was_paid_before_stays_with_its_document(owner: Person, events: Events) -> None:
    """CL-22: a balance that the survivor takes is left where it is, and nobody is told of it."""
    sara, twin = await _two(owner, "", "100.00")
    await pay(owner, "60.00", twin, auto_allocate=True)
    before = len(await events(owner.caller))
    await _heard(owner, _event(owner, "merged", _client(sara, 2, "100.00"), merged_id=twin))
    assert (await openings(owner, twin), await openings(owner, sara)) == (
        [("100.00", "40.00", "partially_paid")], [],
    )  # fmt: skip
    assert len(await events(owner.caller)) == before
    await hear(owner, sara, "50.00", 3)
    assert await openings(owner, twin) == [("60.00", "0.00", "paid")]
    assert (await _due(owner, twin), await _due(owner, sara)) == ("0.00", "-10.00")
    await _heard(owner, _event(owner, "unmerged", _client(sara, 4, ""), merged_id=twin))
    assert (await _due(owner, twin), await _due(owner, sara)) == ("40.00", "0.00")
    assert await proved(owner)


async def test_a_merge_of_merged_clients_and_back(owner: Person) -> None:
    """CL-22, CL-78: each undoing gives back what stood under the client."""
    sara, twin = await _two(owner, "", "10.00")
    third = str(await remember_client(owner))
    await hear(owner, third, "5.00", 1, "created")
    await _heard(owner, _event(owner, "merged", _client(sara, 2, "10.00"), merged_id=twin))
    await _heard(owner, _event(owner, "merged", _client(third, 2, "5.00"), merged_id=sara))
    assert await _due(owner, sara, twin, third) == "5.00"
    await _heard(owner, _event(owner, "unmerged", _client(third, 3, "5.00"), merged_id=sara))
    assert (await _due(owner, third), await _due(owner, sara, twin)) == ("5.00", "10.00")
    await _heard(owner, _event(owner, "unmerged", _client(sara, 3, ""), merged_id=twin))
    assert (await _due(owner, sara), await _due(owner, twin)) == ("0.00", "10.00")
    assert await proved(owner)


async def test_however_the_events_come_the_end_is_the_same(owner: Person) -> None:
    """CL-22: a merge, its undoing and another record, in every order and at once."""
    for order in permutations(range(4)):
        sara, twin = await _two(owner, "40.00", "100.00")
        told = [
            _event(owner, "merged", _client(sara, 2, "40.00"), merged_id=twin),
            _event(owner, "unmerged", _client(sara, 3, "40.00"), merged_id=twin),
            _event(owner, "merged", _client(sara, 4, "40.00"), merged_id=twin),
            _event(owner, "updated", _client(sara, 5, "70.00"), changed=["opening_balance"]),
        ]  # fmt: skip
        await _heard(owner, *(told[at] for at in order))
        assert await _due(owner, sara, twin) == "70.00"
    sara, twin = await _two(owner, "40.00", "100.00")
    merged = _event(owner, "merged", _client(sara, 2, "40.00"), merged_id=twin)
    later = [
        _event(owner, "updated", _client(sara, version, f"{version}.00"), changed=["currency"])
        for version in range(3, 9)
    ]
    await asyncio.gather(
        *(_heard(owner, one) for one in (*later, merged)),
        *(pay(owner, "1.00", twin, auto_allocate=True) for _ in range(5)),
    )
    assert await _due(owner, sara, twin) == "3.00"
    assert await proved(owner)


async def test_clients_from_before_are_taken_over(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CL-22, CL-78: once; of merged ones the survivor's; not what was erased or heard since."""
    sara, twin, third, gone, newer = [str(await remember_client(owner)) for _ in range(5)]
    tenant_id, context = owner.caller.tenant_id, owner.service.context
    await hear(owner, newer, "8.00", 5)
    async with context.database.work(system(tenant_id, "billing")) as work:
        await forget(work, [UUID(gone)])
    told = [
        _client(twin, 3, "10.00", into=sara), _client(sara, 2, "10.00"), _client(gone, 1, "5.00"),
        _client(newer, 4, "1.00"), _client(third, 1, ""),
    ]  # fmt: skip

    async def all_clients(asking: Any) -> AsyncIterator[tuple[UUID, list[Json]]]:
        if asking is not context:  # another service, whose tests ran before these
            raise Unavailable(peer="clients")
        yield tenant_id, told

    monkeypatch.setattr(peers, "snapshot_clients", all_clients)
    async with context.database.plumbing() as connection:
        await connection.execute("delete from refs_snapshots where name = 'openings'")
    others = set(snapshot._running)
    for _ in range(2):
        await consumers.load_openings(context)
        await asyncio.gather(*snapshot._running - others)
    assert await openings(owner, sara) == [("10.00", "10.00", "issued")]
    assert await openings(owner, twin) == await openings(owner, gone) == []
    assert await openings(owner, newer) == [("8.00", "8.00", "issued")]
    redirected = _client(twin, 4, "10.00", into=third)
    await _heard(owner, _event(owner, "redirected", redirected),
                 _event(owner, "merged", _client(third, 2, "10.00"), merged_id=sara))  # fmt: skip
    assert await _due(owner, sara, twin, third) == "10.00"
    await _heard(owner, _event(owner, "unmerged", _client(third, 3, ""), merged_id=sara),
                 _event(owner, "redirected", _client(twin, 5, "10.00", into=sara)),
                 _event(owner, "unmerged", _client(sara, 5, ""), merged_id=twin))  # fmt: skip
    assert [await _due(owner, one) for one in (sara, twin, third)] == ["0.00", "10.00", "0.00"]
    assert await proved(owner)
