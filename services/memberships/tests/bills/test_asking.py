"""Billing is asked by a job: whatever dies in between, nothing is made twice, nothing is lost."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.testing.races import deadlocks
from memberships.invoicing import schedules
from services.memberships.tests.billing import Billing, Made, ask, away, hear, run, taken, tick
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_package,
    make_order,
    remember_client,
)

ORDERS = "/v1/package-orders"


def _cause(order: Json) -> str:
    return f"package_order:{order['id']}"


async def _status(owner: Person, order: Json) -> str:
    status: str = (await owner.get(f"{ORDERS}/{order['id']}"))["status"]
    return status


async def test_billing_is_asked_again_until_it_answers(owner: Person, billing: Billing) -> None:
    """ME-15: away before it makes the invoice, and with the answer lost after it made it."""
    order = await make_order(owner)
    [payload] = await taken(owner)
    for at in (billing.before, billing.between):
        at[owner.caller.tenant_id] = away
        with pytest.raises(Unavailable):
            await run(owner, payload)
        assert await _status(owner, order) == "pending"
    [made] = billing.of(owner)
    await run(owner, payload)
    await run(owner, payload)
    assert [made] == billing.of(owner)
    assert (await owner.get(f"{ORDERS}/{order['id']}"))["invoice_id"] == str(made.id)


async def test_it_asks_word_for_word_the_same(owner: Person, billing: Billing) -> None:
    """ME-15: the answer was lost, and the company issues nothing by itself any more."""
    order = await make_order(owner)
    [payload] = await taken(owner)
    billing.between[owner.caller.tenant_id] = away
    with pytest.raises(Unavailable):
        await run(owner, payload)
    await owner.patch("/v1/settings/memberships", {"invoices": "draft"})
    await run(owner, payload)
    assert await _status(owner, order) == "invoiced"
    other = await make_order(owner)
    await ask(owner)
    assert billing.made[owner.caller.tenant_id, _cause(other)].status == "draft"


async def test_what_is_paid_before_the_answer_was_written_down_is_not_lost(
    owner: Person, billing: Billing
) -> None:
    """ME-15: the event comes first; the answer that is kept by billing is older."""
    order = await make_order(owner)
    [payload] = await taken(owner)

    async def paid() -> None:
        await billing.becomes(owner, _cause(order), "paid")

    billing.between[owner.caller.tenant_id] = paid
    await run(owner, payload)
    assert await _status(owner, order) == "paid"


async def test_what_is_told_late_changes_nothing(owner: Person, billing: Billing) -> None:
    """ME-15: events of one invoice in the wrong order, and twice."""
    order = await make_order(owner)
    await ask(owner)
    told = [billing.told(owner, _cause(order), status) for status in ("paid", "issued", "paid")]
    for event in (told[2], told[0], told[1], told[2]):
        await hear(owner, event)
        assert await _status(owner, order) == "paid"
    found = await owner.get("/v1/credit-charges", client_id=order["client_id"])
    assert [one["remaining"] for one in found["items"]] == ["10"]


async def test_a_draft_that_was_removed_is_over(owner: Person, billing: Billing) -> None:
    """ME-15: whatever is heard of it after that."""
    order = await make_order(owner)
    await ask(owner)
    late = billing.told(owner, _cause(order), "issued")
    await billing.becomes(owner, _cause(order), "deleted")
    await hear(owner, late)
    assert await _status(owner, order) == "cancelled"


async def test_two_workers_and_events_at_once_do_each_thing_once(
    owner: Person, billing: Billing
) -> None:
    """ME-15: jobs run twice, while the invoices are paid already."""
    orders = [await make_order(owner) for _ in range(6)]
    waiting = await taken(owner)
    before = await deadlocks(owner.service.context.database)

    async def paid() -> None:
        events = [billing.told(owner, one.cause, "paid") for one in billing.of(owner)]
        await asyncio.gather(*(hear(owner, one) for one in events))

    await asyncio.gather(*(run(owner, payload) for payload in waiting * 2), paid())
    await paid()
    assert {await _status(owner, one) for one in orders} == {"paid"}
    assert len(billing.of(owner)) == len(orders)
    found = (await owner.get("/v1/credit-charges"))["items"]
    assert [one["remaining"] for one in found] == ["10"] * len(orders)
    assert await deadlocks(owner.service.context.database) == before


async def test_what_was_given_up_is_asked_again(owner: Person, billing: Billing) -> None:
    """ME-15: its job failed as often as it may; ten minutes later it is enqueued anew."""
    order = await make_order(owner)
    assert len(await taken(owner)) == 1
    await tick(owner, schedules.billing_is_asked_again, schedules.jobs)
    assert await taken(owner) == []
    database = owner.service.context.database
    later = database.clock() + timedelta(minutes=11)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "clock", lambda: later)
        await tick(owner, schedules.billing_is_asked_again, schedules.jobs)
    await ask(owner)
    assert await _status(owner, order) == "invoiced"
    assert len(billing.of(owner)) == 1


async def test_other_invoices_leave_nothing_here(owner: Person, billing: Billing) -> None:
    """ME-15: heard of while an order waited, they are forgotten; what nobody waits for is not
    even kept.
    """
    database, tenant_id = owner.service.context.database, owner.caller.tenant_id

    async def heard() -> set[UUID]:
        async with database.work(owner.caller) as work:
            connection = await work.connection()
            return {row["id"] for row in await connection.fetch("select id from heard_invoices")}

    stranger = Made("other", {"client_id": str(new_id())}, new_id(), 1, "issued")
    billing.made[tenant_id, "other"] = stranger
    await billing.becomes(owner, "other", "paid")
    assert await heard() == set()
    order = await make_order(owner)
    await billing.becomes(owner, "other", "issued")
    assert await heard() == {stranger.id}
    later = database.clock() + timedelta(days=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "clock", lambda: later)
        await ask(owner)
    assert await heard() == {billing.made[tenant_id, _cause(order)].id}


async def test_what_was_refused_to_one_and_made_for_another_is_made(
    owner: Person, billing: Billing
) -> None:
    """ME-15: two workers ask at once; no invoice is nobody's."""
    order = await make_order(owner)
    [payload] = await taken(owner)
    tenant_id = owner.caller.tenant_id

    async def refused() -> None:
        made = billing.made.pop((tenant_id, _cause(order)))
        billing.refuses[tenant_id] = "unknown_reference"
        await run(owner, payload)
        assert await _status(owner, order) == "failed"
        del billing.refuses[tenant_id]
        billing.made[tenant_id, _cause(order)] = made

    billing.between[tenant_id] = refused
    await run(owner, payload)
    found = await owner.get(f"{ORDERS}/{order['id']}")
    assert (found["status"], found["problem"]) == ("invoiced", None)
    assert found["invoice_id"] == str(billing.of(owner)[0].id)


