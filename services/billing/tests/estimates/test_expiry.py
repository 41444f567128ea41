"""Estimates expire with the day, where the company is, and that is told once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from billing.estimates import rules, schedules
from chassis.ids import new_id
from refs.home import day
from services.billing.tests.conftest import Events
from services.billing.tests.estimates.making import ESTIMATES, act, draft, sent
from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import remember_company

EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
LAST = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("zone", "moment", "is_over"),
    [
        ("Asia/Riyadh", "2026-03-31T20:59:59Z", False),
        ("Asia/Riyadh", "2026-03-31T21:00:00Z", True),
        (EAST, "2026-03-31T09:59:59Z", False),
        (EAST, "2026-03-31T10:00:00Z", True),
        (WEST, "2026-04-01T10:59:59Z", False),
        (WEST, "2026-04-01T11:00:00Z", True),
    ],
)
def test_the_last_day_is_over_with_its_midnight(zone: str, moment: str, is_over: bool) -> None:
    """BI-04"""
    today = day(datetime.fromisoformat(moment), zone)
    for status in ("sent", "viewed"):
        assert rules.shown(status, LAST, None, today) == ("expired" if is_over else status)
    for status in ("draft", "accepted", "declined"):
        assert rules.shown(status, LAST, None, today) == status
    assert rules.shown("sent", None, None, today) == "sent"
    assert rules.shown("sent", LAST, new_id(), today) == "converted"


async def test_the_list_goes_by_the_company_s_day(owner: Person) -> None:
    """BI-04: where the day is over, what ended with it is expired; what ends today is not."""
    await remember_company(owner, timezone=EAST)
    here = day(datetime.now(UTC), EAST)
    late, _ = await sent(owner, issue_date="2020-01-01", expires_on=str(here - timedelta(days=1)))
    today, _ = await sent(owner, issue_date="2020-01-01", expires_on=str(here))
    found = await owner.ids(ESTIMATES, status="expired")
    # Midnight may pass meanwhile.
    if day(datetime.now(UTC), EAST) == here:
        assert found == [late["id"]]
        assert (await owner.get(f"{ESTIMATES}/{today['id']}"))["status"] == "sent"


async def test_it_is_told_once(owner: Person, events: Events) -> None:
    """BI-04: and once more, when it was opened, sent and left again; drafts never are."""
    old = {"issue_date": "2020-01-01", "expires_on": "2020-01-31"}
    made, _ = await sent(owner, **old)
    await draft(owner, **old)
    answered = await draft(owner, **old)
    await act(owner, answered, "accept")

    async def told() -> list[tuple[str, str]]:
        found = [e for e in await events(owner.caller) if e["type"] == "billing.estimate.expired"]
        return [(e["subject"], e["data"]["estimate"]["status"]) for e in found]

    for _ in range(2):
        await schedules.estimates_expire(owner.service.context)
    assert await told() == [(made["id"], "expired")]
    await act(owner, made, "reopen")
    await act(owner, made, "send")
    await schedules.estimates_expire(owner.service.context)
    assert await told() == [(made["id"], "expired")] * 2
