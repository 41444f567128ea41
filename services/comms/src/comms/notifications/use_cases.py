"""What can be done with notifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from chassis.caller import Caller
from chassis.forgetting import hold
from chassis.i18n import translate, translate_plural
from chassis.work import UnitOfWork
from comms.notifications import rules
from comms.notifications.events import notification_created
from comms.notifications.repository import NotificationRepository
from comms.notifications.tables import Notification
from comms.peers import UnknownClient
from refs import people
from refs.rights import callers
from refs.visibility import sight_for


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom to tell: users, the members of teams, the holders of roles."""

    user_ids: Sequence[UUID] = ()
    team_ids: Sequence[UUID] = ()
    role_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """Who mentioned whom in a note, and how the note begins."""

    author: str
    user_ids: Sequence[UUID]
    preview: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who made whom act for a client, and where the client stood then."""

    by: str
    user_ids: Sequence[UUID]
    client_id: UUID
    name: str
    folder_id: UUID
    staff_ids: Sequence[UUID]


async def notify(
    work: UnitOfWork, audience: Audience, *, title: str, body: str = "",
    client_id: UUID | None = None,
) -> list[Notification]:  # fmt: skip
    """Tell staff inside the product, each of them once; raises NobodyToTell."""
    staff = await people.staff(
        work, user_ids=audience.user_ids, team_ids=audience.team_ids, role_ids=audience.role_ids
    )
    if not staff:
        raise rules.NobodyToTell()
    if client_id and await hold(work, client_id):  # erased since it was asked for
        raise UnknownClient(field="client_id")
    by = work.caller.principal
    return [
        await _add(
            work, user_id=person.id, title=title, body=body, client_id=client_id, created_by=by
        )
        for person in staff
    ]


async def tell_mentioned(work: UnitOfWork, mention: Mention, *, client_id: UUID | None) -> None:
    """Tell those mentioned in a note, each in their language; nobody is told of their own note."""
    author = await _author(work, mention.author)
    for person in await people.staff(work, user_ids=mention.user_ids):
        if f"user:{person.id}" != mention.author:
            text = rules.MENTIONED_BY if author else rules.MENTIONED
            title = translate(text, person.locale or "ar").format(name=author)
            await _add(
                work, user_id=person.id, title=title, body=mention.preview,
                client_id=client_id, created_by=mention.author,
            )  # fmt: skip


async def tell_follow_up_due(
    work: UnitOfWork, user_ids: Sequence[UUID], *, name: str, client_id: UUID | None
) -> None:
    """Tell who acts for a client that it waits for a follow-up, each in their language."""
    for person in await people.staff(work, user_ids=user_ids):
        title = translate(rules.FOLLOW_UP_DUE, person.locale or "ar").format(name=name)
        await _add(
            work, user_id=person.id, title=title, body="", client_id=client_id,
            created_by=work.caller.principal,
        )  # fmt: skip


async def tell_assigned(work: UnitOfWork, assignments: Sequence[Assignment]) -> None:
    """Tell staff of clients that others made them act for, of many in one notification."""
    user_ids = sorted({user_id for one in assignments for user_id in one.user_ids})
    found = await callers(work, user_ids)
    for user_id in user_ids:  # in one order, so that nobody waits for each other
        if (caller := found.get(user_id)) is None or not caller.may("clients:read"):
            continue
        sight = await sight_for(work, caller)
        own = {
            one.client_id: one for one in assignments
            if user_id in one.user_ids and one.by != caller.principal
            and sight.may_see(one.folder_id, one.staff_ids)
        }  # fmt: skip
        if own:
            await _count_up(work, caller, user_id, list(own.values()))


async def forget_notifications(work: UnitOfWork, client_id: UUID) -> None:
    """Remove what staff were told about a client who is erased."""
    await NotificationRepository(work).forget(client_id)


async def _author(work: UnitOfWork, principal: str) -> str:
    kind, _, identity = principal.partition(":")
    person = await people.user(work, UUID(identity)) if kind == "user" else None
    return person.name if person else ""


async def _count_up(
    work: UnitOfWork, caller: Caller, user_id: UUID, some: Sequence[Assignment]
) -> None:
    """No event tells that a notification counts more: it is as unread as it was."""
    notifications = NotificationRepository(work)
    since = work.now - rules.COUNTED_TOGETHER
    known = await notifications.lock_unread(user_id, rules.CLIENTS_ASSIGNED, since)
    if known is None:
        alone = some[0] if len(some) == 1 else None
        await _add(
            work, user_id=user_id, title=_assigned_title(caller, len(some), some[0].name), body="",
            client_id=alone.client_id if alone else None, created_by=some[0].by,
            kind=rules.CLIENTS_ASSIGNED, count=len(some),
        )  # fmt: skip
    elif more := [one for one in some if one.client_id != known.client_id]:
        count = known.count + len(more)
        title = _assigned_title(caller, count, more[0].name)
        await notifications.update(known, count=count, title=title, client_id=None)


def _assigned_title(caller: Caller, count: int, name: str) -> str:
    locale = caller.locale or "ar"
    if count == 1:
        return translate(rules.ASSIGNED, locale).format(name=name)
    text = translate_plural(rules.ASSIGNED_ONE, rules.ASSIGNED_MANY, count, locale)
    return text.format(count=count)


async def _add(work: UnitOfWork, **values: Any) -> Notification:
    made = await NotificationRepository(work).add(**({"count": 1} | values))
    work.publish(notification_created(made))
    return made


async def read_notification(work: UnitOfWork, notification_id: UUID) -> Notification:
    """Mark one of the caller's as read; again changes nothing."""
    notifications = NotificationRepository(work)
    known = await notifications.get_to_mark(notification_id)
    return await notifications.update(known, read_at=known.read_at or work.now)
