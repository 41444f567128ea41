"""Paying an invoice online: begun, paid, failed, called off; each once, whoever tells of it."""

import asyncio
from collections import Counter

import pytest

from billing.payment_providers.rules.port import Dispute, ProviderRefused, ProviderUnavailable
from billing.proof.schedules import prove
from services.billing.tests.checkouts.bank import Bank
from services.billing.tests.checkouts.making import (
    CHECKOUTS,
    INVOICES,
    bank_of,
    begin,
    notice,
    paid_online,
    provider,
    run_jobs,
    sweep,
)
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import client, owed, pay, state
from services.billing.tests.public_invoices.making import address

MADE_UP = {"intent_id": "pi_x", "checkout_id": "01890a5d-ac96-774b-bcce-b302099a8057"}


@pytest.fixture
def bank(owner: Person) -> Bank:
    return bank_of(owner)


async def test_an_invoice_is_paid_online(owner: Person, bank: Bank, events: Events) -> None:
    """BI-09, BI-12: begun once, told by the provider, received once, with a receipt."""
    account = await provider(owner)
    bill = await owed(owner, "115.00", await client(owner))
    begun, again = await begin(owner, bill), await begin(owner, bill)
    assert begun["id"] == again["id"] and begun["status"] == "requires_payment"
    assert (begun["amount"], begun["publishable_key"]) == ("115.00", "pk_test_1")
    assert begun["client_secret"] == again["client_secret"] == f"{begun['intent_id']}_secret"
    bank.becomes(begun["intent_id"], "succeeded")
    told = {"intent_id": begun["intent_id"], "checkout_id": begun["id"]}
    for _ in range(3):
        assert await notice(owner, account["id"], **told) == 200
    assert await run_jobs(owner) == 1
    assert await notice(owner, account["id"], **told) == 200
    await run_jobs(owner)
    assert await state(owner, bill) == ("paid", "115.00", "0.00")
    after = await owner.get(f"{CHECKOUTS}/{begun['id']}")
    payment = await owner.get(f"/v1/payments/{after['payment_id']}")
    assert after["status"] == "succeeded" and payment["receipt_number"] == "RCT-000001"
    assert (payment["method"], payment["reference"]) == ("online", begun["intent_id"])
    assert payment["created_by"] == owner.caller.principal
    kinds = Counter(one["type"] for one in await events(owner.caller))
    for kind in ("checkout.started", "checkout.succeeded", "payment.received", "invoice.paid"):
        assert kinds[f"billing.{kind}"] == 1, kind
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_twenty_who_tell_of_it_at_once_are_one(
    owner: Person, bank: Bank, events: Events
) -> None:
    """BI-12: by event, by a look, by a client who comes back: it is received once."""
    account = await provider(owner)
    bill = await owed(owner, "50.00", await client(owner))
    begun = await begin(owner, bill)
    url = address(await owner.post(f"{INVOICES}/{bill['id']}/link"))
    bank.becomes(begun["intent_id"], "succeeded")
    told = {"intent_id": begun["intent_id"]}

    async def by_event() -> None:
        assert await notice(owner, account["id"], **told) == 200
        await run_jobs(owner)

    async def by_client() -> None:
        async with owner.service.http(None) as http:
            assert (await http.post(f"{url}/checkout/refresh")).status_code == 200

    async def by_staff() -> None:
        await owner.post(f"{CHECKOUTS}/{begun['id']}/refresh")

    ways = [by_event, by_client, by_staff, by_staff]
    await asyncio.gather(*(ways[place % 4]() for place in range(20)))
    await run_jobs(owner)
    assert await state(owner, bill) == ("paid", "50.00", "0.00")
    kinds = Counter(one["type"] for one in await events(owner.caller))
    assert kinds["billing.payment.received"] == kinds["billing.checkout.succeeded"] == 1


async def test_twenty_begin_the_same_one(owner: Person, bank: Bank) -> None:
    """BI-09: staff and clients at once; a walk-in sale too."""
    await provider(owner)
    for client_id in (await client(owner), None):
        bill = await owed(owner, "50.00", client_id)
        found = await asyncio.gather(*(begin(owner, bill) for _ in range(20)))
        assert len({one["id"] for one in found}) == 1
        assert len({one["client_secret"] for one in found}) == 1


