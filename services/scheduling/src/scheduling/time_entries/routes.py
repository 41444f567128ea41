"""HTTP door of work time."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.tasks.rules import NoUser
from scheduling.time_entries.repository.reading import (
    page_of_entries,
    read_entry,
    shown_entry,
    totals,
)
from scheduling.time_entries.schemas import (
    TimeEntryCreate,
    TimeEntryFilters,
    TimeEntryUpdate,
    TimeEntryView,
    TimerStart,
    TimeTotal,
    TimeTotals,
    TotalsFilters,
)
from scheduling.time_entries.use_cases import working

routes = router("/v1/time-entries", "Work time")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[TimeEntryView])
async def list_time_entries(
    work: Work, pages: Pages, query: Annotated[TimeEntryFilters, Query()]
) -> Json:
    """List what was worked, the newest first; `user_id=me` is yours."""
    return Json(await page_of_entries(work, pages, _asked(work, query.given())))


@routes.get("/sums", permission=READ)
async def sum_time_entries(
    work: Work, query: Annotated[TotalsFilters, Query()]
) -> TimeTotals:  # fmt: skip
    """Add such a list up by client, user or task."""
    asked = query.given()
    items, whole = await totals(work, asked.pop("by"), _asked(work, asked))
    return TimeTotals(items=[TimeTotal(**one) for one in items], **whole)


@routes.post(
    "", permission=WRITE, status=201, response_model=TimeEntryView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "started_at": "2026-03-01T07:00:00Z", "duration_minutes": 90, "billable": True,
             "rate": "200.00", "currency": "SAR", "note": "مراجعة العقد"},
)  # fmt: skip
async def create_time_entry(work: Work, context: Context, body: TimeEntryCreate) -> Json:
    """Write down what was worked."""
    made = await working.record_time(work, context, body.model_dump(), body.digest())
    return Json(*await shown_entry(work, made.id), location=made.id)


@routes.post(
    "/start", permission=WRITE, status=201, response_model=TimeEntryView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "note": "مكالمة متابعة"},
)  # fmt: skip
async def start_timer(work: Work, context: Context, body: TimerStart) -> Json:
    """Start a timer; what ran of the same user stops, as one works on one thing at a time."""
    made = await working.start_timer(work, context, body.model_dump(), body.digest())
    # Found below the collection, not below the action.
    return Json(*await shown_entry(work, made.id), location=f"/v1/time-entries/{made.id}")


@routes.get("/{time_entry_id}", permission=READ, response_model=TimeEntryView)
async def get_time_entry(work: Work, time_entry_id: UUID) -> Json:
    """Read what was worked."""
    return Json(*await read_entry(work, time_entry_id))


@routes.patch(
    "/{time_entry_id}", permission=WRITE, response_model=TimeEntryView,
    example={"note": "مراجعة العقد والملاحق", "billable": True},
)  # fmt: skip
async def update_time_entry(work: Work, time_entry_id: UUID, body: TimeEntryUpdate) -> Json:
    """Write it down in another way, until it is on an invoice."""
    await working.update_time(work, time_entry_id, body.model_dump(exclude_unset=True))
    return Json(*await shown_entry(work, time_entry_id))


@routes.delete("/{time_entry_id}", permission=WRITE)
async def delete_time_entry(work: Work, time_entry_id: UUID) -> None:
    """Remove what was not worked."""
    await working.delete_time(work, time_entry_id)


@routes.post("/{time_entry_id}/stop", permission=WRITE, response_model=TimeEntryView)
async def stop_timer(work: Work, time_entry_id: UUID) -> Json:
    """Stop a timer."""
    await working.stop_timer(work, time_entry_id)
    return Json(*await shown_entry(work, time_entry_id))


def _asked(work: Work, given: dict[str, Any]) -> dict[str, Any]:
    """The filters, with who asks for `me`; raises NoUser."""
    if "me" in given.get("user_id", ()):
        if (my_id := work.caller.user_id) is None:
            raise NoUser(field="user_id")
        given["user_id"] = [my_id if one == "me" else one for one in given["user_id"]]
    return given
