"""HTTP door of free times."""

from typing import Annotated

from fastapi import Query

from chassis.http.router import Work, router
from scheduling.slots import use_cases
from scheduling.slots.schemas import SlotFilters, SlotPage
from scheduling.slots.use_cases import Asked

routes = router("/v1/slots", "Bookings")


@routes.get("", permission="scheduling:read", response_model=SlotPage)
async def list_slots(work: Work, query: Annotated[SlotFilters, Query()]) -> bytes:
    """List when a service can be booked, and with whom."""
    return await use_cases.free_slots(work, asked_for(query))


def asked_for(query: SlotFilters, *, is_public: bool = False) -> Asked:
    """What is looked for."""
    return Asked(
        query.service_id, query.staff_id, query.date_from, query.date_to, query.seats, is_public
    )
