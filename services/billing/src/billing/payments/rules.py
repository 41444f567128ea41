"""Payments: what is left of one, and how it is spread over what is owed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Generic, Literal, TypeVar
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

Method = Literal["cash", "bank_transfer", "card", "cheque", "online", "credit"]
OPENING_BALANCE: Final = "opening_balance"
"""The method of credit that clients had before: nothing came in for it here."""
# As it is shown; nobody pays by an opening balance.
ShownMethod = Literal[Method, "opening_balance"]
Shown = Literal[
    "received", "deposited", "cleared", "bounced", "partially_refunded", "refunded"
]  # fmt: skip
# Of one payment, in one request or by itself: what it tells stays readable.
MOST_ALLOCATIONS: Final = 200
T = TypeVar("T")


class Status(StrEnum):
    """Where a payment stands; but for cheques it is received, and that is all."""

    RECEIVED = "received"
    DEPOSITED = "deposited"
    CLEARED = "cleared"
    BOUNCED = "bounced"


class PaymentNotFound(NotFound):
    """No such payment, or one of a client that the caller does not see."""

    code = "payment_not_found"
    detail = "There is no such payment."


class AllocationNotFound(NotFound):
    """The payment has no such allocation now."""

    code = "allocation_not_found"
    detail = "This payment has no such allocation."


class RefundNotFound(NotFound):
    """The payment has no such refund."""

    code = "refund_not_found"
    detail = "This payment has no such refund."


class UnknownInvoice(Invalid):
    """Not there, not seen, or somebody else's."""

    code = "unknown_reference"
    detail = "There is no such invoice of this client."


class NamedTwice(Invalid):
    """One invoice is named once in a request."""

    code = "named_twice"
    detail = "This invoice is named twice."


class AmountsDiffer(Invalid):
    """In one currency what is paid is what is paid of the invoice."""

    code = "amounts_differ"
    detail = "The invoice is in the currency of the payment: both amounts are the same."


class NothingPaid(Invalid):
    """A payment is of some money."""

    code = "not_an_amount"
    detail = "An amount is above zero."


class ClientNeeded(Invalid):
    """What no invoice takes is a client's credit."""

    code = "client_needed"
    detail = "Only a client can pay more than is allocated to invoices, and pay by credit."


class CreditNotAllocated(Invalid):
    """Credit is used to pay something."""

    code = "credit_not_allocated"
    detail = "A payment by credit is allocated to invoices as a whole."


class PaymentExternalIdTaken(Conflict):
    """What a partner's system calls it names one payment."""

    code = "external_id_taken"
    detail = "Another payment has this external id."


class OverAllocated(Conflict):
    """More than is left of the payment."""

    code = "over_allocated"
    detail = "This is more than what is left of the payment."


class TooManyAllocations(Conflict):
    """A payment is spread over so many invoices at most."""

    code = "too_many_allocations"
    detail = "A payment is allocated to {most} invoices at most."


class InsufficientCredit(Conflict):
    """The client has less."""

    code = "insufficient_credit"
    detail = "The client has less credit than that."


class OverRefunded(Conflict):
    """No more goes back than came in."""

    code = "over_refunded"
    detail = "This is more than what can be refunded of the payment."


class NotACheque(Conflict):
    """Only cheques are deposited, cleared and bounced."""

    code = "not_a_cheque"
    detail = "This payment is not by cheque."


class ChequeNotThere(Conflict):
    """A cheque is deposited once received, and clears or bounces once deposited."""

    code = "cheque_state"
    detail = "The cheque is {status}."


class PaymentBounced(Conflict):
    """A bounced cheque pays nothing."""

    code = "payment_bounced"
    detail = "This cheque has bounced."


@dataclass(frozen=True, slots=True)
class Share(Generic[T]):
    """So much of a payment for one thing, which may be in another currency than the payment."""

    of: T
    amount_minor: int
    payment_minor: int | None = None

    @property
    def cost_minor(self) -> int:
        """What it takes of the payment."""
        return self.amount_minor if self.payment_minor is None else self.payment_minor


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of an allocation: so much of an invoice, in its currency, by so much."""

    invoice_id: UUID
    currency: str
    amount_minor: int
    payment_minor: int


def spread(amount_minor: int, owed: Iterable[tuple[T, int]]) -> list[Share[T]]:
    """An amount over what is owed, in this order, as far as it goes."""
    shares = []
    for one, owed_minor in owed:
        part = min(amount_minor, owed_minor)
        if part > 0:
            shares.append(Share(one, part))
            amount_minor -= part
    return shares


def and_then(
    shares: Sequence[Share[Any]], left_minor: int, owed: Sequence[Any]
) -> list[Share[Any]]:
    """What was asked for, and what is left over what is owed besides; each invoice once."""
    taken = {share.of.id: share for share in shares}
    spare = MOST_ALLOCATIONS - len(shares)
    balances = []
    for one in owed:
        asked = taken[one.id].amount_minor if one.id in taken else 0
        if one.id in taken or spare > 0:
            balances.append((one, one.balance_minor - asked))
            spare -= one.id not in taken
    for share in spread(left_minor, balances):
        more = taken[share.of.id].amount_minor if share.of.id in taken else 0
        taken[share.of.id] = Share(share.of, share.amount_minor + more)
    return list(taken.values())


def check_number(invoice_ids: Collection[UUID]) -> None:
    """Raises TooManyAllocations."""
    if len(invoice_ids) > MOST_ALLOCATIONS:
        raise TooManyAllocations(most=MOST_ALLOCATIONS)


def check_amount(amount_minor: int, field: str) -> int:
    """Raises NothingPaid."""
    if not amount_minor:
        raise NothingPaid(field=field)
    return amount_minor


def check_once(invoice_ids: Sequence[UUID]) -> None:
    """Raises NamedTwice."""
    for place, one in enumerate(invoice_ids):
        if one in invoice_ids[:place]:
            raise NamedTwice(field=f"allocations.{place}.invoice_id")


def check_whole(method: str, *, has_client: bool, is_whole: bool) -> None:
    """Who may leave a part of a payment without an invoice; raises what is missing."""
    if not has_client and (method == "credit" or not is_whole):
        raise ClientNeeded(field="client_id")
    if method == "credit" and not is_whole:
        raise CreditNotAllocated(field="allocations")


def is_money(method: str, status: str) -> bool:
    """Whether it can be given back or used as credit: a cheque once it is cleared."""
    return method != "cheque" or status == Status.CLEARED


def check_refund(method: str, status: str, refundable_minor: int, amount_minor: int) -> None:
    """Raises ChequeNotThere and OverRefunded."""
    if not is_money(method, status):
        raise ChequeNotThere(status=status)
    if amount_minor > refundable_minor:
        raise OverRefunded()


_BEFORE: Final = {
    Status.DEPOSITED: Status.RECEIVED, Status.CLEARED: Status.DEPOSITED,
    Status.BOUNCED: Status.DEPOSITED,
}  # fmt: skip


def check_cheque(method: str, status: str, new: Status) -> None:
    """Raises NotACheque and ChequeNotThere."""
    if method != "cheque":
        raise NotACheque()
    if status != _BEFORE[new]:
        raise ChequeNotThere(status=status)


def check_not_bounced(status: str) -> None:
    """Raises PaymentBounced."""
    if status == Status.BOUNCED:
        raise PaymentBounced()
