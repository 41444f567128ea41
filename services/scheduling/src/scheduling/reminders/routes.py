"""HTTP door of reminders: what will be sent, and what was or why not."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.reminders.repository import reading
from scheduling.reminders.schemas import ReminderFilters, ReminderView

routes = router("/v1/reminders", "Reminders")

READ = "scheduling:read"


@routes.get("", permission=READ, response_model=Page[ReminderView])
async def list_reminders(
    work: Work, pages: Pages, query: Annotated[ReminderFilters, Query()]
) -> Json:
    """List who is or was reminded of what with the clients you see, by when it is due."""
    filters = query.model_dump(exclude_none=True)
    return Json(await reading.page_of_reminders(work, pages, filters))


@routes.get("/{reminder_id}", permission=READ, response_model=ReminderView)
async def get_reminder(work: Work, reminder_id: UUID) -> Json:
    """Read a reminder."""
    return Json(*await reading.read_reminder(work, reminder_id))
