"""Memberships are sold, invoiced, granted once they are paid, taken back, and renewed by hand."""

import asyncio
from typing import Any

from chassis.ids import new_id
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import (
    Person,
    make_credit_type,
    make_package,
    remember_client,
)
from services.memberships.tests.memberships.holding import on_the
from services.memberships.tests.sales.selling import (
    MEMBERSHIPS,
    cause,
    pay,
    periods,
    sell,
    shown,
)


async def test_a_membership_begins_once_its_invoice_is_paid(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-02, ME-03, ME-04, ME-05: sold on one day, paid on another; it counts from its start."""
    package = await make_package(owner, joining_fee="50.00")
    async with on_the(owner, "2026-01-31"):
        made = await sell(owner, package_id=package["id"], auto_renew=True, note="أول مرة",
                          discount={"type": "percent", "value": "10"})  # fmt: skip
        assert (made["status"], made["invoice_id"]) == ("pending_payment", None)
        assert (made["start_date"], made["renewal_date"]) == ("2026-01-31", None)
        await ask(owner)
    [invoice] = billing.of(owner)
    assert invoice.cause == cause(made, 1)
    assert invoice.request == {
        "client_id": made["client_id"], "currency": "SAR", "issue": True,
        "lines": [
            {"description": "شهري", "quantity": "1", "unit_price": "300.00",
             "discount": {"type": "percent", "value": "10"}},
            {"description": "رسوم الانضمام · Joining fee", "quantity": "1",
             "unit_price": "50.00"},
        ],
    }  # fmt: skip
    assert (await shown(owner, made))["invoice_id"] == str(invoice.id)
    async with on_the(owner, "2026-02-05"):
        paid = await pay(owner, billing, made, 1)
        assert (paid["status"], paid["renewal_date"]) == ("active", "2026-02-28")
        [period] = await periods(owner, made)
    assert (period["starts_on"], period["ends_on"]) == ("2026-01-31", "2026-02-28")
    assert period["granted_at"] and period["invoice_id"] == str(invoice.id)
    told = [one["type"] for one in await events(owner.caller) if "membership." in one["type"]]
    assert told == [f"memberships.membership.{verb}" for verb in (
        "created", "period_granted", "started", "renewal_date_changed",
    )]  # fmt: skip


async def test_a_reopened_invoice_takes_its_period_back(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-06: as if it never was, until it is paid again."""
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner)
        await pay(owner, billing, made, 1)
        await billing.becomes(owner, cause(made, 1), "issued")
        assert (await shown(owner, made))["status"] == "pending_payment"
        again = await pay(owner, billing, made, 1)
        assert (again["status"], again["renewal_date"]) == ("active", "2026-04-01")
    kinds = [one["type"].rpartition(".")[2] for one in await events(owner.caller)]
    assert kinds.count("period_granted") == 2 and kinds.count("period_taken_back") == 1
    verbs = ("period_granted", "period_taken_back")
    told = [one["data"]["period"] for one in await events(owner.caller)
            if one["type"].endswith(verbs)]  # fmt: skip
    [invoice] = billing.of(owner)
    granted = {"number": 1, "state": "invoiced", "starts_on": "2026-03-01",
               "ends_on": "2026-04-01", "invoice_id": str(invoice.id), "problem": ""}  # fmt: skip
    assert told == [granted, granted | {"starts_on": "", "ends_on": ""}, granted]


async def test_a_withdrawn_invoice_lets_it_be_asked_for_again(
    owner: Person, billing: Billing
) -> None:
    """ME-06: voided, and a draft removed; what is paid for joining is asked for then too."""
    package = await make_package(owner, joining_fee="50.00")
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=package["id"])
        for number, status in ((1, "void"), (2, "deleted")):
            await ask(owner)
            refused = await owner.refused("POST", f"{MEMBERSHIPS}/{made['id']}/renew")
            assert refused == (409, "renewal_open")
            await billing.becomes(owner, cause(made, number), status)
            await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        paid = await pay(owner, billing, made, 3)
    assert (paid["status"], paid["renewal_date"]) == ("active", "2026-04-01")
    states = [one["state"] for one in await periods(owner, made)]
    assert states == ["withdrawn", "withdrawn", "invoiced"]
    assert {len(one.request["lines"]) for one in billing.of(owner)} == {2}


async def test_renewing_early_stacks(owner: Person, billing: Billing, events: Events) -> None:
    """ME-06: and asks for nothing for joining; due on the day it begins."""
    package = await make_package(owner, joining_fee="50.00")
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=package["id"], start_date="2026-03-10")
        assert (await pay(owner, billing, made, 1))["status"] == "upcoming"
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        paid = await pay(owner, billing, made, 2)
    assert paid["renewal_date"] == "2026-05-10"
    second = billing.of(owner)[1].request
    assert len(second["lines"]) == 1 and second["due_date"] == "2026-04-10"
    assert "memberships.membership.renewed" in [o["type"] for o in await events(owner.caller)]


async def test_what_billing_refuses_is_asked_for_again_when_mended(
    owner: Person, billing: Billing, events: Events
) -> None:
    """ME-06, ME-19: it says why, and the next try is the same period."""
    billing.refuses[owner.caller.tenant_id] = "unknown_reference"
    made = await sell(owner)
    await ask(owner)
    failed = (await shown(owner, made))["period"]
    assert failed["state"] == "refused"
    assert failed["problem"]["code"] == "unknown_reference"
    last = (await events(owner.caller))[-1]
    assert last["type"] == "memberships.membership.period_refused"
    assert last["data"]["period"]["problem"] == "unknown_reference"
    del billing.refuses[owner.caller.tenant_id]
    await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
    paid = await pay(owner, billing, made, 1)
    assert (paid["status"], paid["period"]["problem"]) == ("active", None)
    assert len(await periods(owner, made)) == 1


