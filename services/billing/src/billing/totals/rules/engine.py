"""The figures of a document: one function for screen, API, PDF, XML and reports.

All amounts are in minor units of the document's currency, none is ever negative but `rounding`.
Where the law leaves a choice, this is EN 16931-1 (6.4.2, the BR-CO rules), which ZATCA's rules
for Saudi Arabia follow: amounts are rounded half up where they come to be, and then only added.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import Final

from chassis.errors import Invalid
from chassis.money import BIGINT, PRECISION, Money, round_half_up

_ALL: Final = Decimal(100)
_ONE: Final = Decimal(1)
_UNTAXED: Final = Decimal(0)


class DiscountTooLarge(Invalid):
    """A discount takes all of a price, and never more."""

    code = "discount_too_large"
    detail = "The discount is more than the amount it is taken from."


class DepositTooLarge(Invalid):
    """A deposit is a part of what is to be paid, or all of it."""

    code = "deposit_too_large"
    detail = "The deposit is more than the total."


class AmountTooLarge(Invalid):
    """Beyond what is kept of an amount."""

    code = "amount_too_large"
    detail = "The amount is too large."


@dataclass(frozen=True, slots=True)
class Tax:
    """How a line is taxed: 15 % is a `rate` of 0.15; inclusive prices hold their tax."""

    category: str
    rate: Decimal
    is_inclusive: bool = False


@dataclass(frozen=True, slots=True)
class Discount:
    """So many percent, or an amount."""

    percent: Decimal | None = None
    amount_minor: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """So much of something; without a tax it is in no tax group."""

    quantity: Decimal
    unit_price_minor: int
    discount: Discount = Discount()
    tax: Tax | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What the figures follow from. Discount and shipping are meant without tax (BT-92, BT-99)."""

    currency: str
    lines: Sequence[Line]
    discount: Discount = Discount()
    shipping_minor: int = 0
    deposit_minor: int = 0
    # What it has to come to, whatever its parts do: the rest of another document.
    agreed_minor: int | None = None


@dataclass(frozen=True, slots=True)
class LineFigures:
    """What a line comes to: its price as asked for, what is taken off it, its net (BT-131)."""

    price_minor: int
    discount_minor: int
    net_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """What is taxed alike (BG-23); `category` None is what has no tax.

    `taxable` = `net` − `discount` + `shipping`; `rounding` is what inclusive prices differ from
    `taxable` + `tax`.
    """

    category: str | None
    rate: Decimal
    net_minor: int
    discount_minor: int
    shipping_minor: int
    taxable_minor: int
    tax_minor: int
    rounding_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """All figures of a document.

    `total` = `subtotal` − `discount` + `shipping` + `tax` + `rounding`, and also what the groups
    come to together.
    """

    lines: tuple[LineFigures, ...]
    groups: tuple[Group, ...]
    subtotal_minor: int
    discount_minor: int
    shipping_minor: int
    tax_minor: int
    rounding_minor: int
    total_minor: int


@dataclass(slots=True)
class _Sum:
    """Lines that are taxed alike: their nets, and what they promise to cost, tax and all."""

    net: int = 0
    promised: Decimal = _UNTAXED


def totals(document: Document) -> Totals:
    """All figures of a document. Raises DiscountTooLarge, DepositTooLarge and AmountTooLarge.

    BR-CO-10: the subtotal is the sum of the line nets. BR-CO-13: less the document's discount,
    plus shipping, it is the total without tax. BR-CO-14: the tax is the sum of the groups'.
    BR-CO-15 and 16: all that with the rounding is what is to be paid.
    """
    with localcontext(prec=PRECISION):
        lines = tuple(_line(one, place) for place, one in enumerate(document.lines))
        sums = _summed(document.lines, lines)
        subtotal = _kept(sum(one.net for one in sums.values()), "lines")
        taken = _taken(document.discount, subtotal, "discount")
        groups = _agreed(_groups(document, sums, taken), document.agreed_minor)
    total = _kept(
        sum(one.taxable_minor + one.tax_minor + one.rounding_minor for one in groups), "lines"
    )
    if document.deposit_minor > total:
        raise DepositTooLarge(field="deposit")
    return Totals(
        lines=lines, groups=groups, subtotal_minor=subtotal, discount_minor=taken,
        shipping_minor=document.shipping_minor, tax_minor=sum(one.tax_minor for one in groups),
        rounding_minor=sum(one.rounding_minor for one in groups), total_minor=total,
    )  # fmt: skip


