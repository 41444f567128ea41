"""What a booking keeps of its service, and what billing is asked for it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

from chassis.money import Money
from scheduling.booking_services.rules import Bookable

Json = dict[str, Any]


class Standing(Protocol):
    """How a booking stands, for who shows it."""

    @property
    def id(self) -> UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def held_until(self) -> datetime | None: ...
    @property
    def terms(self) -> Json: ...


def terms(service: Bookable) -> Json:
    """What a booking keeps, whatever becomes of the service: plain JSON.

    `{service_id, version, name, currency, price | null, deposit | null, tax_id | null,
    credit_type_id | null, credit_amount, policy}`; money is text with the currency's digits, each
    of one seat.
    """
    return {
        "service_id": str(service.id), "version": service.version, "name": service.name,
        "currency": service.currency, "price": _written(service.price_minor, service.currency),
        "deposit": _written(service.deposit_minor, service.currency),
        "tax_id": str(service.tax_id) if service.tax_id else None,
        "credit_type_id": str(service.credit_type_id) if service.credit_type_id else None,
        "credit_amount": service.credit_amount, "policy": service.policy,
    }  # fmt: skip


def credit_of(kept: Mapping[str, Any], seats: int) -> str:
    """How much credit so many seats take, with as many decimals as one does."""
    return f"{Decimal(kept['credit_amount']) * seats:f}"


def invoice_request(kept: Mapping[str, Any], client_id: UUID, seats: int, said: str) -> Json:
    """What billing is asked for, by the names of CreateInvoiceRequest: a draft."""
    currency = kept["currency"]
    line = {"description": said, "quantity": str(seats), "unit_price": kept["price"]}
    asked: Json = {"client_id": str(client_id), "currency": currency}
    if kept["tax_id"]:
        line["tax_id"] = kept["tax_id"]
    if kept["deposit"]:
        one = Money.parse(kept["deposit"], currency)
        asked["deposit"] = Money(one.amount_minor * seats, currency).format()
    return asked | {"lines": [line]}


def free_until(booking: Standing) -> datetime:
    """Until when it is cancelled at no cost."""
    return booking.starts_at - timedelta(minutes=booking.terms["policy"]["cancel_notice_minutes"])


def spoken(name: Mapping[str, str]) -> str:
    """A name in all the languages it has."""
    return " · ".join(dict.fromkeys(name[one] for one in ("ar", "en") if name.get(one)))


def _written(minor: int | None, currency: str) -> str | None:
    return None if minor is None else Money(minor, currency).format()
