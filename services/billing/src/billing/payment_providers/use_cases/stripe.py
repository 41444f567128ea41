"""Stripe over HTTP; what is read and written is in rules/stripe.py."""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from billing.payment_providers.rules import stripe
from billing.payment_providers.rules.port import (
    Asked,
    Back,
    BackState,
    Dispute,
    Intent,
    Notice,
    NoticeRefused,
    PagePart,
    ProviderRefused,
    ProviderUnavailable,
)
from chassis.addresses import Unreachable
from chassis.outbound import Outbound

Json = dict[str, Any]
# What is read here is written for this version, whatever the account is set to.
_VERSION: Final = "2024-06-20"
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Places:
    """Where Stripe is: its API, and the script that pages load."""

    api: str
    script: str


class Stripe:
    """An account at Stripe: PaymentIntents, which its own page parts finish."""

    def __init__(self, outbound: Outbound, at: Places, key: str, signing: str | None) -> None:
        self._outbound = outbound
        self._url, self._script = at.api.rstrip("/"), at.script
        self._authorization = "Basic " + b64encode(f"{key}:".encode()).decode()
        self._signing = signing

    def check_amount(self, amount_minor: int, currency: str) -> None:
        """Raises AmountNotPayable and CurrencyNotPayable."""
        stripe.written(amount_minor, currency)

    async def start(self, asked: Asked) -> Intent:
        """A PaymentIntent, made once for a checkout."""
        return stripe.intent(await self._post("/v1/payment_intents", {
            "amount": stripe.written(asked.amount_minor, asked.currency),
            "currency": asked.currency.lower(),
            "metadata[tenant_id]": asked.tenant_id, "metadata[checkout_id]": asked.checkout_id,
            "metadata[document]": asked.description,
        }, key=f"checkout-{asked.checkout_id}"))  # fmt: skip

    async def find(self, intent_id: str) -> Intent:
        """A PaymentIntent as it is now."""
        return stripe.intent(await self._get(f"/v1/payment_intents/{intent_id}"))

    async def cancel(self, intent_id: str) -> Intent:
        """A PaymentIntent that is not paid any more, or was paid meanwhile."""
        try:
            return stripe.intent(
                await self._post(f"/v1/payment_intents/{intent_id}/cancel", {}, key=None)
            )
        except ProviderRefused:
            return await self.find(intent_id)

    async def refund(self, back: Back) -> BackState:
        """A Refund, made once; Stripe forgets its keys after a day, so it is looked for first."""
        for one in await self.refunds_of(back.intent_id):
            if one.refund_id == back.refund_id:
                return one
        return stripe.refund(await self._post("/v1/refunds", {
            "payment_intent": back.intent_id,
            "amount": stripe.written(back.amount_minor, back.currency),
            "metadata[refund_id]": back.refund_id,
        }, key=f"refund-{back.refund_id}"))  # fmt: skip

    async def refunds_of(self, intent_id: str) -> list[BackState]:
        """The Refunds of a PaymentIntent, a hundred at most."""
        query = urlencode({"payment_intent": intent_id, "limit": 100})
        found = await self._get(f"/v1/refunds?{query}")
        if not isinstance(some := found.get("data"), list):
            raise ProviderUnavailable()
        return [stripe.refund(one) for one in some]

    async def dispute(self, dispute_id: str) -> tuple[str, Dispute]:
        """A Dispute, and the id of its PaymentIntent."""
        return stripe.dispute(await self._get(f"/v1/disputes/{dispute_id}"))

    async def test(self) -> None:
        """Whether the secret key may do what it is for: read payments."""
        await self._get("/v1/payment_intents?limit=1")

    def page(self) -> PagePart:
        """Stripe.js and its Payment Element."""
        return stripe.page(self._script, self._url)

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        """What an event is about; raises NoticeRefused."""
        if self._signing is None:
            raise NoticeRefused()
        return stripe.notice(headers.get("stripe-signature", ""), body, self._signing, now)

    async def _get(self, path: str) -> Json:
        return await self._ask("GET", path, {}, b"")

    async def _post(self, path: str, form: Mapping[str, object], *, key: str | None) -> Json:
        named = {"Idempotency-Key": key} if key else {}
        return await self._ask("POST", path, named | {"Content-Type": _FORM}, _encoded(form))

    async def _ask(self, method: str, path: str, more: Mapping[str, str], body: bytes) -> Json:
        headers = {"Authorization": self._authorization, "Stripe-Version": _VERSION, **more}
        try:
            status, found = await self._outbound.ask(method, self._url + path, headers, body)
        except Unreachable as error:
            raise ProviderUnavailable() from error
        return stripe.check(status, found)


def _encoded(form: Mapping[str, object]) -> bytes:
    return urlencode({name: str(value) for name, value in form.items()}).encode()
