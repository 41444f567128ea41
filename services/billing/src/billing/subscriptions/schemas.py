"""Shapes of subscriptions."""

from datetime import date
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing.documents.schemas import Ids, Names, RecordCreate
from billing.subscriptions.rules.periods import LAST_DAY, FirstPeriod, Shown, Unit
from billing.totals.schemas import (
    Amount,
    Currency,
    DiscountCreate,
    DiscountView,
    Lines,
    LineView,
)
from chassis.shapes import Day, Name, Resource, Shape, Text, View

_NO_LINES: Final[list[object]] = []
# Kept in JSON columns, so as they are written.
_AS_JSON: Final = {"lines", "discount"}
# By the names of their columns, where those are others.
_COLUMNS: Final = {"auto_issue": "is_issued"}

AnchorDay = Annotated[int, Field(ge=1, le=31)]
DueDays = Annotated[int, Field(ge=0, le=730)]
Occurrences = Annotated[int, Field(ge=1, le=10_000)]
StartsOn = Annotated[Day, Field(le=LAST_DAY)]


class Interval(Shape):
    """Every so many days, weeks, months or years."""

    unit: Unit
    count: Annotated[int, Field(ge=1, le=100)] = 1


_MONTHLY: Final = Interval(unit="month")


class SubscriptionCreate(RecordCreate):
    """What is billed at the start of each period, from `starts_on` (today) on.

    Periods of months and years begin on `anchor_day`, 31 being each month's last; without it, on
    the day of `starts_on`. A start off that day makes a shorter first period, which is billed
    `prorated` by its days, in `full`, or is `free`. Of a client whom another one pays for, that one
    is billed, as with invoices. It goes on until it is cancelled, or nothing
    begins up to `ends_on` any more, or so many `occurrences` were billed. Invoices are issued at
    once, or left as drafts where `auto_issue` is off, and are due `due_days` later.
    """

    name: Name | None = None
    client_id: UUID
    for_client_id: UUID | None = None
    interval: Interval
    starts_on: StartsOn | None = None
    anchor_day: AnchorDay | None = None
    first_period: FirstPeriod = "prorated"
    ends_on: Day | None = None
    occurrences: Occurrences | None = None
    auto_issue: bool = True
    due_days: DueDays = 0
    currency: Currency | None = None
    lines: Lines
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    payment_terms: Name | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None

    def values(self) -> dict[str, Any]:
        """What is written of it."""
        written = self.model_dump(mode="json", include=_AS_JSON)
        return _written(self.model_dump(exclude=self.open()) | written)


class SubscriptionUpdate(Shape):
    """What may change, from the next period on; the rhythm only before anything was billed.

    `effective` `now` (with `billing:issue`) also bills what lines, discount and shipping cost more
    for the rest of this period, or credits what they cost less.
    """

    effective: Literal["now", "next_period"] = "next_period"
    name: Name | None = None
    interval: Interval = _MONTHLY
    starts_on: StartsOn = date.min
    anchor_day: AnchorDay | None = None
    first_period: FirstPeriod = "prorated"
    ends_on: Day | None = None
    occurrences: Occurrences | None = None
    auto_issue: bool = True
    due_days: DueDays = 0
    lines: Lines = _NO_LINES  # type: ignore[assignment]
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    payment_terms: Name | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None

    def changes(self) -> dict[str, Any]:
        """What it names; lines in full, with what they leave open."""
        named = self.model_dump(exclude_unset=True, exclude={"effective"})
        written = self.model_dump(mode="json", include=_AS_JSON)
        if "interval" in named:
            named["interval"] = self.interval.model_dump()
        return _written(named | {name: written[name] for name in _AS_JSON & named.keys()})


class SubscriptionCancel(Shape):
    """When it is over: now, or with the period that was billed last. With `prorate` (only `now`,
    and with `billing:issue`) what was billed from today on is given back, by its days.
    """

    at: Literal["now", "period_end"] = "period_end"
    prorate: bool = False


class SubscriptionFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    for_client_id: Ids = None
    status: Annotated[list[Shown] | None, Field(max_length=4)] = None
    external_id: Names = None
    branch_id: Ids = None
    salesperson_id: Ids = None
    work_cycle_id: Ids = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    failing: bool | None = None
    starts_on_from: date | None = None
    starts_on_to: date | None = None
    ends_on_from: date | None = None
    ends_on_to: date | None = None
    cancelled_on_from: date | None = None
    cancelled_on_to: date | None = None
    next_on_from: date | None = None
    next_on_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class IntervalView(View):
    """Every so many days, weeks, months or years."""

    unit: Unit
    count: int


class ProblemView(View):
    """Why a period could not be billed."""

    code: str
    field: str | None = None


class SubscriptionView(Resource):
    """A subscription; `tax_total` and `total` are what a whole period comes to.

    `billed` periods were passed, `next_on` is the day of the next bill; `cancelled_on` the first
    day it is not for any more. A period that cannot be billed says so in `problem`, and is tried
    again every few minutes.
    """

    name: str | None
    status: Shown
    client_id: UUID
    for_client_id: UUID | None
    url: str
    interval: IntervalView
    starts_on: date
    anchor_day: int | None
    first_period: FirstPeriod
    ends_on: date | None
    occurrences: int | None
    billed: int
    next_on: date | None
    cancelled_on: date | None
    auto_issue: bool
    due_days: int
    currency: str
    lines: list[LineView]
    discount: DiscountView | None
    shipping: str
    tax_total: str
    total: str
    payment_terms: str | None
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    problem: ProblemView | None
    created_by: str


class UpcomingView(View):
    """A bill to come; `to` is the last day of its period."""

    client_id: UUID
    url: str
    period_from: date
    period_to: date
    due_date: date
    prorated: bool
    subtotal: str
    tax_total: str
    total: str


class UpcomingPage(View):
    """The next bills, by what is known now."""

    items: list[UpcomingView]


class GivenBackView(View):
    """What is given back of one invoice: by a credit note, or off its draft, which is changed to
    the days before, or removed where there are none. The amounts are what is taken off it.
    """

    kind: Literal["credit_note", "draft_changed", "draft_removed"]
    invoice_id: UUID
    invoice_number: str | None
    client_id: UUID
    url: str
    days_from: date
    days_to: date
    currency: str
    subtotal: str
    tax_total: str
    total: str


class AdjustmentView(View):
    """What a change adds to what was billed, by an invoice beside `invoice_id`, or takes off that
    by a credit note.
    """

    kind: Literal["invoice", "credit_note"]
    invoice_id: UUID
    invoice_number: str | None
    client_id: UUID
    url: str
    days_from: date
    days_to: date
    currency: str
    subtotal: str
    tax_total: str
    total: str


class ChangePreview(View):
    """What changing would do; null where nothing is billed or credited."""

    adjustment: AdjustmentView | None


class CancelPreview(View):
    """What cancelling would do."""

    cancelled_on: date
    given_back: list[GivenBackView]


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """By the names of the columns."""
    written = {_COLUMNS.get(name, name): value for name, value in values.items()}
    if (interval := written.pop("interval", None)) is not None:
        written |= {"unit": interval["unit"], "interval_count": interval["count"]}
    return written
