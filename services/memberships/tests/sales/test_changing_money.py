"""Another package now: what was paid, used and given back counts once, whatever happens later."""

from typing import Any

import pytest

from chassis.testing.person import Person
from chassis.work import UnitOfWork
from refs import lag
from refs.writing import Access
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.factories import Json, make_credit_type, make_package
from services.memberships.tests.memberships.holding import on_the
from services.memberships.tests.sales.selling import (
    MEMBERSHIPS,
    cause,
    pay,
    periods,
    sell,
    shown,
    sweep,
)

FIRST, CHANGED = "2026-04-01", "2026-04-11"


async def _sessions(owner: Person, credit_type_id: str, amount: str, **fields: Any) -> Json:
    credit = {"credit_type_id": credit_type_id, "amount": amount}
    return await make_package(owner, credits=[credit], **fields)


async def _running(owner: Person, billing: Billing, **fields: Any) -> Json:
    """Paid for April: 300.00 for 30 days."""
    async with on_the(owner, FIRST):
        made = await sell(owner, **fields)
        return await pay(owner, billing, made, 1)


async def _change(owner: Person, made: Json, package: Json, **fields: Any) -> Json:
    path = f"{MEMBERSHIPS}/{made['id']}/change"
    return await owner.post(path, {"package_id": package["id"], **fields})


async def _left(owner: Person, made: Json) -> list[str]:
    found = await owner.get(
        "/v1/credit-charges", client_id=made["client_id"], sort="created_at", limit=200
    )
    return [one["remaining"] for one in found["items"]]


async def _seen(owner: Person, made: Json, package: Json) -> tuple[str, str]:
    path = f"{MEMBERSHIPS}/{made['id']}/change/preview"
    found = await owner.post(path, {"package_id": package["id"]})
    return found["kind"], found["credit"]


async def test_the_credit_of_what_is_replaced_goes_with_it(owner: Person, billing: Billing) -> None:
    """ME-05, ME-06: an upgrade leaves nobody the credit of both; reopened, that of one."""
    kind = (await make_credit_type(owner))["id"]
    silver = await _sessions(owner, kind, "8")
    gold = await _sessions(owner, kind, "20", price="500.00")
    made = await _running(owner, billing, package_id=silver["id"])
    async with on_the(owner, CHANGED):
        await _change(owner, made, gold)
        assert await _left(owner, made) == ["8"]
        await pay(owner, billing, made, 2)
        assert await _left(owner, made) == ["0", "20"]
        await billing.becomes(owner, cause(made, 2), "issued")
        assert await _left(owner, made) == ["8", "0"]
        await billing.becomes(owner, cause(made, 2), "paid")
        assert await _left(owner, made) == ["0", "20"]


@pytest.mark.parametrize(("used", "worth"), [("2", "200.00"), ("5", "112.50"), ("8", "0.00")])
async def test_used_credit_is_worth_nothing(
    owner: Person, billing: Billing, used: str, worth: str
) -> None:
    """ME-06: 20 of 30 days are left, worth 200.00, but not more than what nobody used of it."""
    kind = (await make_credit_type(owner))["id"]
    made = await _running(owner, billing, package_id=(await _sessions(owner, kind, "8"))["id"])
    gold = await make_package(owner, price="500.00")
    async with on_the(owner, CHANGED):
        usage = {"client_id": made["client_id"], "credit_type_id": kind, "amount": used}
        await owner.post("/v1/credit-usages", usage)
        assert await _seen(owner, made, gold) == ("invoice", worth)


async def test_what_replaces_an_invoice_falls_and_stands_with_it(
    owner: Person, billing: Billing
) -> None:
    """ME-06: 200.00 of the new period were paid by the first invoice; credited, it is not paid."""
    made = await _running(owner, billing)
    gold = await make_package(owner, price="500.00")
    async with on_the(owner, CHANGED):
        await _change(owner, made, gold)
        paid = await pay(owner, billing, made, 2)
        assert (paid["package_id"], paid["renewal_date"]) == (gold["id"], "2026-05-11")
        await billing.becomes(owner, cause(made, 1), "issued")
        lost = await shown(owner, made)
        assert (lost["status"], lost["package_id"]) == ("pending_payment", made["package_id"])
        await billing.becomes(owner, cause(made, 1), "paid")
        again = await shown(owner, made)
    assert (again["package_id"], again["renewal_date"]) == (gold["id"], "2026-05-11")


