"""Shapes of products and services."""

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from billing.products.rules import MOST_PRICES, Kind, sku_key
from chassis.shapes import Bilingual, Name, NameView, Resource, Shape, Text

_LEFT_OUT: Final = Bilingual(en="-")


def _has_letters(sku: str) -> str:
    if not sku_key(sku):
        raise ValueError("A SKU needs a letter or a digit.")
    return sku


Sku = Annotated[Name, StringConstraints(max_length=100), AfterValidator(_has_letters)]
Unit = Annotated[Name, StringConstraints(max_length=50)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$", to_upper=True)]
# With as many decimals as its currency has, which the rules know.
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Prices = Annotated[dict[Currency, Price], Field(max_length=MOST_PRICES)]
LongText = Annotated[Text, StringConstraints(min_length=1, max_length=5_000)]


class Description(Bilingual):
    """A text in Arabic, English or both."""

    ar: LongText | None = None
    en: LongText | None = None


class ProductCreate(Shape):
    """A product or a service. `prices` are by currency, without the tax unless it is inclusive."""

    id: UUID | None = None
    name: Bilingual
    description: Description | None = None
    kind: Kind = "product"
    sku: Sku | None = None
    unit: Unit | None = None
    prices: Prices = {}
    tax_id: UUID | None = None
    active: bool = True
    external_id: Name | None = None


class ProductUpdate(Shape):
    """What may change; `prices` are replaced whole."""

    name: Bilingual = _LEFT_OUT
    description: Description | None = None
    kind: Kind = "product"
    sku: Sku | None = None
    unit: Unit | None = None
    prices: Prices = {}
    tax_id: UUID | None = None
    active: bool = True
    external_id: Name | None = None


class ProductFilters(BaseModel):
    """How the list may be narrowed; `q` looks into names, descriptions and SKUs, folded."""

    q: Annotated[Text | None, StringConstraints(max_length=200)] = None
    kind: Annotated[list[Kind] | None, Field(max_length=2)] = None
    sku: Annotated[list[Name] | None, Field(max_length=200)] = None
    tax_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    currency: Currency | None = None
    active: bool | None = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class ProductView(Resource):
    """A product or a service; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    description: NameView | None
    kind: Kind
    sku: str | None
    unit: str | None
    prices: dict[str, str]
    tax_id: UUID | None
    active: bool
    external_id: str | None
