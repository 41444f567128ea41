"""What is told again, in another order, or of all of an invoice, leaves a membership as it is."""

from typing import Any

import pytest

from chassis.testing.person import Person
from memberships.proof.schedules import prove
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.factories import Json, make_package
from services.memberships.tests.memberships.holding import on_the
from services.memberships.tests.sales.selling import (
    MEMBERSHIPS,
    cause,
    pay,
    periods,
    sell,
    shown,
)

FIRST = "2026-04-01"
ALL = {"total": "300.00", "credited": "300.00", "paid": "0.00"}


async def _running(owner: Person, billing: Billing, **fields: Any) -> Json:
    """Paid for April: 300.00 for 30 days."""
    async with on_the(owner, FIRST):
        made = await sell(owner, **fields)
        return await pay(owner, billing, made, 1)


async def _change(owner: Person, made: Json, package: Json, **fields: Any) -> Json:
    path = f"{MEMBERSHIPS}/{made['id']}/change"
    return await owner.post(path, {"package_id": package["id"], **fields})


@pytest.mark.parametrize("is_first", [True, False])
async def test_all_of_an_invoice_may_be_given_back_for_a_change(
    owner: Person, billing: Billing, is_first: bool
) -> None:
    """ME-06: on its first day for a package that is free: its invoice is credited then, and what
    the change has replaced was paid all the same; whatever comes first, event or answer.
    """
    made = await _running(owner, billing)
    free = await make_package(owner, price="0.00", name="هدية")
    async with on_the(owner, FIRST):
        await _change(owner, made, free)
        if not is_first:
            await ask(owner)
        await billing.becomes(owner, cause(made, 1), "credited", **ALL)
        await ask(owner)
        now = await shown(owner, made)
    assert (now["status"], now["package_id"]) == ("active", free["id"])
    assert [one["state"] for one in await periods(owner, made)] == ["invoiced", "invoiced"]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_somebody_else_gave_back_is_not_paid(owner: Person, billing: Billing) -> None:
    """ME-06: all of it, before billing is asked for what the change gives back, and refuses."""
    made = await _running(owner, billing)
    free = await make_package(owner, price="0.00", name="هدية")
    async with on_the(owner, FIRST):
        await _change(owner, made, free)
        await billing.becomes(owner, cause(made, 1), "credited", **ALL)
        billing.refuses[owner.caller.tenant_id] = "over_credited"
        await ask(owner)
        now = await shown(owner, made)
    assert (now["status"], now["package_id"]) == ("pending_payment", made["package_id"])
    assert [one["state"] for one in await periods(owner, made)] == ["withdrawn", "withdrawn"]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_a_later_package_outlives_an_earlier_change(owner: Person, billing: Billing) -> None:
    """ME-06: the change's invoice is reopened and paid again once the next package is paid too."""
    made = await _running(owner, billing)
    gold, best = [await make_package(owner, price=price) for price in ("500.00", "900.00")]
    async with on_the(owner, "2026-04-11"):
        await _change(owner, made, gold)
        await pay(owner, billing, made, 2)
        await _change(owner, made, best, at="period_end")
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        assert (await pay(owner, billing, made, 3))["package_id"] == best["id"]
        for status in ("issued", "paid"):
            await billing.becomes(owner, cause(made, 2), status)
            assert (await shown(owner, made))["package_id"] == best["id"]


async def test_a_change_that_comes_again_finds_its_package(owner: Person, billing: Billing) -> None:
    """ME-06: reopened and paid again after it was renewed ahead; what is planned since stays."""
    made = await _running(owner, billing)
    gold, best = [await make_package(owner, price=price) for price in ("500.00", "900.00")]
    async with on_the(owner, "2026-04-11"):
        await _change(owner, made, gold)
        await _change(owner, made, best, at="period_end")
        paid = await pay(owner, billing, made, 2)
        assert (paid["package_id"], paid["next_package_id"]) == (gold["id"], best["id"])
        for status, package in (("issued", made["package_id"]), ("paid", gold["id"])):
            await billing.becomes(owner, cause(made, 2), status)
            now = await shown(owner, made)
            assert (now["package_id"], now["next_package_id"]) == (package, best["id"])
        await _change(owner, made, gold, at="period_end")
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await pay(owner, billing, made, 3)
        for status in ("issued", "paid"):
            await billing.becomes(owner, cause(made, 2), status)
            assert (await shown(owner, made))["package_id"] == gold["id"]


async def test_who_changes_it_now_has_planned_nothing(owner: Person, billing: Billing) -> None:
    """ME-06: the last word counts."""
    made = await _running(owner, billing)
    gold, best = [await make_package(owner, price=price) for price in ("500.00", "900.00")]
    async with on_the(owner, "2026-04-11"):
        await _change(owner, made, best, at="period_end")
        assert (await _change(owner, made, gold))["next_package_id"] is None
        assert (await pay(owner, billing, made, 2))["package_id"] == gold["id"]


async def test_why_what_is_paid_does_not_count_is_told(owner: Person, billing: Billing) -> None:
    """ME-06: its own invoice is paid; that of the days that paid for the rest is not."""
    made = await _running(owner, billing)
    gold = await make_package(owner, price="500.00")
    async with on_the(owner, "2026-04-11"):
        await _change(owner, made, gold)
        await pay(owner, billing, made, 2)
        await billing.becomes(owner, cause(made, 1), "issued")
        told = await owner.get(f"{MEMBERSHIPS}/{made['id']}/explain")
    kinds = [one["kind"] for one in told["steps"] if one["kind"].startswith("un")]
    assert kinds == ["unpaid", "unsupported"]
