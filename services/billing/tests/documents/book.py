"""What a simple book-keeper would know of a client's papers: halalas and states."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from chassis.money import Money

OWED = ("issued", "partially_paid")


def text(minor: int) -> str:
    return Money(minor, "SAR").format()


def vat(net: int) -> int:
    """15 %, half up."""
    return (net * 15 + 50) // 100


@dataclass
class Bill:
    """An invoice over one line, taxed; `paid` is by payment, in the order in which they paid."""

    id: str
    net: int
    state: str = "draft"
    number: str = ""
    paid: dict[str, int] = field(default_factory=dict)
    credited: int = 0
    credited_net: int = 0
    written_off: int = 0
    source: "Offer | None" = None

    @property
    def total(self) -> int:
        return self.net + vat(self.net)

    @property
    def balance(self) -> int:
        return self.total - sum(self.paid.values()) - self.credited - self.written_off

    @property
    def status(self) -> str:
        if self.state != "issued":
            return self.state
        if self.balance:
            return "partially_paid" if self.paid else "issued"
        if self.written_off:
            return "written_off"
        return "credited" if self.credited and not self.paid else "paid"

    @property
    def stands(self) -> bool:
        return self.state == "issued"

    def issue(self) -> str:
        if self.state != "draft":
            return "invoice_not_draft"
        self.state = "issued"
        return ""

    def void(self) -> str:
        if not self.stands or self.balance != self.total:
            return "invoice_not_voidable"
        self.state = "void"
        return ""

    def write_off(self) -> str:
        if self.status not in OWED:
            return "invoice_not_owed"
        self.written_off += self.balance
        return ""

    def pay(self, payment: str, amount: int) -> str:
        if not self.stands:
            return "invoice_not_owed"
        if amount > self.balance:
            return "over_allocated"
        self.paid[payment] = self.paid.get(payment, 0) + amount
        return ""

    def take_back(self, payment: str) -> int:
        return self.paid.pop(payment)

    def credit(self, net: int) -> str:
        """What is paid beyond the rest goes back to the payments, the last one first."""
        amount = net + vat(net)
        if not self.stands:
            return "invoice_not_owed"
        if amount > self.total - self.credited - self.written_off:
            return "over_credited"
        if self.credited_net + net > self.net:
            return "over_credited"
        self._release(amount - self.balance)
        self.credited, self.credited_net = self.credited + amount, self.credited_net + net
        return ""

    def _release(self, missing: int) -> None:
        for payment in reversed(list(self.paid)):
            part = max(min(missing, self.paid[payment]), 0)
            missing -= part
            self.paid[payment] -= part
            if not self.paid[payment]:
                del self.paid[payment]


@dataclass
class Offer:
    """An estimate or an order, and what was made of it."""

    id: str
    net: int
    status: str = "draft"
    number: str = ""
    bill: Bill | None = None

    @property
    def total(self) -> int:
        return self.net + vat(self.net)


class Book:
    """All papers of a client."""

    def __init__(self) -> None:
        self.bills: list[Bill] = []
        self.estimates: list[Offer] = []
        self.orders: list[Offer] = []
        self.payments: dict[str, int] = {}
        self.notes = 0

    def left_of(self, payment: str) -> int:
        return self.payments[payment] - sum(one.paid.get(payment, 0) for one in self.bills)

    def numbered(self) -> Iterator[tuple[str, list[str]]]:
        """The numbers that were given, by kind of paper."""
        for name in ("bills", "estimates", "orders"):
            yield name, sorted(one.number for one in getattr(self, name) if one.number)
