"""Memberships are changed, cancelled, taken back before that comes, and forgotten."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.statements import statement
from chassis.testing.person import Person
from chassis.testing.races import deadlocks
from memberships.memberships.repository.rows import FreezeRepository, MembershipRepository
from memberships.memberships.use_cases.ending import forget_memberships
from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import make_package, remember_client
from services.memberships.tests.memberships.holding import (
    MEMBERSHIPS,
    freeze,
    hold,
    on_the,
    pay,
    shown,
)

START = "2026-01-31"
OVER = (409, "membership_over")
_WAITING = statement(text("select exists (select from pg_locks where not granted)"))


async def _told(events: Events, owner: Person) -> list[str]:
    kinds = [one["type"] for one in await events(owner.caller)]
    return [one.rpartition(".")[2] for one in kinds if one.startswith("memberships.membership.")]


async def test_what_may_change_is_changed(owner: Person, events: Events) -> None:
    """ME-19"""
    made = await hold(owner, START, external_id="a")
    await hold(owner, START, external_id="b")
    path = f"{MEMBERSHIPS}/{made}"
    body = {"auto_renew": True, "note": "صديق", "discount": {"type": "amount", "value": "20.00"}}
    found = await owner.patch(path, body)
    assert {name: found[name] for name in body} == body
    stale = await owner.http.patch(path, json={"note": "x"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert await owner.patch(path, body) == found
    for wrong, code, field in (
        ({"discount": {"type": "percent", "value": "101"}}, "validation_failed", "discount"),
        ({"discount": {"type": "amount", "value": "1.001"}}, "not_a_discount", "discount.value"),
        ({"auto_renew": None}, "validation_failed", "auto_renew"),
        ({"status": "active"}, "validation_failed", "status"),
        ({"start_date": START}, "validation_failed", "start_date"),
    ):  # fmt: skip
        assert await owner.wrong("PATCH", path, wrong) == (code, [field])
    assert await owner.refused("PATCH", path, {"external_id": "b"}) == (409, "external_id_taken")
    [told] = [one for one in await events(owner.caller) if one["type"].endswith("ship.updated")]
    assert told["data"]["changed"] == ["auto_renew", "discount", "note"]


async def test_cancelled_now_it_is_over_today(owner: Person, events: Events) -> None:
    """ME-04"""
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        frozen = await freeze(owner, made, "2026-02-20", "2026-02-21")
        found = await owner.post(f"{path}/cancel", {"at": "now", "reason": "سفر"})
        assert (found["status"], found["cancelled_on"]) == ("cancelled", "2026-02-10")
        assert (found["cancel_reason"], found["ends_with_period"]) == ("سفر", False)
        days = {"from": "2026-02-22", "to": "2026-02-22"}
        for method, place, body in (
            ("POST", "cancel", None), ("POST", "reinstate", None), ("POST", "suspend", None),
            ("POST", "resume", None), ("POST", "freezes", days),
            ("PATCH", f"freezes/{frozen['id']}", {"to": "2026-02-22"}),
            ("DELETE", f"freezes/{frozen['id']}", None),
        ):  # fmt: skip
            assert await owner.refused(method, f"{path}/{place}", body) == OVER
    assert (await _told(events, owner))[-1] == "cancelled"


async def test_cancelled_with_what_is_paid_it_ends_where_that_ends(
    owner: Person, events: Events
) -> None:
    """ME-04, ME-07: wherever that moves."""
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        found = await owner.post(f"{path}/cancel")
        assert (found["status"], found["cancelled_on"]) == ("active", "2026-02-28")
        assert found["ends_with_period"] is True
        await freeze(owner, made, "2026-02-15", "2026-02-19")
        assert (await owner.get(path))["cancelled_on"] == "2026-03-05"
        again = await owner.post(f"{path}/reinstate")
        assert (again["cancelled_on"], again["ends_with_period"]) == (None, False)
        assert await owner.refused("POST", f"{path}/reinstate") == (
            409, "cancellation_not_planned"
        )  # fmt: skip
        await owner.post(f"{path}/cancel", {"at": "period_end"})
    async with on_the(owner, "2026-03-04"):
        assert await shown(owner, made) == ("active", "2026-03-05")
    async with on_the(owner, "2026-03-05"):
        assert await shown(owner, made) == ("cancelled", "2026-03-05")
        assert await owner.refused("POST", f"{path}/reinstate") == OVER
    assert (await _told(events, owner))[-2:] == ["reinstated", "cancelled"]


async def test_an_end_waits_for_a_suspension(owner: Person) -> None:
    """ME-07"""
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START)
        path = f"{MEMBERSHIPS}/{made}"
        await owner.post(f"{path}/suspend")
        found = await owner.post(f"{path}/cancel")
        assert (found["cancelled_on"], found["ends_with_period"]) == (None, True)
    async with on_the(owner, "2026-02-20"):
        found = await owner.post(f"{path}/resume")
        assert (found["status"], found["cancelled_on"]) == ("active", "2026-03-10")


async def test_what_has_no_paid_days_left_is_over_at_once(owner: Person) -> None:
    """ME-04"""
    async with on_the(owner, "2026-03-01"):
        unpaid, lapsed = await hold(owner, "2026-03-05"), await hold(owner, START)
        await pay(owner, unpaid, 1, paid=False)
        for made in (unpaid, lapsed):
            found = await owner.post(f"{MEMBERSHIPS}/{made}/cancel")
            assert (found["status"], found["cancelled_on"]) == ("cancelled", "2026-03-01")


@pytest.mark.parametrize("renews", [True, False])
async def test_of_an_erased_client_no_word_is_kept(
    owner: Person, events: Events, renews: bool
) -> None:
    """GW-05: what they had a right to stays; nothing is renewed."""
    sara, omar = [await remember_client(owner) for _ in range(2)]
    package = await make_package(owner)
    async with on_the(owner, "2026-02-10"):
        made = await hold(owner, START, client_id=sara, package=package, auto_renew=renews)
        other = await hold(owner, START, client_id=omar, package=package, auto_renew=renews)
        for one in (made, other):
            await owner.patch(f"{MEMBERSHIPS}/{one}", {"note": "سر"})
            days = {"from": "2026-01-05", "to": "2026-01-06", "reason": "سر"}
            await owner.post(f"{MEMBERSHIPS}/{one}/freezes", days)
        async with owner.service.context.database.work(owner.caller) as work:
            await forget_memberships(work, sara)
        found, kept = [await owner.get(f"{MEMBERSHIPS}/{one}") for one in (made, other)]
        [freed] = (await owner.get(f"{MEMBERSHIPS}/{made}/freezes"))["items"]
    assert (found["note"], found["auto_renew"], freed["reason"]) == (None, False, None)
    assert (found["status"], found["cancelled_on"]) == ("cancelled", "2026-02-10")
    assert found["renewal_date"] == "2026-02-28"
    assert (kept["note"], kept["auto_renew"], kept["status"]) == ("سر", renews, "active")
    last = (await events(owner.caller))[-1]
    assert (last["type"], last["subject"]) == ("memberships.membership.cancelled", made)


async def test_who_erases_waits_in_no_circle(owner: Person) -> None:
    """GW-05: with whoever moves freezes meanwhile, who has locked the membership first."""
    client_id = await remember_client(owner)
    made = await hold(owner, START, client_id=client_id)
    database = owner.service.context.database
    before = await deadlocks(database)

    async def erase() -> None:
        async with database.work(owner.caller) as work:
            await forget_memberships(work, client_id)

    async with on_the(owner, "2026-01-10"):
        days = {"from": "2026-02-02", "to": "2026-02-03", "reason": "سر"}
        frozen = await owner.post(f"{MEMBERSHIPS}/{made}/freezes", days)
        async with database.work(owner.caller) as work:
            await MembershipRepository(work).locked(UUID(made))
            erasing = asyncio.create_task(erase())
            while not await work.fetchval(_WAITING):
                assert not erasing.done()
            await FreezeRepository(work).to_change(UUID(made), UUID(frozen["id"]))
        await erasing
    assert await deadlocks(database) == before