async def test_what_a_change_has_paid_is_worth_as_much(owner: Person, billing: Billing) -> None:
    """ME-06: changed at no cost, and by a credit note, the days are as good as any other."""
    made = await _running(owner, billing)
    even, small, gold = [
        await make_package(owner, price=price) for price in ("200.00", "90.00", "500.00")
    ]
    async with on_the(owner, CHANGED):
        assert (await _change(owner, made, even))["renewal_date"] == "2026-05-11"
        assert await _seen(owner, made, gold) == ("invoice", "200.00")
        await _change(owner, made, small)
        await ask(owner)
        assert (await shown(owner, made))["package_id"] == small["id"]
        assert await _seen(owner, made, gold) == ("invoice", "90.00")
    [note] = [
        one for (tenant, _), one in billing.credited.items() if tenant == owner.caller.tenant_id
    ]
    assert note["lines"][0]["unit_price"] == "110.00"


@pytest.mark.parametrize("amounts", [{"credited": "299.00"}, {"credited": "0.01"}])
async def test_what_somebody_credited_is_changed_at_the_end(
    owner: Person, billing: Billing, amounts: dict[str, str]
) -> None:
    """ME-06: what was given back is not paid a second time; our own credit notes are known."""
    made = await _running(owner, billing)
    gold, small = [await make_package(owner, price=price) for price in ("500.00", "120.00")]
    path, body = f"{MEMBERSHIPS}/{made['id']}/change", {"package_id": gold["id"]}
    own = await _running(owner, billing)
    async with on_the(owner, CHANGED):
        await _change(owner, own, small)
        await ask(owner)
        await billing.becomes(owner, cause(own, 1), "paid", total="300.00", credited="80.00")
        assert await _seen(owner, own, gold) == ("invoice", "120.00")
        await billing.becomes(owner, cause(made, 1), "paid", total="300.00", **amounts)
        assert await owner.refused("POST", path, body) == (409, "invoice_credited")
        await _change(owner, made, gold, at="period_end")


async def test_a_package_of_another_tax_waits_for_the_end(owner: Person, billing: Billing) -> None:
    """ME-06: what was paid with one tax is no part of a price with another."""
    made = await _running(owner, billing)
    taxed = await make_package(owner, tax_id="01890a5d-ac96-774b-bcce-b302099a8001")
    path = f"{MEMBERSHIPS}/{made['id']}/change"
    async with on_the(owner, CHANGED):
        wrong = await owner.wrong("POST", path, {"package_id": taxed["id"]})
        assert wrong == ("other_tax", ["package_id"])
        await _change(owner, made, taxed, at="period_end")


async def test_a_withdrawn_change_stops_no_renewal(owner: Person, billing: Billing) -> None:
    """ME-06: it is as if nobody had asked for it."""
    made = await _running(owner, billing, auto_renew=True)
    gold = await make_package(owner, price="500.00")
    async with on_the(owner, CHANGED):
        await _change(owner, made, gold)
        await ask(owner)
        await billing.becomes(owner, cause(made, 2), "void")
    async with on_the(owner, "2026-05-01"):
        await sweep(owner)
        paid = await pay(owner, billing, made, 3)
    assert (paid["package_id"], paid["renewal_date"]) == (made["package_id"], "2026-06-01")
    assert [one["state"] for one in await periods(owner, made)] == [
        "invoiced", "withdrawn", "invoiced",
    ]  # fmt: skip


async def test_who_is_no_owner_changes_it_while_access_comes_late(
    owner: Person, billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """GW-02: clients is asked before anything is read here, and not in the middle of it."""

    async def access(work: UnitOfWork, _: Any) -> Access:
        assert not work.has_begun
        return Access()

    made = await _running(owner, billing)
    even, small = [await make_package(owner, price=price) for price in ("200.00", "90.00")]
    monkeypatch.setattr(lag, "is_late", lambda _: True)
    monkeypatch.setattr(lag, "access", access)
    rights = ("memberships:read", "memberships:write", "billing:issue")
    async with owner.colleague(*rights) as person, on_the(owner, CHANGED):
        assert (await _change(person, made, even))["package_id"] == even["id"]
        assert (await _change(person, made, small))["period"]["state"] == "pending"
        await ask(owner)
        assert (await shown(person, made))["package_id"] == small["id"]


async def test_a_discount_is_at_most_what_the_next_package_costs(
    owner: Person, billing: Billing
) -> None:
    """ME-06: or the planned period would be free."""
    made = await _running(owner, billing)
    small = await make_package(owner, price="90.00")
    path = f"{MEMBERSHIPS}/{made['id']}"
    async with on_the(owner, CHANGED):
        await _change(owner, made, small, at="period_end")
        body = {"discount": {"type": "amount", "value": "90.01"}}
        assert await owner.wrong("PATCH", path, body) == ("not_a_discount", ["discount.value"])
        await owner.patch(path, {"discount": {"type": "amount", "value": "90.00"}})
