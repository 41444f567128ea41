"""What a provider of online payments is asked for, whoever it is: docs/payment-providers.md."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, Malformed, Unavailable

Kind = Literal["stripe"]
IntentStatus = Literal["requires_payment", "processing", "succeeded", "failed", "cancelled"]
RefundStatus = Literal["pending", "succeeded", "failed"]
Funds = Literal["kept", "withdrawn", "reinstated"]


class ProviderUnavailable(Unavailable):
    """It did not answer, or with something else than it should; what was asked for may be done."""

    code = "payment_provider_unavailable"
    detail = "The payment provider does not answer as it should; try again later."


class ProviderRefused(Conflict):
    """It understood and will not; nothing was done. `reason` is its own word for it."""

    code = "payment_provider_refused"
    detail = "The payment provider refuses this: {reason}."

    @property
    def reason(self) -> str:
        """What the provider calls it."""
        return str(self.params["reason"])


class AmountNotPayable(Invalid):
    """Providers take no fractions that cards do not know."""

    code = "amount_not_payable_online"
    detail = "The payment provider takes no such amount in {currency}: it ends in {digits}."


class CurrencyNotPayable(Invalid):
    """Nobody takes it."""

    code = "currency_not_payable_online"
    detail = "The payment provider takes no {currency}."


class NoticeRefused(Malformed):
    """Not from the provider, or too old: it may be an earlier one that somebody sends again."""

    code = "invalid_signature"
    detail = "This does not come from the payment provider, or too late."


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A payment to be prepared; the checkout's id makes a repeated question the same one."""

    tenant_id: UUID
    checkout_id: UUID
    amount_minor: int
    currency: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """Where a payment stands at its provider; `client_secret` lets a page finish it.

    `amount_minor` is what was taken once it succeeded, before that what is asked for.
    """

    id: str
    status: IntentStatus
    amount_minor: int
    currency: str
    checkout_id: UUID | None
    failure_code: str | None = None
    client_secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PagePart:
    """How a page lets a payer finish a payment: by the provider's own parts, which their `script`
    puts into it. `template` is the script of ours that asks for them, `sources` what the page's
    policy has to let it do, by directive; `{nonce}` stands for the page's own.
    """

    script: str
    template: str
    sources: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Back:
    """Money that is to go back; the refund's id makes a repeated question the same one."""

    refund_id: UUID
    intent_id: str
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackState:
    """Where a refund stands at its provider; one that was not asked for here has no `refund_id`."""

    id: str
    status: RefundStatus
    amount_minor: int
    refund_id: UUID | None
    failure_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """The payer's bank wants the money back. `funds` says whether it has taken it, or taken it and
    given it up, whatever the provider calls where the dispute stands.
    """

    id: str
    status: str
    reason: str
    amount_minor: int
    funds: Funds


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a provider's event is about; what it says of it is not believed but asked for."""

    intent_id: str | None = None
    checkout_id: UUID | None = None
    dispute_id: str | None = None


class PaymentProvider(Protocol):
    """One account at one provider. Each raises ProviderUnavailable, and ProviderRefused where
    nothing was done and asking again would change nothing.
    """

    def check_amount(self, amount_minor: int, currency: str) -> None:
        """Raises AmountNotPayable and CurrencyNotPayable."""

    async def start(self, asked: Asked) -> Intent:
        """Prepare a payment; asked again with the same checkout it is the same one."""

    async def find(self, intent_id: str) -> Intent:
        """Where a payment stands now."""

    async def cancel(self, intent_id: str) -> Intent:
        """Let it not be paid any more; where it stands then, which may be paid."""

    async def refund(self, back: Back) -> BackState:
        """Give money back; asked again with the same refund it is the same one."""

    async def refunds_of(self, intent_id: str) -> list[BackState]:
        """What went back of a payment, by whoever's wish."""

    async def dispute(self, dispute_id: str) -> tuple[str, Dispute]:
        """A dispute, and the payment that it is about."""

    async def test(self) -> None:
        """Whether the keys are those of an account."""

    def page(self) -> PagePart:
        """What a page needs besides the publishable key and the client's secret."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Notice | None:
        """What an event is about, or None if it is nothing to us; raises NoticeRefused."""
