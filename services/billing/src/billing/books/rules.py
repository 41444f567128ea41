"""Expenses and incomes: money that went out or came in beside what clients are invoiced for."""

from enum import StrEnum
from typing import Final

from billing.entry_categories.rules import Kind
from chassis.errors import Conflict, NotFound

IDS: Final = ("tax_id", "entry_category_id", "client_id", "staff_id", "branch_id", "work_cycle_id")
"""By what an entry names, lists may be narrowed; also to those that name none."""


class Method(StrEnum):
    """How it was paid."""

    CASH = "cash"
    BANK_TRANSFER = "bank_transfer"
    CARD = "card"
    CHEQUE = "cheque"
    ONLINE = "online"


class ExpenseNotFound(NotFound):
    """No such expense, or one of a client that the caller does not see."""

    code = "expense_not_found"
    detail = "There is no such expense."


class IncomeNotFound(NotFound):
    """No such income, or one of a client that the caller does not see."""

    code = "income_not_found"
    detail = "There is no such income."


class EntryExternalIdTaken(Conflict):
    """What a partner's system calls it names one expense, and one income."""

    code = "external_id_taken"
    detail = "Another entry has this external id."


MISSING: Final[dict[Kind, type[NotFound]]] = {
    Kind.EXPENSE: ExpenseNotFound, Kind.INCOME: IncomeNotFound,
}  # fmt: skip
