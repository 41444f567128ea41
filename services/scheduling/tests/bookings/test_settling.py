"""What bookings call for at memberships and billing."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.caller import system
from chassis.errors import Unavailable
from chassis.rpc.client import Asker
from chassis.testing.clock import FrozenClock
from scheduling.bookings.rules import credit
from scheduling.bookings.rules.credit import CreditStatus
from scheduling.bookings.schedules import bookings_are_settled_again, jobs
from scheduling.bookings.use_cases.changing import forget_bookings
from scheduling.peers import Invoice, Refused
from services.scheduling.tests.factories import Json, Person, tick
from services.scheduling.tests.staffed import (
    AT_NINE,
    Others,
    make_booking,
    make_service,
    settle,
)

CREDIT = "01890a5d-ac96-774b-bcce-b302099a8090"


async def credited(owner: Person, **policy: Any) -> Json:
    return await make_service(
        owner, capacity=9, credit_type_id=CREDIT, credit_amount="1.50", policy=policy,
        price="100.00", currency="SAR",
    )  # fmt: skip


async def credit_of(owner: Person, booking: Json) -> Json:
    found: Json = (await owner.get(f"/v1/bookings/{booking['id']}"))["credit"]
    return found


async def test_credit_is_reserved_then_consumed_as_the_client_comes(
    owner: Person, others: Others
) -> None:
    """SC-06, ask 16: booking reserves, attendance consumes."""
    made = await make_booking(owner, await credited(owner), seats=2)
    assert made["credit"]["status"] == "none" and made["credit"]["amount"] == "3.00"
    await settle(owner)
    assert (await credit_of(owner, made))["status"] == "held"
    [(cause, held)] = others.holds.items()
    assert cause == f"booking:{made['id']}:credit" and held["asked"]["amount"] == "3.00"
    await owner.post(f"/v1/bookings/{made['id']}/attend")
    await settle(owner)
    assert (await credit_of(owner, made))["status"] == "consumed"
    assert others.statuses() == ["consumed"]


@pytest.mark.parametrize(
    ("early", "says", "expected"),
    [(True, "consume", "released"), (False, "consume", "consumed"), (False, "release", "released")],
)  # fmt: skip
async def test_cancelled_in_time_credit_is_released_and_then_as_the_policy_says(
    owner: Person, others: Others, clock: FrozenClock, early: bool, says: str, expected: str
) -> None:
    service = await credited(owner, cancel_notice_minutes=60, late_cancellation=says)
    made = await make_booking(owner, service)
    await settle(owner)
    clock.now = datetime.fromisoformat(AT_NINE) - timedelta(minutes=90 if early else 30)
    await owner.post(f"/v1/bookings/{made['id']}/cancel")
    await settle(owner)
    assert others.statuses() == [expected]
    assert (await credit_of(owner, made))["status"] == expected


async def test_what_is_cancelled_before_anybody_was_asked_asks_nobody(
    owner: Person, others: Others
) -> None:
    made = await make_booking(owner, await credited(owner))
    await owner.post(f"/v1/bookings/{made['id']}/cancel")
    await settle(owner)
    assert not others.holds


async def test_an_answer_that_nobody_heard_is_asked_for_again_and_let_go(
    owner: Person, others: Others, clock: FrozenClock
) -> None:
    """Nothing is reserved for ever: the same cause, then the release."""
    made = await make_booking(owner, await credited(owner))
    others.loses_answers = True
    with pytest.raises(Unavailable):
        await settle(owner)
    assert others.statuses() == ["held"]
    others.loses_answers = False
    await owner.post(f"/v1/bookings/{made['id']}/cancel")
    # The job was given up: the clock finds what waits.
    await settle_nothing(owner)
    clock.advance(minutes=11)
    await tick(owner, bookings_are_settled_again, jobs)
    await settle(owner)
    assert others.statuses() == ["released"]
    assert (await credit_of(owner, made))["status"] == "released"


async def settle_nothing(owner: Person) -> None:
    async with owner.service.context.database.plumbing() as connection:
        await connection.execute(
            "delete from pgqueuer where tenant_id = $1", owner.caller.tenant_id
        )


async def test_credit_that_is_not_there_is_told_and_the_booking_stays(
    owner: Person, others: Others
) -> None:
    service = await credited(owner)
    made = await make_booking(owner, service)
    others.poor.add(made["client_id"])
    await settle(owner)
    found = await owner.get(f"/v1/bookings/{made['id']}")
    assert found["status"] == "confirmed" and found["credit"]["status"] == "refused"
    assert found["problem"]["code"] == "insufficient_credit"


async def test_a_booking_is_invoiced_once(owner: Person, others: Others) -> None:
    """SC-07: convert to invoice."""
    made = await make_booking(
        owner, await make_service(owner, capacity=3, price="100.00", deposit="20.00",
                                  currency="SAR"), seats=2,
    )  # fmt: skip
    path = f"/v1/bookings/{made['id']}/invoice"
    assert (await owner.post(path))["is_invoicing"]
    await owner.post(path)
    await settle(owner)
    [(cause, invoice)] = others.invoices.items()
    assert cause == f"booking:{made['id']}:invoice"
    [line] = invoice["asked"]["lines"]
    assert (line["quantity"], line["unit_price"]) == ("2", "100.00")
    assert line["description"] == "جلسة · 2031-03-10" and invoice["asked"]["deposit"] == "40.00"
    found = await owner.post(path)
    assert found["invoice_id"] == str(invoice["id"]) and not found["is_invoicing"]
    async with owner.colleague("scheduling:read", "scheduling:write") as colleague:
        other = await make_booking(owner, await make_service(owner, price="1.00"))
        refused = await colleague.refused("POST", f"/v1/bookings/{other['id']}/invoice")
        assert refused == (403, "forbidden")


async def test_asked_for_once_more_it_is_the_same_invoice(
    owner: Person, others: Others, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SC-07: whatever became of the booking meanwhile; and also while memberships is away."""
    made = await make_booking(owner, await credited(owner))
    path = f"/v1/bookings/{made['id']}"
    others.loses_answers = True
    await owner.post(f"{path}/invoice")
    with pytest.raises(Unavailable):
        await settle(owner)
    [first] = [dict(one["asked"]) for one in others.invoices.values()]
    await owner.post(f"{path}/reschedule", {"starts_at": "2031-03-11T09:00:00Z"})
    asked: list[Json] = []
    create = others.create_invoice

    async def seen(by: Asker, cause: str, what: Json) -> Invoice | Refused:
        asked.append(what)
        return await create(by, cause, what)

    monkeypatch.setattr(others, "create_invoice", seen)
    others.loses_answers = False
    clock.advance(minutes=11)
    await tick(owner, bookings_are_settled_again, jobs)
    await settle(owner)
    assert asked == [first] and (await owner.get(path))["invoice_id"]


