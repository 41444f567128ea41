"""HTTP door of appointments."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.appointments.repository import shown
from scheduling.appointments.rules.failures import RecursAlready, ScopeNeeded
from scheduling.appointments.rules.states import Scope
from scheduling.appointments.schemas.bodies import (
    AppointmentCancelled,
    AppointmentCreate,
    AppointmentFilters,
    AppointmentMoved,
    AppointmentUpdate,
    ShareAsked,
)
from scheduling.appointments.schemas.views import (
    AppointmentView,
    MoveView,
    SeriesView,
    SharedView,
)
from scheduling.appointments.use_cases import (
    changing,
    mailing,
    making,
    moving,
    recurring,
    sharing,
    states,
)
from scheduling.recurrence.rules.reading import read

routes = router("/v1/appointments", "Appointments")

series = router("/v1/appointment-series", "Appointments")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[AppointmentView])
async def list_appointments(
    work: Work, pages: Pages, query: Annotated[AppointmentFilters, Query()]
) -> Json:
    """List the appointments with the clients you see, by when they begin."""
    filters = query.model_dump(exclude_none=True)
    return Json(await shown.page_of_appointments(work, pages, filters))


@routes.post(
    "", permission=WRITE, status=201, response_model=AppointmentView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "action_id": "01890a5d-ac96-774b-bcce-b302099a8058",
             "starts_at": "2027-03-01T09:00:00Z", "duration_minutes": 45,
             "title": "استشارة أولى", "location": "الفرع الرئيسي", "reminders": [60]},
)  # fmt: skip
async def create_appointment(work: Work, context: Context, body: AppointmentCreate) -> Json:
    """Set an appointment; nobody whom it needs is in two places (409 `slot_taken`)."""
    made = await making.create_appointment(work, context, making.wanted_of(body))
    return Json(*await shown.shown_appointment(work, made.id), location=made.id)


@routes.get("/{appointment_id}", permission=READ, response_model=AppointmentView)
async def get_appointment(work: Work, appointment_id: UUID) -> Json:
    """Read an appointment."""
    return Json(*await shown.read_appointment(work, appointment_id))


@routes.patch("/{appointment_id}", permission=WRITE, response_model=AppointmentView,
              example={"note": "يحضر التقارير معه", "reminders": [1440, 60]})  # fmt: skip
async def update_appointment(
    work: Work, context: Context, appointment_id: UUID, body: AppointmentUpdate
) -> Json:
    """Change what an appointment is about, or whom and what it needs."""
    changes, rule = body.changes(), read(body.recurrence) if body.recurrence else None
    if body.scope == "this":
        changed = await changing.update_appointment(work, context, appointment_id, changes)
        if rule is not None:
            await recurring.begin_series(work, changed, rule, skips_holidays=body.skip_holidays)
    elif rule is not None:
        raise RecursAlready(field="recurrence")
    else:
        await recurring.update_series(work, context, appointment_id, changes, body.scope)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.delete("/{appointment_id}", permission="scheduling:delete")
async def delete_appointment(work: Work, appointment_id: UUID, scope: Scope = "this") -> None:
    """Remove an appointment that was a mistake, with those that follow it, or all to come."""
    if scope == "this":
        await making.delete_appointment(work, appointment_id)
    else:
        await recurring.delete_series(work, appointment_id, scope)


@routes.post("/{appointment_id}/confirm", permission=WRITE, response_model=AppointmentView)
async def confirm_appointment(work: Work, appointment_id: UUID) -> Json:
    """Note that an appointment stands."""
    await states.confirm_appointment(work, appointment_id)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/reschedule", permission=WRITE, response_model=AppointmentView,
             example={"starts_at": "2027-03-02T11:00:00Z", "reason": "طلب العميل"})  # fmt: skip
async def reschedule_appointment(work: Work, appointment_id: UUID, body: AppointmentMoved) -> Json:
    """Move an appointment to another time; its history keeps when it was."""
    move = changing.Move(body.starts_at, body.ends_at, body.duration_minutes, body.reason)
    if body.scope == "this":
        if body.recurrence:
            raise ScopeNeeded(field="scope")
        await changing.reschedule_appointment(work, appointment_id, move)
    else:
        rule = read(body.recurrence) if body.recurrence else None
        await moving.reschedule_series(work, appointment_id, move, body.scope, rule)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/cancel", permission=WRITE, response_model=AppointmentView,
             example={"reason": "سافر العميل"})  # fmt: skip
async def cancel_appointment(
    work: Work, appointment_id: UUID, body: AppointmentCancelled | None = None
) -> Json:
    """Call an appointment off; whom it needed is free."""
    said = body or AppointmentCancelled()
    if said.scope == "this":
        await states.cancel_appointment(work, appointment_id, said.reason)
    else:
        await recurring.cancel_series(work, appointment_id, said.scope, said.reason)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/complete", permission=WRITE, response_model=AppointmentView)
async def complete_appointment(work: Work, appointment_id: UUID) -> Json:
    """Note that an appointment took place."""
    await states.complete_appointment(work, appointment_id)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/no-show", permission=WRITE, response_model=AppointmentView)
async def miss_appointment(work: Work, appointment_id: UUID) -> Json:
    """Note that the client did not come."""
    await states.miss_appointment(work, appointment_id)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/reopen", permission=WRITE, response_model=AppointmentView)
async def reopen_appointment(work: Work, appointment_id: UUID) -> Json:
    """Take back that an appointment took place, was missed or was called off."""
    await states.reopen_appointment(work, appointment_id)
    return Json(*await shown.shown_appointment(work, appointment_id))


@routes.post("/{appointment_id}/share", permission=WRITE, secrets=("share_url",),
             example={"channel": "link"})  # fmt: skip
async def share_appointment(
    work: Work, context: Context, appointment_id: UUID, body: ShareAsked | None = None
) -> SharedView:
    """Give the client a link by which they confirm, mailed and shown this once."""
    asked = body or ShareAsked()
    given = await sharing.share_appointment(
        work, appointment_id, asked.channel, asked.link_expires_at
    )
    found = orjson.loads((await shown.shown_appointment(work, appointment_id)).body)
    link = {"channel": given.channel, "share_url": mailing.url_of(context, given.token)}
    return SharedView.model_validate(found | link)


@routes.delete("/{appointment_id}/link", permission=WRITE)
async def revoke_appointment_link(work: Work, appointment_id: UUID) -> None:
    """Let the link to an appointment lead nowhere any more."""
    await sharing.revoke_link(work, appointment_id)


@routes.get("/{appointment_id}/moves", permission=READ, response_model=Page[MoveView])
async def list_appointment_moves(work: Work, pages: Pages, appointment_id: UUID) -> Json:
    """List when an appointment was before, and who moved it."""
    return Json(await shown.page_of_moves(work, pages, appointment_id))


@series.get("/{appointment_series_id}", permission=READ, response_model=SeriesView)
async def get_appointment_series(work: Work, appointment_series_id: UUID) -> Json:
    """Read how appointments recur; which they are is listed by `series_id`."""
    return Json(*await shown.read_series(work, appointment_series_id))
