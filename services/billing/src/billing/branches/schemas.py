"""Shapes of branches."""

from typing import Annotated, Final
from uuid import UUID

import pycountry
from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from chassis.shapes import Bilingual, Name, NameView, Resource, Shape, View

_LEFT_OUT: Final = Bilingual(en="-")


def _country(code: str) -> str:
    if len(code) != 2 or pycountry.countries.get(alpha_2=code) is None:
        raise ValueError("This is not a country code of ISO 3166, like SA.")
    return code


Country = Annotated[str, StringConstraints(to_upper=True), AfterValidator(_country)]
TaxNumber = Annotated[Name, StringConstraints(max_length=50)]


class Address(Shape):
    """Where a branch is, with the parts a Saudi national address has."""

    building: Name | None = None
    street: Name | None = None
    district: Name | None = None
    city: Name | None = None
    postal_code: Name | None = None
    additional_number: Name | None = None
    country_code: Country | None = None


class BranchCreate(Shape):
    """A branch; an address or a number that it has not is the company's."""

    id: UUID | None = None
    name: Bilingual
    code: Name | None = None
    address: Address | None = None
    vat_number: TaxNumber | None = None
    registration_number: TaxNumber | None = None
    active: bool = True


class BranchUpdate(Shape):
    """What may change; `address` is replaced whole."""

    name: Bilingual = _LEFT_OUT
    code: Name | None = None
    address: Address | None = None
    vat_number: TaxNumber | None = None
    registration_number: TaxNumber | None = None
    active: bool = True


class BranchFilters(BaseModel):
    """How the list may be narrowed."""

    code: Annotated[list[Name] | None, Field(max_length=200)] = None
    active: bool | None = None


class AddressView(View):
    """Where a branch is."""

    building: str | None = None
    street: str | None = None
    district: str | None = None
    city: str | None = None
    postal_code: str | None = None
    additional_number: str | None = None
    country_code: str | None = None


class BranchView(Resource):
    """A branch; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    code: str | None
    address: AddressView | None
    vat_number: str | None
    registration_number: str | None
    active: bool
