"""What can be done with holidays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from refs.home import home
from scheduling.countries import rules as countries
from scheduling.defaults.use_cases import settings_of
from scheduling.holidays import rules as own
from scheduling.holidays.repository import CompanyHolidayRepository, CountryHolidayRepository
from scheduling.holidays.tables import CompanyHoliday, CountryHoliday


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday, one time that it comes."""

    id: UUID
    version: int
    created_at: datetime | None
    updated_at: datetime | None
    name: dict[str, str]
    from_: date
    to: date
    source: own.Source
    country: str | None
    repeats: str
    active: bool


async def holidays_between(work: UnitOfWork, first: date, last: date) -> list[Holiday]:
    """What the company and its countries keep from one day to another, or have switched off.

    Raises EndsBeforeItBegins and WindowTooLong.
    """
    own.check_window(first, last)
    near = await CompanyHolidayRepository(work).near(first, last, own.MOST_HOLIDAYS)
    found = [_own(one, *run) for one in near for run in own.runs(one, first, last)]
    named = await countries_of(work)
    days = [one for country in named for one in _country_days(country, first, last)]
    switched = await CountryHolidayRepository(work).switched(
        [countries.id_of(country, day) for country, day, _ in days]
    )
    found += [_country(*one, switched) for one in days]
    return sorted(found, key=lambda one: (one.from_, one.to, one.id))


async def days_off(work: UnitOfWork, first: date, last: date) -> frozenset[date]:
    """The days of a window on which the company does not work."""
    found = await holidays_between(work, first, last)
    return frozenset(
        day for one in found if one.active
        for day in own.each_day(max(one.from_, first), min(one.to, last))
    )  # fmt: skip


async def countries_of(work: UnitOfWork) -> list[str]:
    """Whose holidays the company keeps: its own country's, unless it said otherwise."""
    said = (await settings_of(work)).holiday_countries
    named = [(await home(work)).country] if said is None else said
    return [one for one in named if one in countries.countries()]


async def get_holiday(work: UnitOfWork, holiday_id: UUID) -> Holiday:
    """One, the company's own or a country's; raises HolidayNotFound."""
    if (read := countries.read_id(holiday_id)) is None:
        found = await CompanyHolidayRepository(work).get(holiday_id)
        return _own(found, found.from_on, found.to_on)
    country, day, name = await _known(work, *read)
    switched = await CountryHolidayRepository(work).switched([holiday_id])
    return _country(country, day, name, switched)


async def create_holiday(work: UnitOfWork, values: dict[str, Any]) -> Holiday:
    """Add a holiday of the company's own."""
    own.check_days(values["from_on"], values["to_on"])
    holidays = CompanyHolidayRepository(work)
    made, is_new = await holidays.add_once(**values)
    if is_new and await holidays.count() > own.MOST_HOLIDAYS:
        raise own.TooManyHolidays(most=own.MOST_HOLIDAYS)
    return _own(made, made.from_on, made.to_on)


async def update_holiday(work: UnitOfWork, holiday_id: UUID, changes: dict[str, Any]) -> Holiday:
    """Change a holiday of the company's own, or switch any off and on again."""
    if (read := countries.read_id(holiday_id)) is not None:
        return await _switch(work, holiday_id, read, changes)
    holidays = CompanyHolidayRepository(work)
    known = await holidays.get_for_update(holiday_id)
    own.check_days(changes.get("from_on", known.from_on), changes.get("to_on", known.to_on))
    changed = await holidays.update(known, **changes)
    return _own(changed, changed.from_on, changed.to_on)


async def delete_holiday(work: UnitOfWork, holiday_id: UUID) -> None:
    """Remove a holiday of the company's own; raises CountryHoliday."""
    if (read := countries.read_id(holiday_id)) is not None:
        await _known(work, *read)
        work.authorize()
        raise own.CountryHoliday()
    holidays = CompanyHolidayRepository(work)
    await holidays.delete(await holidays.get_for_update(holiday_id))


async def _switch(
    work: UnitOfWork, holiday_id: UUID, read: tuple[str, date], changes: dict[str, Any]
) -> Holiday:
    country, day, name = await _known(work, *read)
    work.authorize()
    if changes.keys() - {"is_active"}:
        raise own.CountryHoliday(field=min(changes.keys() - {"is_active"}).removesuffix("_on"))
    switches = CountryHolidayRepository(work)
    if changes and await switches.find(holiday_id) is None:
        await switches.add_unless_taken(id=holiday_id, version=0, is_active=True)
    if changes:
        known = await switches.get_for_update(holiday_id)
        await switches.update(known, **changes)
    return _country(country, day, name, await switches.switched([holiday_id]))


async def _known(
    work: UnitOfWork, country: str, day: date
) -> tuple[str, date, dict[str, str]]:  # fmt: skip
    kept = country in await countries_of(work)
    name = dict(countries.days_of(country, day.year)).get(day) if kept else None
    if name is None:
        raise own.HolidayNotFound()
    return country, day, name


def _country_days(
    country: str, first: date, last: date
) -> Iterator[tuple[str, date, dict[str, str]]]:  # fmt: skip
    for year in range(first.year, last.year + 1):
        for day, name in countries.days_of(country, year):
            if first <= day <= last:
                yield country, day, name


def _own(one: CompanyHoliday, first: date, last: date) -> Holiday:
    return Holiday(
        one.id, one.version, one.created_at, one.updated_at, one.name, first, last, "company",
        None, one.repeats, one.is_active,
    )  # fmt: skip


def _country(
    country: str, day: date, name: dict[str, str], switched: dict[UUID, CountryHoliday]
) -> Holiday:
    holiday_id = countries.id_of(country, day)
    row = switched.get(holiday_id)
    return Holiday(
        id=holiday_id,
        version=row.version if row else 0,
        created_at=row.created_at if row else None,
        updated_at=row.updated_at if row else None,
        name=name,
        from_=day,
        to=day,
        source="country",
        country=country,
        repeats="never",
        active=row.is_active if row else True,
    )
