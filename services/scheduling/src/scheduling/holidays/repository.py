"""All SQL of holidays."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Date, Integer, Uuid, any_, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.holidays.rules import HolidayNotFound
from scheduling.holidays.tables import (
    CompanyHoliday,
    CountryHoliday,
    company_holidays,
    country_holidays,
)

_C: Final = company_holidays.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_NEAR: Final = statement(
    select(*written_columns(company_holidays))
    .where(
        _OURS, _C.from_on <= bindparam("last", type_=Date),
        or_(_C.repeats != "never", _C.to_on >= bindparam("first", type_=Date)),
    )
    .order_by(_C.from_on, _C.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_COUNT: Final = statement(select(func.count()).select_from(company_holidays).where(_OURS))
_SWITCHED: Final = statement(
    select(*written_columns(country_holidays)).where(
        country_holidays.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        country_holidays.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)


class CompanyHolidayRepository(Repository[CompanyHoliday]):
    """Holidays of the company's own."""

    table = company_holidays
    row = CompanyHoliday
    missing = HolidayNotFound

    async def near(self, first: date, last: date, most: int) -> list[CompanyHoliday]:
        """Those that may meet a window of days."""
        return await self.all(_NEAR, first=first, last=last, most=most)

    async def count(self) -> int:
        """How many there are."""
        found: int = await self.work.fetchval(_COUNT, tenant_id=self.work.tenant_id)
        return found


class CountryHolidayRepository(Repository[CountryHoliday]):
    """What the company switched of its countries' holidays."""

    table = country_holidays
    row = CountryHoliday
    missing = HolidayNotFound

    async def switched(self, ids: Collection[UUID]) -> dict[UUID, CountryHoliday]:
        """Those of some days that were switched."""
        return {one.id: one for one in await self.all(_SWITCHED, ids=list(ids))}
