"""Shapes of estimates as their clients see and answer them."""

from datetime import date

from pydantic import AwareDatetime

from billing.estimates.rules import Shown
from billing.estimates.schemas import AcceptedBy, DeclinedBy
from billing.links.schemas import CompanyView
from billing.totals.schemas import DiscountView, LineView, TaxGroupView
from chassis.shapes import NameView, View


class AcceptedByClient(AcceptedBy):
    """Who said yes, by their name."""


class DeclinedByClient(DeclinedBy):
    """Who said no, by their name, and why."""


class PublicEstimateView(View):
    """An estimate as its client sees it, and whether it can be answered now."""

    company: CompanyView
    client_name: str | None
    title: NameView
    status: Shown
    status_name: NameView
    can_answer: bool
    number: str | None
    issue_date: date
    expires_on: date | None
    currency: str
    payment_terms: str | None
    lines: list[LineView]
    discount: DiscountView | None
    subtotal: str
    discount_total: str
    shipping: str
    taxes: list[TaxGroupView]
    tax_total: str
    rounding: str
    total: str
    deposit: str
    notes: str | None
    terms: str | None
    decided_at: AwareDatetime | None
    decided_name: str | None
