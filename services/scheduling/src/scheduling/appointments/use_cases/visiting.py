"""What the client of an appointment does by its link."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from zoneinfo import ZoneInfo

from chassis.context import Context
from chassis.links import LONGEST_TOKEN, token_hash
from chassis.work import UnitOfWork
from refs import people
from refs.home import home
from refs.reading import ensure_tenant
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository, found_by
from scheduling.appointments.rules import links
from scheduling.appointments.rules.failures import AppointmentNotOpen
from scheduling.appointments.rules.states import OPEN, Status
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import mailing, states

Json = dict[str, Any]


async def view(context: Context, token: str) -> Json:
    """The appointment that a link leads to; raises AppointmentLinkNotFound."""
    async with _opened(context, token) as (work, appointment):
        if appointment.viewed_at is None:
            appointment = await AppointmentRepository(work).update(appointment, viewed_at=work.now)
            work.publish(events.appointment_changed("viewed", appointment))
        return await _told(work, appointment)


async def confirm(context: Context, token: str) -> Json:
    """The client comes."""
    async with _opened(context, token) as (work, appointment):
        return await _told(work, await states.confirm_appointment(work, appointment.id))


async def cancel(context: Context, token: str, reason: str | None) -> Json:
    """The client does not come; raises AppointmentNotOpen, also once it has begun."""
    async with _opened(context, token) as (work, appointment):
        if appointment.starts_at <= work.now:
            raise AppointmentNotOpen()
        return await _told(work, await states.cancel_appointment(work, appointment.id, reason))


@asynccontextmanager
async def _opened(context: Context, token: str) -> AsyncIterator[tuple[UnitOfWork, Appointment]]:
    digest = token_hash(token)
    found = await found_by(context, digest) if len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise links.AppointmentLinkNotFound()
    await ensure_tenant(context, found["tenant_id"])
    async with context.database.work(links.in_the_name_of(found["tenant_id"], found["id"])) as work:
        appointments = AppointmentRepository(work)
        try:
            appointment = await appointments.get_for_update(found["id"])
        except appointments.missing as error:
            raise links.AppointmentLinkNotFound() from error
        ends = appointment.link_expires_at
        if appointment.link_hash != digest or ends is None or ends <= work.now:
            raise links.AppointmentLinkNotFound()
        yield work, appointment


async def _told(work: UnitOfWork, appointment: Appointment) -> Json:
    company, client = (
        await people.tenant(work),
        await mailing.client_of(work, appointment.client_id),
    )
    locale, zone = company.locale if company else "", (await home(work)).timezone
    language = client.language if client and client.language else locale
    staff = await people.staff(work, user_ids=appointment.staff_ids)
    return {
        "company": {"name": company.name if company else "", "locale": locale,
                    "country": company.country if company else ""},
        "client_name": client.name if client else None,
        "what": await mailing.what_of(work, appointment, language), "status": appointment.status,
        "starts_at": appointment.starts_at, "ends_at": appointment.ends_at, "timezone": zone,
        "local": appointment.starts_at.astimezone(ZoneInfo(zone)),
        "location": appointment.location, "staff": [one.name for one in staff],
        "can_confirm": appointment.status == Status.SCHEDULED,
        "can_cancel": appointment.status in OPEN and appointment.starts_at > work.now,
    }  # fmt: skip
