"""Payments, allocations, credit, refunds and cheques against a simple model, step by step."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from chassis.money import Money
from services.billing.tests.acting import Acting, play
from services.billing.tests.factories import Json, Person
from services.billing.tests.payments.making import PAYMENTS, client, owed

SMALL = st.integers(min_value=1, max_value=30)
METHODS = st.sampled_from(["cash", "card", "cheque"])
STEPS = {"deposit": ("received", "deposited"), "clear": ("deposited", "cleared"),
         "bounce": ("deposited", "bounced")}  # fmt: skip


def text(minor: int) -> str:
    return Money(minor, "SAR").format()


@dataclass
class Bill:
    """What is owed."""

    id: str
    total: int
    paid: int = 0

    @property
    def status(self) -> str:
        if self.paid == self.total:
            return "paid"
        return "partially_paid" if self.paid else "issued"


@dataclass
class Paid:
    """What came in, and where it is."""

    method: str
    amount: int
    id: str = ""
    status: str = "received"
    shares: dict[str, int] = field(default_factory=dict)
    refunded: int = 0
    drawn: int = 0

    @property
    def is_money(self) -> bool:
        return self.method != "cheque" or self.status == "cleared"

    @property
    def left(self) -> int:
        spent = sum(self.shares.values()) + self.refunded + self.drawn
        return 0 if self.status == "bounced" else self.amount - spent

    @property
    def shown(self) -> str:
        if self.refunded == self.amount:
            return "refunded"
        return "partially_refunded" if self.refunded else self.status


class Book:
    """All of one client's money: what the service is expected to know."""

    def __init__(self) -> None:
        self.bills: dict[str, Bill] = {}
        self.payments: list[Paid] = []

    def wanted(self, asked: Json, left: int) -> tuple[str, dict[str, int]]:
        """What becomes of a request to allocate: a refusal, or the shares."""
        shares = {one["invoice_id"]: Money.parse(one["amount"], "SAR").amount_minor
                  for one in asked["allocations"]}  # fmt: skip
        if any(self.bills[key].paid + part > self.bills[key].total for key, part in shares.items()):
            return "over_allocated", {}
        if (rest := left - sum(shares.values())) < 0:
            return "over_allocated", {}
        for bill in self.bills.values() if asked["auto_allocate"] else ():
            part = min(rest, bill.total - bill.paid - shares.get(bill.id, 0))
            if part > 0:
                shares[bill.id] = shares.get(bill.id, 0) + part
                rest -= part
        return "", shares

    def allocate(self, payment: Paid, shares: dict[str, int]) -> None:
        for key, part in shares.items():
            payment.shares[key] = payment.shares.get(key, 0) + part
            self.bills[key].paid += part

    def take_back(self, payment: Paid, key: str, part: int) -> None:
        self.bills[key].paid -= part
        payment.shares[key] -= part
        if not payment.shares[key]:
            del payment.shares[key]

    def refund(self, payment: Paid, amount: int) -> str:
        if not payment.is_money:
            return "cheque_state"
        if amount > payment.amount - payment.refunded - payment.drawn:
            return "over_refunded"
        missing = amount - payment.left
        for key in reversed(list(payment.shares)):
            if (part := min(missing, payment.shares[key])) > 0:
                self.take_back(payment, key, part)
                missing -= part
        payment.refunded += amount
        return ""

    def draw(self, amount: int) -> str:
        sources = [one for one in self.payments if one.is_money and one.left]
        if sum(one.left for one in sources) < amount:
            return "insufficient_credit"
        if sum(one.total - one.paid for one in self.bills.values()) < amount:
            return "credit_not_allocated"
        for one in sources:
            part = min(amount, one.left)
            one.drawn += part
            amount -= part
        return ""


