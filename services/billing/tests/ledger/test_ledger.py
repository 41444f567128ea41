"""The ledger: two sides of everything, written once and never changed."""

from collections import Counter
from datetime import date
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest

from billing.ledger import repository
from billing.ledger.rules import Account, DocumentType, Entry, Transaction
from chassis.ids import new_id
from services.billing.tests.factories import Person, make_tax
from services.billing.tests.invoices.making import LINE, issued
from services.billing.tests.payments.making import LEDGER, PAYMENTS, client, entries, owed, pay


async def test_what_happens_to_money_has_two_sides(owner: Person) -> None:
    """BI-09, BI-13: each transaction comes to nothing."""
    sara, tax = await client(owner), await make_tax(owner, inclusive=True)
    priced = LINE | {"quantity": "3", "unit_price": "0.33", "tax_id": tax["id"]}
    bill = await issued(owner, priced, client_id=sara)
    assert await entries(owner, invoice_id=bill["id"]) == [
        ("receivable", "0.99"), ("revenue", "-0.86"), ("tax", "-0.13"),
    ]  # fmt: skip
    made = await pay(owner, "1.50", sara, of={bill["id"]: "0.99"}, method="cheque")
    for step in ("deposit", "clear"):
        await owner.post(f"{PAYMENTS}/{made['id']}/{step}")
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "0.60"})
    assert await entries(owner, client_id=sara) == [
        ("receivable", "0.99"), ("revenue", "-0.86"), ("tax", "-0.13"),
        ("cheques", "1.50"), ("credit", "-1.50"), ("credit", "0.99"), ("receivable", "-0.99"),
        ("cash", "1.50"), ("cheques", "-1.50"),
        ("credit", "-0.09"), ("receivable", "0.09"), ("credit", "0.60"), ("refunds", "-0.60"),
    ]  # fmt: skip
    items = (await owner.get(LEDGER, limit=200))["items"]
    sums: Counter[str] = Counter()
    for one in items:
        sums[one["transaction_id"]] += int(Decimal(one["amount"]) * 100)
    assert set(sums.values()) == {0} and len(sums) == 6
    assert {one["url"] for one in items} == {f"/v1/clients/{sara}"}


async def test_what_is_free_is_not_posted(owner: Person) -> None:
    await issued(owner, LINE | {"discount": {"type": "percent", "value": "100"}})
    assert await entries(owner) == []


async def test_entries_are_found_by_whatever_they_are_about(owner: Person) -> None:
    """BI-13"""
    sara = await client(owner)
    bill, sale = await owed(owner, "10.00", sara), await owed(owner, "5.00")
    made = await pay(owner, "10.00", sara, of={bill["id"]: "10.00"})
    last = (await owner.get(LEDGER, limit=1))["items"][0]
    for filters, count in (
        ({"client_id": sara}, 6), ({"client_id": "none"}, 2), ({"account": "receivable"}, 3),
        ({"invoice_id": [bill["id"], sale["id"]]}, 5), ({"invoice_id": made["id"]}, 0),
        ({"document_id": made["id"]}, 3), ({"transaction_id": last["transaction_id"]}, 2),
        ({"currency": "AED"}, 0), ({"on_from": last["on"]}, 8), ({"on_to": last["on"]}, 0),
        ({"at_from": last["at"]}, 4), ({"at_to": last["at"]}, 4),
    ):  # fmt: skip
        assert (await owner.get(LEDGER, count=True, **filters))["total"] == count, filters


async def test_who_does_not_see_a_client_sees_nothing_posted_about_it(owner: Person) -> None:
    """GW-02, GW-03"""
    await owed(owner, "10.00", await client(owner))
    await owed(owner, "5.00")
    async with owner.colleague("billing:read", visibility="assigned") as nobody:
        assert await entries(nobody) == []
    async with owner.colleague("billing:read") as manager:
        assert len(await entries(manager)) == 4
    async with owner.colleague("billing:write") as clerk:
        assert (await clerk.refused("GET", LEDGER))[0] == 403
    async with owner.service.http(owner.service.caller()) as stranger:
        assert (await stranger.get(LEDGER)).json()["items"] == []


def _transaction(cause: str, *amounts: int) -> Transaction:
    posted = [Entry(Account.CASH, one, DocumentType.PAYMENT, new_id(), None) for one in amounts]
    return Transaction(cause=cause, currency="SAR", on=date(2026, 3, 1), entries=posted)


async def test_nobody_changes_or_removes_an_entry(owner: Person) -> None:
    """BI-09: neither role of the service may, whatever its code asks for."""
    await owed(owner, "10.00")
    database = owner.service.context.database
    for role in ("app", "worker"):
        for query in (
            "update ledger_entries set amount_minor = 0", "delete from ledger_entries",
            "truncate ledger_entries",
        ):  # fmt: skip
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with database.work(owner.caller, role=role) as work:
                    await (await work.connection()).execute(query)
    assert len(await entries(owner)) == 2


async def test_what_does_not_come_to_nothing_is_refused(owner: Person) -> None:
    """BI-09: here, and by the database itself."""
    with pytest.raises(ValueError, match="does not come to nothing"):
        _transaction("x", 5, -4)
    one = _transaction("x", 5, -5)
    object.__setattr__(one, "entries", list(one.entries)[:1])
    with pytest.raises(asyncpg.CheckViolationError):
        async with owner.service.context.database.work(owner.caller) as work:
            await repository.add(work, [_transaction("y", 5, -5), one])
    assert await entries(owner) == []


async def test_nothing_is_posted_twice(owner: Person) -> None:
    """BI-09: a cause is posted once."""
    database = owner.service.context.database
    async with database.work(owner.caller) as work:
        await repository.add(work, [_transaction("x", 5, -5), _transaction("y", 7, -7)])
    with pytest.raises(asyncpg.UniqueViolationError):
        async with database.work(owner.caller) as work:
            await repository.add(work, [_transaction("z", 5, -5), _transaction("x", 5, -5)])
    assert len({UUID(one["id"]) for one in (await owner.get(LEDGER))["items"]}) == 4
