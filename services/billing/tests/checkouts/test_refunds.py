"""Giving back what was paid online: kept first, moved once the provider says that it went."""

from collections import Counter

import pytest

from billing.payment_providers.rules.port import BackState, ProviderRefused, ProviderUnavailable
from billing.proof.schedules import prove
from services.billing.tests.checkouts.bank import Bank
from services.billing.tests.checkouts.making import (
    CHECKOUTS,
    bank_of,
    notice,
    paid_online,
    provider,
    run_jobs,
    sweep,
)
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.payments.making import body, client, entries, owed, state


@pytest.fixture
def bank(owner: Person) -> Bank:
    return bank_of(owner)


async def _paid(owner: Person, bank: Bank) -> tuple[Json, Json, Json, Json]:
    """Account, invoice, checkout and payment."""
    account = await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    return account, bill, *await paid_online(owner, bank, bill)


async def _refund(owner: Person, payment: Json, amount: str) -> Json:
    return await owner.post(f"/v1/payments/{payment['id']}/refunds", {"amount": amount})


async def _left(owner: Person, payment: Json) -> tuple[str, str, str]:
    """What of a payment is allocated, refunded and on its way back."""
    found = await owner.get(f"/v1/payments/{payment['id']}")
    return found["allocated"], found["refunded"], found["refunding"]


async def test_a_refund_goes_by_the_provider(owner: Person, bank: Bank, events: Events) -> None:
    """BI-09: nothing moves before they say so, and nobody refunds it twice meanwhile."""
    _, bill, done, payment = await _paid(owner, bank)
    asked = await _refund(owner, payment, "30.00")
    assert asked["status"] == "pending"
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    assert await _left(owner, payment) == ("100.00", "0.00", "30.00")
    assert await owner.ids("/v1/payments", refunding=True) == [payment["id"]]
    assert await owner.ids("/v1/payments", refunding=False) == []
    path = f"/v1/payments/{payment['id']}/refunds"
    assert await owner.refused("POST", path, {"amount": "70.01"}) == (409, "over_refunded")
    assert await run_jobs(owner) == 1
    after = await owner.get(f"{path}/{asked['id']}")
    assert (after["status"], after["provider_refund_id"] in bank.refunds) == ("succeeded", True)
    assert await state(owner, bill) == ("partially_paid", "70.00", "30.00")
    assert await _left(owner, payment) == ("70.00", "30.00", "0.00")
    assert await owner.ids("/v1/payments", refunding=True) == []
    await _refund(owner, payment, "70.00")
    await run_jobs(owner)
    assert (await owner.get(f"{CHECKOUTS}/{done['id']}"))["status"] == "refunded"
    kinds = Counter(one["type"] for one in await events(owner.caller))
    assert kinds["billing.payment.refunded"] == kinds["billing.payment.refund_requested"] == 2
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_does_not_go_back_is_as_it_was(
    owner: Person, bank: Bank, events: Events
) -> None:
    """BI-09: refused at once, or failed at the bank after they had said that it went."""
    account, _, done, payment = await _paid(owner, bank)
    bank.failure = ProviderRefused(reason="charge_disputed")
    asked = await _refund(owner, payment, "30.00")
    await run_jobs(owner)
    path = f"/v1/payments/{payment['id']}/refunds"
    refused = await owner.get(f"{path}/{asked['id']}")
    assert (refused["status"], refused["failure_code"]) == ("failed", "charge_disputed")
    assert await _left(owner, payment) == ("100.00", "0.00", "0.00")
    bank.failure = None
    late = await _refund(owner, payment, "40.00")
    await run_jobs(owner)
    [made] = [one for one in bank.refunds if (await owner.get(f"{path}/{late['id']}"))
              ["provider_refund_id"] == one]  # fmt: skip
    bank.refund_becomes(made, "failed", failure_code="expired_or_canceled_card")
    for _ in range(2):
        assert await notice(owner, account["id"], intent_id=done["intent_id"]) == 200
        await run_jobs(owner)
    found = await owner.get(f"{path}/{late['id']}")
    assert (found["status"], found["failure_code"]) == ("failed", "expired_or_canceled_card")
    after = await owner.get(f"/v1/payments/{payment['id']}")
    assert (after["refunded"], after["unallocated"]) == ("0.00", "40.00")
    assert dict(await entries(owner, account="refunds"))
    kinds = Counter(one["type"] for one in await events(owner.caller))
    assert kinds["billing.payment.refund_failed"] == 2
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_an_answer_that_is_lost_refunds_once(owner: Person, bank: Bank) -> None:
    """BI-09: the job asks again, and a sweep after it, and the provider knows it by its key."""
    _, bill, _, payment = await _paid(owner, bank)
    bank.loses_answers = True
    asked = await _refund(owner, payment, "30.00")
    with pytest.raises(ProviderUnavailable):
        await run_jobs(owner)
    bank.loses_answers = False
    await sweep(owner)
    assert len(bank.refunds) == 1
    found = await owner.get(f"/v1/payments/{payment['id']}/refunds/{asked['id']}")
    assert found["status"] == "succeeded"
    assert await state(owner, bill) == ("partially_paid", "70.00", "30.00")


