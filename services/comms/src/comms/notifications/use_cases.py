"""What can be done with notifications."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from chassis.work import UnitOfWork
from comms.notifications import rules
from comms.notifications.events import notification_created
from comms.notifications.repository import NotificationRepository
from comms.notifications.tables import Notification
from refs import people


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom to tell: users, the members of teams, the holders of roles."""

    user_ids: Sequence[UUID] = ()
    team_ids: Sequence[UUID] = ()
    role_ids: Sequence[UUID] = ()


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
    notifications = NotificationRepository(work)
    made = [
        await notifications.add(
            user_id=person.id, title=title, body=body, client_id=client_id,
            created_by=work.caller.principal,
        )
        for person in staff
    ]  # fmt: skip
    for notification in made:
        work.publish(notification_created(notification))
    return made


async def read_notification(work: UnitOfWork, notification_id: UUID) -> Notification:
    """Mark one of the caller's as read; again changes nothing."""
    notifications = NotificationRepository(work)
    known = await notifications.get_for_update(notification_id)
    return await notifications.update(known, read_at=known.read_at or work.now)
