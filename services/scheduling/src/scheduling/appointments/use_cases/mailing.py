"""The mails that bring a client the link of their appointment, or tell that it is called off, with
an invitation for their calendar: asked of comms once, outside any work.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.links import token_hash
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import clients, people
from refs.clients import ClientRef
from refs.home import home
from scheduling.actions.repository import ActionRepository
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules import links, states
from scheduling.appointments.tables import Appointment
from scheduling.calendar_files import rules as ical
from scheduling.calendar_files.rules import Party
from scheduling.peers import File, Mail

Json = dict[str, Any]
MAIL_LINK: Final = "scheduling.mail_appointment"
MAIL_CANCELLED: Final = "scheduling.mail_cancelled_appointment"
_PLACE: Final = "scheduling.appointment_link"
_TAKEN_BEFORE: Final = "idempotency_key_reused"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be told of an appointment, as of when: the same again for whoever asks twice."""

    told: links.Told
    sequence: int
    at: datetime
    url: str | None = None


def enqueue(work: UnitOfWork, shared: Appointment, token: str) -> None:
    """Have its link mailed in the name of who shares it, once this work is committed."""
    sealed = work.crypto.seal(work.tenant_id, token.encode(), _PLACE)
    payload = _payload(work, shared) | {"token": b64encode(sealed).decode()}
    work.enqueue(MAIL_LINK, payload)


def enqueue_cancelled(work: UnitOfWork, cancelled: Appointment) -> None:
    """Have its client told that it is called off, in the name of who did that."""
    work.enqueue(MAIL_CANCELLED, _payload(work, cancelled))


async def mail_link(context: Context, tenant_id: UUID, payload: Json) -> None:
    """Ask comms for the mail and note its id, or why there is none; raises Unavailable.

    It may run twice: the second time comms knows it by its key, or it is noted already.
    """
    caller, appointment_id = system(tenant_id, context.service), UUID(payload["appointment_id"])
    token = context.crypto.open(tenant_id, b64decode(payload["token"]), _PLACE).decode()
    digest = token_hash(token)
    async with context.database.work(caller, role="worker") as work:
        known = await AppointmentRepository(work).find(appointment_id)
        if known is None or known.link_hash != digest or known.message_id:
            return  # leads nowhere any more, or its mail is on the way
        if known.status not in states.OPEN or known.ends_at <= work.now:
            return  # called off or over meanwhile
        asked = _asked("shared", payload, url_of(context, token))
        letter = await _letter(work, context, known, asked)
    if letter is None:
        return
    key = f"appointment/{appointment_id}/{digest.hex()}"
    outcome = await _mailed(context, _sender(caller, payload["user_id"]), letter, key)
    async with context.database.work(caller, role="worker") as work:
        await _note(work, appointment_id, digest, outcome)


async def mail_cancelled(context: Context, tenant_id: UUID, payload: Json) -> None:
    """Tell a client that their appointment is called off, unless it is not any more.

    Raises Unavailable; where comms refuses it, that stands with the appointment.
    """
    caller, appointment_id = system(tenant_id, context.service), UUID(payload["appointment_id"])
    asked = _asked("cancelled", payload, None)
    async with context.database.work(caller, role="worker") as work:
        known = await AppointmentRepository(work).find(appointment_id)
        if known is None or known.cancelled_at != asked.at or known.link_hash is None:
            return
        letter, digest = await _letter(work, context, known, asked), known.link_hash
    if letter is None:
        return
    key = f"appointment/{appointment_id}/cancelled/{asked.sequence}"
    outcome = await _mailed(context, _sender(caller, payload["user_id"]), letter, key)
    async with context.database.work(caller, role="worker") as work:
        await _note(work, appointment_id, digest, outcome)


def url_of(context: Context, token: str) -> str:
    """Where a link leads."""
    return f"{context.chassis_settings.public_url.rstrip('/')}{links.PATH}/{token}"


async def what_of(work: UnitOfWork, appointment: Appointment, language: str) -> str:
    """What it is called: by its title, else by what is done at it."""
    if appointment.title or appointment.action_id is None:
        return appointment.title or ("موعد" if language.startswith("ar") else "Appointment")
    action = await ActionRepository(work).get(appointment.action_id)
    names = action.name
    return names.get("ar" if language.startswith("ar") else "en") or next(iter(names.values()))


