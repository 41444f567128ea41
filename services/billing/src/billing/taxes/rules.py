"""Taxes: how a rate is written, and what fits a category of EN 16931."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, get_args

from chassis.errors import Conflict, Invalid, NotFound

# UNCL 5305, as EN 16931 and ZATCA use it: standard, zero-rated, exempt, out of scope.
Category = Literal["S", "Z", "E", "O"]
CATEGORIES: Final[tuple[Category, ...]] = get_args(Category)
# BR-E-10 and BR-O-10; of what is zero-rated only ZATCA asks why.
_NEED_A_REASON: Final = frozenset({"E", "O"})
ExemptionCode = Literal[
    "VATEX-SA-29", "VATEX-SA-29-7", "VATEX-SA-30", "VATEX-SA-32", "VATEX-SA-33", "VATEX-SA-34-1",
    "VATEX-SA-34-2", "VATEX-SA-34-3", "VATEX-SA-34-4", "VATEX-SA-34-5", "VATEX-SA-35",
    "VATEX-SA-36", "VATEX-SA-EDU", "VATEX-SA-HEA", "VATEX-SA-MLTRY", "VATEX-SA-DUTYFREE",
    "VATEX-SA-OOS",
]  # fmt: skip
# ZATCA, data dictionary, BT-121: why what is exempt is, and what is out of scope; all others why
# something is zero-rated.
_EXEMPT: Final = frozenset({"VATEX-SA-29", "VATEX-SA-29-7", "VATEX-SA-30"})
_OUT_OF_SCOPE: Final = "VATEX-SA-OOS"
_CODE: Final = re.compile(r"VATEX-SA-[A-Z0-9-]+")
# What a company starts with, where its country has a VAT.
STARTING_NAME: Final = {"ar": "ضريبة القيمة المضافة", "en": "VAT"}


class TaxNotFound(NotFound):
    """No such tax."""

    code = "tax_not_found"
    detail = "There is no such tax."


class UnknownTax(Invalid):
    """A body names a tax that is not there, or not used any more."""

    code = "unknown_tax"
    detail = "There is no such tax in use."


class TaxInUse(Conflict):
    """Something is taxed with it."""

    code = "tax_in_use"
    detail = "This tax is used. Make it inactive instead."


class RateDoesNotFit(Invalid):
    """BR-S-05: above zero; BR-Z-05, BR-E-05 and BR-O-05: none."""

    code = "rate_does_not_fit"
    detail = "The category S has a rate above 0, and Z, E and O have the rate 0."


class ReasonNeeded(Invalid):
    """A document has to say why nothing is due."""

    code = "exemption_reason_needed"
    detail = "The categories E and O need a reason why no tax is due."


class CodeDoesNotFit(Invalid):
    """ZATCA, BR-KSA-23 and those about it: each code belongs to one category."""

    code = "exemption_code_does_not_fit"
    detail = "This exemption code is of another category."


class ReasonNotAllowed(Invalid):
    """BR-S-10."""

    code = "exemption_reason_not_allowed"
    detail = "The category S has no exemption reason."


class ValidBackwards(Invalid):
    """`valid_to` is the first day on which a tax holds no more."""

    code = "ends_before_start"
    detail = "A tax ends after the day it begins."


def rate(text: str) -> str:
    """A rate in its one form: "0.15", "0.1", "0"."""
    return f"{Decimal(text).normalize():f}"


def exemption_code(tax: Mapping[str, Any]) -> str | None:
    """The code of why no tax is due: its own, or the one that its reason names."""
    named = tax.get("exemption_code") or _CODE.search(tax.get("exemption_reason") or "")
    return named if named is None or isinstance(named, str) else named[0]


def check_code(category: str, code: str | None) -> None:
    """Raises ReasonNotAllowed and CodeDoesNotFit."""
    if code is None:
        return
    if category == "S":
        raise ReasonNotAllowed(field="exemption_code")
    of = "O" if code == _OUT_OF_SCOPE else "E" if code in _EXEMPT else "Z"
    if category != of:
        raise CodeDoesNotFit(field="exemption_code")


def check_category(category: str, rate: str, exemption_reason: str | None) -> None:
    """Raises RateDoesNotFit, ReasonNeeded and ReasonNotAllowed."""
    if (category == "S") != (Decimal(rate) > 0):
        raise RateDoesNotFit(field="rate")
    if category in _NEED_A_REASON and not exemption_reason:
        raise ReasonNeeded(field="exemption_reason")
    if category == "S" and exemption_reason:
        raise ReasonNotAllowed(field="exemption_reason")


def check_period(valid_from: date | None, valid_to: date | None) -> None:
    """Raises ValidBackwards."""
    if valid_from is not None and valid_to is not None and valid_to <= valid_from:
        raise ValidBackwards(field="valid_to")
