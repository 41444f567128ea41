"""What is done with the ledger: it is posted to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from billing.documents.rules import Document
from billing.ledger import repository
from billing.ledger.rules import Account, DocumentType, Entry, Transaction
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs.home import today


@dataclass(frozen=True, slots=True)
class Posting:
    """What is to be posted in a currency, by its cause."""

    currency: str
    cause: str
    entries: list[Entry]


async def post(work: UnitOfWork, currency: str, *posted: tuple[str, list[Entry]]) -> None:
    """Write transactions of today: each by its cause, which is never posted again."""
    await post_each(work, [Posting(currency, cause, entries) for cause, entries in posted])


async def post_each(work: UnitOfWork, posted: Iterable[Posting]) -> None:
    """The same of transactions in several currencies."""
    await repository.add(work, _transactions(posted, await today(work)))


async def asked(work: UnitOfWork, posted: Iterable[Posting]) -> list[Asked]:
    """The same, to be written together with others."""
    return repository.asked(work, _transactions(posted, await today(work)))


def _transactions(posted: Iterable[Posting], on: date) -> list[Transaction]:
    return [
        Transaction(cause=one.cause, currency=one.currency, on=on, entries=one.entries)
        for one in posted
    ]


def of_invoice(account: Account, amount_minor: int, invoice: Document) -> Entry:
    """An entry about an invoice."""
    return Entry(account, amount_minor, DocumentType.INVOICE, invoice.id, invoice.client_id)


def of_payment(account: Account, amount_minor: int, payment: Document) -> Entry:
    """An entry about a payment."""
    return Entry(account, amount_minor, DocumentType.PAYMENT, payment.id, payment.client_id)


def of_refund(account: Account, amount_minor: int, refund: Document) -> Entry:
    """An entry about a refund."""
    return Entry(account, amount_minor, DocumentType.REFUND, refund.id, refund.client_id)


def of_credit_note(
    account: Account, amount_minor: int, credit_note_id: UUID, client_id: UUID | None
) -> Entry:
    """An entry about a credit note, which is about to be written."""
    return Entry(account, amount_minor, DocumentType.CREDIT_NOTE, credit_note_id, client_id)