async def test_one_bad_bill_keeps_no_other_one_back(owner: Person, billing: Billing) -> None:
    """ME-15: it is asked for with ever fewer others, and fails alone."""
    orders = [await make_order(owner) for _ in range(7)]
    payload = {"bills": [one for each in await taken(owner) for one in each["bills"]]}
    billing.breaks_at.add(_cause(orders[3]))
    with pytest.raises(ValueError, match="cannot be read"):
        await run(owner, payload)
    states = [await _status(owner, one) for one in orders]
    assert states == ["invoiced"] * 3 + ["pending"] + ["invoiced"] * 3
    billing.breaks_at.clear()
    await run(owner, payload)
    assert await _status(owner, orders[3]) == "invoiced"


async def test_what_waits_for_long_is_enqueued_once(owner: Person) -> None:
    """ME-15: though nobody runs it while the clock ticks again."""
    for _ in range(3):
        await make_order(owner)
    await taken(owner)
    database = owner.service.context.database
    later = database.clock() + timedelta(minutes=11)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "clock", lambda: later)
        for _ in range(2):
            await tick(owner, schedules.billing_is_asked_again, schedules.jobs)
    [payload] = await taken(owner)
    assert len(payload["bills"]) == 3


async def test_clients_who_are_charged_together_wait_in_no_circle(
    owner: Person, billing: Billing
) -> None:
    """ME-15: the orders of two clients, paid in opposite orders at once, and theirs alone."""
    sara, omar = [str(await remember_client(owner)) for _ in range(2)]
    package = (await make_credit_package(owner))["id"]
    first = [await make_order(owner, client_id=one, package_id=package) for one in (sara, omar)]
    second = [await make_order(owner, client_id=one, package_id=package) for one in (omar, sara)]
    await ask(owner)
    database = owner.service.context.database
    before = await deadlocks(database)
    for status in ("paid", "issued", "paid"):
        told = [[billing.told(owner, _cause(one), status) for one in some]
                for some in (first, second)]  # fmt: skip
        await asyncio.gather(*(hear(owner, *some) for some in told))
    assert {await _status(owner, one) for one in (*first, *second)} == {"paid"}
    for client_id in (sara, omar):
        found = await owner.get("/v1/credit-charges", client_id=client_id)
        assert [one["remaining"] for one in found["items"]] == ["10", "10"]
    assert await deadlocks(database) == before
