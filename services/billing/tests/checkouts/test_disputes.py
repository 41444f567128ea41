"""What the payer's bank takes back, and gives up: posted once, by what moved at the provider."""

import asyncio
from collections import Counter
from typing import Any
from uuid import UUID

import pytest

from billing.checkouts.use_cases.confirming import confirm
from billing.payment_providers.rules.port import Dispute, Funds
from billing.proof.schedules import prove
from services.billing.tests.checkouts.bank import Bank
from services.billing.tests.checkouts.making import (
    CHECKOUTS,
    bank_of,
    notice,
    paid_online,
    provider,
    run_jobs,
)
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.payments.making import client, entries, owed, pay, state


@pytest.fixture
def bank(owner: Person) -> Bank:
    return bank_of(owner)


async def _paid(owner: Person, bank: Bank, client_id: str | None) -> tuple[Json, Json, Json, Json]:
    """Account, invoice, checkout and payment."""
    account = await provider(owner)
    bill = await owed(owner, "100.00", client_id)
    return account, bill, *await paid_online(owner, bank, bill)


def _becomes(bank: Bank, checkout: Json, funds: Funds, minor: int = 10_000) -> Json:
    """Where the dispute of a checkout stands; what an event of it tells."""
    bank.disputes["dp_1"] = (checkout["intent_id"], Dispute(
        id="dp_1", status="needs_response", reason="fraudulent", amount_minor=minor, funds=funds,
    ))  # fmt: skip
    return {"intent_id": checkout["intent_id"], "dispute_id": "dp_1"}


async def _told(owner: Person, account: Json, told: Json) -> None:
    assert await notice(owner, account["id"], **told) == 200
    await run_jobs(owner)


async def _proved(owner: Person) -> bool:
    return await prove(owner.service.context, owner.caller.tenant_id) is None


async def _payment(owner: Person, payment: Json) -> tuple[str, str, str, str, str]:
    found = await owner.get(f"/v1/payments/{payment['id']}")
    return tuple(found[one] for one in (
        "status", "allocated", "refunded", "disputed", "unallocated"))  # fmt: skip


@pytest.mark.parametrize("has_client", [True, False])
async def test_what_is_withdrawn_is_owed_again_until_it_comes_back(
    owner: Person, bank: Bank, events: Events, has_client: bool
) -> None:
    """BI-12: each once, however often it is told, in the ledger too; of walk-in sales as well."""
    account, bill, done, payment = await _paid(
        owner, bank, await client(owner) if has_client else None
    )
    await _told(owner, account, _becomes(bank, done, "kept"))
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    for _ in range(2):
        await _told(owner, account, _becomes(bank, done, "withdrawn"))
    assert await state(owner, bill) == ("issued", "0.00", "100.00")
    assert await _payment(owner, payment) == ("refunded", "0.00", "100.00", "100.00", "0.00")
    path = f"/v1/payments/{payment['id']}/refunds"
    [taken] = (await owner.get(path))["items"]
    assert (taken["dispute_reason"], taken["status"], taken["amount"]) == (
        "fraudulent", "succeeded", "100.00",
    )  # fmt: skip
    assert await _proved(owner)
    for _ in range(2):
        await _told(owner, account, _becomes(bank, done, "reinstated"))
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    assert await _payment(owner, payment) == ("received", "100.00", "0.00", "0.00", "0.00")
    assert [one["status"] for one in (await owner.get(path))["items"]] == ["failed"]
    posted = [one for one in await entries(owner) if one[0] == "refunds"]
    assert posted == [("refunds", "-100.00"), ("refunds", "100.00")]
    kinds = Counter(one["type"].removeprefix("billing.") for one in await events(owner.caller))
    assert kinds["payment.dispute_withdrawn"] == kinds["payment.dispute_reinstated"] == 1
    assert kinds["invoice.reopened"] == 1 and kinds["payment.refunded"] == 0
    assert await _proved(owner)


