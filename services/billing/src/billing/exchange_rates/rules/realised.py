"""What money is worth at home as it moves: nothing comes or goes by moving it in parts."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

from billing.exchange_rates.rules.rates import HomeAmountTooLarge
from chassis.money import BIGINT, PRECISION, digits, round_half_up


@dataclass(frozen=True, slots=True)
class Whole:
    """An amount, how much of it has moved, and what both are worth at home, where that is known.

    The parts that moved are worth together what is rounded of them once, not the sum of what was
    rounded of each.
    """

    minor: int
    moved_minor: int
    home: str | None = None
    home_minor: int | None = None
    home_moved_minor: int = 0

    def part(self, minor: int) -> int:
        """What the next part is worth at home; nothing that is known where that of the whole is
        not.
        """
        if self.home_minor is None or not self.minor:
            return 0
        return scaled(self.home_minor, self.moved_minor + minor, self.minor) - self.home_moved_minor


@dataclass(frozen=True, slots=True)
class Realised:
    """What a part of a payment was worth at home, what it paid for was, and by how much more."""

    paid_home_minor: int
    home_minor: int
    difference_minor: int


def realised(paying: Whole, paying_minor: int, owed: Whole, owed_minor: int) -> Realised:
    """So much of a payment pays so much of an invoice, each in its currency.

    A difference above zero is a gain. There is none where either worth is not known.
    """
    came, was = paying.part(paying_minor), owed.part(owed_minor)
    return Realised(came, was, came - was if _compare(paying, owed) else 0)


def remaining(one: Realised, paying: tuple[int, int], owed: tuple[int, int]) -> Realised:
    """The same of what is left: so much of so much of the payment, and of the invoice."""
    came = scaled(one.paid_home_minor, *paying)
    was = scaled(one.home_minor, *owed)
    is_known = one.difference_minor == one.paid_home_minor - one.home_minor
    return Realised(came, was, came - was if is_known else 0)


def kept(minor: int, left: int, of: int) -> int:
    """What stands of one side of an allocation while so much is left of the other: something, and
    no more than before.
    """
    return min(minor, max(1, scaled(minor, left, of))) if left else 0


def scaled(minor: int, part: int, whole: int) -> int:
    """An amount's part, rounded half up."""
    with localcontext(prec=PRECISION):
        return round_half_up(Decimal(minor) * part / whole)


def exchanged(amount_minor: int, of: tuple[str, Decimal], into: tuple[str, Decimal]) -> int:
    """What has to be paid in a currency for an amount of another one: rounded once, half up, and
    never nothing. Each currency with its rate, in one and the same third. Raises
    HomeAmountTooLarge.
    """
    (currency, rate), (wanted, wanted_rate) = of, into
    with localcontext(prec=PRECISION):
        exact = Decimal(amount_minor) * rate / wanted_rate
        minor = round_half_up(exact.scaleb(digits(wanted) - digits(currency)))
    if minor >= BIGINT:
        raise HomeAmountTooLarge(field="payment_amount")
    return max(1, minor)


def _compare(paying: Whole, owed: Whole) -> bool:
    known = None not in (paying.home_minor, owed.home_minor)
    return known and paying.home == owed.home
