"""The whole way at a Stripe of somebody else's making: paid, told, declined, given back."""

from collections.abc import AsyncIterator

import httpx
import pytest

from billing.payment_providers.use_cases.accounts import Providers
from billing.payment_providers.use_cases.stripe import Places, Stripe
from chassis.outbound import Outbound
from services.billing.tests.checkouts.making import CHECKOUTS, begin, provider, run_jobs
from services.billing.tests.estimates.making import anybody
from services.billing.tests.factories import Person
from services.billing.tests.pages.reading import BROWSER, look
from services.billing.tests.payments.making import client, owed, state
from services.billing.tests.public_invoices.making import sent
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
    at = Places(stripe.url, stripe.script)
    owner.service.context.keep(Providers({
        "stripe": lambda one: Stripe(outbound, at, one.secret_key, one.webhook_secret),
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
    nowhere = Places("http://127.0.0.1:1", "http://127.0.0.1:1/js/")
    payer.service.context.keep(Providers({
        "stripe": lambda one: Stripe(outbound, nowhere, one.secret_key, None),
    }))  # fmt: skip
    tested = await payer.post(f"/v1/payment-providers/{account['id']}/test")
    assert tested == {"works": False, "problem": "payment_provider_unavailable"}


async def test_a_page_has_what_pays_it_there(payer: Person, stripe: LocalStripe) -> None:
    """BI-09: the script is the provider's own, the secret the intent's, and the policy allows them
    alone; who comes back is told what the provider says.
    """
    await provider(payer, secret_key=KEY, publishable_key="pk_test_shown")
    made, url = await sent(payer, client_id=await client(payer), currency="SAR")
    async with anybody(payer) as http:
        begun = await http.post(f"{url}/pay", headers=BROWSER)
        assert (begun.status_code, begun.headers["location"]) == (303, f"{url}/pay")
        page = await look(http, f"{url}/pay?lang=en")
        [checkout] = (await payer.get(CHECKOUTS, invoice_id=made["id"]))["items"]
        kept = await stripe.ask("GET", f"/v1/payment_intents/{checkout['intent_id']}")
        assert page.all("//form/@data-secret") == [kept["client_secret"]]
        assert page.all("//form/@data-key") == ["pk_test_shown"]
        assert page.all("//script/@src") == [stripe.script]
        async with httpx.AsyncClient() as outside:
            assert (await outside.get(stripe.script)).is_success
        policy = page.answer.headers["content-security-policy"]
        assert f"script-src 'nonce-{page.all('//style/@nonce')[0]}' {stripe.url};" in policy
        assert f"connect-src {stripe.url}" in policy
        assert await stripe.pay(checkout["intent_id"]) == 200
        back = f"{url}/paid?payment_intent=x&payment_intent_client_secret=y&redirect_status=failed"
        after = await look(http, f"{back}&lang=en")
    assert after.all("//h1") == ["Paid"] and "200.00" in after.text
    assert await state(payer, made) == ("paid", "200.00", "0.00")
