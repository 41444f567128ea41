"""Packages: what is sold, a right for a time or credit, and the terms that a sale keeps of it."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Protocol
from uuid import UUID

from chassis.errors import Conflict, Invalid, NotFound
from chassis.money import Money, digits
from memberships.calendar.rules import check_span

Kind = Literal["membership", "credit"]
Json = dict[str, Any]
MOST_CREDITS: Final = 20


class PackageNotFound(NotFound):
    """No such package."""

    code = "package_not_found"
    detail = "There is no such package."


class UnknownPackage(Invalid):
    """A body names a package that is not there."""

    code = "unknown_reference"
    detail = "There is no such package."


class PackageInactive(Conflict):
    """What is put away is not sold any more."""

    code = "package_inactive"
    detail = "This package is not sold any more."


class PackageInUse(Conflict):
    """What was sold stays, so that one can see what it was."""

    code = "package_in_use"
    detail = "This package was sold. Make it inactive instead."


class PackageExternalIdTaken(Conflict):
    """What a partner's system calls it names one package."""

    code = "external_id_taken"
    detail = "Another package has this external id."


class PeriodMissing(Invalid):
    """A right for a time lasts for some time."""

    code = "period_missing"
    detail = "A membership package needs a period."


class PeriodNotTaken(Invalid):
    """Credit lasts as long as each of its kinds does."""

    code = "period_not_taken"
    detail = "Only membership packages have a period; credit has its own expiry."


class CreditsMissing(Invalid):
    """Credit is credit of something."""

    code = "credits_missing"
    detail = "A credit package needs at least one credit type."


class CreditTypeTwice(Invalid):
    """Each kind of credit is given once."""

    code = "credit_type_twice"
    detail = "This credit type is named twice."


class UnknownPriceCurrency(Invalid):
    """Not a currency of ISO 4217 that has amounts."""

    code = "unknown_currency"
    detail = "A currency is written with the three letters of ISO 4217, like SAR."


class NotAPrice(Invalid):
    """More digits than the currency has."""

    code = "not_a_price"
    detail = "Prices in {currency} have at most {digits} decimal digits."


class Sold(Protocol):
    """What the terms are made of: a package's row."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> dict[str, str]: ...
    @property
    def currency(self) -> str: ...
    @property
    def price_minor(self) -> int: ...
    @property
    def joining_fee_minor(self) -> int | None: ...
    @property
    def tax_id(self) -> UUID | None: ...
    @property
    def period(self) -> Json | None: ...
    @property
    def credits(self) -> list[Json]: ...


def terms(package: Sold) -> Json:
    """What a sale keeps of a package, whatever becomes of that: plain JSON.

    `{package_id, version, kind, name, currency, price, joining_fee | null, tax_id | null,
    period: {unit, count} | null, credits: [{credit_type_id, amount, expires_after | null}]}`.
    Money is text with exactly the currency's digits, `amount` text with exactly the decimals of
    its credit type, which stay once something was written in it (credit_types.rules.smallest).
    """
    fee = package.joining_fee_minor
    return {
        "package_id": str(package.id), "version": package.version, "kind": package.kind,
        "name": package.name, "currency": package.currency,
        "price": Money(package.price_minor, package.currency).format(),
        "joining_fee": None if fee is None else Money(fee, package.currency).format(),
        "tax_id": str(package.tax_id) if package.tax_id else None,
        "period": package.period, "credits": package.credits,
    }  # fmt: skip


def price_minor(text: str, currency: str, field: str) -> int:
    """A price in the smallest part of its currency; raises UnknownPriceCurrency and NotAPrice."""
    try:
        places = digits(currency)
    except ValueError:
        raise UnknownPriceCurrency(field="currency") from None
    try:
        return Money.parse(text, currency).amount_minor
    except ValueError:
        raise NotAPrice(field=field, currency=currency, digits=places) from None


def check_kind(kind: str, period: Mapping[str, Any] | None, credits: Sequence[Json]) -> None:
    """Raises PeriodMissing, PeriodNotTaken, CreditsMissing, CreditTypeTwice and SpanTooLong."""
    if kind == "membership" and period is None:
        raise PeriodMissing(field="period")
    if kind == "credit" and period is not None:
        raise PeriodNotTaken(field="period")
    if kind == "credit" and not credits:
        raise CreditsMissing(field="credits")
    if period is not None:
        check_span(period["unit"], period["count"], "period")
    _check_credits(credits)


def _check_credits(credits: Sequence[Json]) -> None:
    seen: set[str] = set()
    for place, one in enumerate(credits):
        if (named := str(one["credit_type_id"])) in seen:
            raise CreditTypeTwice(field=f"credits.{place}.credit_type_id")
        seen.add(named)
        if (span := one["expires_after"]) is not None:
            check_span(span["unit"], span["count"], f"credits.{place}.expires_after")
