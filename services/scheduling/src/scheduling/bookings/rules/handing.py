"""Who does a session once somebody left."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from scheduling.booking_services.rules import Bookable
from scheduling.claims.rules import Span, is_free, merged


@dataclass(frozen=True, slots=True)
class Change:
    """A session that somebody else is to do: what it needs besides, when it takes all of that now,
    and when it would then.
    """

    session_id: UUID
    resource_ids: Sequence[UUID]
    now: Span
    then: Span

    @property
    def grown(self) -> list[Span]:
        """What it would take besides."""
        parts = (self.then[0], self.now[0]), (self.now[1], self.then[1])
        return [(start, end) for start, end in parts if start < end]


def may_do(service: Bookable, user_id: UUID) -> bool:
    """Whether somebody is of its staff, or it names none."""
    return not service.staff_ids or user_id in service.staff_ids


def around(
    starts_at: datetime, ends_at: datetime, service: Bookable, own: tuple[int, int]
) -> Span:  # fmt: skip
    """From when until when a session takes whom it needs: around it is kept free what its service
    asks for, or its staff (`own`, in minutes) if that is more.
    """
    before, after = max(service.buffer_before, own[0]), max(service.buffer_after, own[1])
    return starts_at - timedelta(minutes=before), ends_at + timedelta(minutes=after)


def taken_over(
    some: Iterable[Change], heir_id: UUID, busy: Mapping[UUID, Sequence[Span]]
) -> dict[UUID, Span]:
    """Which of these somebody can do, in the order in which they were named, and when each takes
    them: unless they are elsewhere then (`busy`, as what it needs may be), be it at another one.
    """
    taken = {one: merged(spans) for one, spans in busy.items()}
    found: dict[UUID, Span] = {}
    for one in some:
        has_room = all(
            is_free(taken[each], *part) for each in one.resource_ids for part in one.grown
        )
        if has_room and is_free(taken[heir_id], *one.then):
            taken[heir_id] = merged([*taken[heir_id], one.then])
            found[one.session_id] = one.then
    return found
