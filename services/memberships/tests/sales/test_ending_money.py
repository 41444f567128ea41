"""A membership that is over asks for nothing any more, and what billing refused can be mended."""

from datetime import timedelta

import pytest

from chassis.testing.person import Person
from memberships.memberships import schedules as looking
from memberships.memberships.use_cases.ending import forget_memberships
from memberships.sales import schedules
from services.memberships.tests.billing import Billing, ask, taken, tick
from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import Json, make_package, remember_client
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


def _withdrawn(owner: Person, billing: Billing) -> set[str]:
    """What billing was asked to take back."""
    tenant_id = owner.caller.tenant_id
    return {name for tenant, name in billing.credited if tenant == tenant_id}


@pytest.mark.parametrize("answered", [True, False])
async def test_who_cancels_owes_nothing_for_what_was_not_paid(
    owner: Person, billing: Billing, answered: bool
) -> None:
    """ME-04, ME-06: its open invoice is withdrawn, also one that was being made."""
    made = await sell(owner)
    if answered:
        await ask(owner)
    await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "now"})
    await ask(owner)
    assert _withdrawn(owner, billing) == {f"{cause(made, 1)}:withdraw"}
    await billing.becomes(owner, cause(made, 1), "credited")
    [period] = await periods(owner, made)
    assert (period["state"], period["granted_at"]) == ("withdrawn", None)


async def test_what_is_paid_stays_paid(owner: Person, billing: Billing) -> None:
    """ME-04: cancelled with what is paid, a renewal that nobody paid is withdrawn when it ends."""
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner)
        await pay(owner, billing, made, 1)
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await ask(owner)
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "period_end"})
    assert await taken(owner) == []
    async with on_the(owner, "2026-04-01"):
        await tick(owner, looking.memberships_change_by_time, looking.jobs)
        await ask(owner)
    assert _withdrawn(owner, billing) == {f"{cause(made, 2)}:withdraw"}


async def test_of_an_erased_client_nothing_is_owed(owner: Person, billing: Billing) -> None:
    """GW-05"""
    client_id = await remember_client(owner)
    made = await sell(owner, client_id=str(client_id))
    await ask(owner)
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_memberships(work, client_id)
    await ask(owner)
    assert _withdrawn(owner, billing) == {f"{cause(made, 1)}:withdraw"}


