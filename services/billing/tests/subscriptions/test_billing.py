"""One invoice for each period, whatever restarts, races or fails."""

import asyncio

from billing.subscriptions import schedules
from billing.subscriptions.use_cases.terms import forget_subscriptions
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person, make_tax
from services.billing.tests.invoices.making import remember_client
from services.billing.tests.subscriptions.billing_days import (
    LINE,
    SUBSCRIPTIONS,
    bill,
    due,
    invoices,
    on_the,
    subscribe,
)


async def test_each_period_is_billed_and_issued_on_its_day(owner: Person, events: Events) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-01-31", due_days=10)
    await bill(owner, "2026-01-31")
    async with on_the(owner, "2026-02-27"):
        assert await due(owner) == []
    await bill(owner, "2026-02-28")
    first, second = await invoices(owner, made)
    assert (first["status"], first["number"], first["issue_date"]) == (
        "overdue", "INV-000001", "2026-01-31",
    )  # fmt: skip
    assert (second["period_from"], second["period_to"]) == ("2026-02-28", "2026-03-30")
    assert (second["supply_date"], second["due_date"]) == ("2026-02-28", "2026-03-10")
    shown = await owner.get(f"{SUBSCRIPTIONS}/{made['id']}")
    assert (shown["billed"], shown["next_on"]) == (2, "2026-03-31")
    told = [one["type"] for one in await events(owner.caller)]
    assert told.count("billing.invoice.issued") == 2


async def test_what_was_missed_is_billed_period_by_period(owner: Person) -> None:
    """BI-16: nobody ran for three months."""
    made = await subscribe(owner, starts_on="2026-01-10", auto_issue=False)
    await bill(owner, "2026-04-12")
    found = await invoices(owner, made)
    assert [one["period_from"][:7] for one in found] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    assert {(one["status"], one["issue_date"]) for one in found} == {("draft", "2026-04-12")}


async def test_twenty_at_once_make_one_invoice(owner: Person) -> None:
    """BI-16"""
    made = await subscribe(owner, starts_on="2026-01-31")
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with on_the(owner, "2026-01-31"):
        await asyncio.gather(*(
            schedules.bill_subscription(context, tenant_id, {"id": made["id"]}) for _ in range(20)
        ))  # fmt: skip
    assert [one["number"] for one in await invoices(owner, made)] == ["INV-000001"]


async def test_the_sweep_hands_over_what_is_due(owner: Person) -> None:
    """BI-16: by jobs that a worker would run, each once."""
    made = await subscribe(owner, starts_on="2026-01-31")
    async with on_the(owner, "2026-01-31"):
        await schedules.subscriptions_fall_due(owner.service.context)
        await schedules.subscriptions_fall_due(owner.service.context)
    async with owner.service.context.database.plumbing() as connection:
        waiting = await connection.fetchval(
            "select count(*) from pgqueuer where dedupe_key like $1", f"%{made['id']}"
        )
    assert waiting == 1


async def test_what_refuses_a_bill_is_told_once_and_billed_when_mended(
    owner: Person, events: Events
) -> None:
    """BI-16: the VAT it was sold with has ended."""
    tax = await make_tax(owner, valid_to="2026-02-01")
    made = await subscribe(owner, starts_on="2026-01-15", lines=[LINE | {"tax_id": tax["id"]}])
    await bill(owner, "2026-02-15")
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    failing = await owner.get(path)
    assert failing["problem"] == {"code": "tax_not_valid", "field": "lines.0.tax_id"}
    assert (failing["billed"], failing["next_on"]) == (1, "2026-02-15")
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with on_the(owner, "2026-02-16"):
        await schedules.bill_subscription(context, tenant_id, {"id": made["id"]})
    told = [one["type"] for one in await events(owner.caller)]
    assert told.count("billing.subscription.failed") == 1
    assert await owner.ids(SUBSCRIPTIONS, failing=True) == [made["id"]]
    other = await make_tax(owner, rate="0.2")
    await owner.patch(path, {"lines": [LINE | {"tax_id": other["id"]}]})
    await bill(owner, "2026-02-17")
    assert [one["total"] for one in await invoices(owner, made)] == ["356.50", "372.00"]
    assert (await owner.get(path))["problem"] is None


async def test_what_a_client_may_not_owe_waits_as_a_problem(owner: Person) -> None:
    """BI-16, CL-22: nothing is left of the try, until the client may owe it."""
    await owner.patch("/v1/settings/billing", {"credit_limit_mode": "refuse"})
    client_id = await remember_client(owner, credit_limit="300.00")
    made = await subscribe(owner, client_id=client_id, starts_on="2026-01-15")
    await bill(owner, "2026-01-15")
    failing = await owner.get(f"{SUBSCRIPTIONS}/{made['id']}")
    assert failing["problem"] == {"code": "credit_limit_exceeded", "field": None}
    assert await invoices(owner, made) == []
    await owner.patch("/v1/settings/billing", {"credit_limit_mode": "off"})
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with on_the(owner, "2026-01-16"):
        await schedules.bill_subscription(context, tenant_id, {"id": made["id"]})
    assert [one["number"] for one in await invoices(owner, made)] == ["INV-000001"]


async def test_an_erased_client_is_not_billed_any_more(owner: Person) -> None:
    client_id = await remember_client(owner)
    made = await subscribe(owner, client_id=client_id, starts_on="2026-01-31")
    async with owner.service.context.database.work(owner.caller) as work:
        await forget_subscriptions(work, client_id)
    assert (await owner.get(f"{SUBSCRIPTIONS}/{made['id']}"))["status"] == "cancelled"
    async with on_the(owner, "2026-01-31"):
        assert await due(owner) == []


async def test_only_who_sees_the_client_sees_its_subscription(owner: Person) -> None:
    made = await subscribe(owner)
    rights = ("billing:read", "billing:write", "billing:issue", "clients:read")
    async with owner.colleague(*rights, visibility="assigned") as stranger:
        assert await stranger.ids(SUBSCRIPTIONS) == []
        for path in ("", "/upcoming"):
            found = await stranger.refused("GET", f"{SUBSCRIPTIONS}/{made['id']}{path}")
            assert found == (404, "subscription_not_found")
        assert (await stranger.refused("POST", f"{SUBSCRIPTIONS}/{made['id']}/pause"))[0] == 404
