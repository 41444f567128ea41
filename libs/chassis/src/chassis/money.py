"""Money in the minor units of its currency: whole numbers only, never a float."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from functools import lru_cache
from typing import Final, Self

from iso4217 import Currency

# Enough digits that no intermediate result of a BIGINT amount is ever rounded by Decimal itself.
PRECISION = 60
BIGINT = 2**63
_PLAIN: Final = re.compile(r"([+-]?[0-9]{1,18})(?:\.([0-9]+))?")


@lru_cache(maxsize=256)
def digits(currency: str) -> int:
    """How many decimal digits ISO 4217 gives a currency (SAR 2, KWD 3, JPY 0).

    Never taken from CLDR, whose digits are those of prices in shops (IQD 0; ISO says 3).
    Raises ValueError for an unknown code and for one without minor units (gold, test codes).
    """
    try:
        exponent = Currency(currency).exponent
    except ValueError:
        raise ValueError(f"{currency} is not a currency of ISO 4217") from None
    if exponent is None:
        raise ValueError(f"{currency} has no minor unit")
    return int(exponent)


def round_half_up(value: Decimal) -> int:
    """The nearest whole number; a half goes away from zero (EN 16931, ZATCA)."""
    with localcontext(prec=PRECISION):
        return int(value.to_integral_value(rounding=ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of one currency, e.g. Money(11500, "SAR") for 115.00."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        digits(self.currency)
        if not -BIGINT <= self.amount_minor < BIGINT:
            raise ValueError("the amount is too large")

    @classmethod
    def parse(cls, text: str, currency: str) -> Self:
        """Read "115.00"; more digits than the currency has, exponents and NaN raise ValueError."""
        places = digits(currency)
        # As amounts mostly are: no digit that has to be weighed.
        if (plain := _PLAIN.fullmatch(text)) is not None and len(plain[2] or "") <= places:
            return cls(int(plain[1] + (plain[2] or "").ljust(places, "0")), currency)
        if not text.isascii() or set(text) - set("+-.0123456789"):
            raise ValueError("an amount is written like 115.00")
        try:
            value = Decimal(text)
        except InvalidOperation:
            raise ValueError("an amount is written like 115.00") from None
        with localcontext(prec=max(PRECISION, len(text) + places)):
            minor = value.scaleb(places)
        if minor != int(minor):
            raise ValueError(f"{currency} has {places} decimal digits")
        return cls(int(minor), currency)

    def format(self) -> str:
        """The decimal string with exactly the currency's digits; `parse` reads it back."""
        places, sign = digits(self.currency), "-" if self.amount_minor < 0 else ""
        whole, rest = divmod(abs(self.amount_minor), 10**places)
        return f"{sign}{whole}.{rest:0{places}}" if places else f"{sign}{whole}"

    def __add__(self, other: Self) -> Self:
        self._same_currency(other)
        return type(self)(self.amount_minor + other.amount_minor, self.currency)

    def __sub__(self, other: Self) -> Self:
        self._same_currency(other)
        return type(self)(self.amount_minor - other.amount_minor, self.currency)

    def __neg__(self) -> Self:
        return type(self)(-self.amount_minor, self.currency)

    def multiply_rounded(self, factor: Decimal) -> Self:
        """The amount times a quantity or a rate, rounded half up once."""
        with localcontext(prec=PRECISION):
            return type(self)(round_half_up(Decimal(self.amount_minor) * factor), self.currency)

    def split(self, weights: Sequence[int]) -> list[Self]:
        """Parts in proportion to the weights that add up to the whole: largest remainder first.

        Equal remainders go to the earlier part. Weights are not negative and not all zero.
        """
        total = sum(weights)
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must not be negative, and one must be above zero")
        sign = -1 if self.amount_minor < 0 else 1
        shares = [divmod(abs(self.amount_minor) * weight, total) for weight in weights]
        parts = [whole for whole, _ in shares]
        left = abs(self.amount_minor) - sum(parts)
        by_remainder = sorted(range(len(shares)), key=lambda place: -shares[place][1])
        for place in by_remainder[:left]:
            parts[place] += 1
        return [type(self)(sign * part, self.currency) for part in parts]

    def _same_currency(self, other: Self) -> None:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} cannot be added")
