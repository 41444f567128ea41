"""The whole way at a Stripe of somebody else's making: paid, told, declined, given back."""

from collections.abc import AsyncIterator

import pytest

from billing.payment_providers.use_cases.accounts import Providers
from billing.payment_providers.use_cases.stripe import Stripe
from chassis.outbound import Outbound
from services.billing.tests.checkouts.making import CHECKOUTS, begin, provider, run_jobs
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import client, owed, state
from tests.local_stripe import KEY, LocalStripe, local_stripe

DECLINED = "4000000000000341"


@pytest.fixture(scope="module")
async def stripe(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalStripe]:
    async with local_stripe(tmp_path_factory.mktemp("payments") / "stripe") as running:
        yield running


@pytest.fixture
def payer(owner: Person, stripe: LocalStripe) -> Person:
    """The owner, whose company's clients pay there."""
    outbound = Outbound(allow_private=True)
    owner.service.context.keep(Providers({
        "stripe": lambda one: Stripe(outbound, stripe.url, one.secret_key, one.webhook_secret),
    }))  # fmt: skip
    return owner


async def test_paid_declined_and_given_back(payer: Person, stripe: LocalStripe) -> None:
    """BI-09, BI-12: intents, cards and refunds are Stripe's."""
    account = await provider(payer, secret_key=KEY)
    tested = await payer.post(f"/v1/payment-providers/{account['id']}/test")
    assert tested == {"works": True, "problem": None}
    bill = await owed(payer, "115.50", await client(payer))
    begun = await begin(payer, bill)
    kept = await stripe.ask("GET", f"/v1/payment_intents/{begun['intent_id']}")
    assert (kept["amount"], kept["currency"]) == (11550, "sar")
    assert kept["metadata"]["checkout_id"] == begun["id"]
    assert kept["metadata"]["tenant_id"] == str(payer.caller.tenant_id)
    assert begun["client_secret"] == kept["client_secret"]
    path = f"{CHECKOUTS}/{begun['id']}"
    assert await stripe.pay(begun["intent_id"], DECLINED) == 402
    failed = await payer.post(f"{path}/refresh")
    assert (failed["status"], failed["failure_code"]) == ("failed", "card_declined")
    again = await owed(payer, "20.00", await client(payer))
    paid = await begin(payer, again)
    assert await stripe.pay(paid["intent_id"]) == 200
    done = await payer.post(f"{CHECKOUTS}/{paid['id']}/refresh")
    assert (done["status"], await state(payer, again)) == ("succeeded", ("paid", "20.00", "0.00"))
    back = f"/v1/payments/{done['payment_id']}/refunds"
    asked = await payer.post(back, {"amount": "5.00"})
    await run_jobs(payer)
    after = await payer.get(f"{back}/{asked['id']}")
    assert (after["status"], after["amount"]) == ("succeeded", "5.00")
    [kept] = (await stripe.ask("GET", f"/v1/refunds?payment_intent={paid['intent_id']}"))["data"]
    assert (kept["id"], kept["amount"]) == (after["provider_refund_id"], 500)
    assert (await payer.post(f"{path}/cancel"))["status"] == "cancelled"


async def test_a_wrong_key_and_a_dead_server(payer: Person, stripe: LocalStripe) -> None:
    """BI-09: told apart: one is to be set right, the other to be waited for."""
    account = await provider(payer, secret_key="rk_test_wrong")
    tested = await payer.post(f"/v1/payment-providers/{account['id']}/test")
    assert tested["works"] is False and tested["problem"] != "payment_provider_unavailable"
    outbound = Outbound(allow_private=True)
    payer.service.context.keep(Providers({
        "stripe": lambda one: Stripe(outbound, "http://127.0.0.1:1", one.secret_key, None),
    }))  # fmt: skip
    tested = await payer.post(f"/v1/payment-providers/{account['id']}/test")
    assert tested == {"works": False, "problem": "payment_provider_unavailable"}
