"""Shapes of exchange rates."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from billing.exchange_rates.rules.rates import written
from billing.totals.schemas import Currency
from chassis.shapes import Day, Name, Resource, Shape


def _written(text: str) -> str:
    if not Decimal(text):
        raise ValueError("An exchange rate is above zero.")
    return written(Decimal(text))


ExchangeRateText = Annotated[
    str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,10})?$"), AfterValidator(_written)
]


class ExchangeRateCreate(Shape):
    """How many of the company's currency one of `currency` is, on a day and until the next rate;
    `source` is who says so.
    """

    id: UUID | None = None
    currency: Currency
    rate: ExchangeRateText
    on: Day | None = None
    source: Name | None = None


class ExchangeRateUpdate(Shape):
    """What may change."""

    rate: ExchangeRateText = "1"
    source: Name | None = None


class ExchangeRateFilters(BaseModel):
    """How the list may be narrowed."""

    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    source: Annotated[list[Name] | None, Field(max_length=200)] = None
    on_from: date | None = None
    on_to: date | None = None


class EffectiveFilters(BaseModel):
    """Which day's rates; today's where nothing is said."""

    on: Day | None = None


class ExchangeRateView(Resource):
    """What one of `currency` was worth in `home_currency`, the company's, on a day and after it."""

    currency: str
    home_currency: str
    rate: str
    on: date
    source: str | None


class EffectiveRateView(BaseModel):
    """The rate that a document of the day takes. `on` is the day the rate is of: none where a
    central bank has fixed it (`source` is `peg`).
    """

    currency: str
    rate: str
    on: date | None
    source: str | None


class EffectiveRates(BaseModel):
    """What is known of a day."""

    home_currency: str
    on: date
    items: list[EffectiveRateView]