async def test_a_withdrawal_that_is_refused_grants_nothing(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-04: it is told why."""
    made = await sell(owner)
    await ask(owner)
    await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "now"})
    billing.refuses[owner.caller.tenant_id] = "not_now"
    await ask(owner)
    [period] = await periods(owner, made)
    assert (period["state"], period["granted_at"]) == ("invoiced", None)
    assert period["problem"]["code"] == "not_now"


async def test_what_ended_stays_ended(owner: Person, billing: Billing) -> None:
    """ME-04: whatever is paid or reopened once its planned end has come, or before."""
    ended, lost = [await _ending(owner, billing) for _ in range(2)]
    async with on_the(owner, "2026-03-20"):
        await billing.becomes(owner, cause(lost, 1), "issued")
        found = await shown(owner, lost)
        assert (found["status"], found["cancelled_on"]) == ("cancelled", "2026-03-20")
    async with on_the(owner, "2026-04-05"):
        assert (await shown(owner, ended))["cancelled_on"] == "2026-04-01"
        for status in ("issued", "paid"):
            await billing.becomes(owner, cause(ended, 1), status)
            found = await shown(owner, ended)
            assert (found["status"], found["cancelled_on"]) == ("cancelled", "2026-04-01")


async def _ending(owner: Person, billing: Billing) -> Json:
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner)
        await pay(owner, billing, made, 1)
        return await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "period_end"})


async def test_what_was_refused_is_asked_for_as_it_is_now(owner: Person, billing: Billing) -> None:
    """ME-06: with another package, and less another discount; price and invoice are the same."""
    billing.refuses[owner.caller.tenant_id] = "unknown_reference"
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner)
        await ask(owner)
        other = await make_package(owner, price="240.00")
        path = f"{MEMBERSHIPS}/{made['id']}"
        await owner.post(f"{path}/change", {"package_id": other["id"], "at": "period_end"})
        await owner.patch(path, {"discount": {"type": "amount", "value": "40.00"}})
        del billing.refuses[owner.caller.tenant_id]
        await owner.post(f"{path}/renew")
        paid = await pay(owner, billing, made, 1)
    assert (paid["package_id"], paid["period"]["problem"]) == (other["id"], None)
    [line] = billing.of(owner)[0].request["lines"]
    assert (line["unit_price"], line["discount"]["value"]) == ("240.00", "40.00")
    async with on_the(owner, "2026-03-01"):
        gold = await make_package(owner, price="500.00")
        seen = await owner.post(f"{path}/change/preview", {"package_id": gold["id"]})
    assert seen["credit"] == "200.00"


async def test_a_first_period_that_was_refused_is_retried_in_a_quiet_company(
    owner: Person, billing: Billing
) -> None:
    """ME-19: though nothing is due there, as nothing was ever paid."""
    database = owner.service.context.database
    billing.refuses[owner.caller.tenant_id] = "unknown_reference"
    made = await sell(owner, auto_renew=True)
    await ask(owner)
    del billing.refuses[owner.caller.tenant_id]
    later = database.clock() + timedelta(hours=21)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "clock", lambda: later)
        await tick(owner, schedules.refused_renewals_are_asked_again, schedules.jobs)
        assert (await pay(owner, billing, made, 1))["status"] == "active"


async def test_what_is_due_already_is_asked_for_without_a_day(
    owner: Person, billing: Billing
) -> None:
    """ME-06: its day of payment went by while it waited; it is asked again at once."""
    billing.past_due.add(owner.caller.tenant_id)
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner)
        await pay(owner, billing, made, 1)
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        assert (await pay(owner, billing, made, 2))["renewal_date"] == "2026-05-01"
    assert "due_date" not in billing.of(owner)[1].request


async def test_what_was_nearly_all_paid_is_paid(owner: Person, billing: Billing) -> None:
    """ME-06: where the rest was written off; of nothing paid nothing is granted."""
    async with on_the(owner, "2026-03-01"):
        made, unpaid = [await sell(owner) for _ in range(2)]
        await ask(owner)
        await billing.becomes(owner, cause(made, 1), "written_off", total="345.00", paid="344.00")
        await billing.becomes(owner, cause(unpaid, 1), "written_off", total="345.00", paid="0.00")
        assert (await shown(owner, made))["status"] == "active"
        found = await shown(owner, unpaid)
    assert (found["status"], found["period"]["state"]) == ("pending_payment", "withdrawn")


async def test_a_package_that_a_period_was_sold_by_stays(owner: Person, billing: Billing) -> None:
    """ME-08: also one that is nobody's any more: its invoice may be reopened, and paid again."""
    package = await make_package(owner)
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=package["id"])
        await pay(owner, billing, made, 1)
        gold = await make_package(owner, price="500.00")
        body = {"package_id": gold["id"]}
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/change", body)
        await pay(owner, billing, made, 2)
    refused = await owner.refused("DELETE", f"/v1/packages/{package['id']}")
    assert refused == (409, "package_in_use")


async def test_that_it_has_started_is_told_after_a_rest_too(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-04: frozen on its first days, it starts after them; and once, though it is reopened."""
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, start_date="2026-03-05")
        await pay(owner, billing, made, 1)
        days = {"from": "2026-03-05", "to": "2026-03-06"}
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/freezes", days)
    for day in ("2026-03-05", "2026-03-07"):
        async with on_the(owner, day):
            await tick(owner, looking.memberships_change_by_time, looking.jobs)
    async with on_the(owner, "2026-03-08"):
        for status in ("issued", "paid"):
            await billing.becomes(owner, cause(made, 1), status)
    told = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert told.count("started") == 1 and told.count("period_granted") == 2


async def test_one_sent_again_is_the_same_whatever_became_of_it(
    owner: Person, billing: Billing
) -> None:
    """ME-01: its note was changed since, and its package."""
    client_id = str(await remember_client(owner))
    package = await make_package(owner)
    body = {"id": "01890a5d-ac96-774b-bcce-b302099a8f01", "client_id": client_id,
            "package_id": package["id"], "note": "x"}  # fmt: skip
    made = await owner.post(MEMBERSHIPS, body)
    await owner.patch(f"{MEMBERSHIPS}/{made['id']}", {"note": "y"})
    again = await owner.http.post(MEMBERSHIPS, json=body)
    assert (again.status_code, again.json()["note"]) == (200, "y")
    other = body | {"note": "y"}
    assert await owner.refused("POST", MEMBERSHIPS, other) == (409, "id_taken")


async def test_each_company_is_renewed_by_a_job_of_its_own(owner: Person, billing: Billing) -> None:
    """ME-06: what one fails at keeps no other one waiting; it waits once."""
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, auto_renew=True)
        await pay(owner, billing, made, 1)
    async with on_the(owner, "2026-04-01"):
        for _ in range(2):
            await schedules.memberships_renew(owner.service.context)
        assert await taken(owner, schedules.RENEW) == [{}]
        assert len(await periods(owner, made)) == 1
        await sweep(owner)
        assert len(await periods(owner, made)) == 2
