"""Points as a discount on the draft of an invoice."""

import asyncio
from uuid import UUID

import pytest

from chassis.errors import Unavailable
from chassis.ids import new_id
from memberships.loyalty.schedules import cancel_redemption
from services.memberships.tests.conftest import Events
from services.memberships.tests.factories import Json, Person, remember_client
from services.memberships.tests.loyalty.making import (
    REDEMPTIONS,
    SETTINGS,
    Drafts,
    applied,
    has,
    run,
    tell,
    wanted,
)


async def test_points_become_a_discount_and_are_given_back(
    owner: Person, sara: UUID, drafts: Drafts, events: Events
) -> None:
    """ME-12, ME-18: held until billing has answered; each job may run twice."""
    invoice_id = drafts.draft(sara)
    body = wanted(sara, invoice_id, id=str(new_id()))
    answer = await owner.http.post(REDEMPTIONS, json=body)
    made, path = answer.json(), f"{REDEMPTIONS}/{body['id']}"
    assert (answer.status_code, answer.headers["location"]) == (201, path)
    assert (made["status"], made["points"], made["amount"]) == ("pending", "60", "30.00")
    assert (made["currency"], made["problem"], drafts.calls) == ("SAR", None, 0)
    assert await has(owner, sara) == ("100", "0", "40", "60")
    drafts.drafts[invoice_id]["is_discounted"] = False
    again = await owner.http.post(REDEMPTIONS, json=body)
    assert (again.status_code, again.json()) == (200, made)
    for _ in range(2):
        await run(owner, made["id"])
    assert drafts.drafts[invoice_id]["discount"] == "30.00"
    shown = await owner.get(path)
    assert shown["status"] == "applied" and await has(owner, sara) == ("100", "60", "40", "0")
    cancelling = await owner.post(f"{path}/cancel")
    assert cancelling["status"] == "cancelling"
    for _ in range(2):
        await run(owner, made["id"], cancel_redemption)
    assert drafts.drafts[invoice_id]["discount"] is None
    assert (await owner.get(path))["status"] == "cancelled"
    assert await has(owner, sara) == ("100", "0", "100", "0")
    assert await owner.refused("POST", f"{path}/cancel") == (409, "redemption_not_applied")
    told = [one for one in await events(owner.caller) if ".redemption." in one["type"]]
    assert [one["type"].rpartition(".")[2] for one in told] == [
        "requested", "applied", "cancelled"
    ]  # fmt: skip
    assert told[1]["data"]["redemption"]["points"] == "60" and told[1]["clientid"] == str(sara)
    assert (await applied(owner, wanted(sara, invoice_id, "100")))["amount"] == "50.00"