class Machine(Acting):
    """The service, beside the book."""

    @initialize()
    def begin(self) -> None:
        self.book = Book()
        self.client = self.run(client(self.owner))
        self.bill(20)

    @rule(total=SMALL)
    def bill(self, total: int) -> None:
        made = self.run(owed(self.owner, text(total), self.client))
        self.book.bills[made["id"]] = Bill(made["id"], total)

    def asked(self, data: st.DataObject) -> Json:
        keys = data.draw(st.lists(st.sampled_from(list(self.book.bills)), unique=True, max_size=2))
        parts = [{"invoice_id": key, "amount": text(data.draw(SMALL))} for key in keys]
        return {"allocations": parts, "auto_allocate": data.draw(st.booleans())}

    @rule(amount=SMALL, method=METHODS, data=st.data())
    def pay(self, amount: int, method: str, data: st.DataObject) -> None:
        asked = self.asked(data)
        expected, shares = self.book.wanted(asked, amount)
        code, made = self.post(PAYMENTS, asked | {
            "client_id": self.client, "amount": text(amount), "currency": "SAR", "method": method,
        })  # fmt: skip
        assert code == expected
        if not code:
            self.book.payments.append(payment := Paid(method, amount, made["id"]))
            self.book.allocate(payment, shares)

    @rule(amount=SMALL)
    def use_credit(self, amount: int) -> None:
        asked: Json = {"allocations": [], "auto_allocate": True}
        expected = self.book.draw(amount)
        code, made = self.post(PAYMENTS, asked | {
            "client_id": self.client, "amount": text(amount), "currency": "SAR", "method": "credit",
        })  # fmt: skip
        assert code == expected
        if not code:
            self.book.payments.append(payment := Paid("credit", amount, made["id"]))
            self.book.allocate(payment, self.book.wanted(asked, amount)[1])

    @precondition(lambda self: self.book.payments)
    @rule(data=st.data())
    def allocate(self, data: st.DataObject) -> None:
        payment, asked = data.draw(st.sampled_from(self.book.payments)), self.asked(data)
        expected, shares = self.book.wanted(asked, payment.left)
        if payment.status == "bounced":
            expected = "payment_bounced"
        assert self.post(f"{PAYMENTS}/{payment.id}/allocations", asked)[0] == expected
        if not expected:
            self.book.allocate(payment, shares)

    @precondition(lambda self: any(one.shares for one in self.book.payments))
    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        spent = [one for one in self.book.payments if one.shares]
        payment = data.draw(st.sampled_from(spent))
        key = data.draw(st.sampled_from(list(payment.shares)))
        path = f"{PAYMENTS}/{payment.id}"
        [its] = [one["id"] for one in self.run(self.owner.get(path))["allocations"]
                 if one["invoice_id"] == key]  # fmt: skip
        self.run(self.owner.delete(f"{path}/allocations/{its}"))
        self.book.take_back(payment, key, payment.shares[key])

    @precondition(lambda self: self.book.payments)
    @rule(amount=SMALL, data=st.data())
    def refund(self, amount: int, data: st.DataObject) -> None:
        payment = data.draw(st.sampled_from(self.book.payments))
        expected = self.book.refund(payment, amount)
        body = {"amount": text(amount)}
        assert self.post(f"{PAYMENTS}/{payment.id}/refunds", body)[0] == expected

    @precondition(lambda self: any(one.method == "cheque" for one in self.book.payments))
    @rule(step=st.sampled_from(list(STEPS)), data=st.data())
    def cheque(self, step: str, data: st.DataObject) -> None:
        cheques = [one for one in self.book.payments if one.method == "cheque"]
        payment = data.draw(st.sampled_from(cheques))
        before, after = STEPS[step]
        expected = "" if payment.status == before else "cheque_state"
        assert self.post(f"{PAYMENTS}/{payment.id}/{step}")[0] == expected
        if not expected:
            payment.status = after
            for key, part in list(payment.shares.items()) if after == "bounced" else ():
                self.book.take_back(payment, key, part)

    @invariant()
    def is_as_the_book_says(self) -> None:
        bills = self.listed("/v1/invoices", client_id=self.client)
        assert {one["id"]: (one["status"], one["paid"]) for one in bills} == {
            one.id: (one.status, text(one.paid)) for one in self.book.bills.values()
        }  # fmt: skip
        found = self.listed(PAYMENTS, client_id=self.client)
        assert {one["id"]: _told(one) for one in found} == {
            one.id: (one.shown, text(one.left), text(one.drawn), text(one.refunded),
                     {key: text(part) for key, part in one.shares.items()})
            for one in self.book.payments
        }  # fmt: skip


def _told(one: Json) -> tuple[Any, ...]:
    shares = {share["invoice_id"]: share["amount"] for share in one["allocations"]}
    return one["status"], one["unallocated"], one["used_as_credit"], one["refunded"], shares


@pytest.mark.parametrize("games", [6, pytest.param(24, marks=pytest.mark.long)])
async def test_money_is_where_a_simple_model_says(owner: Person, games: int) -> None:
    """BI-09, BI-11: after every step; and the ledger proves it."""
    await play(Machine, owner, games=games, steps=18)
