"""Another package: at the end of the period, or now, where what is unused counts."""

from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from chassis.money import Money
from memberships.calendar.rules import Span
from memberships.memberships.rules.coverage import Paid, Rest, coverage
from memberships.sales.rules.changing import Change, credit_request, worth_left
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.factories import Json, Person, make_package
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


async def _running(owner: Person, billing: Billing, **fields: Any) -> Json:
    """Paid for April: 300.00 for 30 days."""
    async with on_the(owner, "2026-04-01"):
        made = await sell(owner, **fields)
        return await pay(owner, billing, made, 1)


async def _change(owner: Person, made: Json, package: Json, **fields: Any) -> Json:
    body = {"package_id": package["id"], **fields}
    return await owner.post(f"{MEMBERSHIPS}/{made['id']}/change", body)


async def test_an_upgrade_costs_the_difference_and_holds_from_its_day_on(
    owner: Person, billing: Billing
) -> None:
    """ME-06, ME-19: 20 of 30 days are left, worth 200.00 of 300.00."""
    made = await _running(owner, billing)
    gold = await make_package(owner, price="500.00", name="ذهبي")
    path = f"{MEMBERSHIPS}/{made['id']}/change"
    async with on_the(owner, "2026-04-11"):
        seen = await owner.post(f"{path}/preview", {"package_id": gold["id"]})
        changed = await _change(owner, made, gold)
        assert (changed["package_id"], changed["status"]) == (made["package_id"], "active")
        await ask(owner)
    assert seen == {
        "kind": "invoice", "changes_on": "2026-04-11", "days": 30, "days_left": 20,
        "currency": "SAR", "credit": "200.00", "price": "500.00", "difference": "300.00",
        "subtotal": "1.00", "tax_total": "0.15", "total": "1.15",
    }  # fmt: skip
    [line] = billing.of(owner)[1].request["lines"]
    assert (line["unit_price"], line["discount"]["value"]) == ("500.00", "200.00")
    async with on_the(owner, "2026-04-13"):
        paid = await pay(owner, billing, made, 2)
        assert (paid["package_id"], paid["renewal_date"]) == (gold["id"], "2026-05-11")
        assert [(one["starts_on"], one["ends_on"]) for one in await periods(owner, made)] == [
            ("2026-04-01", "2026-04-11"), ("2026-04-11", "2026-05-11"),
        ]  # fmt: skip
        await billing.becomes(owner, cause(made, 2), "issued")
        back = await shown(owner, made)
    assert (back["package_id"], back["renewal_date"]) == (made["package_id"], "2026-05-01")


async def test_a_downgrade_is_credited_and_holds_at_once(owner: Person, billing: Billing) -> None:
    """ME-06: 200.00 are left, the new period costs 120.00; who gives money back may do so."""
    made = await _running(owner, billing)
    small = await make_package(owner, price="120.00")
    async with on_the(owner, "2026-04-11"):
        async with owner.colleague("memberships:read", "memberships:write") as other:
            path, body = f"{MEMBERSHIPS}/{made['id']}/change", {"package_id": small["id"]}
            assert await other.refused("POST", path, body) == (403, "forbidden")
        await _change(owner, made, small)
        await ask(owner)
        paid = await shown(owner, made)
    credited = billing.credited[owner.caller.tenant_id, cause(made, 2)]
    assert credited["invoice_id"] == str(billing.of(owner)[0].id)
    [line] = credited["lines"]
    assert line == {"description": "شهري", "quantity": "1", "unit_price": "80.00"}
    assert (paid["package_id"], paid["renewal_date"]) == (small["id"], "2026-05-11")
    assert len(billing.of(owner)) == 1


async def test_what_cannot_be_credited_changes_nothing(owner: Person, billing: Billing) -> None:
    """ME-06: billing refuses it; it is not asked again by itself, and can be tried anew."""
    made = await _running(owner, billing)
    small = await make_package(owner, price="120.00")
    async with on_the(owner, "2026-04-11"):
        billing.refuses[owner.caller.tenant_id] = "over_credited"
        await _change(owner, made, small)
        await ask(owner)
        refused = await shown(owner, made)
        assert (refused["package_id"], refused["renewal_date"]) == (
            made["package_id"], "2026-05-01",
        )  # fmt: skip
        assert refused["period"]["problem"]["code"] == "over_credited"
        del billing.refuses[owner.caller.tenant_id]
        await _change(owner, made, small)
        await ask(owner)
        assert (await shown(owner, made))["package_id"] == small["id"]


