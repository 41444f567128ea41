"""Invoices: what becomes of one, and when."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Literal

from billing.links.rules import Letters
from chassis.errors import Conflict, LeadsNowhere, NotFound


class Status(StrEnum):
    """Where an invoice stands; `overdue` is what it is shown as besides."""

    DRAFT = "draft"
    ISSUED = "issued"
    PARTIALLY_PAID = "partially_paid"
    PAID = "paid"
    CREDITED = "credited"
    WRITTEN_OFF = "written_off"
    VOID = "void"


Shown = Literal[
    "draft", "issued", "partially_paid", "overdue", "paid", "credited", "written_off", "void"
]  # fmt: skip
# Shown as overdue from the day after the one they are due on.
OWED: Final = (Status.ISSUED, Status.PARTIALLY_PAID)
SHOWN_OWED: Final = frozenset({*(one.value for one in OWED), "overdue"})


OPENING_BALANCE: Final = "opening_balance"
"""The type of what a client owed before: to be paid, and neither taxed nor numbered."""
OPENING_INVOICE: Final = "opening_invoice"
"""The type of an invoice of the system before that was open: to be paid under its old number, and
of no series, no tax and no revenue of this one."""
Type = Literal["invoice", "opening_balance", "opening_invoice"]

# What an issued invoice says, which is hashed. Not what becomes of it, nor whose it is now: the
# link to a client may lead to another one, the buyer that it names stays.
FROZEN: Final = (
    "id", "tenant_id", "created_at", "created_by", "number", "series_id", "issued_at", "currency",
    "issue_date", "supply_date", "due_date", "due_days", "payment_terms", "lines", "discount",
    "taxes", "subtotal_minor", "discount_minor", "shipping_minor", "tax_minor", "rounding_minor",
    "total_minor", "deposit_minor", "salesperson_id", "notes", "terms", "branch_id",
    "template_id",
    "work_cycle_id", "external_id", "estimate_id", "order_id", "subscription_id", "period_from",
    "period_to", "adjusts_id", "seller", "buyer", "for_client", "exchange_rate",
    "exchange_rate_source", "exchange_rate_on", "home_currency", "home_total_minor",
    "home_tax_minor", "type", "original_total_minor", "attachments",
)  # fmt: skip


# The mail that the link goes out with.
LETTERS: Final[Letters] = {
    "ar": (
        "الفاتورة {number} من {company}",
        "السلام عليكم {name}،\n\n{message}صدرت لكم الفاتورة {number} بإجمالي {total}،"
        " وتاريخ استحقاقها {due}. يمكنكم الاطلاع عليها من هذا الرابط:\n{url}\n\n{company}",
    ),
    "en": (
        "Invoice {number} from {company}",
        "Dear {name},\n\n{message}invoice {number} over {total} is due on {due}. See it here:\n"
        "{url}\n\n{company}",
    ),
}


class InvoiceNotFound(NotFound):
    """No such invoice, or one of a client that the caller does not see."""

    code = "invoice_not_found"
    detail = "There is no such invoice."


class InvoiceNotDraft(Conflict):
    """What was issued stays as it is: the law, and the client, have it."""

    code = "invoice_not_draft"
    detail = "Only a draft can be changed, removed or issued."


class BuyerChanged(Conflict):
    """Somebody gave the draft to another client while it was being issued."""

    code = "buyer_changed"
    detail = "The client of this draft was changed just now. Try again."


class InvoiceNotOwed(Conflict):
    """Only what was issued, and stands, is to be paid."""

    code = "invoice_not_owed"
    detail = "Only an issued invoice is to be paid, credited or written off."


class InvoiceNotVoidable(Conflict):
    """What was paid or credited stands in the books."""

    code = "invoice_not_voidable"
    detail = "Only an issued invoice of which nothing is paid or credited can be voided."


class OverAllocated(Conflict):
    """Nobody pays more of an invoice than is owed."""

    code = "over_allocated"
    detail = "This is more than what is left to be paid."


class IsOpeningBalance(Conflict):
    """What was owed before is as the client's record says."""

    code = "is_opening_balance"
    detail = "This is an opening balance and no invoice: change it on its client."


