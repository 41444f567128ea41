"""Shapes of invoices as their clients see them."""

from datetime import date

from billing.invoices.rules import Shown
from billing.links.schemas import CompanyView
from billing.parties.schemas import BuyerView, ForClientView, SellerView
from billing.payment_providers.schemas import PayMethodView
from billing.totals.schemas import DiscountView, LineView, TaxGroupView
from chassis.shapes import NameView, View


class PublicInvoiceView(View):
    """An invoice as its client sees it, what is left to be paid of it, and by whom that can be paid
    online.
    """

    company: CompanyView
    title: NameView
    status: Shown
    status_name: NameView
    number: str
    issue_date: date
    supply_date: date
    due_date: date
    currency: str
    seller: SellerView
    buyer: BuyerView | None
    for_client: ForClientView | None
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
    paid: str
    credited: str
    balance: str
    notes: str | None
    terms: str | None
    pay_methods: list[PayMethodView]
