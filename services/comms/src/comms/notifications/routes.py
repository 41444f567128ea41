"""The HTTP door of notifications: everybody reads their own."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.door import SIGNED_IN
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from comms.notifications import use_cases
from comms.notifications.repository import NotificationRepository
from comms.notifications.schemas import NotificationFilters, NotificationView, ReadAllView
from comms.notifications.tables import Notification

routes = router("/v1/notifications", "Notifications")


@routes.get("", permission=SIGNED_IN, response_model=Page[NotificationView])
async def list_notifications(
    work: Work, pages: Pages, filters: Annotated[NotificationFilters, Query()]
) -> Json:
    """My notifications, newest first."""
    notifications = NotificationRepository(work)
    given = filters.model_dump(exclude_none=True)
    values = await notifications.scope_values()
    return Json(await notifications.listing.page(work, pages, given, **values))


@routes.post("/read-all", permission=SIGNED_IN)
async def read_all_notifications(work: Work) -> ReadAllView:
    """Mark all of mine as read."""
    return ReadAllView(read=await NotificationRepository(work).read_all())


@routes.get("/{notification_id}", permission=SIGNED_IN)
async def get_notification(work: Work, notification_id: UUID) -> NotificationView:
    """One of my notifications."""
    return _view(await NotificationRepository(work).get(notification_id))


@routes.post("/{notification_id}/read", permission=SIGNED_IN)
async def read_notification(work: Work, notification_id: UUID) -> NotificationView:
    """Mark one of mine as read."""
    return _view(await use_cases.read_notification(work, notification_id))


def _view(row: Notification) -> NotificationView:
    url = f"/v1/clients/{row.client_id}" if row.client_id else None
    shown = {name: getattr(row, name) for name in NotificationView.model_fields if name != "url"}
    return NotificationView(**shown, url=url)
