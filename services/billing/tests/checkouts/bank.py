"""A provider of online payments as the port says it is: what it was asked, and what payers do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from billing.payment_providers.rules.port import (
    Asked,
    Back,
    BackState,
    Dispute,
    Intent,
    Notice,
    NoticeRefused,
    PagePart,
    ProviderUnavailable,
)
from billing.payment_providers.rules.stripe import page as stripe_page
from billing.payment_providers.rules.stripe import written


class Bank:
    """Keeps intents and refunds in memory; asked twice by one key it gives the same."""

    def __init__(self) -> None:
        self.intents: dict[str, Intent] = {}
        self.refunds: dict[str, tuple[str, BackState]] = {}
        self.disputes: dict[str, tuple[str, Dispute]] = {}
        self.asked: list[str] = []
        self.failure: Exception | None = None
        self.loses_answers = False
        self.refund_status: Any = "succeeded"

    def check_amount(self, amount_minor: int, currency: str) -> None:
        written(amount_minor, currency)

    async def start(self, asked: Asked) -> Intent:
        self._hear("start")
        found = self.intents.setdefault(f"pi_{asked.checkout_id.hex}", Intent(
            id=f"pi_{asked.checkout_id.hex}", status="requires_payment",
            amount_minor=asked.amount_minor, currency=asked.currency,
            checkout_id=asked.checkout_id, client_secret=f"pi_{asked.checkout_id.hex}_secret",
        ))  # fmt: skip
        if self.loses_answers:
            raise ProviderUnavailable()
        return found

    async def find(self, intent_id: str) -> Intent:
        self._hear("find")
        return self.intents[intent_id]

    async def cancel(self, intent_id: str) -> Intent:
        self._hear("cancel")
        if self.intents[intent_id].status != "succeeded":
            self.becomes(intent_id, "cancelled")
        return self.intents[intent_id]

    async def refund(self, back: Back) -> BackState:
        self._hear("refund")
        for _, one in self.refunds.values():
            if one.refund_id == back.refund_id:
                return one
        made = BackState(
            id=f"re_{back.refund_id.hex}", status=self.refund_status,
            amount_minor=back.amount_minor, refund_id=back.refund_id,
        )  # fmt: skip
        self.refunds[made.id] = (back.intent_id, made)
        if self.loses_answers:
            raise ProviderUnavailable()
        return made

    async def refunds_of(self, intent_id: str) -> list[BackState]:
        self._hear("refunds_of")
        return [one for about, one in self.refunds.values() if about == intent_id]

    async def dispute(self, dispute_id: str) -> tuple[str, Dispute]:
        self._hear("dispute")
        return self.disputes[dispute_id]

    async def test(self) -> None:
        self._hear("test")

    def page(self) -> PagePart:
        return stripe_page("https://bank.example/script/", "https://api.bank.example")

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        if headers.get("stripe-signature") != "good":
            raise NoticeRefused()
        told = orjson.loads(body)
        if "checkout_id" in told:
            told["checkout_id"] = UUID(told["checkout_id"])
        return Notice(**told) if told else None

    def becomes(self, intent_id: str, status: Any, **more: Any) -> None:
        """What a payer, or their bank, does."""
        known = self.intents[intent_id]
        plain = {name: getattr(known, name) for name in (
            "id", "amount_minor", "currency", "checkout_id", "client_secret",
        )}  # fmt: skip
        self.intents[intent_id] = Intent(**(plain | {"status": status} | more))

    def refund_becomes(self, refund_id: str, status: Any, **more: Any) -> None:
        """What the payer's bank does."""
        about, known = self.refunds[refund_id]
        self.refunds[refund_id] = (about, BackState(
            id=known.id, status=status, amount_minor=known.amount_minor,
            refund_id=known.refund_id, **more,
        ))  # fmt: skip

    def _hear(self, what: str) -> None:
        self.asked.append(what)
        if self.failure is not None:
            raise self.failure
