"""Work cycles: a file for one job of a client, and what it comes to."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import Money, round_half_up

# Of a document that is no more: nothing that is heard late of it is newer.
LAST_VERSION: Final = 2**31 - 1
_UNISSUED: Final = frozenset({"draft", "void"})


class Kind(StrEnum):
    """What brings money in, or takes it."""

    INVOICE = "invoice"
    INCOME = "income"
    EXPENSE = "expense"


class WorkCycleNotFound(NotFound):
    """No such cycle, or one of a client that the caller does not see."""

    code = "work_cycle_not_found"
    detail = "There is no such work cycle."


class UnknownWorkCycle(Invalid):
    """No such cycle, or another client's."""

    code = "unknown_reference"
    detail = "There is no such work cycle of this client."


class UnknownStatus(Invalid):
    """The type has no such status."""

    code = "unknown_reference"
    detail = "This type has no such status."


class UnknownStaff(Invalid):
    """Nobody who works here."""

    code = "unknown_reference"
    detail = "There is no such active user."


class UnknownFile(Invalid):
    """No such file, another client's, or one that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no such file of this client."


class NoUser(Invalid):
    """An integration has no work of its own."""

    code = "no_user"
    detail = "Only a user has anything of their own."


class DueBeforeStart(Invalid):
    """Nothing is due before it begins."""

    code = "due_before_start"
    detail = "The work is due after it starts."


class NotABudget(Invalid):
    """More digits than the currency has."""

    code = "not_an_amount"
    detail = "A budget is an amount of {currency}."


class WorkCycleInUse(Conflict):
    """Something was done or paid for it."""

    code = "work_cycle_in_use"
    detail = (
        "Tasks, appointments, work time or documents belong to this work cycle. Close it instead."
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What a document comes to, in minor units: with tax, without it, and what was paid of it."""

    amount_minor: int = 0
    net_minor: int = 0
    paid_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A document that counts for a cycle, or `several` that are about nobody: who sees the cycle's
    client need not see each of those.
    """

    kind: Kind
    number: str | None
    dated_on: date | None
    money: Money
    paid: Money
    several: int | None


def check_files(named: Sequence[UUID], seen: Collection[UUID]) -> None:
    """Raises UnknownFile."""
    for place, one in enumerate(named):
        if one not in seen:
            raise UnknownFile(field=f"attachments.{place}")


def check_days(starts_on: date | None, due_on: date | None) -> None:
    """Raises DueBeforeStart."""
    if starts_on is not None and due_on is not None and due_on < starts_on:
        raise DueBeforeStart(field="due_on")


def budget_minor(budget: str | None, currency: str) -> int | None:
    """An amount that may be spent; raises NotABudget."""
    if budget is None:
        return None
    try:
        return Money.parse(budget, currency).amount_minor
    except ValueError:
        raise NotABudget(field="budget", currency=currency) from None


def figures_of_entry(entry: Mapping[str, str]) -> Figures:
    """An expense or an income, as billing tells it: its `amount` and its `net`."""
    amount, net = (_minor(entry, name) for name in ("amount", "net"))
    return Figures(amount, net, amount)


def figures_of_invoice(invoice: Mapping[str, str]) -> Figures:
    """An invoice as billing tells it, less what was credited or written off.

    Of that as large a share is tax as of the whole. Drafts and void ones come to nothing.
    """
    if invoice.get("status") in _UNISSUED:
        return Figures()
    total, subtotal, paid = (_minor(invoice, name) for name in ("total", "subtotal", "paid"))
    off = _minor(invoice, "credited") + _minor(invoice, "written_off")
    left = max(total - off, 0)
    net = round_half_up(Decimal(subtotal) * left / total) if total else 0
    return Figures(left, net, paid)


def named(text: str | None) -> UUID | None:
    """What a document names, if anything."""
    return UUID(text) if text else None


def about(document: Mapping[str, str]) -> UUID | None:
    """Whom a document is about, whoever pays for them; None: nobody."""
    return named(document.get("for_client_id") or document.get("client_id"))


def dated(document: Mapping[str, str]) -> date | None:
    """The day of a document; a draft may leave it open."""
    told = document.get("issue_date") or document.get("date")
    return date.fromisoformat(told) if told else None


def _minor(told: Mapping[str, str], name: str) -> int:
    text = told.get(name)
    return Money.parse(text, told["currency"]).amount_minor if text else 0
