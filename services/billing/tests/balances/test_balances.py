"""How a client stands, as the ledger says."""

from collections.abc import Collection
from uuid import UUID

import pytest

from chassis.work import UnitOfWork
from refs import lag
from refs.writing import Access
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import draft
from services.billing.tests.payments.making import PAYMENTS, client, owed, pay

BALANCES = "/v1/balances"
NAMES = ("invoiced", "paid", "due", "overdue", "credit", "lifetime_value")


async def _of(person: Person, client_id: str) -> dict[str, list[str]]:
    items: list[Json] = (await person.get(BALANCES, client_id=client_id))["items"]
    assert {one["url"] for one in items} <= {f"/v1/clients/{one['client_id']}" for one in items}
    return {one["currency"]: [one[name] for name in NAMES] for one in items}


async def test_a_client_stands_by_currency(owner: Person) -> None:
    """BI-13: invoiced, paid, due, overdue, credit, lifetime value."""
    sara, omar = await client(owner), await client(owner)
    assert await _of(owner, sara) == {}
    late = await owed(owner, "100.00", sara, issue_date="2020-01-01", due_date="2020-02-01")
    await owed(owner, "50.00", sara, due_date="2999-01-01")
    await draft(owner, client_id=sara)
    await owed(owner, "7.00", omar)
    await owed(owner, "8.00")
    made = await pay(owner, "60.00", sara, of={late["id"]: "60.00"})
    await pay(owner, "30.00", sara, currency="AED")
    await pay(owner, "5.00", sara, method="cheque")
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "10.00"})
    assert await _of(owner, sara) == {
        "AED": ["0.00", "0.00", "0.00", "0.00", "30.00", "30.00"],
        "SAR": ["150.00", "50.00", "100.00", "50.00", "5.00", "55.00"],
    }
    assert await _of(owner, omar) == {"SAR": ["7.00", "0.00", "7.00", "0.00", "0.00", "0.00"]}
    await client(owner, id=omar, version=2, merged_into=sara)
    for one in (sara, omar):
        assert (await _of(owner, one))["SAR"][0] == "157.00"


async def test_who_does_not_see_a_client_hears_nothing_of_its_balance(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02, GW-03"""
    sara = await client(owner)
    await owed(owner, "7.00", sara)
    async with owner.colleague("billing:read", visibility="assigned") as nobody:
        assert await _of(nobody, sara) == {}
    async with owner.service.http(owner.service.caller()) as stranger:
        answer = await stranger.get(BALANCES, params={"client_id": sara})
        assert answer.json()["items"] == []
    async with owner.colleague("billing:write") as clerk:
        assert (await clerk.refused("GET", f"{BALANCES}?client_id={sara}"))[0] == 403
    answer = await owner.http.get(BALANCES)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "client_id")

    async def hidden(work: UnitOfWork, asked: Collection[UUID]) -> dict[UUID, Access]:
        assert not work.has_begun
        return dict.fromkeys(asked, Access(may_see=False, may_write=False))

    monkeypatch.setattr(lag, "accesses", hidden)
    assert await _of(owner, sara) == {}
