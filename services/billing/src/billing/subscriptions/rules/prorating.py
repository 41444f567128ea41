"""Parts of periods: what so many days of one cost, and what changes from a day on."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from billing.subscriptions.rules.periods import ChangeMixed
from billing.totals.rules.written import figures
from chassis.money import Money, round_half_up

Json = dict[str, Any]
# Category and rate of what is taxed alike.
Key = tuple[str | None, str]
NO_TAX: Final[Key] = (None, "0")


def prorated(asked: Json, whole: Json, share: Fraction) -> Json:
    """Lines, discount and shipping of a part of a period: each line is discounted to its share.

    `asked` has `lines` with their taxes, `discount` and `shipping` as they were asked for, `whole`
    what `figures` says of them for a whole period.
    """
    currency = whole["currency"]
    lines = [
        line | {"discount": _amount(_unused(figure, currency, share), currency)}
        for line, figure in zip(asked["lines"], whole["lines"], strict=True)
    ]  # fmt: skip
    discount = asked["discount"]
    if discount is not None and discount["type"] == "amount":
        most = figures(currency, lines, {})["subtotal_minor"]
        discount = _amount(min(_share(whole["discount_minor"], share), most), currency)
    shipping = Money(_share(whole["shipping_minor"], share), currency).format()
    return asked | {"lines": lines, "discount": discount, "shipping": shipping}


def unused(period_from: date, period_to: date, day: date) -> Fraction:
    """The part of a time that lies from a day on, by its days; both its ends are part of it."""
    whole = (period_to - period_from).days + 1
    return Fraction(min(max((period_to - day).days + 1, 0), whole), whole)


def credited_lines(lines: Sequence[Json], currency: str, share: Fraction) -> list[Json]:
    """So much of each line of an invoice, by its place there, none above its share: as much of its
    quantity, and what that is more than the share as a discount.
    """
    found = []
    for place, line in enumerate(lines):
        price_minor = Money.parse(line["unit_price"], currency).amount_minor
        quantity = Decimal(line["quantity"])
        taken = Money.parse(line["discount_amount"], currency).amount_minor
        part = _share(round_half_up(quantity * price_minor) - taken, share)
        of_it = min(quantity, _quantity(quantity, share))
        over = round_half_up(of_it * price_minor) - part
        found.append(line | {
            "quantity": f"{of_it.normalize():f}", "invoice_line": place,
            "discount": _amount(over, currency) if over else None,
        })  # fmt: skip
    return found


def credited_extras(invoice: Json, lines: Sequence[Json], share: Fraction) -> Json:
    """So much of an invoice's discount, rounded up, and of its shipping, for these lines of it."""
    discount, currency = invoice["discount"], invoice["currency"]
    if discount is not None and discount["type"] == "amount":
        most = figures(currency, lines, {})["subtotal_minor"]
        part = invoice["discount_minor"] - _share(invoice["discount_minor"], 1 - share)
        discount = _amount(min(part, most), currency)
    shipping = Money(_share(invoice["shipping_minor"], share), currency).format()
    return {"discount": discount, "shipping": shipping}


def rest_of(
    whole: Mapping[Key, int],
    share: Fraction,
    credited: Sequence[tuple[Mapping[Key, int], Fraction]],
) -> dict[Key, Fraction]:
    """What an invoice bills of its last days, by what is taxed alike: its share of them, less that
    of each credit note that changed them.
    """
    found = {key: minor * share for key, minor in whole.items()}
    for note, part in credited:
        for key, minor in note.items():
            found[key] = found.get(key, Fraction(0)) - minor * part
    return found


def difference(now: Mapping[Key, Fraction], then: Mapping[Key, Fraction]) -> dict[Key, int]:
    """What more is billed then of what is taxed alike, below zero what less, without what does not
    change; rounded to zero, so that nobody is charged or given more than is right.
    """
    keys = sorted({*now, *then}, key=lambda key: (key[0] or "~", key[1]))
    found = {key: int(then.get(key, Fraction(0)) - now.get(key, Fraction(0))) for key in keys}
    return {key: minor for key, minor in found.items() if minor}


def is_charge(changes: Mapping[Key, int]) -> bool:
    """Whether a difference is charged, else it is credited; raises ChangeMixed."""
    signs = {minor > 0 for minor in changes.values()}
    if len(signs) > 1:
        raise ChangeMixed()
    return signs == {True}


def by_tax(document: Json) -> dict[Key, int]:
    """What a document comes to without tax, by what is taxed alike; `NO_TAX` is what has none."""
    currency = document["currency"]
    found: dict[Key, int] = {}
    for one in document["taxes"]:
        minor = Money.parse(one["taxable"], currency).amount_minor
        found[one["category"], str(Decimal(one["rate"]).normalize())] = minor
    net = document["subtotal_minor"] - document["discount_minor"] + document["shipping_minor"]
    return found | {NO_TAX: net - sum(found.values())}


def _quantity(quantity: Decimal, share: Fraction) -> Decimal:
    """With the decimals of a quantity, rounded up."""
    millionths = -(-int(quantity * 1_000_000) * share.numerator // share.denominator)
    return Decimal(millionths) / 1_000_000


def _unused(line: Json, currency: str, share: Fraction) -> int:
    """What is taken off a line's price: its own discount, and the days it is not for."""
    price = round_half_up(
        Decimal(line["quantity"]) * Money.parse(line["unit_price"], currency).amount_minor
    )
    taken = Money.parse(line["discount_amount"], currency).amount_minor
    return price - _share(price - taken, share)


def _share(minor: int, share: Fraction) -> int:
    """Of an amount, rounded down: a part is never more than its whole."""
    return minor * share.numerator // share.denominator


def _amount(minor: int, currency: str) -> Json:
    return {"type": "amount", "value": Money(minor, currency).format()}
