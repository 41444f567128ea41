"""The whole life of papers against a simple model: estimates, orders, invoices, credit notes."""

import re
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from services.billing.tests.acting import Acting, play
from services.billing.tests.documents.book import Bill, Book, Offer, text
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.payments.making import PAYMENTS, client

INVOICES, ESTIMATES, ORDERS = "/v1/invoices", "/v1/estimates", "/v1/orders"
NETS = st.integers(min_value=1, max_value=400)
PART = st.sampled_from((1, 7, 33, 50, 66, 80, 99, 120))
# What may be said of an estimate, where it stands then, and where it may be said.
ANSWERS = {
    "send": ("sent", ("draft", "sent"), "estimate_not_open"),
    "accept": ("accepted", ("draft", "sent"), "estimate_not_open"),
    "decline": ("declined", ("draft", "sent"), "estimate_not_open"),
    "reopen": ("draft", ("sent", "accepted", "declined"), "estimate_not_open"),
}  # fmt: skip
ORDERED = {
    "confirm": ("confirmed", ("draft",), "order_not_draft"),
    "fulfill": ("fulfilled", ("confirmed",), "order_not_open"),
}  # fmt: skip


class Machine(Acting):
    """The service, beside the book."""

    @initialize()
    def begin(self) -> None:
        self.book = Book()
        self.client = self.run(client(self.owner))
        self.tax_id = self.run(make_tax(self.owner))["id"]
        for parts in ((), (30, 40), (20,)):
            bill = self.issued(100)
            for part in parts:
                self.paid(bill, part, 0)

    def write(self, path: str, net: int) -> Json:
        code, made = self.post(path, {"client_id": self.client, "lines": self.lines(net)})
        assert not code
        return made

    def lines(self, net: int) -> list[Json]:
        price = text(net)
        return [{"description": "x", "quantity": "1", "unit_price": price, "tax_id": self.tax_id}]

    def issued(self, net: int) -> Bill:
        bill = Bill(self.write(INVOICES, net)["id"], net)
        self.book.bills.append(bill)
        self.issuing(bill)
        return bill

    @rule(net=NETS)
    def draft(self, net: int) -> None:
        self.book.bills.append(Bill(self.write(INVOICES, net)["id"], net))

    @rule(net=NETS)
    def offer(self, net: int) -> None:
        self.book.estimates.append(Offer(self.write(ESTIMATES, net)["id"], net))

    @rule(net=NETS)
    def order(self, net: int) -> None:
        self.book.orders.append(Offer(self.write(ORDERS, net)["id"], net))

    def some(self, data: st.DataObject, *states: str) -> Bill:
        """A bill; rather one that stands so, if there is one."""
        rather = [one for one in self.book.bills if one.status in states]
        return data.draw(st.sampled_from(rather or self.book.bills))

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data(), net=NETS)
    def change(self, data: st.DataObject, net: int) -> None:
        bill = self.some(data, "draft")
        answer = self.run(
            self.owner.http.patch(f"{INVOICES}/{bill.id}", json={"lines": self.lines(net)})
        )
        assert (answer.status_code == 200) == (bill.state == "draft")
        if bill.state == "draft":
            bill.net = net

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        bill = self.some(data, "draft")
        answer = self.run(self.owner.http.delete(f"{INVOICES}/{bill.id}"))
        assert (answer.status_code == 204) == (bill.state == "draft")
        if bill.state == "draft":
            self.book.bills.remove(bill)
            if bill.source is not None:
                bill.source.bill = None

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data())
    def issue(self, data: st.DataObject) -> None:
        self.issuing(self.some(data, "draft"))

    def issuing(self, bill: Bill) -> None:
        code, found = self.post(f"{INVOICES}/{bill.id}/issue")
        assert code == bill.issue()
        bill.number = bill.number or found.get("number", "")

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data(), ends=st.sampled_from(["void", "write_off"]))
    def end(self, data: st.DataObject, ends: str) -> None:
        bill = self.some(data, "issued", "partially_paid")
        code, _ = self.post(f"{INVOICES}/{bill.id}/{ends.replace('_', '-')}")
        assert code == getattr(bill, ends)()

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data(), net=PART, is_whole=st.booleans())
    def credit(self, data: st.DataObject, net: int, is_whole: bool) -> None:
        bill = self.some(data, "issued", "partially_paid", "paid")
        net = bill.net if is_whole else net
        body = {"lines": self.lines(net), "reason": "x"}
        expected = bill.credit(net)
        assert self.post(f"{INVOICES}/{bill.id}/credit-notes", body)[0] == expected
        self.book.notes += not expected

    @precondition(lambda self: self.book.bills)
    @rule(data=st.data(), amount=PART, more=st.integers(0, 20), is_whole=st.booleans())
    def pay(self, data: st.DataObject, amount: int, more: int, is_whole: bool) -> None:
        bill = self.some(data, "issued", "partially_paid")
        self.paid(bill, bill.balance if is_whole and bill.balance else amount, more)

    def paid(self, bill: Bill, share: int, more: int) -> None:
        code, made = self.post(PAYMENTS, {
            "client_id": self.client, "amount": text(share + more), "currency": "SAR",
            "method": "cash", "allocations": [{"invoice_id": bill.id, "amount": text(share)}],
        })  # fmt: skip
        assert code == bill.pay(made.get("id", ""), share)
        if not code:
            self.book.payments[made["id"]] = share + more

    @precondition(lambda self: any(one.paid for one in self.book.bills))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        bill = data.draw(st.sampled_from([one for one in self.book.bills if one.paid]))
        payment = data.draw(st.sampled_from(list(bill.paid)))
        found = self.run(self.owner.get(f"{PAYMENTS}/{payment}"))["allocations"]
        [its] = [one["id"] for one in found if one["invoice_id"] == bill.id]
        self.run(self.owner.delete(f"{PAYMENTS}/{payment}/allocations/{its}"))
        bill.take_back(payment)

    @precondition(lambda self: self.book.estimates)
    @rule(data=st.data(), what=st.sampled_from(list(ANSWERS)))
    def answer(self, data: st.DataObject, what: str) -> None:
        self.step(ESTIMATES, data.draw(st.sampled_from(self.book.estimates)), what, *ANSWERS[what])

    @precondition(lambda self: self.book.orders)
    @rule(data=st.data(), what=st.sampled_from(list(ORDERED)))
    def go_on(self, data: st.DataObject, what: str) -> None:
        self.step(ORDERS, data.draw(st.sampled_from(self.book.orders)), what, *ORDERED[what])

    def step(
        self, path: str, offer: Offer, what: str, then: str, where: tuple[str, ...], refusal: str
    ) -> None:  # fmt: skip
        is_open = offer.status in where and (path == ORDERS or offer.bill is None)
        code, found = self.post(f"{path}/{offer.id}/{what}")
        assert code == ("" if is_open else refusal)
        if is_open:
            offer.status, offer.number = then, found["number"] or ""

    @precondition(lambda self: self.book.orders)
    @rule(data=st.data())
    def call_off(self, data: st.DataObject) -> None:
        order = data.draw(st.sampled_from(self.book.orders))
        expected = "order_invoiced" if order.bill else ""
        if order.status in ("fulfilled", "cancelled"):
            expected = "order_not_open"
        assert self.post(f"{ORDERS}/{order.id}/cancel")[0] == expected
        if not expected:
            order.status = "cancelled"

    @precondition(lambda self: self.book.estimates or self.book.orders)
    @rule(data=st.data())
    def make_invoice(self, data: st.DataObject) -> None:
        offer = data.draw(st.sampled_from(self.book.estimates + self.book.orders))
        is_order = offer in self.book.orders
        path, what = (ORDERS, "invoice") if is_order else (ESTIMATES, "convert")
        ended = ("cancelled",) if is_order else ("declined",)
        refusal = "order_not_open" if is_order else "estimate_not_open"
        code, made = self.post(f"{path}/{offer.id}/{what}")
        assert code == ("" if offer.bill or offer.status not in ended else refusal)
        if code or offer.bill:
            assert code or offer.bill is None or offer.bill.id == made["id"]
            return
        offer.bill = Bill(made["id"], offer.net, source=offer)
        self.book.bills.append(offer.bill)
        if not is_order or offer.status == "draft":
            offer.status = "confirmed" if is_order else "accepted"
        offer.number = self.run(self.owner.get(f"{path}/{offer.id}"))["number"]

    @invariant()
    def is_as_the_book_says(self) -> None:
        asked = {"client_id": self.client}
        assert {one["id"]: _told(one) for one in self.listed(INVOICES, **asked)} == {
            one.id: (one.status, one.number or None, *map(text, (
                one.total, sum(one.paid.values()), one.credited, one.written_off,
                one.balance if one.stands else 0 if one.state == "void" else one.total,
            ))) for one in self.book.bills
        }  # fmt: skip
        assert {one["id"]: (one["status"], one["total"], one["invoice_id"])
                for path in (ESTIMATES, ORDERS) for one in self.listed(path, **asked)} == {
            one.id: (_shown(one, self.book), text(one.total), one.bill.id if one.bill else None)
            for one in self.book.estimates + self.book.orders
        }  # fmt: skip
        assert {one["id"]: one["unallocated"] for one in self.listed(PAYMENTS, **asked)} == {
            one: text(self.book.left_of(one)) for one in self.book.payments
        }

    @invariant()
    def balances_are_sums(self) -> None:
        found = self.run(self.owner.get("/v1/balances", client_id=self.client))["items"]
        due = sum(one.balance for one in self.book.bills if one.stands)
        credit = sum(map(self.book.left_of, self.book.payments))
        told = {one["currency"]: (one["due"], one["credit"]) for one in found}
        assert told.get("SAR", (text(0), text(0))) == (text(due), text(credit))

    def teardown(self) -> None:
        for name, numbers in self.book.numbered():
            places = [int(re.sub(r"\D", "", one)) for one in numbers]
            assert len(set(places)) == len(places), name
        super().teardown()


def _told(one: Json) -> tuple[Any, ...]:
    names = ("status", "number", "total", "paid", "credited", "written_off", "balance")
    return tuple(one[name] for name in names)


def _shown(offer: Offer, book: Book) -> str:
    return "converted" if offer.bill and offer in book.estimates else offer.status


@pytest.mark.parametrize("games", [6, pytest.param(40, marks=pytest.mark.long)])
async def test_papers_are_where_a_simple_model_says(owner: Person, games: int) -> None:
    """BI-01, BI-04, BI-08, BI-10, BI-11: after every step; and the ledger and the numbers fit."""
    await play(Machine, owner, games=games, steps=25)
