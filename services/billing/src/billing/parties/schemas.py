"""Shapes of who sells and who buys."""

from billing.branches.schemas import AddressView
from chassis.shapes import NameView, View


class SellerView(View):
    """The company as it was when the document was issued; `branch` is the name of its branch."""

    name: str
    vat_number: str | None
    registration_number: str | None
    branch: NameView | None
    address: AddressView | None
    country_code: str | None
    timezone: str | None
    phone: str | None
    email: str | None
    website: str | None
    logo_url: str | None


class BuyerView(View):
    """The client as it was when the document was issued."""

    name: str
    business_name: str | None
    tax_number: str | None
    registration_number: str | None
    address: AddressView | None
    country_code: str | None
    language: str | None


class ForClientView(View):
    """Whom it was about when the document was issued, where somebody else was the buyer."""

    name: str
    business_name: str | None
