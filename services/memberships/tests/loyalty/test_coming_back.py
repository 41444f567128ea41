"""Points of redemptions come back once, and never beside the discount that they paid for."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg
import pytest

from chassis.errors import Unavailable
from chassis.testing.races import deadlocks
from memberships.loyalty.schedules import (
    cancel_redemption,
    look_at_redemption,
    redemptions_are_asked_again,
)
from memberships.loyalty.use_cases.redeeming import APPLY, CANCEL, LOOK
from memberships.proof.schedules import prove
from services.memberships.tests.factories import Json, Person, jobs_of, remember_client
from services.memberships.tests.loyalty.making import (
    REDEMPTIONS,
    Drafts,
    applied,
    has,
    paid,
    run,
    tell,
    wanted,
)

HOLDS, USAGES = "/v1/credit-holds", "/v1/credit-usages"


async def look(owner: Person) -> None:
    """Do what is to be looked at."""
    for payload in await jobs_of(owner, LOOK):
        await look_at_redemption(owner.service.context, owner.caller.tenant_id, payload)


async def status(owner: Person, made: Json) -> str:
    return str((await owner.get(f"{REDEMPTIONS}/{made['id']}"))["status"])


async def fits(owner: Person) -> None:
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_a_redemption_keeps_is_ended_by_it_alone(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: neither let go, used nor put back at the doors of credit."""
    made = await owner.post(REDEMPTIONS, wanted(sara, drafts.draft(sara)))
    [hold_id] = await owner.ids(HOLDS)
    refused = (409, "credit_kept_for_redemption")
    for action in ("release", "consume"):
        assert await owner.refused("POST", f"{HOLDS}/{hold_id}/{action}") == refused
    await run(owner, made["id"])
    [usage_id] = await owner.ids(USAGES)
    assert await owner.refused("POST", f"{USAGES}/{usage_id}/reverse") == refused
    assert await has(owner, sara) == ("100", "60", "40", "0")
    await fits(owner)


