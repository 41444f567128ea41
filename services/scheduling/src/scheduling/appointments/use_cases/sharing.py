"""Giving a client a link to an appointment, and taking it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.links import Channel, channel_of, new_token, token_hash
from chassis.work import UnitOfWork
from refs.clients import ClientRef
from scheduling.appointments import events
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.rules import links, states
from scheduling.appointments.tables import Appointment
from scheduling.appointments.use_cases import mailing
from scheduling.appointments.use_cases.mailing import client_of

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A link that was just made: its token, which is shown once, how it goes out, and what is kept
    of it.
    """

    token: str
    channel: Channel
    columns: Json


async def share_appointment(
    work: UnitOfWork, appointment_id: UUID, channel: Channel | None, ends: datetime | None
) -> Given:
    """Give the client a link by which they confirm; one that was given before leads nowhere any
    more. Raises AppointmentNotOpen, LinkEndNotPossible, MissingPermission.
    """
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    states.check_open(known.status)
    given = await give(work, known.client_id, known.ends_at, channel, ends)
    shared = await appointments.update(known, is_shared=True, **given.columns)
    enqueue_if_mailed(work, shared, given)
    work.publish(events.appointment_changed("shared", shared))
    return given


async def revoke_link(work: UnitOfWork, appointment_id: UUID) -> None:
    """Let the link lead nowhere any more; the appointment is not shared then."""
    appointments = AppointmentRepository(work)
    known = await appointments.get_for_update(appointment_id)
    changed = await appointments.update(
        known, is_shared=False, link_hash=None, link_expires_at=None
    )
    if changed is not known:
        work.publish(events.appointment_changed("updated", changed, ["is_shared"]))


async def give_at_once(work: UnitOfWork, columns: Json) -> Given | None:
    """The link of one that is shared as it is set, if it can be mailed; else it is asked for."""
    if not columns["is_shared"]:
        return None
    given = await give(work, columns["client_id"], columns["ends_at"], None, None)
    return given if given.channel == "email" else None


async def tell_anew(work: UnitOfWork, moved: Appointment) -> Appointment:
    """Mail a client the link of what was moved, if they have one."""
    [told] = await tell_each_anew(work, [moved])
    return told


async def tell_each_anew(work: UnitOfWork, moved: Sequence[Appointment]) -> list[Appointment]:
    """The same of several with one client, as they are then; those that are called off are left."""
    shared = [one for one in moved if one.link_hash is not None and one.status in states.OPEN]
    if not shared:
        return list(moved)
    client = await client_of(work, shared[0].client_id)
    given = {one.id: _given(work, client, one.ends_at, None, None) for one in shared}
    mailed = [(one, given[one.id].columns) for one in shared if given[one.id].channel == "email"]
    # Without a mail the link that they have shows when it is.
    told = {one.id: one for _, one in await AppointmentRepository(work).update_each(mailed)}
    for one in told.values():
        mailing.enqueue(work, one, given[one.id].token)
    return [told.get(one.id, one) for one in moved]


async def tell_cancelled(work: UnitOfWork, some: Sequence[Appointment]) -> None:
    """Mail a client that these with them are called off, if they have links to them.

    Who calls off by the link itself knows, and mails nothing.
    """
    shared = [one for one in some if one.link_hash is not None]
    if not shared or not work.caller.may("comms:write"):
        return
    client = await client_of(work, shared[0].client_id)
    if client is not None and client.primary_email:
        for one in shared:
            mailing.enqueue_cancelled(work, one)


async def give(
    work: UnitOfWork, client_id: UUID, ends_at: datetime, channel: Channel | None,
    ends: datetime | None,
) -> Given:  # fmt: skip
    """A new link to an appointment with a client, that ends at `ends_at`."""
    return _given(work, await client_of(work, client_id), ends_at, channel, ends)


def _given(
    work: UnitOfWork, client: ClientRef | None, ends_at: datetime, channel: Channel | None,
    ends: datetime | None,
) -> Given:  # fmt: skip
    used = channel_of(
        channel, has_address=bool(client and client.primary_email),
        may_mail=work.caller.may("comms:write"),
    )  # fmt: skip
    token = new_token()
    return Given(token, used, {
        "link_hash": token_hash(token),
        "link_expires_at": links.link_end(work.now, ends_at, ends),
        "viewed_at": None, "message_id": None, "mail_failure": None,
    })  # fmt: skip


def enqueue_if_mailed(work: UnitOfWork, shared: Appointment, given: Given) -> None:
    """Have the link mailed that goes out so."""
    if given.channel == "email":
        mailing.enqueue(work, shared, given.token)