async def test_what_costs_nothing_is_granted_at_once(owner: Person, billing: Billing) -> None:
    """ME-06: sold and renewed without an invoice."""
    free = await make_package(owner, price="0.00")
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=free["id"])
        assert (made["status"], made["invoice_id"]) == ("active", None)
        again = await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        assert again["renewal_date"] == "2026-05-01"
        fee = await make_package(owner, price="0.00", joining_fee="20.00")
        assert (await sell(owner, package_id=fee["id"]))["status"] == "pending_payment"
        whole = {"type": "amount", "value": "300.00"}
        assert (await sell(owner, discount=whole))["status"] == "active"
    await ask(owner)
    assert len(billing.of(owner)) == 1


async def test_credit_goes_with_each_paid_period(owner: Person, billing: Billing) -> None:
    """ME-05: charged with the period, from its first day, and taken back with it."""
    sessions = await make_credit_type(owner)
    week = {"unit": "week", "count": 1}
    package = await make_package(owner, credits=[
        {"credit_type_id": sessions["id"], "amount": "8", "expires_after": week},
    ])  # fmt: skip
    async with on_the(owner, "2026-03-01"):
        made = await sell(owner, package_id=package["id"])
        await pay(owner, billing, made, 1)
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await pay(owner, billing, made, 2)
        await billing.becomes(owner, cause(made, 2), "issued")
        await pay(owner, billing, made, 2)
    found = await owner.get("/v1/credit-charges", sort="created_at")
    days = [(one["starts_on"], one["expires_on"], one["remaining"]) for one in found["items"]]
    assert days == [
        ("2026-03-01", "2026-03-07", "8"), ("2026-04-01", "2026-04-07", "8"),
    ]  # fmt: skip


async def test_a_membership_sent_again_is_the_same(owner: Person, billing: Billing) -> None:
    """ME-01: by its id; under it nothing else is sold."""
    package, sara = await make_package(owner), str(await remember_client(owner))
    body: dict[str, Any] = {"id": str(new_id()), "client_id": sara, "package_id": package["id"],
                            "external_id": "M-1"}  # fmt: skip
    answers = await asyncio.gather(*(owner.http.post(MEMBERSHIPS, json=body) for _ in range(8)))
    assert [one.status_code for one in answers].count(201) == 1
    again = await owner.http.post(MEMBERSHIPS, json=body)
    assert (again.status_code, again.json()["id"]) == (200, body["id"])
    other = body | {"auto_renew": True}
    assert await owner.refused("POST", MEMBERSHIPS, other) == (409, "id_taken")
    other = {k: v for k, v in body.items() if k != "id"}
    assert await owner.refused("POST", MEMBERSHIPS, other) == (409, "external_id_taken")
    await ask(owner)
    assert len(billing.of(owner)) == 1


async def test_twenty_renewals_at_once_ask_once(owner: Person, billing: Billing) -> None:
    """ME-06"""
    made = await sell(owner)
    await pay(owner, billing, made, 1)
    path = f"{MEMBERSHIPS}/{made['id']}/renew"
    answers = await asyncio.gather(*(owner.http.post(path) for _ in range(20)))
    assert sorted({one.status_code for one in answers}) == [200, 409]
    assert [one.status_code for one in answers].count(200) == 1
    await ask(owner)
    assert len(billing.of(owner)) == 2


async def test_what_does_not_hold_names_its_field(owner: Person) -> None:
    package, sara = await make_package(owner), str(await remember_client(owner))
    body = {"client_id": sara, "package_id": package["id"]}
    for wrong, code, field in (
        ({"package_id": package["id"]}, "validation_failed", "client_id"),
        (body | {"client_id": str(new_id())}, "unknown_reference", "client_id"),
        (body | {"package_id": str(new_id())}, "unknown_reference", "package_id"),
        (body | {"start_date": "1899-12-31"}, "validation_failed", "start_date"),
        (body | {"discount": {"type": "amount", "value": "300.01"}}, "not_a_discount",
         "discount.value"),
    ):  # fmt: skip
        assert await owner.wrong("POST", MEMBERSHIPS, wrong) == (code, [field])
    made = await sell(owner)
    await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "now"})
    refused = await owner.refused("POST", f"{MEMBERSHIPS}/{made['id']}/renew")
    assert refused == (409, "membership_over")


async def test_only_who_may_change_a_client_sells_to_them(owner: Person) -> None:
    """GW-03"""
    made = await sell(owner)
    path = f"{MEMBERSHIPS}/{made['id']}"
    body = {"client_id": made["client_id"], "package_id": made["package_id"]}
    rights = ("memberships:read", "memberships:write")
    async with owner.colleague(*rights, visibility="assigned") as other:
        assert await other.wrong("POST", MEMBERSHIPS, body) == ("unknown_reference", ["client_id"])
        for action in ("renew", "change", "change/preview"):
            refused = await other.refused("POST", f"{path}/{action}", (
                {"package_id": made["package_id"]} if action != "renew" else None
            ))  # fmt: skip
            assert refused == (404, "membership_not_found")
    async with owner.colleague("memberships:read") as reader:
        assert await reader.refused("POST", MEMBERSHIPS, body) == (403, "forbidden")
        assert await reader.refused("POST", f"{path}/renew") == (403, "forbidden")
