"""Where a company is at home: its country, its currency, and what day it is there."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.cache import TenantCache
from chassis.work import UnitOfWork
from refs import people


@dataclass(frozen=True, slots=True)
class Home:
    """What numbers typed without a country code, amounts without a currency and days go by."""

    country: str = "SA"
    currency: str = "SAR"
    timezone: str = "Asia/Riyadh"


_DEFAULT: Final = Home()
_homes: Final = TenantCache[Home](seconds=300)


async def home(work: UnitOfWork) -> Home:
    """The company's, mostly from memory."""
    if (known := _homes.get(work)) is not None:
        return known
    if work.has_begun:
        tenant = await people.tenant(work)
    else:  # peers may still have to be asked before it begins
        async with work.database.work(work.caller) as own:
            tenant = await people.tenant(own)
    if tenant is None or not tenant.country:
        return _DEFAULT
    return _homes.put(work, Home(
        tenant.country, tenant.currency or _DEFAULT.currency, tenant.timezone or _DEFAULT.timezone
    ))  # fmt: skip


async def today(work: UnitOfWork) -> date:
    """The day it is where the company is."""
    return day(work.now, (await home(work)).timezone)


def day(moment: datetime, timezone: str) -> date:
    """The day of a moment in a time zone."""
    try:
        return moment.astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(ZoneInfo(_DEFAULT.timezone)).date()
