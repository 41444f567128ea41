"""Whom somebody who left had still to follow up, at no time, is followed up by somebody else.

What has a time is an appointment, which changes hands by itself.
"""

from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.follow_ups import events
from scheduling.follow_ups.repository.rows import FollowUpRepository
from scheduling.tasks.rules import handed_over

HAND_OVER: Final = "scheduling.hand_over_follow_ups"
_MOST: Final = 500
FIRST: Final = UUID(int=0)


def plan_to_hand_over(work: UnitOfWork, leaver_id: UUID, heir_id: UUID) -> None:
    """Have them handed over."""
    payload: dict[str, Any] = {"leaver_id": str(leaver_id), "heir_id": str(heir_id)}
    work.enqueue(HAND_OVER, payload, unique=f"{leaver_id}:{heir_id}")


async def hand_over(
    work: UnitOfWork, leaver_id: UUID, heir_id: UUID, after: UUID
) -> UUID | None:  # fmt: skip
    """Some of what is not done yet, by id beyond this one; where to go on, None at the end."""
    follow_ups = FollowUpRepository(work)
    some = await follow_ups.still_of(leaver_id, after, _MOST)
    heirs = {
        # What names nobody was for who made it.
        one.id: handed_over(one.staff_ids, leaver_id, heir_id) or [heir_id] for one in some
    }  # fmt: skip
    for changed in await follow_ups.give(heirs):
        work.publish(events.follow_up_changed("updated", changed))
    return some[-1].id if len(some) == _MOST else None
