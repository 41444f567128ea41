"""Shapes of appointments as their clients see and answer them."""

from datetime import datetime

from chassis.shapes import Shape, View
from scheduling.appointments.rules.states import Status
from scheduling.appointments.schemas.bodies import Note


class CancelledByClient(Shape):
    """Why they do not come."""

    reason: Note | None = None


class CompanyView(View):
    """Whose appointment it is."""

    name: str
    country: str
    locale: str


class PublicAppointmentView(View):
    """An appointment as its client sees it, and whether they can answer now."""

    company: CompanyView
    client_name: str | None
    what: str
    status: Status
    starts_at: datetime
    ends_at: datetime
    timezone: str
    location: str | None
    staff: list[str]
    can_confirm: bool
    can_cancel: bool