class IsOpeningInvoice(Conflict):
    """What another system issued has its paper there."""

    code = "is_opening_invoice"
    detail = "This invoice was issued by the system before, which has its paper."


class InvoiceExternalIdTaken(Conflict):
    """What a partner's system calls it names one invoice."""

    code = "external_id_taken"
    detail = "Another invoice has this external id."


class InvoiceKnown(Conflict):
    """An invoice is owed once: whose it is, its number and its date say which."""

    code = "exists_already"
    detail = "This client has an invoice from before with this number and date already."


class InvoiceLinkNotFound(LeadsNowhere):
    """Unknown, over and revoked alike."""

    code = "invoice_link_not_found"


class InvoiceNotSendable(Conflict):
    """A draft is nobody's yet, and a void one asks nobody for anything."""

    code = "invoice_not_sendable"
    detail = "Only an issued invoice that is not void can be sent."


def check_draft(status: str) -> None:
    """Raises InvoiceNotDraft."""
    if status != Status.DRAFT:
        raise InvoiceNotDraft()


def due(issue_date: date, today: date, days: int | None) -> date:
    """The day an invoice is due that names none: so long after it is issued, or dated if later."""
    latest = max(issue_date, today)
    return latest + min(timedelta(days=days or 0), date.max - latest)


def due_after(issue_date: date, days: int) -> date:
    """The same of one that was issued long ago."""
    return issue_date + min(timedelta(days=days), date.max - issue_date)


def issued(status: str, total_minor: int) -> Status:
    """The status after it was issued: where nothing is to be paid, all is paid.

    Raises InvoiceNotDraft.
    """
    check_draft(status)
    return Status.ISSUED if total_minor else Status.PAID


def settled(
    status: str, total_minor: int, *, paid: int, credited: int = 0, written_off: int = 0
) -> Status:
    """The status once so much of it is paid, credited and written off.

    Raises InvoiceNotOwed and OverAllocated.
    """
    check_stands(status)
    left = total_minor - paid - credited - written_off
    if left < 0:
        raise OverAllocated()
    if left:
        return Status.PARTIALLY_PAID if paid else Status.ISSUED
    if written_off:
        return Status.WRITTEN_OFF
    return Status.CREDITED if credited and not paid else Status.PAID


def became(before: str, after: Status) -> Literal[
    "paid", "written_off", "reopened", "balance_changed"
]:  # fmt: skip
    """What is told of an invoice that stood so, and stands so now."""
    if after is Status.PAID and before != after:
        return "paid"
    if after is Status.WRITTEN_OFF and before != after:
        return "written_off"
    return "reopened" if after in OWED and before not in OWED else "balance_changed"


def check_invoice(kind: str | None) -> None:
    """Whether it was issued here; raises IsOpeningBalance and IsOpeningInvoice."""
    check_no_balance(kind)
    if kind == OPENING_INVOICE:
        raise IsOpeningInvoice()


def check_no_balance(kind: str | None) -> None:
    """Raises IsOpeningBalance."""
    if kind == OPENING_BALANCE:
        raise IsOpeningBalance()


def is_from_before(kind: str | None) -> bool:
    """Whether it was owed before the company came here: neither earned nor taxed here."""
    return kind in (OPENING_BALANCE, OPENING_INVOICE)


def check_voidable(status: str, balance_minor: int, total_minor: int) -> None:
    """Raises InvoiceNotVoidable."""
    if status in (Status.DRAFT, Status.VOID) or balance_minor != total_minor:
        raise InvoiceNotVoidable()


def check_stands(status: str) -> None:
    """Raises InvoiceNotOwed."""
    if status in (Status.DRAFT, Status.VOID):
        raise InvoiceNotOwed()


def check_owed(status: str) -> None:
    """Raises InvoiceNotOwed."""
    if status not in OWED:
        raise InvoiceNotOwed()


def check_payable(status: str, balance_minor: int, amount_minor: int) -> None:
    """Raises InvoiceNotOwed and OverAllocated."""
    check_stands(status)
    if amount_minor > balance_minor:
        raise OverAllocated()


def check_sendable(status: str, number: str | None) -> None:
    """Raises InvoiceNotSendable."""
    if number is None or status == Status.VOID:
        raise InvoiceNotSendable()