async def client_of(work: UnitOfWork, client_id: UUID) -> ClientRef | None:
    """Whom it is with; of a merged one its survivor."""
    found = await clients.client(work, client_id)
    if found is not None and found.merged_into is not None:
        return await clients.client(work, found.merged_into)
    return found


def _sender(caller: Caller, user_id: str) -> Caller:
    """The user as they are now; what a key shares goes out in the name of this service."""
    if not user_id:
        return caller
    return Caller(caller.tenant_id, f"user:{user_id}", user_id=UUID(user_id))


def _payload(work: UnitOfWork, appointment: Appointment) -> Json:
    return {
        "appointment_id": str(appointment.id), "user_id": str(work.caller.user_id or ""),
        "sequence": appointment.version, "at": work.now.isoformat(),
    }  # fmt: skip


def _asked(told: links.Told, payload: Json, url: str | None) -> Asked:
    return Asked(told, payload["sequence"], datetime.fromisoformat(payload["at"]), url)


async def _mailed(context: Context, sender: Caller, letter: Mail, key: str) -> Json:
    try:
        message_id = await context.peers.mail(Asking(sender), letter, key=key)
    except Unavailable:
        raise
    except Failure as refusal:
        # Comms has taken it already, and it read differently then: who asked died before noting it.
        return {} if refusal.code == _TAKEN_BEFORE else {"mail_failure": refusal.code}
    return {"message_id": message_id}


async def _letter(
    work: UnitOfWork, context: Context, appointment: Appointment, asked: Asked
) -> Mail | None:  # fmt: skip
    client, company = await client_of(work, appointment.client_id), await people.tenant(work)
    if client is None:
        return None
    language = client.language or (company.locale if company else "")
    zone, name = (await home(work)).timezone, company.name if company else ""
    what = await what_of(work, appointment, language)
    subject, body = links.letter(asked.told, language, {
        "company": name, "name": client.name, "what": what,
        "when": links.when(appointment.starts_at.astimezone(ZoneInfo(zone)), zone),
        "where": appointment.location or "", "url": asked.url or "",
    })  # fmt: skip
    summary = f"{what} · {name}" if name else what
    invitation = _invitation(context, appointment, asked, (summary, name, client))
    return Mail(client.id, subject, body, [invitation])


def _invitation(
    context: Context, appointment: Appointment, asked: Asked, about: tuple[str, str, ClientRef]
) -> File:  # fmt: skip
    """What the client's calendar takes over: the same UID each time, so that it moves what it
    has, or strikes it out. Nobody reads answers that calendars send: the link takes them.
    """
    summary, company, client = about
    host = urlsplit(context.chassis_settings.public_url).hostname or "localhost"
    is_off = asked.told == "cancelled"
    entry = ical.Entry(
        uid=ical.uid_of(appointment.id), sequence=asked.sequence, updated_at=asked.at,
        created_at=appointment.created_at, starts_at=appointment.starts_at,
        ends_at=appointment.ends_at, status="cancelled" if is_off else "confirmed",
        summary=summary, location=appointment.location, url=asked.url,
        organizer=Party(name=company, address=f"mailto:no-reply@{host}"),
        attendee=Party(name=client.name, address=f"mailto:{client.primary_email}"),
    )  # fmt: skip
    method: Literal["REQUEST", "CANCEL"] = "CANCEL" if is_off else "REQUEST"
    return File(
        "appointment.ics", f"text/calendar; charset=utf-8; method={method}",
        ical.invitation(method, entry),
    )  # fmt: skip


async def _note(work: UnitOfWork, appointment_id: UUID, digest: bytes, outcome: Json) -> None:
    if not outcome:
        return
    appointments = AppointmentRepository(work)
    try:
        known = await appointments.get_for_update(appointment_id)
    except appointments.missing:
        return  # erased meanwhile
    if known.link_hash == digest:
        noted = await appointments.update(known, **outcome)
        work.publish(events.appointment_changed("updated", noted, outcome))