async def test_who_is_late_takes_nothing_that_came_back(owner: Person, bank: Bank) -> None:
    """BI-12: also where nobody had heard that it was gone."""
    account, bill, done, payment = await _paid(owner, bank, await client(owner))
    for funds in ("reinstated", "withdrawn"):
        await _told(owner, account, _becomes(bank, done, funds))
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    assert await _payment(owner, payment) == ("received", "100.00", "0.00", "0.00", "0.00")
    assert await _proved(owner)


async def test_what_came_back_to_an_invoice_that_is_paid_is_credit(
    owner: Person, bank: Bank
) -> None:
    """BI-12: a part was disputed, and the client has paid it otherwise meanwhile."""
    sara = await client(owner)
    account, bill, done, payment = await _paid(owner, bank, sara)
    await _told(owner, account, _becomes(bank, done, "withdrawn", 4_000))
    assert await state(owner, bill) == ("partially_paid", "60.00", "40.00")
    await pay(owner, "30.00", sara, of={bill["id"]: "30.00"})
    await _told(owner, account, _becomes(bank, done, "reinstated", 4_000))
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    assert await _payment(owner, payment) == ("received", "70.00", "0.00", "0.00", "30.00")
    assert await _proved(owner)


async def test_what_came_back_pays_no_more_than_is_not_on_its_way_back(
    owner: Person, bank: Bank
) -> None:
    """BI-12, BI-09: the rest is given back meanwhile; what that leaves stays to be told."""
    account, bill, done, payment = await _paid(owner, bank, await client(owner))
    await _told(owner, account, _becomes(bank, done, "withdrawn", 4_000))
    bank.refund_status = "pending"
    await owner.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "60.00"})
    await run_jobs(owner)
    await _told(owner, account, _becomes(bank, done, "reinstated", 4_000))
    assert await _payment(owner, payment) == ("received", "60.00", "0.00", "0.00", "40.00")
    assert await state(owner, bill) == ("partially_paid", "60.00", "40.00")
    assert await _proved(owner)


async def test_what_is_not_there_any_more_is_not_taken(owner: Person, bank: Bank) -> None:
    """BI-12: a part was given back already, or is on its way; it is told all the same."""
    account, bill, done, payment = await _paid(owner, bank, await client(owner))
    bank.refund_status = "pending"
    await owner.post(f"/v1/payments/{payment['id']}/refunds", {"amount": "30.00"})
    await run_jobs(owner)
    await _told(owner, account, _becomes(bank, done, "withdrawn"))
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    shown = await owner.get(f"{CHECKOUTS}/{done['id']}")
    assert shown["dispute"]["amount"] == "100.00"
    [made] = bank.refunds
    bank.refund_becomes(made, "failed", failure_code="charge_disputed")
    await _told(owner, account, _becomes(bank, done, "withdrawn"))
    assert await state(owner, bill) == ("issued", "0.00", "100.00")
    assert await _proved(owner)


@pytest.mark.parametrize("has_client", [True, False])
async def test_ten_who_tell_at_once_post_it_once(
    owner: Person, bank: Bank, events: Events, has_client: bool
) -> None:
    """BI-12: whoever comes first, and whatever else moves the client's money meanwhile."""
    sara = await client(owner) if has_client else None
    _, bill, done, payment = await _paid(owner, bank, sara)
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    other = await owed(owner, "10.00", sara)

    async def all_at_once(funds: Funds, *besides: Any) -> None:
        told = _becomes(bank, done, funds) | {"checkout_id": str(UUID(done["id"]))}
        await asyncio.gather(*(confirm(context, tenant_id, told) for _ in range(10)), *besides)

    await all_at_once("withdrawn", pay(owner, "10.00", sara, of={other["id"]: "10.00"}))
    assert await state(owner, bill) == ("issued", "0.00", "100.00")
    await all_at_once("reinstated")
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    assert await _payment(owner, payment) == ("received", "100.00", "0.00", "0.00", "0.00")
    kinds = Counter(one["type"] for one in await events(owner.caller))
    assert kinds["billing.payment.dispute_withdrawn"] == 1
    assert kinds["billing.payment.dispute_reinstated"] == 1
    assert await _proved(owner)
