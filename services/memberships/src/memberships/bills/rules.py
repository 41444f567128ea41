"""Bills: what is asked of billing because of something here, once for its cause."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.errors import Invalid
from chassis.money import Money, digits, round_half_up

Json = dict[str, Any]
Terms = Mapping[str, Any]


class Kind(StrEnum):
    """Of what it is: each is told what became of its own."""

    PERIOD = "period"
    ORDER = "order"


class Action(StrEnum):
    """What billing is asked to do."""

    INVOICE = "invoice"
    CREDIT = "credit"
    WITHDRAW = "withdraw"


class State(StrEnum):
    """Pending until billing answered; `made` is what it did, `refused` what it did not."""

    PENDING = "pending"
    MADE = "made"
    REFUSED = "refused"


DELETED: Final = "deleted"
"""The status of a draft that is no more."""
PAID: Final = "paid"
CREDITED: Final = "credited"
WRITTEN_OFF: Final = "written_off"
# Of these nothing more is expected: what they asked for may be asked for again.
_ENDED: Final = frozenset({DELETED, "void", CREDITED})
LAST_VERSION: Final = 2**31 - 1
"""Of an invoice that is no more: nothing that is heard late of it is newer."""


class Standing(Protocol):
    """How an invoice stands."""

    @property
    def status(self) -> str: ...
    @property
    def paid_minor(self) -> int | None: ...


def is_paid(invoice: Standing) -> bool:
    """Whether what an invoice asks for was paid, be it but for a rest that was written off."""
    was_enough = invoice.status == WRITTEN_OFF and bool(invoice.paid_minor)
    return invoice.status == PAID or was_enough


def has_ended(invoice: Standing) -> bool:
    """Whether nobody expects it to be paid any more, and it was not."""
    is_lost = invoice.status == WRITTEN_OFF and not invoice.paid_minor
    return invoice.status in _ENDED or is_lost


def kept_share(total_minor: int | None, credited_minor: int | None) -> Fraction:
    """Which share of an invoice no credit note has taken off."""
    if not total_minor:
        return Fraction(1)
    return Fraction(max(total_minor - (credited_minor or 0), 0), total_minor)


class NotADiscount(Invalid):
    """An amount that the currency does not write, or more than what it is taken off."""

    code = "not_a_discount"
    detail = "A discount is an amount of {currency} up to the price, or a percentage up to 100."


def check_discount(terms: Terms, discount: Terms | None) -> None:
    """Raises NotADiscount."""
    if discount is None or discount["type"] == "percent":
        return
    currency = terms["currency"]
    try:
        taken = Money.parse(discount["value"], currency)
    except ValueError:
        raise NotADiscount(field="discount.value", currency=currency) from None
    if taken.amount_minor > Money.parse(terms["price"], currency).amount_minor:
        raise NotADiscount(field="discount.value", currency=currency)


def price_after(terms: Terms, discount: Terms | None) -> int:
    """What a package costs once a discount is taken off, in minor units; the joining fee apart."""
    currency = terms["currency"]
    price = Money.parse(terms["price"], currency).amount_minor
    if discount is None:
        return price
    value = Decimal(discount["value"])
    if discount["type"] == "percent":
        return price - round_half_up(price * value / 100)
    return max(price - round_half_up(value.scaleb(digits(currency))), 0)


def package_line(terms: Terms, discount: Terms | None) -> Json:
    """A package as a line of an invoice."""
    return _line(said(terms["name"]), terms["price"], terms["tax_id"], discount)


def fee_line(terms: Terms) -> Json:
    """What is paid for joining, with the package's tax."""
    return _line("رسوم الانضمام · Joining fee", terms["joining_fee"], terms["tax_id"], None)


def invoice_request(
    client_id: UUID, terms: Terms, lines: Sequence[Json], *, issue: bool, due: date | None = None
) -> Json:
    """What billing is asked for, by the names of CreateInvoiceRequest."""
    dated = {"due_date": due.isoformat()} if due else {}
    return {
        "client_id": str(client_id), "currency": terms["currency"], "lines": list(lines),
        "issue": issue, **dated,
    }  # fmt: skip


def said(name: Mapping[str, str]) -> str:
    """A name in all the languages it has."""
    return " · ".join(dict.fromkeys(name[one] for one in ("ar", "en") if name.get(one)))


def amount_off(minor: int, currency: str) -> Json:
    """A discount of so much."""
    return {"type": "amount", "value": Money(minor, currency).format()}


def _line(text: str, price: str, tax_id: str | None, discount: Terms | None) -> Json:
    return {
        "description": text, "quantity": "1", "unit_price": price,
        **({"tax_id": tax_id} if tax_id else {}),
        **({"discount": dict(discount)} if discount else {}),
    }  # fmt: skip


DUE_TOO_EARLY: Final = "due_before_issue"


def without_due(request: Json, problem: Json) -> Json | None:
    """What to ask instead where its day of payment has gone by meanwhile; nothing otherwise."""
    if problem.get("code") != DUE_TOO_EARLY or "due_date" not in request:
        return None
    return {name: value for name, value in request.items() if name != "due_date"}


def has_amount(text: str | None) -> bool:
    """Whether an amount is above zero."""
    return text is not None and bool(Decimal(text))
