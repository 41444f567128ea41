"""Double entry: what moves between accounts, and that nothing comes or goes by it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID


class Account(StrEnum):
    """Where money is, or what it is for. An asset is above zero, what is owed or earned below."""

    # What clients owe, by invoice.
    RECEIVABLE = "receivable"
    # What came in, but for cheques that are not cleared yet; and what went back.
    CASH = "cash"
    CHEQUES = "cheques"
    REFUNDS = "refunds"
    # What clients paid and no invoice has taken, by payment.
    CREDIT = "credit"
    REVENUE = "revenue"
    TAX = "tax"
    ROUNDING = "rounding"
    # What was earned and is not expected any more.
    BAD_DEBTS = "bad_debts"
    # What clients owed and had left before the company came here.
    OPENING_BALANCES = "opening_balances"
    # What is changed from one currency into another stands in both, and comes to nothing at the
    # rates of its day; what it does not come to is a difference: a gain below zero.
    CONVERSIONS = "conversions"
    EXCHANGE_DIFFERENCES = "exchange_differences"


class DocumentType(StrEnum):
    """What an entry is about."""

    INVOICE = "invoice"
    PAYMENT = "payment"
    REFUND = "refund"
    CREDIT_NOTE = "credit_note"


@dataclass(frozen=True, slots=True)
class Entry:
    """So much on an account, of one document and its client; None of a walk-in sale."""

    account: Account
    amount_minor: int
    document_type: DocumentType
    document_id: UUID
    client_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """Entries that come to nothing together; `cause` names what they follow from, once."""

    cause: str
    currency: str
    on: date
    entries: Sequence[Entry]

    def __post_init__(self) -> None:
        if sum(one.amount_minor for one in self.entries):
            raise ValueError(f"{self.cause} does not come to nothing")

    @property
    def written(self) -> list[Entry]:
        """The entries that say something."""
        return [one for one in self.entries if one.amount_minor]
