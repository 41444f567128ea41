"""Shapes of credit types."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.shapes import Bilingual, NameView, Resource, Shape, Text
from memberships.credit_types.rules import MOST_DECIMALS

_LEFT_OUT: Final = Bilingual(en="-")

LongText = Annotated[Text, StringConstraints(min_length=1, max_length=2_000)]
Decimals = Annotated[int, Field(ge=0, le=MOST_DECIMALS)]
LowBalance = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]
Days = Annotated[int, Field(ge=1, le=366)]


class Description(Bilingual):
    """A text in Arabic, English or both."""

    ar: LongText | None = None
    en: LongText | None = None


class CreditTypeCreate(Shape):
    """What balances are counted in: `unit` is what one of it is called (session, minute).

    At `low_balance` or less it is told that little is left, and `expiring_soon_days` before its
    end of what a client would lose.
    """

    id: UUID | None = None
    name: Bilingual
    unit: Bilingual
    description: Description | None = None
    decimals: Decimals = 0
    allow_negative: bool = False
    low_balance: LowBalance | None = None
    expiring_soon_days: Days = 7
    active: bool = True


class CreditTypeUpdate(Shape):
    """What may change; `decimals` until an amount is written in it."""

    name: Bilingual = _LEFT_OUT
    unit: Bilingual = _LEFT_OUT
    description: Description | None = None
    decimals: Decimals = 0
    allow_negative: bool = False
    low_balance: LowBalance | None = None
    expiring_soon_days: Days = 7
    active: bool = True


class CreditTypeFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None


class CreditTypeView(Resource):
    """A credit type; an inactive one is not chosen any more, and stays where it was."""

    name: NameView
    unit: NameView
    description: NameView | None
    decimals: int
    allow_negative: bool
    low_balance: str | None
    expiring_soon_days: int
    active: bool