async def test_what_billing_refuses_is_told_and_asked_again(owner: Person, others: Others) -> None:
    made = await make_booking(owner, await make_service(owner, price="100.00"))
    path = f"/v1/bookings/{made['id']}/invoice"
    others.refuses_invoices = True
    await owner.post(path)
    await settle(owner)
    found = await owner.get(f"/v1/bookings/{made['id']}")
    assert found["problem"]["code"] == "unknown_reference" and not found["is_invoicing"]
    others.refuses_invoices = False
    await owner.post(path)
    await settle(owner)
    assert (await owner.get(f"/v1/bookings/{made['id']}"))["invoice_id"]


async def test_for_nothing_nobody_is_invoiced(owner: Person) -> None:
    free = await make_booking(owner, await make_service(owner))
    refused = await owner.refused("POST", f"/v1/bookings/{free['id']}/invoice")
    assert refused == (409, "nothing_to_invoice")


async def test_of_whoever_is_erased_what_is_to_come_is_cancelled(
    owner: Person, others: Others
) -> None:
    """CL-20: and nothing that was said about it is kept."""
    made = await make_booking(owner, await credited(owner), note="سر")
    await settle(owner)
    context = owner.service.context
    async with context.database.work(system(owner.caller.tenant_id, "scheduling")) as work:
        await forget_bookings(work, UUID(made["client_id"]))
    await settle(owner)
    found = await owner.get(f"/v1/bookings/{made['id']}")
    assert found["status"] == "cancelled" and found["note"] is None
    assert others.statuses() == ["released"]


GOALS = st.sampled_from([CreditStatus.HELD, CreditStatus.CONSUMED, CreditStatus.RELEASED])


@given(st.lists(GOALS, min_size=1, max_size=5), st.lists(st.booleans(), max_size=12))
def test_however_answers_are_lost_memberships_and_the_booking_agree(
    goals: list[CreditStatus], lost: list[bool]
) -> None:
    """What was reserved never stays so for nothing."""
    known, there, is_lost = CreditStatus.NONE, "none", iter(lost)
    for goal in goals:
        while (step := credit.next_step(known, goal)) is not None:
            if step == "reserve":
                known, there = CreditStatus.ASKED, "held" if there == "none" else there
            elif there == "held":
                there = credit.after(step).value
            if not next(is_lost, False):
                known = credit.after(step)
    assert there == known.value
    assert there == goals[-1] or there in ("consumed", "released", "none")
