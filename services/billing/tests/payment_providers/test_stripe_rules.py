"""Stripe as it is read and written: amounts, signatures, answers."""

import hashlib
import hmac
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.payment_providers.rules import stripe
from billing.payment_providers.rules.port import (
    AmountNotPayable,
    CurrencyNotPayable,
    Notice,
    NoticeRefused,
    ProviderRefused,
    ProviderUnavailable,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)
AT = int(NOW.timestamp())
SECRET, BODY = "whsec_1", b'{"type":"charge.updated","data":{"object":{}}}'
INTENT: dict[str, Any] = {
    "id": "pi_1", "status": "succeeded", "amount": 100, "amount_received": 90, "currency": "sar",
    "metadata": {"checkout_id": "01890a5d-ac96-774b-bcce-b302099a8057"},
}  # fmt: skip


def header(at: int, body: bytes = BODY, secret: str = SECRET) -> str:
    signed = f"{at}.".encode() + body
    return f"t={at},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def told(body: bytes) -> Notice | None:
    return stripe.notice(header(AT, body), body, SECRET, NOW)


@pytest.mark.parametrize(("minor", "currency", "theirs"), [
    (11500, "SAR", 11500), (500, "JPY", 500), (1250, "KWD", 1250), (500, "ISK", 50000),
    (500, "UGX", 50000), (500, "MGA", 5),
])  # fmt: skip
def test_amounts_are_counted_as_stripe_does(minor: int, currency: str, theirs: int) -> None:
    """BI-09: docs.stripe.com/currencies: zero, three and special digits."""
    assert stripe.written(minor, currency) == theirs
    assert stripe.read(theirs, currency) == minor


@pytest.mark.parametrize(("minor", "currency", "failure"), [
    (1125, "KWD", AmountNotPayable), (150, "MGA", AmountNotPayable),
    (5000, "IQD", CurrencyNotPayable), (5000, "LYD", CurrencyNotPayable),
])  # fmt: skip
def test_what_they_do_not_count_is_refused(
    minor: int, currency: str, failure: type[Exception]
) -> None:
    """BI-09: nothing is rounded behind anybody's back."""
    with pytest.raises(failure):
        stripe.written(minor, currency)


@given(st.integers(1, 10**12), st.sampled_from(["SAR", "JPY", "KWD", "ISK", "UGX", "MGA", "USD"]))
def test_what_is_written_is_read_again(minor: int, currency: str) -> None:
    """BI-09"""
    try:
        theirs = stripe.written(minor, currency)
    except AmountNotPayable:
        assert currency in ("KWD", "MGA")
        return
    assert stripe.read(theirs, currency) == minor


def test_a_signature_holds_for_five_minutes() -> None:
    """GW-03: one of several is enough, as while the secret is changed."""
    for early in (-300, 0, 300):
        assert stripe.notice(header(AT + early), BODY, SECRET, NOW) is None
    both = f"{header(AT, secret='whsec_old')},{header(AT).split(',')[1]}"
    assert stripe.notice(both, BODY, SECRET, NOW) is None


@pytest.mark.parametrize("given", [
    "", "t=,v1=", "t=x,v1=y", "v1=aa", f"t={'9' * 400},v1=aa", "t=١,v1=aa", header(AT - 301),
    header(AT + 301), header(AT, secret="whsec_2"), header(AT, body=b"{}"),
    header(AT).replace("v1=", "v0="), f"t={AT},{header(AT)}", f"t={AT},v1=é",
])  # fmt: skip
def test_other_signatures_are_refused(given: str) -> None:
    """GW-03: old, of another secret, of another body, and what is no signature."""
    with pytest.raises(NoticeRefused):
        stripe.notice(given, BODY, SECRET, NOW)


def test_events_say_what_they_are_about() -> None:
    """BI-12: and nothing else of them is believed."""
    about = b'{"type":"payment_intent.succeeded","data":{"object":{"id":"pi_1"}}}'
    assert told(about) == Notice(intent_id="pi_1")
    about = (b'{"type":"charge.dispute.created","data":{"object":{"id":"dp_1",'
             b'"payment_intent":"pi_1"}}}')  # fmt: skip
    assert told(about) == Notice(intent_id="pi_1", dispute_id="dp_1")
    about = b'{"type":"refund.failed","data":{"object":{"id":"re_1","payment_intent":"pi_1"}}}'
    assert told(about) == Notice(intent_id="pi_1")
    for broken in (b"", b"[]", b"{}", b'{"type":1,"data":{"object":{}}}',
                   b'{"type":"payment_intent.succeeded","data":{"object":[]}}'):  # fmt: skip
        with pytest.raises(NoticeRefused):
            told(broken)


@pytest.mark.parametrize(("moved", "funds"), [
    (None, "kept"), ([], "kept"), ([-26_500], "withdrawn"), ([-26_500, 26_500], "reinstated"),
    ([-26_500, 26_500, -26_500], "withdrawn"),
])  # fmt: skip
def test_what_moved_says_whether_the_money_is_gone(moved: list[int] | None, funds: str) -> None:
    """By what left the account's balance and came again, which may be in another currency."""
    found = {
        "id": "dp_1", "status": "needs_response", "reason": "fraudulent", "amount": 10_000,
        "currency": "sar", "payment_intent": "pi_1",
        "balance_transactions": moved and [{"amount": one, "currency": "usd"} for one in moved],
    }  # fmt: skip
    about, dispute = stripe.dispute(found)
    assert (about, dispute.amount_minor, dispute.funds) == ("pi_1", 10_000, funds)
    with pytest.raises(ProviderUnavailable):
        stripe.dispute(found | {"balance_transactions": [{"amount": "x"}]})


def test_intents_are_read() -> None:
    """BI-12: what was taken, not what was asked for; and what is no intent is no answer."""
    assert stripe.intent(INTENT).amount_minor == 90
    error = {"code": "card_declined", "decline_code": "insufficient_funds"}
    found = stripe.intent(
        INTENT | {"status": "requires_payment_method", "last_payment_error": error}
    )
    assert (found.status, found.failure_code) == ("failed", "insufficient_funds")
    assert stripe.intent(INTENT | {"metadata": {"checkout_id": "x"}}).checkout_id is None
    for broken in ({}, INTENT | {"status": "new"}, INTENT | {"currency": None}):
        with pytest.raises(ProviderUnavailable):
            stripe.intent(broken)


@pytest.mark.parametrize(("status", "failure"), [
    (400, ProviderRefused), (402, ProviderRefused), (404, ProviderRefused),
    (409, ProviderUnavailable), (429, ProviderUnavailable), (500, ProviderUnavailable),
])  # fmt: skip
def test_only_what_was_not_done_is_a_refusal(status: int, failure: type[Exception]) -> None:
    """BI-09: docs.stripe.com/api/errors"""
    assert stripe.check(200, INTENT) == INTENT
    with pytest.raises(failure):
        stripe.check(status, {"error": {"code": "x"}})
