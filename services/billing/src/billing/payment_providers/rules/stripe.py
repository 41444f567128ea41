"""Stripe as it is read and written: amounts, objects, errors and signatures.

By docs.stripe.com: currencies, api/payment_intents, api/refunds, api/errors, webhooks/signature.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from billing.payment_providers.rules.port import (
    AmountNotPayable,
    BackState,
    CurrencyNotPayable,
    Dispute,
    Funds,
    Intent,
    IntentStatus,
    Notice,
    NoticeRefused,
    PagePart,
    ProviderRefused,
    ProviderUnavailable,
    RefundStatus,
)
from chassis.money import digits

Json = dict[str, Any]
TOLERANCE: Final = 300
_STRIPE: Final = "https://js.stripe.com"
# Whole units, whatever ISO says; ISO has two digits for MGA.
_WHOLE: Final = frozenset({
    "BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF",
    "XOF", "XPF",
})  # fmt: skip
# The last of their three digits has to be 0, as cards know two.
_THREE: Final = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})
_INTENTS: Final[Mapping[str, IntentStatus]] = {
    "requires_payment_method": "requires_payment", "requires_confirmation": "requires_payment",
    "requires_action": "requires_payment", "requires_capture": "processing",
    "processing": "processing", "succeeded": "succeeded", "canceled": "cancelled",
}  # fmt: skip
_REFUNDS: Final[Mapping[str, RefundStatus]] = {
    "pending": "pending", "requires_action": "pending", "succeeded": "succeeded",
    "failed": "failed", "canceled": "failed",
}  # fmt: skip
# Of these it may be done, or will be if it is asked again: not a refusal.
_AGAIN: Final = frozenset({409, 424, 425, 429})


def _places(currency: str) -> int:
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THREE else 2


def written(amount_minor: int, currency: str) -> int:
    """An amount as Stripe counts it; raises AmountNotPayable and CurrencyNotPayable."""
    ours, theirs = digits(currency), _places(currency)
    if ours > theirs:
        if ours == 3:
            raise CurrencyNotPayable(field="currency", currency=currency)
        one: int = 10 ** (ours - theirs)
        whole, rest = divmod(amount_minor, one)
        if rest:
            raise AmountNotPayable(field="amount", currency=currency, digits="00")
        return whole
    if theirs == 3 and amount_minor % 10:
        raise AmountNotPayable(field="amount", currency=currency, digits="0")
    more: int = 10 ** (theirs - ours)
    return amount_minor * more


def read(amount: int, currency: str) -> int:
    """What Stripe counts so, in our minor units."""
    ours, theirs = digits(currency), _places(currency)
    if ours >= theirs:
        return int(amount * 10 ** (ours - theirs))
    return amount // int(10 ** (theirs - ours))


def intent(found: Json) -> Intent:
    """A PaymentIntent; raises ProviderUnavailable for what is none."""
    try:
        status, currency = _INTENTS[found["status"]], found["currency"].upper()
        error = found.get("last_payment_error") or {}
        has_failed = bool(error) and found["status"] == "requires_payment_method"
        taken = found.get("amount_received") if status == "succeeded" else None
        return Intent(
            id=found["id"], status="failed" if has_failed else status,
            amount_minor=read(taken or found["amount"], currency), currency=currency,
            checkout_id=_id(found, "checkout_id"), client_secret=found.get("client_secret"),
            failure_code=(error.get("decline_code") or error.get("code") or "declined")
            if has_failed else None,
        )  # fmt: skip
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ProviderUnavailable() from error


def refund(found: Json) -> BackState:
    """A Refund; raises ProviderUnavailable for what is none."""
    try:
        status = _REFUNDS[found.get("status") or "pending"]
        reason = found.get("failure_reason") or ("cancelled" if status == "failed" else None)
        return BackState(
            id=found["id"], status=status, refund_id=_id(found, "refund_id"),
            amount_minor=read(found["amount"], found["currency"].upper()), failure_code=reason,
        )  # fmt: skip
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ProviderUnavailable() from error


def dispute(found: Json) -> tuple[str, Dispute]:
    """A Dispute and the id of its PaymentIntent; raises ProviderUnavailable for what is none."""
    try:
        amount = read(found["amount"], found["currency"].upper())
        made = Dispute(
            id=found["id"], status=found["status"], reason=found["reason"], amount_minor=amount,
            funds=_funds(found.get("balance_transactions") or []),
        )  # fmt: skip
        return found["payment_intent"], made
    except (KeyError, AttributeError, TypeError, ValueError) as error:
        raise ProviderUnavailable() from error


def _funds(moved: list[Json]) -> Funds:
    """By api/disputes/object: what left the account's balance by it, and what came again; in the
    currency of that balance, so only the sign tells.
    """
    if not moved:
        return "kept"
    return "withdrawn" if sum(one["amount"] for one in moved) < 0 else "reinstated"


def check(status: int, found: Json) -> Json:
    """An answer that is what was asked for; raises ProviderRefused and ProviderUnavailable."""
    if status < 300:
        return found
    if status >= 500 or status in _AGAIN:
        raise ProviderUnavailable()
    error = found.get("error")
    told = error if isinstance(error, dict) else {}
    reason = told.get("decline_code") or told.get("code") or told.get("type") or str(status)
    raise ProviderRefused(reason=str(reason))


def page(script: str, api: str) -> PagePart:
    """Stripe.js and its Payment Element; docs.stripe.com/security/guide, "Content security policy".

    Elsewhere than at Stripe, one place serves what here comes from several.
    """
    place = _origin(script)
    loaded = f"{place} https://*.js.stripe.com" if place == _STRIPE else place
    framed = f"{loaded} https://hooks.stripe.com" if place == _STRIPE else place
    return PagePart(script=script, template="pay_stripe.js", sources={
        "script-src": f"'nonce-{{nonce}}' {loaded}", "frame-src": framed,
        "connect-src": _origin(api),
    })  # fmt: skip


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def notice(header: str, body: bytes, secret: str, now: datetime) -> Notice | None:
    """What an event is about, if its signature holds and is not old; raises NoticeRefused."""
    _check_signature(header, body, secret, int(now.timestamp()))
    try:
        event = orjson.loads(body)
        kind, about = event["type"], event["data"]["object"]
        if kind.startswith("payment_intent."):
            return Notice(intent_id=about["id"], checkout_id=_id(about, "checkout_id"))
        if kind.startswith("charge.dispute."):
            return Notice(intent_id=about["payment_intent"], dispute_id=about["id"])
        if kind.startswith(("refund.", "charge.refund")):
            return Notice(intent_id=about["payment_intent"])
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise NoticeRefused() from error
    return None


def _check_signature(header: str, body: bytes, secret: str, now: int) -> None:
    parts = [one.strip().partition("=") for one in header.split(",")]
    times = [value for name, _, value in parts if name == "t"]
    given = [value for name, _, value in parts if name == "v1"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit():
        raise NoticeRefused()
    if len(times[0]) > 12 or abs(now - int(times[0])) > TOLERANCE:
        raise NoticeRefused()
    signed = f"{times[0]}.".encode() + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    if not any(hmac.compare_digest(one.encode(), expected.encode()) for one in given):
        raise NoticeRefused()


def _id(found: Json, name: str) -> UUID | None:
    """An id that we wrote beside it, if it is ours at all."""
    text = (found.get("metadata") or {}).get(name)
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
