"""Memberships renew by themselves: each period once, whatever races, restarts or is refused."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.errors import Unavailable
from chassis.ids import new_id
from memberships.memberships.repository.rows import MembershipRepository, PeriodRepository
from memberships.packages.repository import PackageRepository
from memberships.packages.rules import terms
from memberships.sales import schedules
from services.memberships.tests.billing import Billing, ask, away, run, taken, tick
from services.memberships.tests.factories import Json, Person, make_package
from services.memberships.tests.memberships.holding import on_the
from services.memberships.tests.sales.selling import (
    MEMBERSHIPS,
    cause,
    pay,
    periods,
    sell,
    shown,
    sweep,
)


async def _paid(owner: Person, billing: Billing, **fields: Any) -> Json:
    """One that renews by itself on 1 April."""
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, **{"auto_renew": True, **fields})
        return await pay(owner, billing, made, 1)


async def test_what_is_due_is_renewed_once_and_goes_on_when_paid(
    owner: Person, billing: Billing
) -> None:
    """ME-06, ME-19, BI-16: on its day and not before, however often the clock ticks."""
    made = await _paid(owner, billing)
    async with on_the(owner, "2026-03-31"):
        await sweep(owner)
    assert len(await periods(owner, made)) == 1
    for day in ("2026-04-01", "2026-04-01", "2026-04-03"):
        async with on_the(owner, day):
            await sweep(owner)
            await ask(owner)
    assert len(billing.of(owner)) == 2
    async with on_the(owner, "2026-04-04"):
        assert (await pay(owner, billing, made, 2))["renewal_date"] == "2026-05-01"


async def test_a_company_may_want_it_some_days_before(owner: Person, billing: Billing) -> None:
    """ME-06: and drafts, for somebody to look at."""
    made = await _paid(owner, billing)
    said = {"renew_days_before": 10, "invoices": "draft"}
    await owner.patch("/v1/settings/memberships", said)
    for day, asked in (("2026-03-21", 1), ("2026-03-22", 2)):
        async with on_the(owner, day):
            await tick(owner, schedules.memberships_renew, schedules.jobs)
            await ask(owner)
        assert len(billing.of(owner)) == asked
    assert billing.of(owner)[1].status == "draft"
    assert billing.of(owner)[1].request["due_date"] == "2026-04-01"
    assert (await shown(owner, made))["renewal_date"] == "2026-04-01"


async def test_what_rests_ends_or_is_asked_for_is_left_alone(
    owner: Person, billing: Billing
) -> None:
    """ME-06, ME-07: nothing is billed for a frozen day."""
    by_hand = await _paid(owner, billing, auto_renew=False)
    frozen, suspended, ending, over, withdrawn = [await _paid(owner, billing) for _ in range(5)]
    async with on_the(owner, "2026-03-20"):
        days = {"from": "2026-03-25", "to": "2026-04-05"}
        await owner.post(f"{MEMBERSHIPS}/{frozen['id']}/freezes", days)
        await owner.post(f"{MEMBERSHIPS}/{suspended['id']}/suspend")
        await owner.post(f"{MEMBERSHIPS}/{ending['id']}/cancel", {"at": "period_end"})
        await owner.post(f"{MEMBERSHIPS}/{over['id']}/cancel", {"at": "now"})
        await owner.post(f"{MEMBERSHIPS}/{withdrawn['id']}/renew")
        await ask(owner)
        await billing.becomes(owner, cause(withdrawn, 2), "void")
    async with on_the(owner, "2026-04-05"):
        await sweep(owner)
    assert await taken(owner) == []
    async with on_the(owner, "2026-04-06"):
        await sweep(owner)
        await ask(owner)
    [last] = billing.of(owner)[7:]
    assert last.cause == cause(frozen, 2)
    assert len(await periods(owner, by_hand)) == 1


async def test_two_workers_and_a_restart_renew_each_once(owner: Person, billing: Billing) -> None:
    """ME-06, ask 15: 620 memberships of one day, whose first answers are lost."""
    made = await _many(owner, 620)
    billing.calls.clear()
    async with on_the(owner, "2026-04-01"):
        await asyncio.gather(*(sweep(owner) for _ in range(3)))
        waiting = await taken(owner)
        billing.between[owner.caller.tenant_id] = away
        with pytest.raises(Unavailable):
            await run(owner, waiting[0])
        await asyncio.gather(*(run(owner, payload) for payload in waiting * 2))
        await sweep(owner)
        assert await taken(owner) == []
    assert {one.cause for one in billing.of(owner)} == {
        cause({"id": str(one)}, 2) for one in made
    }  # fmt: skip
    assert max(billing.calls) <= 50
    async with owner.service.context.database.work(owner.caller) as work:
        connection = await work.connection()
        rows = await connection.fetch(
            "select state, count(*), count(distinct invoice_id) from membership_periods"
            " where number = 2 group by state"
        )
    assert [tuple(row) for row in rows] == [("invoiced", 620, 620)]


async def test_a_refused_renewal_is_tried_again_a_day_later(
    owner: Person, billing: Billing
) -> None:
    """ME-19: what was wrong may be mended by then; until then it is not asked again and again."""
    made = await _paid(owner, billing)
    billing.refuses[owner.caller.tenant_id] = "unknown_reference"
    async with on_the(owner, "2026-04-01"):
        await sweep(owner)
        await ask(owner)
        await sweep(owner)
        await tick(owner, schedules.refused_renewals_are_asked_again, schedules.jobs)
        assert await taken(owner) == []
    assert (await shown(owner, made))["period"]["state"] == "refused"
    del billing.refuses[owner.caller.tenant_id]
    async with on_the(owner, "2026-04-02"):
        for _ in range(2):
            await tick(owner, schedules.refused_renewals_are_asked_again, schedules.jobs)
        assert (await pay(owner, billing, made, 2))["renewal_date"] == "2026-05-01"


async def test_what_costs_nothing_is_renewed_without_an_invoice(owner: Person) -> None:
    """ME-06"""
    free = await make_package(owner, price="0.00")
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=free["id"], auto_renew=True)
    async with on_the(owner, "2026-04-01"):
        await sweep(owner)
        assert (await shown(owner, made))["renewal_date"] == "2026-05-01"


async def _many(owner: Person, number: int) -> list[UUID]:
    """Memberships of as many clients, paid until 1 April."""
    package = await make_package(owner)
    ids = [new_id() for _ in range(number)]
    async with on_the(owner, "2026-03-01"), owner.service.context.database.work(
        owner.caller
    ) as work:  # fmt: skip
        sold = terms(await PackageRepository(work).get(UUID(package["id"])))
        day = work.now.date()
        plain = {"terms": sold, "client_id": new_id()}
        await MembershipRepository(work).add_each_unless_taken([
            {"id": one, "package_id": UUID(package["id"]), "start_date": day, "auto_renew": True,
             "cancels_at_end": False, "told_status": "active", "created_by": "x",
             "covered_from": day, "renewal_date": day + timedelta(days=31), **plain}
            for one in ids
        ])  # fmt: skip
        await PeriodRepository(work).add_each_unless_taken([
            {"membership_id": one, "number": 1, "asked_on": day, "tolerance_days": 7,
             "state": "invoiced", "paid_at": work.now, "granted_at": work.now, "starts_on": day,
             "ends_on": day + timedelta(days=31), **plain}
            for one in ids
        ])  # fmt: skip
    return ids
