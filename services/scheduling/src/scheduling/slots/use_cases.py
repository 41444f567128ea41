"""When a service can be booked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from chassis.work import UnitOfWork
from refs.home import home, today
from scheduling.availability.rules import slots as by_rule
from scheduling.availability.rules.days import Staff, minute_after, minute_of
from scheduling.availability.rules.hours import Span
from scheduling.availability.use_cases import staff_between
from scheduling.booking_services.rules import Bookable, bookable
from scheduling.booking_services.use_cases import service_on_offer
from scheduling.bookings.repository.sessions import SessionRepository
from scheduling.bookings.rules.failures import NotDoneBy
from scheduling.bookings.use_cases.seating import still_here
from scheduling.claims import repository as claims
from scheduling.defaults.use_cases import settings_of
from scheduling.holidays.use_cases import days_off
from scheduling.slots import rules

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
# Hours and buffers may reach so far into the days before and after.
_AROUND: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Asked:
    """Free times of which service, and with whom, when and for how many."""

    service_id: UUID
    staff_ids: Sequence[UUID] | None = None
    first: date | None = None
    until: date | None = None
    seats: int = 1
    is_public: bool = False


@dataclass(frozen=True, slots=True)
class Window:
    """Instants from which and until which something may begin, and the days that they touch."""

    since: datetime
    until: datetime
    first: date
    last: date


async def free_slots(work: UnitOfWork, asked: Asked) -> bytes:
    """All free times as JSON; raises ServiceNotFound, ServiceInactive, NotDoneBy, TooManyDays."""
    service = await service_on_offer(work, asked.service_id)
    staff_ids = _who(await still_here(work, service), asked.staff_ids)
    window = await _window(work, service, asked)
    free: list[tuple[UUID, Sequence[int]]] = []
    sessions: list[tuple[UUID, int, int]] = []
    if staff_ids and window.since < window.until:
        if asked.seats <= service.capacity:
            free = await _free(work, service, staff_ids, window)
        opened = await SessionRepository(work).open_between(
            service.id, staff_ids, window.since, window.until
        )
        sessions = [
            (one, minute_of(at), left) for one, at, left in opened if left >= asked.seats
        ]  # fmt: skip
    offered = rules.together(free, service.capacity, sessions)
    return rules.written(offered, service.duration_minutes)


async def _free(
    work: UnitOfWork, service: Bookable, staff_ids: Sequence[UUID], window: Window
) -> list[tuple[UUID, Sequence[int]]]:
    first, last = window.first - _AROUND, window.last + _AROUND
    staff = await staff_between(work, staff_ids, first, last)
    holidays = await days_off(work, first, last)
    busy = await _busy(work, service, staff_ids, window)
    step = service.slot_minutes or (await settings_of(work)).slot_minutes
    wanted = by_rule.Wanted(
        service.duration_minutes, step, minute_after(window.since), minute_after(window.until),
        window.first, window.last, service.buffer_before, service.buffer_after,
    )  # fmt: skip
    return [_of(one, wanted, busy, holidays) for one in staff]


def _of(
    staff: Staff, wanted: by_rule.Wanted, busy: dict[UUID, list[Span]], holidays: frozenset[date]
) -> tuple[UUID, Sequence[int]]:
    return staff.id, by_rule.slots(staff, wanted, busy[staff.id], holidays)


async def _busy(
    work: UnitOfWork, service: Bookable, staff_ids: Sequence[UUID], window: Window
) -> dict[UUID, list[Span]]:
    """When each of the staff, or something that is needed besides, is taken."""
    around = window.since - _AROUND, window.until + _AROUND
    found = await claims.busy_minutes(work, [*staff_ids, *service.resource_ids], around)
    needed = [span for one in service.resource_ids for span in found[one]]
    return {one: sorted([*found[one], *needed]) for one in staff_ids}


async def _window(work: UnitOfWork, service: Bookable, asked: Asked) -> Window:
    first = asked.first or await today(work)
    until = asked.until or first + _WEEK
    rules.check_days(first, until)
    zone = ZoneInfo((await home(work)).timezone)
    since, end = (
        datetime(one.year, one.month, one.day, tzinfo=zone).astimezone(UTC)
        for one in (first, until)
    )
    # Nobody is offered what has begun; the public neither what is too soon, nor too far ahead.
    earliest, latest = bookable(service.policy, work.now) if asked.is_public else (work.now, end)
    return Window(max(since, earliest), min(end, latest), first, until - _DAY)


def _who(here: Sequence[UUID], asked: Collection[UUID] | None) -> Sequence[UUID]:
    if asked is None:
        return here
    for place, one in enumerate(asked):
        if one not in here:
            raise NotDoneBy(field=f"staff_id.{place}")
    return list(dict.fromkeys(asked))
