"""Free times of a service, put together from those of its staff, and written at once."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from chassis.errors import Invalid
from scheduling.availability.rules.days import moment_of

MOST_DAYS: Final = 31
# The minute at which it begins and how many seats are left → with whom.
Offered = Mapping[tuple[int, int], Sequence[str]]


class TooManyDays(Invalid):
    """More than one answer tells."""

    code = "too_many_days"
    detail = "At most {most} days may be asked for at a time."


class NoDays(Invalid):
    """Nothing lies between these."""

    code = "ends_before_it_begins"
    detail = "The last day is before the first one."


def check_days(first: date, until: date) -> None:
    """Raises NoDays and TooManyDays; `until` is the first day that is not asked for."""
    if until <= first:
        raise NoDays(field="date_to")
    if (until - first).days > MOST_DAYS:
        raise TooManyDays(field="date_to", most=MOST_DAYS)


def together(
    found: Iterable[tuple[UUID, Sequence[int]]], capacity: int,
    sessions: Iterable[tuple[UUID, int, int]] = (),
) -> Offered:  # fmt: skip
    """Whoever begins at the same minute with as many seats is offered together, in the order given.

    `found` are the minutes at which each of the staff is free, `sessions` those that are open
    already: with whom, when, and how many seats are left.
    """
    offered: defaultdict[tuple[int, int], list[str]] = defaultdict(list)
    by_minute: defaultdict[int, list[str]] = defaultdict(list)
    for staff_id, minutes in found:
        quoted = f'"{staff_id}"'
        for minute in minutes:
            by_minute[minute].append(quoted)
    for minute, staff in by_minute.items():
        offered[minute, capacity] = staff
    for staff_id, minute, seats in sessions:
        offered[minute, seats].append(f'"{staff_id}"')
    return offered


def written(offered: Offered, minutes: int) -> bytes:
    """The page as JSON, in order of time; of two at the same time the emptier one first."""
    items = (
        f'{{"starts_at":"{_moment(at)}","ends_at":"{_moment(at + minutes)}","seats_left":{seats},'
        f'"staff_ids":[{",".join(staff)}]}}'
        for (at, seats), staff in sorted(offered.items(), key=lambda one: (one[0][0], -one[0][1]))
    )
    return f'{{"items":[{",".join(items)}],"next_cursor":null}}'.encode()


def _moment(minute: int) -> str:
    return f"{moment_of(minute):%Y-%m-%dT%H:%M:%SZ}"