async def test_what_is_told_late_of_a_draft_changes_nothing(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: it has the discount still, whatever it had before; what we told ourselves is none."""
    invoice_id = drafts.draft(sara)
    made = await owner.post(REDEMPTIONS, wanted(sara, invoice_id))
    await tell(owner, "updated", invoice_id, sara, 2, changed=("discount",))
    await run(owner, made["id"])
    await look(owner)
    for actor, changed in (("user:x", "discount"), ("user:x", "client_id"), ("user:x", "notes"),
                           ("service:memberships", "discount")):  # fmt: skip
        await tell(owner, "updated", invoice_id, sara, 3, actor=actor, changed=(changed,))
        await look(owner)
    assert await status(owner, made) == "applied"
    assert await has(owner, sara) == ("100", "60", "40", "0")


async def test_a_discount_that_somebody_replaced_gives_the_points_back(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: and stays. Also where nobody was told of it before billing had answered."""
    for is_told in (True, False):
        invoice_id = drafts.draft(sara)
        made = await applied(owner, wanted(sara, invoice_id))
        if is_told:
            await look(owner)
        drafts.drafts[invoice_id]["discount"] = "5.00"
        if is_told:
            await tell(owner, "updated", invoice_id, sara, 9, changed=("discount",))
        await look(owner)
        assert await status(owner, made) == "returned"
        assert drafts.drafts[invoice_id]["discount"] == "5.00"
        assert await has(owner, sara) == ("100", "0", "100", "0")
    await fits(owner)


async def test_a_discount_that_was_given_meanwhile_stays(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: whoever comes first."""
    omar = await remember_client(owner)
    for changed, code in (
        ({"discount": "5.00", "is_discounted": True}, "invoice_discounted"),
        ({"client_id": str(omar)}, "invoice_of_another_client"),
    ):
        invoice_id = drafts.draft(sara)
        made = await owner.post(REDEMPTIONS, wanted(sara, invoice_id))
        drafts.drafts[invoice_id] |= changed
        await tell(owner, "updated", invoice_id, sara, 9, changed=("discount",))
        assert await status(owner, made) == "pending"
        await run(owner, made["id"])
        kept = await owner.get(f"{REDEMPTIONS}/{made['id']}")
        assert (kept["status"], kept["problem"]["code"]) == ("refused", code)
        assert drafts.drafts[invoice_id]["discount"] == changed.get("discount")
    assert await has(owner, sara) == ("100", "0", "100", "0")
    await fits(owner)


@pytest.mark.parametrize("changed", [("client_id",), ("discount", "lines", "period_to")])
async def test_of_a_draft_that_is_anothers_or_shorter_the_discount_is_taken_off_first(
    owner: Person, sara: UUID, drafts: Drafts, changed: tuple[str, ...]
) -> None:
    """ME-18: points never come back beside it; billing away, or refusing, they stay used."""
    omar, invoice_id = await remember_client(owner), drafts.draft(sara)
    made = await applied(owner, wanted(sara, invoice_id))
    await look(owner)
    is_anothers = changed == ("client_id",)
    drafts.drafts[invoice_id] |= (
        {"client_id": str(omar)} if is_anothers else {"discount": "15.00"}
    )  # fmt: skip
    await tell(owner, "updated", invoice_id, sara, 9, changed=changed)
    await look(owner)
    assert (await status(owner, made), await has(owner, sara)) == (
        "cancelling", ("100", "60", "40", "0"))  # fmt: skip
    drafts.is_down = True
    with pytest.raises(Unavailable):
        await run(owner, made["id"], cancel_redemption)
    drafts.is_down = False
    await run(owner, made["id"], cancel_redemption)
    assert drafts.drafts[invoice_id]["discount"] is None
    assert (await status(owner, made), await has(owner, sara)) == (
        "cancelled", ("100", "0", "100", "0"))  # fmt: skip
    await fits(owner)


async def test_points_that_come_back_make_good_what_their_invoice_owes(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: earned, redeemed, the money given back, the discount taken off: nothing is left."""
    one = await paid(owner, sara, "500.00")
    made = await applied(owner, wanted(sara, drafts.draft(sara, subtotal="500.00"), "150"))
    await tell(owner, "reopened", one, sara, 3, status="issued")
    assert await has(owner, sara) == ("150", "150", "0", "0")
    await owner.post(f"{REDEMPTIONS}/{made['id']}/cancel")
    await run(owner, made["id"], cancel_redemption)
    assert await has(owner, sara) == ("100", "0", "100", "0")
    await paid(owner, sara, "100.00")
    assert await has(owner, sara) == ("110", "0", "110", "0")
    await fits(owner)


async def test_what_waits_long_for_billing_is_asked_for_again(
    owner: Person, sara: UUID, drafts: Drafts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-18: once, whenever its job was given up."""
    pending = await owner.post(REDEMPTIONS, wanted(sara, drafts.draft(sara), "10"))
    cancelling = await applied(owner, wanted(sara, drafts.draft(sara), "20"))
    await owner.post(f"{REDEMPTIONS}/{cancelling['id']}/cancel")
    for job in (APPLY, CANCEL):
        await jobs_of(owner, job)
    later = datetime.now(UTC) + timedelta(minutes=5)
    context = owner.service.context
    monkeypatch.setattr(context.database, "clock", lambda: later)
    await redemptions_are_asked_again(context)
    assert await jobs_of(owner, APPLY) == []
    later += timedelta(minutes=10)
    for _ in range(2):
        await redemptions_are_asked_again(context)
    for job, made in ((APPLY, pending), (CANCEL, cancelling)):
        assert await jobs_of(owner, job) == [{"redemption_id": made["id"]}]


async def test_points_that_are_not_where_a_redemption_says_are_found(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: `memberships verify`"""
    made = await applied(owner, wanted(sara, drafts.draft(sara)))
    await fits(owner)
    url = owner.service.context.settings.database_owner_url.get_secret_value()
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "update loyalty_redemptions set status = 'returned' where id = $1", UUID(made["id"])
        )
    finally:
        await connection.close()
    fault = await prove(owner.service.context, owner.caller.tenant_id)
    assert str(fault).startswith(f"redemption {made['id']}")


async def test_points_come_back_once_whoever_asks_for_them_at_the_same_time(
    owner: Person, sara: UUID, drafts: Drafts
) -> None:
    """ME-18: taken off by a job while its invoice is voided; nobody waits in a circle."""
    invoices = [drafts.draft(sara) for _ in range(8)]
    made = [await applied(owner, wanted(sara, one, "10")) for one in invoices]
    before = await deadlocks(owner.service.context.database)
    for one in made:
        await owner.post(f"{REDEMPTIONS}/{one['id']}/cancel")
    await asyncio.gather(
        *(run(owner, one["id"], cancel_redemption) for one in made),
        *(tell(owner, "voided", one, sara, 9) for one in reversed(invoices)),
        *(paid(owner, sara, "10.00") for _ in range(4)),
    )
    assert await deadlocks(owner.service.context.database) == before
    assert {await status(owner, one) for one in made} <= {"cancelled", "returned"}
    assert await has(owner, sara) == ("104", "0", "104", "0")
    await fits(owner)