def _line(line: Line, place: int) -> LineFigures:
    """BT-131; of an inclusive price the tax is taken out: net = price ÷ (1 + rate)."""
    field = f"lines.{place}"
    price = _kept(round_half_up(line.quantity * line.unit_price_minor), field)
    taken = _taken(line.discount, price, f"{field}.discount")
    rest = price - taken
    if line.tax is not None and line.tax.is_inclusive:
        rest = round_half_up(rest / (_ONE + line.tax.rate))
    return LineFigures(price, taken, rest)


def _taken(discount: Discount, price: int, field: str) -> int:
    """What a discount takes off, rounded by itself (BT-92, BT-136); raises DiscountTooLarge."""
    taken = discount.amount_minor
    if discount.percent is not None:
        taken = round_half_up(price * discount.percent / _ALL)
    if taken > price:
        raise DiscountTooLarge(field=field)
    return taken


def _summed(
    lines: Sequence[Line], figures: Sequence[LineFigures]
) -> dict[tuple[str | None, Decimal], _Sum]:
    """The lines by category and rate (BR-S-08), in an order that is not that of the lines."""
    sums: dict[tuple[str | None, Decimal], _Sum] = {}
    for line, figure in zip(lines, figures, strict=True):
        category, rate = (line.tax.category, line.tax.rate) if line.tax else (None, _UNTAXED)
        one = sums.setdefault((category, rate), _Sum())
        one.net += figure.net_minor
        if line.tax is not None and line.tax.is_inclusive:
            one.promised += figure.price_minor - figure.discount_minor
        else:
            one.promised += figure.net_minor * (_ONE + rate)
    return {key: sums[key] for key in sorted(sums, key=lambda key: (key[0] or "~", key[1]))}


def _groups(
    document: Document, sums: dict[tuple[str | None, Decimal], _Sum], taken: int
) -> tuple[Group, ...]:
    nets = [one.net for one in sums.values()]
    # Goods given away for nothing are shipped all the same.
    weights = nets if any(nets) else [1] * len(nets)
    discounts = Money(taken, document.currency).split(weights)
    shippings = Money(document.shipping_minor, document.currency).split(weights)
    return tuple(
        _group(key, one, discount.amount_minor, shipping.amount_minor)
        for (key, one), discount, shipping in zip(sums.items(), discounts, shippings, strict=True)
    )


def _group(key: tuple[str | None, Decimal], goods: _Sum, discount: int, shipping: int) -> Group:
    """BR-CO-17: the tax is taken of the group's sum, and rounded once.

    Inclusive prices are promises: what the rounded nets and taxes differ from them, less their
    part of the discount, is the rounding (BT-114).
    """
    category, rate = key
    taxable = goods.net - discount + shipping
    tax = round_half_up(taxable * rate)
    promised = goods.promised
    if goods.net:
        promised = promised * (goods.net - discount) / goods.net
    due = round_half_up(promised + shipping * (_ONE + rate))
    return Group(
        category=category, rate=rate, net_minor=goods.net, discount_minor=discount,
        shipping_minor=shipping, taxable_minor=taxable, tax_minor=tax,
        rounding_minor=due - taxable - tax,
    )  # fmt: skip


def _agreed(groups: tuple[Group, ...], agreed_minor: int | None) -> tuple[Group, ...]:
    """What the parts differ from what was agreed is rounding too (BT-114)."""
    if agreed_minor is None:
        return groups
    *others, last = groups
    due = sum(one.taxable_minor + one.tax_minor + one.rounding_minor for one in groups)
    return (*others, replace(last, rounding_minor=last.rounding_minor + agreed_minor - due))


def _kept(amount: int, field: str) -> int:
    if amount >= BIGINT:
        raise AmountTooLarge(field=field)
    return amount
