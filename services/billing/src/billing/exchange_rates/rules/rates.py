"""Exchange rates: how one is written, and what an amount comes to at it."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Final

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import BIGINT, PRECISION, digits, round_half_up

PLACES: Final = 10
# Who says so: a central bank, or whoever wrote the document.
PEG: Final = "peg"
OF_DOCUMENT: Final = "document"
_UNIT: Final = Decimal(1).scaleb(-PLACES)


class ExchangeRateNotFound(NotFound):
    """No such rate."""

    code = "exchange_rate_not_found"
    detail = "There is no such exchange rate."


class ExchangeRateTaken(Conflict):
    """One day, one rate."""

    code = "exchange_rate_taken"
    detail = "There is a rate of this currency for this day. Change it instead."


class OwnCurrency(Invalid):
    """What the company keeps its books in is worth itself."""

    code = "own_currency"
    detail = "This is the company's own currency."


class ExchangeRateUnknown(Conflict):
    """What an amount comes to cannot be told."""

    code = "exchange_rate_unknown"
    detail = (
        "No exchange rate from {currency} to {home} is known for {day}. "
        "Add one, or give the document its own."
    )


class HomeAmountTooLarge(Invalid):
    """Beyond what is kept of an amount."""

    code = "amount_too_large"
    detail = "The amount is too large."


def rounded(rate: Decimal) -> Decimal:
    """A rate to PLACES decimals, half up."""
    with localcontext(prec=PRECISION):
        return rate.quantize(_UNIT, rounding=ROUND_HALF_UP)


def written(rate: Decimal) -> str:
    """A rate in its one form: "3.75", "1.0211027910", without zeros at its end."""
    return f"{rate.normalize():f}"


def converted(amount_minor: int, currency: str, home: str, rate: Decimal) -> int:
    """What an amount comes to in the company's currency, in its minor units, rounded once.

    `rate` is how many of `home` one of `currency` is. Raises HomeAmountTooLarge.
    """
    with localcontext(prec=PRECISION):
        exact = Decimal(amount_minor) * rate
        minor = round_half_up(exact.scaleb(digits(home) - digits(currency)))
    if abs(minor) >= BIGINT:
        raise HomeAmountTooLarge(field="exchange_rate")
    return minor


def unknown(currency: str, home: str, on: date) -> ExchangeRateUnknown:
    """The refusal where no rate is known."""
    return ExchangeRateUnknown(currency=currency, home=home, day=on.isoformat())
