"""What becomes of an e-invoice, and what it is made of."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from chassis.errors import Conflict
from chassis.money import Money

Json = dict[str, Any]
Kind = Literal["invoice", "credit_note"]


class EInvoiceStatus(StrEnum):
    """Made by a device without a certificate; to be told the authority; what that said of it."""

    GENERATED = "generated"
    PENDING = "pending"
    REPORTED = "reported"
    CLEARED = "cleared"
    REJECTED = "rejected"


# What the authority says of who tells it, not of what it is told (its CERTIFICATE_ERRORS has both);
# who names no rule has judged nothing.
_OUTSIDE: Final = frozenset({"certificate-permissions", "invalid-certificate", ""})


class EInvoiceRejected(Conflict):
    """What was judged stays so: a document that is put right has an id, a counter and a hash of
    its own (ZATCA, detailed technical guideline, on rejected documents).
    """

    code = "e_invoice_rejected"
    detail = (
        "The tax authority rejected this document as it stands; its errors say why. Take it back"
        " by a credit note, put right what was wrong, and issue a new one."
    )


class Paper(Protocol):
    """What invoices and credit notes have in common."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> str | None: ...
    @property
    def currency(self) -> str: ...
    @property
    def issue_date(self) -> date: ...
    @property
    def issued_at(self) -> datetime | None: ...
    @property
    def lines(self) -> list[Json]: ...
    @property
    def discount(self) -> Json | None: ...


_AMOUNTS: Final = {
    "subtotal": "subtotal_minor", "discount_total": "discount_minor",
    "shipping": "shipping_minor", "tax_total": "tax_minor", "rounding": "rounding_minor",
    "total": "total_minor",
}  # fmt: skip


def told(paper: Paper, **more: Any) -> Json:
    """A document that was just numbered, as the API will show it; `more` is what it has not."""
    amounts = {
        name: Money(getattr(paper, column), paper.currency).format()
        for name, column in _AMOUNTS.items()
    }
    moment = paper.issued_at
    return {
        "id": str(paper.id), "number": paper.number, "currency": paper.currency,
        "issue_date": paper.issue_date.isoformat(),
        "issued_at": moment and moment.isoformat(),
        "lines": paper.lines, "discount": paper.discount, **amounts, **more,
    }  # fmt: skip


def state(status: EInvoiceStatus, counter: int) -> Json:
    """What a document tells of its e-invoice at first."""
    return {
        "status": status.value, "counter": counter, "warnings": [], "errors": [],
        "submitted_at": None,
    }  # fmt: skip


def is_rejected(state: Json | None) -> bool:
    """Whether the authority said no to it, for whatever reason."""
    return state is not None and state["status"] == EInvoiceStatus.REJECTED


def check_not_rejected(state: Json | None) -> None:
    """What its buyer is not given; raises EInvoiceRejected."""
    if is_rejected(state):
        raise EInvoiceRejected()


def check_cause_outside(state: Json) -> None:
    """The same document may be taken another time; raises EInvoiceRejected."""
    if not all(one["code"] in _OUTSIDE for one in state["errors"]):
        raise EInvoiceRejected()
