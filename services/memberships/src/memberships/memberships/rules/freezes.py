"""Days on which a membership rests: a set of stretches that never overlap."""

from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from chassis.errors import Conflict, Invalid, NotFound
from memberships.memberships.rules.coverage import Rest

Kind = Literal["freeze", "suspension"]
MOST: Final = 500


class FreezeNotFound(NotFound):
    """No such freeze of this membership."""

    code = "freeze_not_found"
    detail = "There is no such freeze."


class FreezeEndsBeforeStart(Invalid):
    """A freeze has at least one day."""

    code = "ends_before_start"
    detail = "A freeze does not end before it starts."


class FreezeOverlaps(Conflict):
    """A day is frozen once, or the membership is suspended on it."""

    code = "freeze_overlaps"
    detail = "On some of these days the membership is frozen or suspended already."


class TooManyFreezes(Conflict):
    """A membership that rests all the time is none."""

    code = "too_many_freezes"
    detail = "A membership has at most {most} freezes."


class NotSuspended(Conflict):
    """Only what is suspended goes on."""

    code = "membership_not_suspended"
    detail = "This membership is not suspended."


class SuspensionOpen(Conflict):
    """What nobody knows the end of ends by being resumed."""

    code = "membership_suspended"
    detail = "This membership is suspended. Resume it instead."


class SuspensionExtends(Invalid):
    """No day is lost on which somebody was kept out."""

    code = "suspension_extends"
    detail = "The days of a suspension are always added."


class NothingToSuspend(Conflict):
    """What is over cannot be stopped."""

    code = "membership_expired"
    detail = "This membership has expired: there is nothing to suspend."


def check_days(from_day: date, to_day: date) -> None:
    """Raises FreezeEndsBeforeStart."""
    if to_day < from_day:
        raise FreezeEndsBeforeStart(field="to")


def check_free(new: Rest, others: Iterable[Rest], field: str | None = None) -> None:
    """Raises FreezeOverlaps where a day of the new one is one of another's.

    What is planned may lie in a suspension that nobody knows the end of yet: whatever of it is
    still to come once that is resumed holds.
    """
    if any(_overlap(new, one) and not _is_planned_in(new, one) for one in others):
        raise FreezeOverlaps(field=field)


def apart(known: Rest, others: Iterable[Rest]) -> list[Rest]:
    """Those of the others that do not lie over a known one already: by a suspension, say, that has
    come over what was planned.
    """
    return [one for one in others if not _overlap(known, one)]


def _overlap(one: Rest, other: Rest) -> bool:
    last, others_last = one.to_day or date.max, other.to_day or date.max
    return other.from_day <= last and one.from_day <= others_last


def _is_planned_in(one: Rest, other: Rest) -> bool:
    first, second = sorted((one, other), key=lambda each: each.from_day)
    return first.to_day is None and first.from_day < second.from_day


def check_number(number: int) -> None:
    """Raises TooManyFreezes."""
    if number >= MOST:
        raise TooManyFreezes(most=MOST)


def check_changeable(known: Rest, wanted: Rest) -> None:
    """Raises SuspensionOpen, SuspensionExtends and FreezeEndsBeforeStart."""
    if known.to_day is None or wanted.to_day is None:
        raise SuspensionOpen()
    if wanted.kind == "suspension" and not wanted.extends:
        raise SuspensionExtends(field="extend")
    check_days(wanted.from_day, wanted.to_day)


def check_suspendable(status: str) -> None:
    """Raises NothingToSuspend."""
    if status == "expired":
        raise NothingToSuspend()
