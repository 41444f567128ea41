"""Shapes of reports."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from billing.reports.rules.periods import Basis, Format, Group
from chassis.shapes import Day, Name, NameView, View
from papers.words import Language

Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]
_OUTPUT = frozenset({"format", "lang"})


class OutputQuery(BaseModel):
    """As what a report is given; files, which need `billing:export`, in which language."""

    format: Format = "json"
    lang: Language | None = None

    def given(self) -> dict[str, Any]:
        """What the report is narrowed to."""
        return self.model_dump(exclude=set(_OUTPUT), exclude_none=True)


class ClientsQuery(OutputQuery):
    """Of clients in these folders, and with any of these tags."""

    folder_id: Ids = None
    tag: Names = None


class DocumentsQuery(ClientsQuery):
    """Of documents of these branches and salespeople."""

    branch_id: Ids = None
    salesperson_id: Ids = None


class ReceivablesQuery(DocumentsQuery):
    """As it stood at the end of a day: today where the company is, unless it is named.

    Of one client (`client_id`), and with `rollup` (and `clients:read`) also of all below it.
    """

    as_of: Day | None = None
    client_id: UUID | None = None
    rollup: bool = False

    def given(self) -> dict[str, Any]:
        """Without whom it is of, which clients is asked for."""
        said = super().given()
        return {name: one for name, one in said.items() if name not in ("client_id", "rollup")}


class RevenueQuery(DocumentsQuery):
    """From a day to the one before another: this year up to today, unless they are named."""

    group_by: Group = "month"
    date_from: Day | None = None
    date_to: Day | None = None


class TaxesQuery(OutputQuery):
    """From a day to the one before another: this quarter up to today, unless they are named.

    `basis` says by which date invoices belong to it; credit notes do by the day they are given.
    """

    date_from: Day | None = None
    date_to: Day | None = None
    basis: Basis = "issue_date"
    branch_id: Ids = None


class AgedView(View):
    """What is owed in a currency, by how many days it is past its due date.

    `due` = `current` + `overdue`. `credit` is what is left of payments: of no branch and of no
    salesperson, so null where one is asked for.
    """

    currency: str
    current: str
    days_1_30: str
    days_31_60: str
    days_61_90: str
    days_over_90: str
    due: str
    overdue: str
    credit: str | None


class ReceivableView(View):
    """What a client owes, with those merged into it; walk-in sales have no client.

    `due_at_home` is what all of it was worth in the company's currency as it was issued.
    """

    client_id: UUID | None
    url: str | None
    name: str | None
    due_at_home: str
    currencies: list[AgedView]


class ReceivablesView(View):
    """Who owes how much since when; `totals` are of all clients, not of this page alone."""

    as_of: date
    home_currency: str
    due_at_home: str
    totals: list[AgedView]
    items: list[ReceivableView]
    next_cursor: str | None
    total: int | None = None


class EarnedView(View):
    """What was earned in a currency, less what was credited: `total` = `net` + `tax` + `rounding`.

    `invoices` and `credit_notes` are how many of them.
    """

    currency: str
    net: str
    tax: str
    rounding: str
    total: str
    invoices: int
    credit_notes: int


class AtHomeView(View):
    """The same in the company's currency, at the rates that are frozen on the documents."""

    net_at_home: str
    tax_at_home: str
    rounding_at_home: str
    total_at_home: str


class RevenueGroupView(AtHomeView):
    """What one month, tag, folder, product, client, branch, salesperson or tax brought in.

    `key` is its id, its month as `2026-03`, its tag, or its tax as `S 0.15`; null: it has none.
    """

    key: str | None
    name: str | NameView | None
    client_id: UUID | None
    url: str | None
    currencies: list[EarnedView]


class RevenueTotalsView(AtHomeView):
    """All that was earned."""

    currencies: list[EarnedView]


class RevenueView(View):
    """What was earned; `totals` are of all documents, each once: a client may have several tags."""

    group_by: Group
    date_from: date
    date_to: date
    home_currency: str
    totals: RevenueTotalsView
    items: list[RevenueGroupView]
    next_cursor: str | None
    total: int | None = None


class SalesTaxView(View):
    """What was sold at a rate, what was credited of it, and what is left of both; null: no tax."""

    category: str | None
    rate: str | None
    taxable: str
    tax: str
    credited_taxable: str
    credited_tax: str
    net_taxable: str
    net_tax: str


class EntryTaxView(View):
    """What was spent, or came in beside invoices, at a rate; null: no tax."""

    category: str | None
    rate: str | None
    taxable: str
    tax: str


class UnratedView(View):
    """What is in no figure, as no rate of its currency is known for its day."""

    kind: str
    currency: str
    taxable: str
    tax: str


class TaxesView(View):
    """The figures of a tax return, in the company's currency: `net_due` = `output_tax` −
    `input_tax`; of sales less what was credited, and of incomes the one, of expenses the other.
    """

    date_from: date
    date_to: date
    basis: Basis
    currency: str
    sales: list[SalesTaxView]
    incomes: list[EntryTaxView]
    expenses: list[EntryTaxView]
    output_tax: str
    input_tax: str
    net_due: str
    unrated: list[UnratedView]


class LifetimeView(View):
    """What a client brought in, in a currency: `lifetime_value` = `paid` − `refunded`."""

    currency: str
    paid: str
    refunded: str
    lifetime_value: str
    due: str
    invoices: int
    first_invoice_on: date | None
    last_invoice_on: date | None


class ClientLifetimeView(View):
    """The same of a client, with those merged into it."""

    client_id: UUID
    url: str
    name: str | None
    currencies: list[LifetimeView]


class LifetimeTotalView(View):
    """What all clients brought in, in a currency."""

    currency: str
    paid: str
    refunded: str
    lifetime_value: str
    due: str
    invoices: int


class LifetimeValueView(View):
    """What clients brought in, those first who did most in the company's currency."""

    home_currency: str
    totals: list[LifetimeTotalView]
    items: list[ClientLifetimeView]
    next_cursor: str | None
    total: int | None = None