async def test_a_planned_change_comes_with_the_next_period(owner: Person, billing: Billing) -> None:
    """ME-06: the next renewal is sold by it, and then it is its package."""
    made = await _running(owner, billing, auto_renew=True)
    gold = await make_package(owner, price="500.00", period={"unit": "month", "count": 3})
    async with on_the(owner, "2026-04-11"):
        body = {"package_id": gold["id"], "at": "period_end"}
        seen = await owner.post(f"{MEMBERSHIPS}/{made['id']}/change/preview", body)
        assert (seen["kind"], seen["price"], seen["difference"]) == ("none", "500.00", "0.00")
        planned = await _change(owner, made, gold, at="period_end")
        assert planned["package_id"] == made["package_id"]
    async with on_the(owner, "2026-05-01"):
        await sweep(owner)
        paid = await pay(owner, billing, made, 2)
    assert billing.of(owner)[1].request["lines"][0]["unit_price"] == "500.00"
    assert (paid["package_id"], paid["renewal_date"]) == (gold["id"], "2026-08-01")


async def test_the_same_package_at_its_present_price(owner: Person, billing: Billing) -> None:
    """ME-08: what was sold keeps its terms, until somebody changes that."""
    package = await make_package(owner)
    made = await _running(owner, billing, package_id=package["id"])
    await owner.patch(f"/v1/packages/{package['id']}", {"price": "330.00"})
    async with on_the(owner, "2026-05-01"):
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await pay(owner, billing, made, 2)
        await _change(owner, made, package, at="period_end")
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await ask(owner)
    prices = [one.request["lines"][0]["unit_price"] for one in billing.of(owner)]
    assert prices == ["300.00", "300.00", "330.00"]


async def test_what_does_not_fit_is_refused(owner: Person, billing: Billing) -> None:
    """ME-06"""
    gold = await make_package(owner, price="500.00")
    dollars = await make_package(owner, price="90.00", currency="USD")
    made = await _running(owner, billing)
    path, body = f"{MEMBERSHIPS}/{made['id']}/change", {"package_id": gold["id"]}
    async with on_the(owner, "2026-04-11"):
        wrong = await owner.wrong("POST", path, {"package_id": dollars["id"]})
        assert wrong == ("other_currency", ["package_id"])
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        assert await owner.refused("POST", path, body) == (409, "renewal_open")
        await pay(owner, billing, made, 2)
        assert await owner.refused("POST", path, body) == (409, "renewed_ahead")
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/suspend")
        assert await owner.refused("POST", path, body) == (409, "membership_suspended")
    other = await _running(owner, billing)
    async with on_the(owner, "2026-05-01"):
        refused = await owner.refused("POST", f"{MEMBERSHIPS}/{other['id']}/change", body)
        assert refused == (409, "no_period_runs")


def test_days_before_a_change_are_those_that_were_used() -> None:
    """ME-06, ME-07: a freeze is not among them; what comes after stacks on the new period."""
    month, day = Span("month", 1), date(2026, 4, 11)
    rests = [Rest("freeze", date(2026, 4, 5), date(2026, 4, 9), True)]
    paid = [
        Paid(1, date(2026, 4, 1), 7, month), Paid(2, day, 7, Span("week", 2), day),
        Paid(3, date(2026, 4, 20), 7, month),
    ]  # fmt: skip
    found = coverage(date(2026, 4, 1), paid, rests)
    assert [(one.starts_on, one.ends_on, one.length) for one in found.periods] == [
        (date(2026, 4, 1), day, 5), (day, date(2026, 4, 25), 14),
        (date(2026, 4, 25), date(2026, 5, 25), 30),
    ]  # fmt: skip
    without = coverage(date(2026, 4, 1), [paid[0]], rests)
    assert without.renewal_date == date(2026, 5, 6)


@given(
    price=st.integers(1, 10**9), days=st.integers(1, 400), used=st.integers(0, 400),
    new=st.integers(0, 10**9),
)  # fmt: skip
def test_nobody_is_given_more_than_was_paid(price: int, days: int, used: int, new: int) -> None:
    """ME-06: whatever is left, and what is credited is what the rule says, to the smallest part."""
    left = max(days - used, 0)
    worth = worth_left(price, days, left)
    assert worth_left(price, days, left, Fraction(1, 3)) == min(worth, price // 3)
    assert 0 <= worth <= price and (worth == price) == (left == days)
    change = Change(None, days, left, worth, new)  # type: ignore[arg-type]
    assert change.price_minor - change.credit_minor == change.difference_minor


@given(minor=st.integers(1, 10**8))
def test_what_is_credited_is_exactly_that(minor: int) -> None:
    """ME-06: to the smallest part, with the tax it was sold with, however often of one invoice."""
    terms = {"price": "1.00", "currency": "SAR", "tax_id": "x"}
    [line] = credit_request(UUID(int=1), terms, "x", minor)["lines"]
    assert (line["quantity"], line["tax_id"]) == ("1", "x")
    assert Money.parse(line["unit_price"], "SAR").amount_minor == minor
