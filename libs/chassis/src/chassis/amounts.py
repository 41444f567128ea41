"""Amounts in minor units, written by PostgreSQL."""

from typing import Any, Final

from iso4217 import Currency
from sqlalchemy import ColumnElement, Numeric, Text, case, cast, literal_column

_USUAL: Final = 2


def amount(minor: ColumnElement[Any], currency: ColumnElement[Any]) -> ColumnElement[Any]:
    """An amount as it is written, with the digits that ISO 4217 gives its currency."""
    places: dict[int, list[str]] = {}
    for one in Currency:
        if one.exponent not in (None, _USUAL):
            places.setdefault(int(one.exponent), []).append(str(one.code))
    unit = case(
        *((currency.in_([_text(code) for code in codes]), _unit(digits))
          for digits, codes in sorted(places.items())),
        else_=_unit(_USUAL),
    )  # fmt: skip
    return cast(cast(minor, Numeric) * unit, Text)


def _unit(digits: int) -> ColumnElement[Any]:
    # The product has as many decimals as this: 11500 * 0.01 is 115.00.
    return literal_column("1" if digits == 0 else f"0.{'0' * (digits - 1)}1", Numeric)


def _text(value: str) -> ColumnElement[Any]:
    return literal_column(f"'{value}'", Text)
