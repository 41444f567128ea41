"""Currencies whose central bank keeps them at a fixed price of the US dollar."""

from decimal import Decimal
from typing import Final

from billing.exchange_rates.rules.rates import rounded

_DOLLAR: Final = "USD"
# How many of it one US dollar is.
_PER_DOLLAR: Final = {
    _DOLLAR: Decimal(1),
    "SAR": Decimal("3.75"),  # Saudi Central Bank, since June 1986
    "AED": Decimal("3.6725"),  # Central Bank of the UAE, since November 1997
    "QAR": Decimal("3.64"),  # Qatar, Amiri Decree 34 of 2001
    "BHD": Decimal("0.376"),  # Bahrain, Decree 48 of 2001
    "JOD": Decimal("0.709"),  # Central Bank of Jordan, since October 1995: between 0.708 and 0.710
    # Central Bank of Oman, since January 1986: a rial is 2.6008 dollars.
    "OMR": rounded(Decimal(1) / Decimal("2.6008")),
}  # fmt: skip
PEGGED: Final = frozenset(_PER_DOLLAR)


def peg(currency: str, home: str) -> Decimal | None:
    """How many of `home` one of `currency` is, to PLACES decimals; None unless both are fixed."""
    if not {currency, home} <= PEGGED:
        return None
    return rounded(_PER_DOLLAR[home] / _PER_DOLLAR[currency])
