"""Where a company is at home, and what day it is there."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from chassis.caller import Caller, system
from chassis.database import Database
from refs import people
from refs.home import Home, day, home

Make = Callable[..., Caller]


def test_the_day_is_the_company_s_own() -> None:
    late = datetime(2026, 3, 1, 22, tzinfo=UTC)
    assert day(late, "Asia/Riyadh") == date(2026, 3, 2)
    assert day(late, "Africa/Cairo") == date(2026, 3, 2)
    assert day(late, "Europe/London") == date(2026, 3, 1)
    assert day(late, "No/Where") == day(late, "") == date(2026, 3, 2)


async def test_a_company_that_is_not_heard_of_yet_is_at_home_in_riyadh(
    database: Database, caller: Make
) -> None:
    """What it is at home by then is not kept: its settings may come a moment later."""
    me = system(caller().tenant_id, "remembering")
    async with database.work(me) as work:
        assert await home(work) == Home("SA", "SAR", "Asia/Riyadh")
        cairo = {"country": "EG", "currency": "EGP", "timezone": "Africa/Cairo", "version": 1}
        await people.remember_tenant(work, cairo)
    async with database.work(me) as work:
        assert await home(work) == Home("EG", "EGP", "Africa/Cairo")
