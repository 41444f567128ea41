"""Shapes of companies and their settings."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.shapes import Name, Resource, Shape, View
from edge.tenants.rules import Weekday

Locale = Literal["ar", "en"]
Short = Annotated[str, StringConstraints(max_length=200)]
Link = Annotated[str, StringConstraints(max_length=2000, pattern=r"^(https?://\S+)?$")]


class OwnerCreate(Shape):
    """Who signs the company up."""

    name: Name
    email: Annotated[str, StringConstraints(min_length=3, max_length=320)]
    password: Annotated[str, StringConstraints(max_length=1000, strip_whitespace=False)]
    locale: Locale | None = None


class SignUp(Shape):
    """A new company; what is left out is usual in its country."""

    name: Name
    country: Short
    currency: Short | None = None
    timezone: Short | None = None
    locale: Locale | None = None
    owner: OwnerCreate


class TenantView(Resource):
    """A company."""

    name: str
    country: str
    currency: str
    timezone: str
    locale: str


class OwnerView(Resource):
    """The user who signed up."""

    name: str
    email: str
    locale: str
    role_id: UUID
    team_ids: list[UUID]
    is_active: bool


class SignedUp(View):
    """A company and its owner."""

    tenant: TenantView
    user: OwnerView


class Address(Shape):
    """Where the company is, with the parts a Saudi national address has."""

    building: Short = ""
    street: Short = ""
    district: Short = ""
    city: Short = ""
    postal_code: Short = ""
    additional_number: Short = ""
    country_code: Annotated[str, StringConstraints(max_length=2)] = ""


class SettingsUpdate(Shape):
    """How the company presents itself, and how it counts days."""

    legal_name: Name = ""
    country: Short = ""
    currency: Short = ""
    timezone: Short = ""
    locale: Locale = "ar"
    vat_number: Short = ""
    registration_number: Short = ""
    address: Address = Address()
    phone: Short = ""
    email: Short = ""
    website: Link = ""
    logo_url: Link = ""
    week_start: Weekday = "sunday"
    weekend: Annotated[list[Weekday], Field(max_length=6)] = []
    numerals: Literal["latin", "arabic"] = "latin"
    hijri_display: bool = False


class SettingsView(Resource):
    """The company's settings; `vat_rate` is the usual one of its country when it signed up."""

    legal_name: str
    country: str
    currency: str
    timezone: str
    locale: str
    vat_rate: str
    vat_number: str
    registration_number: str
    address: Address
    phone: str
    email: str
    website: str
    logo_url: str
    week_start: Weekday
    weekend: list[Weekday]
    numerals: str
    hijri_display: bool
