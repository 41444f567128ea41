"""HTTP door of when staff work."""

from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from chassis.work import UnitOfWork
from refs.home import home
from scheduling.availability import use_cases
from scheduling.availability.repository import (
    LEAVES,
    OVERRIDES,
    LeaveRepository,
    OverrideRepository,
)
from scheduling.availability.schemas import (
    AvailabilityUpdate,
    AvailabilityView,
    DayFilters,
    LeaveCreate,
    LeaveUpdate,
    LeaveView,
    OverrideCreate,
    OverrideUpdate,
    OverrideView,
    stored,
)
from scheduling.availability.tables import AvailabilityOverride, StaffHours

of_staff = router("/v1/staff/{user_id}/availability", "Availability")
overrides = router("/v1/availability-overrides", "Availability")
leaves = router("/v1/leaves", "Availability")

READ, WRITE, MANAGE = "scheduling:read", "scheduling:write", "scheduling:manage"
_DAYS: Final = {"from_": "from_on", "to": "to_on"}
_HOURS: Final = {"days": ["sunday", "monday", "tuesday", "wednesday", "thursday"],
                 "from": "09:00", "to": "17:00",
                 "breaks": [{"from": "12:00", "to": "13:00"}]}  # fmt: skip


@of_staff.get("", permission=READ)
async def get_availability(work: Work, context: Context, user_id: UUID) -> AvailabilityView:
    """Read when somebody works."""
    found = await use_cases.availability_of(work, context, user_id)
    return await _availability(work, found)


@of_staff.patch(
    "", permission=WRITE,
    example={"hours": [_HOURS], "timezone": "Asia/Riyadh", "buffer_after": 10},
)  # fmt: skip
async def update_availability(
    work: Work, context: Context, user_id: UUID, body: AvailabilityUpdate
) -> AvailabilityView:
    """Say when somebody works."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    changed = await use_cases.update_availability(work, context, user_id, changes)
    return await _availability(work, changed)


@overrides.get("", permission=READ, response_model=Page[OverrideView])
async def list_availability_overrides(
    work: Work, pages: Pages, query: Annotated[DayFilters, Query()]
) -> Json:
    """List other hours on some days."""
    return Json(await OVERRIDES.page(work, pages, query.model_dump(exclude_none=True)))


@overrides.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "دوام رمضان", "en": "Ramadan hours"}, "from": "2026-02-18",
             "to": "2026-03-19", "hours": [_HOURS | {"from": "21:00", "to": "02:00",
                                                     "breaks": []}]},
)  # fmt: skip
async def create_availability_override(
    work: Work, context: Context, body: OverrideCreate
) -> OverrideView:
    """Add other hours on some days, for everybody or for some."""
    values = _columns(body, body.model_dump())
    return _override(await use_cases.create_override(work, context, values))


@overrides.get("/{override_id}", permission=READ)
async def get_availability_override(work: Work, override_id: UUID) -> OverrideView:
    """Read other hours on some days."""
    return _override(await OverrideRepository(work).get(override_id))


@overrides.patch("/{override_id}", permission=MANAGE, example={"to": "2026-03-20"})
async def update_availability_override(
    work: Work, context: Context, override_id: UUID, body: OverrideUpdate
) -> OverrideView:
    """Change other hours on some days."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _override(await use_cases.update_override(work, context, override_id, changes))


@overrides.delete("/{override_id}", permission=MANAGE)
async def delete_availability_override(work: Work, override_id: UUID) -> None:
    """Have the usual hours again."""
    await use_cases.delete_override(work, override_id)


@leaves.get("", permission=READ, response_model=Page[LeaveView])
async def list_leaves(work: Work, pages: Pages, query: Annotated[DayFilters, Query()]) -> Json:
    """List who is away."""
    reader = LeaveRepository(work).reader()
    return Json(await LEAVES.page(work, pages, query.model_dump(exclude_none=True), **reader))


@leaves.post(
    "", permission=WRITE, status=201, response_model=LeaveView,
    example={"user_id": "01890a5d-ac96-774b-bcce-b302099a8057", "from": "2026-07-05",
             "to": "2026-07-16", "reason": "إجازة سنوية"},
)  # fmt: skip
async def create_leave(work: Work, context: Context, body: LeaveCreate) -> Json:
    """Somebody is away: one's own, or anybody's with `scheduling:manage`."""
    made = await use_cases.create_leave(work, context, _columns(body, body.model_dump()))
    return Json(*await LeaveRepository(work).shown(made.id), location=made.id)


@leaves.get("/{leave_id}", permission=READ, response_model=LeaveView)
async def get_leave(work: Work, leave_id: UUID) -> Json:
    """Read when somebody is away."""
    return Json(*await LeaveRepository(work).shown(leave_id))


@leaves.patch("/{leave_id}", permission=WRITE, response_model=LeaveView,
              example={"to": "2026-07-18"})  # fmt: skip
async def update_leave(work: Work, leave_id: UUID, body: LeaveUpdate) -> Json:
    """Change when somebody is away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    await use_cases.update_leave(work, leave_id, changes)
    return Json(*await LeaveRepository(work).shown(leave_id))


@leaves.delete("/{leave_id}", permission=WRITE)
async def delete_leave(work: Work, leave_id: UUID) -> None:
    """Somebody is not away after all."""
    await use_cases.delete_leave(work, leave_id)


def _columns(
    body: AvailabilityUpdate | OverrideCreate | OverrideUpdate | LeaveCreate | LeaveUpdate,
    given: dict[str, Any],
) -> dict[str, Any]:
    if isinstance(body, OverrideCreate | OverrideUpdate) and "name" in given:
        given["name"] = body.name.stored()
    if "hours" in given:
        one = body.hours
        given["hours"] = stored(one) if isinstance(one, list) else one and one.model_dump(
            by_alias=True
        )  # fmt: skip
    return {_DAYS.get(name, name): value for name, value in given.items()}


async def _availability(work: UnitOfWork, found: StaffHours) -> AvailabilityView:
    zone = found.timezone or (await home(work)).timezone
    told = asdict(found) | {"timezone": zone}
    if not found.version:
        told["updated_at"] = None
    return AvailabilityView.model_validate(told)


def _override(row: AvailabilityOverride) -> OverrideView:
    return OverrideView.model_validate(asdict(row) | {"from": row.from_on, "to": row.to_on})
