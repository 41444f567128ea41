"""Credit that ends, and of which little is left."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from memberships.credit.schedules import credit_expires
from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Wallet
from services.memberships.tests.factories import Person


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.moment = datetime.now(UTC)

    def __call__(self) -> datetime:
        return self.moment

    def day(self, after: int) -> str:
        """So many days from the first one."""
        return (datetime.now(UTC) + timedelta(days=after)).date().isoformat()


@pytest.fixture
def clock(owner: Person, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(owner.service.context.database, "clock", made)
    return made


async def _told(events: Events, owner: Person, verb: str) -> list[dict[str, Any]]:
    kind = f"memberships.credit.{verb}"
    return [one for one in await events(owner.caller) if one["type"] == kind]


async def test_what_is_left_at_the_end_of_the_last_day_is_lost_once(
    owner: Person, events: Events, clock: Clock
) -> None:
    """ME-10: and before that it is told."""
    wallet = await Wallet.make(owner, expiring_soon_days=3)
    context = owner.service.context
    lot = await wallet.charge("5", expires_on=clock.day(10))
    held = await wallet.hold("1")
    await credit_expires(context)
    assert await _told(events, owner, "expiring_soon") == []
    clock.moment += timedelta(days=8)
    assert (await wallet.balance())["expiring_soon"] == "4"
    await credit_expires(context)
    await credit_expires(context)
    assert [one["data"]["amount"] for one in await _told(events, owner, "expiring_soon")] == ["4"]
    clock.moment += timedelta(days=4)
    # Over before anybody has looked: it pays nothing.
    assert await owner.refused("POST", USAGES, wallet.body("1")) == (409, "insufficient_credit")
    await credit_expires(context)
    await credit_expires(context)
    assert [one["data"]["amount"] for one in await _told(events, owner, "expired")] == ["4"]
    assert (await owner.get(f"{CHARGES}/{lot['id']}"))["status"] == "expired"
    await owner.post(f"{HOLDS}/{held['id']}/release")
    assert (await wallet.balance())["lots"] == []
    await wallet.prove()
    again = await owner.post(f"{CHARGES}/{lot['id']}/extend", {"expires_on": clock.day(30)})
    assert (again["remaining"], again["status"], await wallet.usable()) == ("5", "active", "5")
    await wallet.prove()


async def test_it_is_told_once_that_little_is_left_until_there_is_more(
    owner: Person, events: Events
) -> None:
    """ME-11"""
    wallet = await Wallet.make(owner, low_balance="2")
    await wallet.charge("4")
    await wallet.use("1")
    assert await _told(events, owner, "low") == []
    for _ in range(2):
        await wallet.use("1")
    await wallet.charge("4")
    await wallet.use("4")
    told = await _told(events, owner, "low")
    assert [(one["data"]["balance"], one["clientid"]) for one in told] == [
        ("2", wallet.client_id), ("1", wallet.client_id),
    ]  # fmt: skip
    await wallet.prove()
