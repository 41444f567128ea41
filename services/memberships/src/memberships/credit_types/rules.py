"""Credit types: what a balance is counted in."""

from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound

MOST_DECIMALS: Final = 4


class CreditKind(Protocol):
    """What others look at of a credit type."""

    @property
    def id(self) -> UUID: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def name(self) -> dict[str, str]: ...
    @property
    def unit(self) -> dict[str, str]: ...
    @property
    def decimals(self) -> int: ...
    @property
    def allow_negative(self) -> bool: ...
    @property
    def low_balance(self) -> int | None: ...
    @property
    def expiring_soon_days(self) -> int: ...


class CreditTypeNotFound(NotFound):
    """No such credit type."""

    code = "credit_type_not_found"
    detail = "There is no such credit type."


class UnknownCreditType(Invalid):
    """A body names a credit type that is not there, or not used any more."""

    code = "unknown_reference"
    detail = "There is no such credit type in use."


class CreditTypeInUse(Conflict):
    """Something was counted in it, or a package gives it."""

    code = "credit_type_in_use"
    detail = "This credit type is used. Make it inactive instead."


class CreditTypeCounted(Conflict):
    """Amounts that are written down keep their meaning."""

    code = "credit_type_counted"
    detail = "Amounts were written in this credit type: its decimals stay."


class NotAnAmount(Invalid):
    """Nothing, or more digits than are counted."""

    code = "not_an_amount"
    detail = "Amounts of this credit type are above zero and have at most {decimals} decimals."


def smallest(text: str) -> int:
    """An amount as it is kept (\"1.50\" with two decimals), as a whole number of the smallest part.

    For texts that `written` made: their decimals are their type's.
    """
    return int(text.replace(".", ""))


def amount_of(text: str, decimals: int, field: str) -> int:
    """What somebody typed, as a whole number of the smallest part; raises NotAnAmount."""
    if (whole := whole_of(text, decimals, field)) <= 0:
        raise NotAnAmount(field=field, decimals=decimals)
    return whole


def whole_of(text: str, decimals: int, field: str) -> int:
    """The same of what may be nothing, or below zero."""
    whole = Decimal(text).scaleb(decimals)
    if whole != whole.to_integral_value():
        raise NotAnAmount(field=field, decimals=decimals)
    return int(whole)


def written(amount: int, decimals: int) -> str:
    """An amount with exactly its type's decimals; negative ones too."""
    return f"{Decimal(amount).scaleb(-decimals):.{decimals}f}"
