"""Credit types: what a balance is counted in."""

from typing import Final

from chassis.errors import Conflict, Invalid, NotFound

MOST_DECIMALS: Final = 4


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