async def test_what_billing_refuses_lets_go_of_the_points(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: it says why, in both languages; while billing is away nothing is lost."""
    invoice_id = drafts.draft(sara)
    made = await owner.post(REDEMPTIONS, wanted(sara, invoice_id))
    drafts.is_down = True
    with pytest.raises(Unavailable):
        await run(owner, made["id"])
    assert (await owner.get(f"{REDEMPTIONS}/{made['id']}"))["status"] == "pending"
    drafts.is_down, drafts.drafts[invoice_id]["status"] = False, "issued"
    await run(owner, made["id"])
    refused = await owner.get(f"{REDEMPTIONS}/{made['id']}")
    assert (refused["status"], refused["problem"]["code"]) == ("refused", "invoice_not_draft")
    assert refused["problem"]["detail"].keys() == {"ar", "en"}
    assert not refused["problem"]["detail"]["ar"].isascii()
    assert await has(owner, sara) == ("100", "0", "100", "0")


async def test_points_on_an_issued_invoice_stay(owner: Person, sara: UUID, drafts: Drafts) -> None:
    """ME-18: who cancels too late learns so."""
    invoice_id = drafts.draft(sara)
    made = await applied(owner, wanted(sara, invoice_id))
    drafts.drafts[invoice_id]["status"] = "issued"
    await owner.post(f"{REDEMPTIONS}/{made['id']}/cancel")
    await run(owner, made["id"], cancel_redemption)
    kept = await owner.get(f"{REDEMPTIONS}/{made['id']}")
    assert (kept["status"], kept["problem"]["code"]) == ("applied", "invoice_not_draft")
    assert await has(owner, sara) == ("100", "60", "40", "0")


@pytest.mark.parametrize("verb", ["voided", "deleted", "credited"])
@pytest.mark.parametrize("is_pending", [False, True])
async def test_of_an_invoice_that_is_no_more_points_come_back(
    owner: Person, sara: UUID, drafts: Drafts, verb: str, is_pending: bool
) -> None:
    """ME-18: once, whatever is told twice; be it that billing had not answered yet."""
    invoice_id = drafts.draft(sara)
    body = wanted(sara, invoice_id)
    made = await owner.post(REDEMPTIONS, body) if is_pending else await applied(owner, body)
    told: Json = {"status": "credited", "paid": "0.00"} if verb == "credited" else {}
    if verb == "credited":
        await tell(owner, verb, invoice_id, sara, 8, status="paid", paid="0.00")
    assert (await owner.get(f"{REDEMPTIONS}/{made['id']}"))["status"] == made["status"]
    for _ in range(2):
        await tell(owner, verb, invoice_id, sara, 9, **told)
    await run(owner, made["id"])
    assert (await owner.get(f"{REDEMPTIONS}/{made['id']}"))["status"] == "returned"
    assert await has(owner, sara) == ("100", "0", "100", "0")


async def test_the_same_points_are_redeemed_once_whatever_races(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: of two invoices one; on one invoice one."""
    two = [drafts.draft(sara) for _ in range(2)]
    answers = await asyncio.gather(*(
        owner.http.post(REDEMPTIONS, json=wanted(sara, one)) for one in two
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [201, 409]
    [code] = [one.json()["code"] for one in answers if one.status_code == 409]
    assert code == "insufficient_credit"
    third = drafts.draft(sara)
    answers = await asyncio.gather(*(
        owner.http.post(REDEMPTIONS, json=wanted(sara, third, "10")) for _ in range(3)
    ))  # fmt: skip
    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    codes = {one.json()["code"] for one in answers if one.status_code == 409}
    assert codes == {"already_redeemed"}
    assert await has(owner, sara) == ("100", "0", "30", "70")


async def test_what_cannot_be_redeemed_says_why(owner: Person, sara: UUID, drafts: Drafts) -> None:
    """ME-18"""
    omar = await remember_client(owner)
    await owner.patch(SETTINGS, {"loyalty": {"minimum_points": "10"}})
    own = drafts.draft(sara)
    for body, told in (
        (wanted(sara, new_id()), ("unknown_reference", ["invoice_id"])),
        (wanted(sara, drafts.draft(omar)), ("invoice_of_another_client", ["invoice_id"])),
        (wanted(sara, drafts.draft(None)), ("invoice_of_another_client", ["invoice_id"])),
        (wanted(sara, drafts.draft(sara, currency="KWD", subtotal="1.000")),
         ("other_currency", ["invoice_id"])),
        (wanted(sara, own, "9"), ("too_few_points", ["points"])),
        (wanted(sara, own, "10.5"), ("not_an_amount", ["points"])),
        (wanted(sara, own, "-1"), ("validation_failed", ["points"])),
        (wanted(new_id(), own), ("unknown_reference", ["client_id"])),
    ):  # fmt: skip
        assert await owner.wrong("POST", REDEMPTIONS, body) == told
    for draft, points, code in (
        (drafts.draft(sara, status="issued"), "60", "invoice_not_draft"),
        (drafts.draft(sara, is_discounted=True), "60", "invoice_discounted"),
        (drafts.draft(sara, subtotal="29.99"), "60", "points_worth_more"),
        (own, "101", "insufficient_credit"),
    ):  # fmt: skip
        assert await owner.refused("POST", REDEMPTIONS, wanted(sara, draft, points)) == (409, code)
    await owner.patch(SETTINGS, {"loyalty": {"point_value": "0.0001"}})
    found = await owner.wrong("POST", REDEMPTIONS, wanted(sara, own, "60"))
    assert found == ("worth_nothing", ["points"])
    await owner.patch(SETTINGS, {"loyalty": {"point_value": None}})
    assert await owner.refused("POST", REDEMPTIONS, wanted(sara, own)) == (
        409, "loyalty_not_set_up",
    )  # fmt: skip
    assert await has(owner, sara) == ("100", "0", "100", "0")


async def test_who_redeems_may_change_invoices_and_sees_the_client(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """GW-01, GW-02, GW-03"""
    invoice_id = drafts.draft(sara)
    made = await applied(owner, wanted(sara, invoice_id))
    path = f"{REDEMPTIONS}/{made['id']}"
    rights = ("memberships:read", "memberships:write")
    async with owner.colleague(*rights) as clerk:
        assert await clerk.ids(REDEMPTIONS, status="applied") == [made["id"]]
        other = wanted(sara, drafts.draft(sara), "10")
        assert await clerk.refused("POST", REDEMPTIONS, other) == (403, "forbidden")
        assert await clerk.refused("POST", f"{path}/cancel") == (403, "forbidden")
    async with owner.colleague(*rights, "billing:write", visibility="assigned") as stranger:
        assert await stranger.ids(REDEMPTIONS) == []
        assert await stranger.refused("GET", path) == (404, "redemption_not_found")
        assert await stranger.refused("POST", f"{path}/cancel") == (404, "redemption_not_found")
        found = await stranger.wrong("POST", REDEMPTIONS, wanted(sara, drafts.draft(sara)))
        assert found == ("unknown_reference", ["client_id"])
    assert await owner.ids(REDEMPTIONS, invoice_id=str(invoice_id)) == [made["id"]]
    assert await owner.ids(REDEMPTIONS, client_id=str(new_id())) == []
