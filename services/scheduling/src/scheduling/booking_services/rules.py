"""What can be booked: how long it takes, with whom, for how many, and by which terms."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import Money, digits

Json = dict[str, Any]
CreditAfter = Literal["consume", "release"]
MOST_STAFF: Final = 1_000
MOST_RESOURCES: Final = 20
MOST_CAPACITY: Final = 1_000
# What a company has it like that said nothing of it.
POLICY: Final[Json] = {
    "notice_minutes": 0, "horizon_days": 60, "cancel_notice_minutes": 1_440,
    "auto_confirm": False, "hold_minutes": 15, "waiting_list": True,
    "late_cancellation": "consume", "no_show": "consume",
}  # fmt: skip


class Bookable(Protocol):
    """What others look at of a service."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def name(self) -> dict[str, str]: ...
    @property
    def description(self) -> dict[str, str] | None: ...
    @property
    def duration_minutes(self) -> int: ...
    @property
    def buffer_before(self) -> int: ...
    @property
    def buffer_after(self) -> int: ...
    @property
    def slot_minutes(self) -> int | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def price_minor(self) -> int | None: ...
    @property
    def deposit_minor(self) -> int | None: ...
    @property
    def tax_id(self) -> UUID | None: ...
    @property
    def staff_ids(self) -> list[UUID]: ...
    @property
    def resource_ids(self) -> list[UUID]: ...
    @property
    def capacity(self) -> int: ...
    @property
    def credit_type_id(self) -> UUID | None: ...
    @property
    def credit_amount(self) -> str: ...
    @property
    def policy(self) -> Json: ...
    @property
    def is_public(self) -> bool: ...


class ServiceNotFound(NotFound):
    """No such booking service."""

    code = "booking_service_not_found"
    detail = "There is no such service."


class UnknownService(Invalid):
    """A body names a service that is not there."""

    code = "unknown_reference"
    detail = "There is no such service."


class ServiceInactive(Conflict):
    """What is put away is not booked any more."""

    code = "booking_service_inactive"
    detail = "This service is not booked any more."


class ServiceInUse(Conflict):
    """What was booked stays, so that one can see what it was."""

    code = "booking_service_in_use"
    detail = "This service was booked. Make it inactive instead."


class ServiceExternalIdTaken(Conflict):
    """What a partner's system calls it names one service."""

    code = "external_id_taken"
    detail = "Another service has this external id."


class UnknownCurrency(Invalid):
    """Not a currency of ISO 4217 that has amounts."""

    code = "unknown_currency"
    detail = "A currency is written with the three letters of ISO 4217, like SAR."


class NotAPrice(Invalid):
    """More digits than the currency has."""

    code = "not_a_price"
    detail = "Prices in {currency} have at most {digits} decimal digits."


class DepositTooLarge(Invalid):
    """More is not paid before than at all."""

    code = "deposit_too_large"
    detail = "A deposit is no more than the price."


class NamedTwice(Invalid):
    """Each stands once."""

    code = "named_twice"
    detail = "This is named twice."


def price_minor(text: str | None, currency: str, field: str) -> int | None:
    """A price in the smallest part of its currency; raises UnknownCurrency and NotAPrice."""
    try:
        places = digits(currency)
    except ValueError:
        raise UnknownCurrency(field="currency") from None
    if text is None:
        return None
    try:
        return Money.parse(text, currency).amount_minor
    except ValueError:
        raise NotAPrice(field=field, currency=currency, digits=places) from None


def check_deposit(deposit: int | None, price: int | None) -> None:
    """Raises DepositTooLarge."""
    if deposit and deposit > (price or 0):
        raise DepositTooLarge(field="deposit")


def check_once(ids: Sequence[UUID], field: str) -> None:
    """Raises NamedTwice."""
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise NamedTwice(field=f"{field}.{place}")


def bookable(policy: Json, now: datetime) -> tuple[datetime, datetime]:
    """From and until when it may begin, by its notice and horizon."""
    earliest = now + timedelta(minutes=policy["notice_minutes"])
    return earliest, now + timedelta(days=policy["horizon_days"])
