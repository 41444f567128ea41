"""HTTP door of holidays."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Work, router
from refs.home import today
from scheduling.holidays import use_cases
from scheduling.holidays.schemas import (
    HolidayCreate,
    HolidayFilters,
    HolidayPage,
    HolidayUpdate,
    HolidayView,
)
from scheduling.holidays.use_cases import Holiday

routes = router("/v1/holidays", "Availability")

READ, MANAGE = "scheduling:read", "scheduling:manage"
_COLUMNS: Final = {"from_": "from_on", "to": "to_on", "active": "is_active"}
_YEAR: Final = timedelta(days=365)


@routes.get("", permission=READ)
async def list_holidays(work: Work, query: Annotated[HolidayFilters, Query()]) -> HolidayPage:
    """List the holidays of a time: the company's own, and those of its countries."""
    first = query.date_from or await today(work)
    # `date_to` is the first day that is not asked for.
    last = query.date_to - timedelta(days=1) if query.date_to else first + _YEAR
    found = await use_cases.holidays_between(work, first, last)
    return HolidayPage(items=[
        _shown(one) for one in found if query.active in (None, one.active)
    ])  # fmt: skip


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "يوم الشركة", "en": "Company day"}, "from": "2026-12-24",
             "repeats": "yearly"},
)  # fmt: skip
async def create_holiday(work: Work, body: HolidayCreate) -> HolidayView:
    """Add a holiday of the company's own."""
    values = _columns(body, body.model_dump())
    values["to_on"] = values["to_on"] or values["from_on"]
    return _shown(await use_cases.create_holiday(work, values))


@routes.get("/{holiday_id}", permission=READ)
async def get_holiday(work: Work, holiday_id: UUID) -> HolidayView:
    """Read a holiday."""
    return _shown(await use_cases.get_holiday(work, holiday_id))


@routes.patch("/{holiday_id}", permission=MANAGE, example={"active": False})
async def update_holiday(work: Work, holiday_id: UUID, body: HolidayUpdate) -> HolidayView:
    """Change a holiday of the company's own, or switch any one off or on."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_holiday(work, holiday_id, changes))


@routes.delete("/{holiday_id}", permission=MANAGE)
async def delete_holiday(work: Work, holiday_id: UUID) -> None:
    """Remove a holiday of the company's own."""
    await use_cases.delete_holiday(work, holiday_id)


def _columns(body: HolidayCreate | HolidayUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if "name" in given:
        given["name"] = body.name.stored()
    return {_COLUMNS.get(name, name): value for name, value in given.items()}


def _shown(holiday: Holiday) -> HolidayView:
    return HolidayView.model_validate(asdict(holiday))