async def test_a_stranger_pays_by_the_link(owner: Person, bank: Bank) -> None:
    """BI-03, BI-09: what is left, or what is left of the deposit; and sees what became of it."""
    bill = await owed(owner, "100.00", await client(owner), deposit="30.00")
    url = address(await owner.post(f"{INVOICES}/{bill['id']}/link"))
    async with owner.service.http(None) as http:
        assert (await http.get(url)).json()["pay_methods"] == []
        none = await http.post(f"{url}/checkout")
        assert (none.status_code, none.json()["code"]) == (409, "no_payment_provider")
        await provider(owner)
        [method] = (await http.get(url)).json()["pay_methods"]
        assert method == {"kind": "stripe", "publishable_key": "pk_test_1", "test_mode": True}
        early = await http.post(f"{url}/checkout/refresh")
        assert (early.status_code, early.json()["code"]) == (404, "checkout_not_found")
        part = await http.post(f"{url}/checkout", json={"amount": "10.00"})
        assert (part.status_code, part.json()["code"]) == (422, "part_not_payable")
        begun = (await http.post(f"{url}/checkout", json={"amount": "30.00"})).json()
        assert begun["amount"] == "30.00" and "id" not in begun
        intent_id = begun["client_secret"].removesuffix("_secret")
        bank.becomes(intent_id, "failed", failure_code="card_declined")
        failed = (await http.post(f"{url}/checkout/refresh")).json()
        assert (failed["status"], failed["failure_code"]) == ("failed", "card_declined")
        assert (await http.post(f"{url}/checkout", json={"amount": "30.00"})).is_success
        bank.becomes(intent_id, "succeeded")
        assert (await http.post(f"{url}/checkout/refresh")).json()["status"] == "succeeded"
        assert (await http.get(url)).json()["balance"] == "70.00"
        gone = await http.post(f"/v1/public/invoices/{'x' * 43}/checkout")
        assert (gone.status_code, gone.json()["code"]) == (404, "invoice_link_not_found")


async def test_what_is_paid_twice_is_credit(owner: Person, bank: Bank) -> None:
    """BI-09: paid otherwise while the client was paying: the rest is the client's credit."""
    await provider(owner)
    sara = await client(owner)
    bill = await owed(owner, "100.00", sara)
    begun = await begin(owner, bill)
    await pay(owner, "60.00", sara, of={bill["id"]: "60.00"})
    bank.becomes(begun["intent_id"], "succeeded")
    done = await owner.post(f"{CHECKOUTS}/{begun['id']}/refresh")
    payment = await owner.get(f"/v1/payments/{done['payment_id']}")
    assert (payment["allocated"], payment["unallocated"]) == ("40.00", "60.00")
    assert (await state(owner, bill))[0] == "paid"
    sale = await owed(owner, "20.00")
    begun = await begin(owner, sale)
    await pay(owner, "20.00", of={sale["id"]: "20.00"})
    bank.becomes(begun["intent_id"], "succeeded")
    done = await owner.post(f"{CHECKOUTS}/{begun['id']}/refresh")
    left = await owner.get(f"/v1/payments/{done['payment_id']}")
    assert (left["client_id"], left["unallocated"]) == (None, "20.00")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_another_amount_is_another_checkout(owner: Person, bank: Bank) -> None:
    """BI-09: the one before is called off, here at once, at the provider by a job."""
    await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    whole = await begin(owner, bill)
    part = await begin(owner, bill, amount="40.00")
    assert part["id"] != whole["id"] and part["amount"] == "40.00"
    await run_jobs(owner)
    assert bank.intents[whole["intent_id"]].status == "cancelled"
    assert (await owner.get(f"{CHECKOUTS}/{whole['id']}"))["status"] == "cancelled"
    refused = await owner.refused("POST", f"{INVOICES}/{bill['id']}/checkout", {"amount": "101"})
    assert refused == (409, "over_allocated")
    bank.becomes(part["intent_id"], "processing")
    await owner.post(f"{CHECKOUTS}/{part['id']}/refresh")
    for method, path in (("POST", f"{INVOICES}/{bill['id']}/checkout"),
                         ("POST", f"{CHECKOUTS}/{part['id']}/cancel")):  # fmt: skip
        assert await owner.refused(method, path) == (409, "payment_processing")


async def test_what_was_called_off_and_paid_is_received(owner: Person, bank: Bank) -> None:
    """BI-12: money that came is never lost, whatever was wished meanwhile."""
    await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    begun = await begin(owner, bill)
    path = f"{CHECKOUTS}/{begun['id']}"
    assert (await owner.post(f"{path}/cancel"))["status"] == "cancelled"
    assert await owner.refused("POST", f"{path}/cancel") == (409, "checkout_not_open")
    bank.becomes(begun["intent_id"], "succeeded")
    await run_jobs(owner)
    assert (await owner.get(path))["status"] == "succeeded"
    assert (await state(owner, bill))[0] == "paid"


async def test_answers_that_are_lost_change_nothing(owner: Person, bank: Bank) -> None:
    """BI-09: asked again it is the same intent, also where its event comes first."""
    account = await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    path = f"{INVOICES}/{bill['id']}/checkout"
    bank.loses_answers = True
    assert await owner.refused("POST", path) == (503, "payment_provider_unavailable")
    [intent] = bank.intents.values()
    bank.becomes(intent.id, "succeeded")
    told = {"intent_id": intent.id, "checkout_id": str(intent.checkout_id)}
    assert await notice(owner, account["id"], **told) == 200
    await run_jobs(owner)
    assert (await state(owner, bill))[0] == "paid"
    other = await owed(owner, "10.00", await client(owner))
    bank.loses_answers, bank.failure = False, ProviderRefused(reason="amount_too_small")
    path = f"{INVOICES}/{other['id']}/checkout"
    assert await owner.refused("POST", path) == (409, "payment_provider_refused")
    [given_up] = (await owner.get(CHECKOUTS, invoice_id=other["id"]))["items"]
    assert (given_up["status"], given_up["failure_code"]) == ("cancelled", "amount_too_small")
    bank.failure = None
    assert (await begin(owner, other))["id"] != given_up["id"]


