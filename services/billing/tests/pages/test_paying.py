"""The page on which a client pays, and the one they come back to."""

import asyncio

import pytest

from billing.payment_providers.rules.port import ProviderUnavailable
from billing.payment_providers.rules.stripe import page as stripe_page
from services.billing.tests.checkouts.bank import Bank
from services.billing.tests.checkouts.making import CHECKOUTS, bank_of, begin, provider
from services.billing.tests.estimates.making import anybody
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES
from services.billing.tests.pages.reading import BROWSER, Page, look
from services.billing.tests.payments.making import client, state
from services.billing.tests.public_invoices.making import sent

FORM = {"Content-Type": "application/x-www-form-urlencoded", **BROWSER}


async def payable(owner: Person, **fields: str) -> tuple[Bank, Json, str]:
    """An invoice of 200 whose company takes money online, and its link."""
    bank = bank_of(owner)
    await provider(owner)
    made, url = await sent(owner, client_id=await client(owner), currency="SAR", **fields)
    return bank, made, url


async def test_an_invoice_has_a_way_to_pay_where_there_is_one(owner: Person) -> None:
    """BI-09: as the API's `pay_methods`; a deposit by itself as long as nothing is paid."""
    _, bare = await sent(owner)
    async with anybody(owner) as http:
        assert not (await look(http, bare)).root.xpath("//form")
        assert (await http.post(f"{bare}/pay", headers=FORM)).status_code == 409
        _, made, url = await payable(owner, deposit="50.00")
        page = await look(http, f"{url}?lang=en")
        assert page.all("//form/@action") == [f"{url}/pay?lang=en"] * 2
        assert page.all("//form/input/@value") == ["50.00"]
        assert not page.root.xpath("//script")
        await owner.post(f"{INVOICES}/{made['id']}/write-off")
        assert not (await look(http, url)).root.xpath("//form")


async def test_it_is_paid_on_a_page_by_the_provider_s_own_parts(owner: Person) -> None:
    """BI-09, GW-03: once however often it is sent; nothing else is loaded, nothing runs bare."""
    bank, made, url = await payable(owner)
    async with anybody(owner) as http:
        answers = await asyncio.gather(*(
            http.post(f"{url}/pay?lang=en", headers=FORM) for _ in range(5)
        ))  # fmt: skip
        assert {(one.status_code, one.headers["location"]) for one in answers} == {
            (303, f"{url}/pay?lang=en")
        }
        page = await look(http, f"{url}/pay?lang=en")
    [begun] = (await owner.get(CHECKOUTS, invoice_id=made["id"]))["items"]
    assert page.all("//form/@data-secret") == [bank.intents[begun["intent_id"]].client_secret]
    assert page.all("//form/@data-back") == [f"{url}/paid?lang=en"]
    assert "200.00" in page.text and page.all("//noscript") and "no real money" in page.text
    [nonce] = page.all("//style/@nonce")
    assert page.all("//script/@nonce") == [nonce] * 2
    assert page.all("//script/@src") == ["https://bank.example/script/"]
    policy = page.answer.headers["content-security-policy"]
    assert f"script-src 'nonce-{nonce}' https://bank.example;" in policy
    assert "unsafe" not in policy and "connect-src https://api.bank.example" in policy


async def test_a_deposit_is_paid_by_itself(owner: Person) -> None:
    """BI-09: no other part is, by a client."""
    _, _, url = await payable(owner, deposit="50.00")
    async with anybody(owner) as http:
        wrong = await http.post(f"{url}/pay", data={"amount": "49.00"}, headers=FORM)
        assert wrong.status_code == 422
        right = await http.post(f"{url}/pay", data={"amount": "50.00"}, headers=FORM)
        assert right.status_code == 303
        page = await look(http, f"{url}/pay")
    assert page.all("//*[@class='figure']") == ["50.00 SAR"]


async def test_what_staff_began_is_gone_on_with(owner: Person) -> None:
    """BI-09: the part that they asked for."""
    _, made, url = await payable(owner)
    await begin(owner, made, amount="70.00")
    async with anybody(owner) as http:
        page = await look(http, f"{url}/pay")
    assert page.all("//*[@class='figure']") == ["70.00 SAR"]


@pytest.mark.parametrize(
    ("status", "heading", "may_retry"),
    [("succeeded", "Paid", False), ("processing", "Being processed", False),
     ("failed", "The payment failed", True), ("requires_payment", "Not paid yet", True),
     ("cancelled", "The payment was called off", False)],
)  # fmt: skip
async def test_who_comes_back_is_told_what_the_provider_says(
    owner: Person, status: str, heading: str, may_retry: bool
) -> None:
    """BI-09: whatever stands in the address that they come back by."""
    bank, made, url = await payable(owner)
    begun = await begin(owner, made)
    bank.becomes(begun["intent_id"], status, failure_code="x" if status == "failed" else None)
    async with anybody(owner) as http:
        page = await look(http, f"{url}/paid?lang=en&redirect_status=succeeded&payment_intent=pi_x")
        again = await http.get(f"{url}/pay", headers=BROWSER)
    assert page.answer.status_code == 200 and page.all("//h1") == [heading]
    assert bool(page.root.xpath("//form")) is may_retry and not page.root.xpath("//script")
    assert bool(page.root.xpath("//meta[@http-equiv='refresh']")) is (status == "processing")
    assert ((await state(owner, made))[0] == "paid") is (status == "succeeded")
    if status == "processing":
        assert (again.status_code, again.headers["location"]) == (303, f"{url}/paid")
    elif not may_retry:
        assert (again.status_code, again.headers["location"]) == (303, url)


@pytest.mark.parametrize("status", ["succeeded", "processing"])
async def test_who_goes_back_after_paying_is_not_asked_to_pay_again(
    owner: Person, status: str
) -> None:
    """BI-09: also before the provider has told anybody."""
    bank, made, url = await payable(owner)
    bank.becomes((await begin(owner, made))["intent_id"], status)
    async with anybody(owner) as http:
        again = await http.get(f"{url}/pay", headers=BROWSER)
    assert (again.status_code, again.headers["location"]) == (303, f"{url}/paid")


async def test_a_provider_that_is_away_is_a_page(owner: Person) -> None:
    """BI-09: with a way back to the invoice; nobody has begun anything there."""
    bank, _, url = await payable(owner)
    bank.failure = ProviderUnavailable()
    async with anybody(owner) as http:
        answer = await http.post(f"{url}/pay", headers=FORM)
        nothing = await look(
            http,
            f"{url}/paid?lang=en",
        )
        nowhere = await look(http, f"/v1/public/invoices/{'x' * 43}/pay")
    assert answer.status_code == 503 and Page(answer).all("//article//a/@href") == [
        f"{url}?lang=ar"
    ]
    assert nothing.answer.status_code == 200
    assert nowhere.answer.status_code == 404


def test_stripe_s_page_is_let_do_what_stripe_says() -> None:
    """BI-09: its script and frames come from several places, at Stripe."""
    part = stripe_page("https://js.stripe.com/v3/", "https://api.stripe.com")
    assert part.sources == {
        "script-src": "'nonce-{nonce}' https://js.stripe.com https://*.js.stripe.com",
        "frame-src": "https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
        "connect-src": "https://api.stripe.com",
    }