async def test_what_waits_at_the_bank_is_told_later(owner: Person, bank: Bank) -> None:
    """BI-09: pending until its event, or a sweep."""
    _, bill, _, payment = await _paid(owner, bank)
    bank.refund_status = "pending"
    asked = await _refund(owner, payment, "100.00")
    await run_jobs(owner)
    path = f"/v1/payments/{payment['id']}/refunds/{asked['id']}"
    assert (await owner.get(path))["status"] == "pending"
    [made] = bank.refunds
    bank.refund_becomes(made, "succeeded")
    await sweep(owner)
    assert (await owner.get(path))["status"] == "succeeded"
    assert await state(owner, bill) == ("issued", "0.00", "100.00")
    assert await sweep(owner) == 0


async def test_what_the_provider_gave_back_by_itself_is_written_down(
    owner: Person, bank: Bank
) -> None:
    """BI-09: somebody refunds it on the provider's own pages; once, however often it is told."""
    account, bill, done, payment = await _paid(owner, bank)
    bank.refunds["re_own"] = (done["intent_id"], BackState(
        id="re_own", status="succeeded", amount_minor=2500, refund_id=None,
    ))  # fmt: skip
    for _ in range(2):
        assert await notice(owner, account["id"], intent_id=done["intent_id"]) == 200
        await run_jobs(owner)
    [found] = (await owner.get(f"/v1/payments/{payment['id']}/refunds"))["items"]
    assert (found["amount"], found["status"]) == ("25.00", "succeeded")
    assert await state(owner, bill) == ("partially_paid", "75.00", "25.00")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_goes_back_is_used_for_nothing_else(owner: Person, bank: Bank) -> None:
    """BI-09: neither allocated nor used as credit while it is on its way."""
    _, bill, _, payment = await _paid(owner, bank)
    path = f"/v1/payments/{payment['id']}"
    [share] = payment["allocations"]
    await owner.delete(f"{path}/allocations/{share['id']}")
    await _refund(owner, payment, "60.00")
    wanted = {"allocations": [{"invoice_id": bill["id"], "amount": "40.01"}]}
    assert await owner.refused("POST", f"{path}/allocations", wanted) == (409, "over_allocated")
    used = body("40.01", payment["client_id"], method="credit", of={bill["id"]: "40.01"})
    assert await owner.refused("POST", "/v1/payments", used) == (409, "insufficient_credit")
    await owner.post("/v1/payments", body(
        "40.00", payment["client_id"], method="credit", of={bill["id"]: "40.00"}
    ))  # fmt: skip
    await run_jobs(owner)
    after = await owner.get(path)
    assert (after["refunded"], after["used_as_credit"]) == ("60.00", "40.00")
    assert after["unallocated"] == "0.00"
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