async def test_what_nobody_told_of_is_asked_for(owner: Person, bank: Bank) -> None:
    """BI-12: a sweep asks; what is not owed any more is called off, a provider away stops none."""
    await provider(owner)
    sara = await client(owner)
    paid, settled = await owed(owner, "10.00", sara), await owed(owner, "20.00", sara)
    first, second = await begin(owner, paid), await begin(owner, settled)
    bank.becomes(first["intent_id"], "succeeded")
    await pay(owner, "20.00", sara, of={settled["id"]: "20.00"})
    bank.failure = ProviderUnavailable()
    with pytest.raises(ProviderUnavailable):
        await sweep(owner)
    bank.failure = None
    await run_jobs(owner)
    await sweep(owner)
    assert (await state(owner, paid))[0] == "paid"
    assert (await owner.get(f"{CHECKOUTS}/{second['id']}"))["status"] == "cancelled"
    assert bank.intents[second["intent_id"]].status == "cancelled"
    assert await sweep(owner) == 0


async def test_events_are_believed_from_nobody_else(owner: Person, bank: Bank) -> None:
    """GW-03: an unknown account, a wrong signature, another's intent; what is not ours is taken."""
    account = await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    begun = await begin(owner, bill)
    told = {"intent_id": begun["intent_id"], "checkout_id": begun["id"]}
    assert await notice(owner, begun["id"], **told) == 404
    assert await notice(owner, account["id"], "bad", **told) == 400
    assert await run_jobs(owner) == 0
    assert await notice(owner, account["id"], **MADE_UP) == await notice(owner, account["id"])
    stranger = Person(owner.service, owner.service.caller(), owner.http)
    async with owner.service.http(stranger.caller) as http:
        theirs = await provider(Person(owner.service, stranger.caller, http))
    assert await notice(owner, theirs["id"], **told) == 200
    assert await run_jobs(owner) == await run_jobs(stranger) == 0
    bank.intents["pi_other"] = bank.intents[begun["intent_id"]]
    bank.becomes("pi_other", "succeeded", checkout_id=None)
    assert (await owner.get(f"{CHECKOUTS}/{begun['id']}"))["status"] == "requires_payment"


async def test_a_dispute_is_told_and_shown(owner: Person, bank: Bank, events: Events) -> None:
    """BI-12: the payer's bank wants it back: staff hear of it, and of what becomes of it."""
    account = await provider(owner)
    bill = await owed(owner, "100.00", await client(owner))
    done, _ = await paid_online(owner, bank, bill)
    for status in ("needs_response", "needs_response", "lost"):
        dispute = Dispute(
            id="dp_1", status=status, reason="fraudulent", amount_minor=10000, funds="kept"
        )
        bank.disputes["dp_1"] = (done["intent_id"], dispute)
        told = {"intent_id": done["intent_id"], "dispute_id": "dp_1"}
        assert await notice(owner, account["id"], **told) == 200
        await run_jobs(owner)
    [shown] = (await owner.get(CHECKOUTS, disputed=True))["items"]
    assert shown["dispute"] == {
        "id": "dp_1", "status": "lost", "reason": "fraudulent", "amount": "100.00",
    }  # fmt: skip
    kinds = Counter(one["type"] for one in await events(owner.caller))
    assert kinds["billing.checkout.disputed"] == 2
    assert await state(owner, bill) == ("paid", "100.00", "0.00")


@pytest.mark.parametrize(("currency", "amount", "code"), [
    ("KWD", "1.125", "amount_not_payable_online"), ("IQD", "5.000", "currency_not_payable_online"),
    ("MGA", "1.50", "amount_not_payable_online"),
])  # fmt: skip
async def test_amounts_that_cards_do_not_know_are_refused(
    owner: Person, bank: Bank, currency: str, amount: str, code: str
) -> None:
    """BI-09: before anything is begun."""
    await provider(owner)
    await owner.post("/v1/exchange-rates", {
        "currency": currency, "rate": "1", "on": "2000-01-01", "source": "x",
    })  # fmt: skip
    line = {"description": "x", "quantity": "1", "unit_price": amount}
    made = await owner.post(INVOICES, {"lines": [line], "currency": currency})
    await owner.post(f"{INVOICES}/{made['id']}/issue")
    assert await owner.refused("POST", f"{INVOICES}/{made['id']}/checkout") == (422, code)
    assert bank.asked == []
