"""Lots of credit: which of them can be used on a day, and which pay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Generic, Literal, Protocol, TypeVar
from uuid import UUID

from memberships.credit.rules.failures import ExpiresTooSoon
from memberships.credit.rules.rests import Rest, rests_on

Status = Literal["upcoming", "active", "stopped", "frozen", "expired", "taken_back", "used_up"]


class Lot(Protocol):
    """What one charge brought, as far as rules look at it."""

    @property
    def id(self) -> UUID: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def starts_on(self) -> date: ...
    @property
    def expires_on(self) -> date | None: ...
    @property
    def stopped_at(self) -> datetime | None: ...
    @property
    def taken_back_at(self) -> datetime | None: ...
    @property
    def rests(self) -> Sequence[Rest]: ...
    @property
    def remaining(self) -> int: ...
    @property
    def held(self) -> int: ...


LotT = TypeVar("LotT", bound=Lot)


@dataclass(frozen=True, slots=True)
class Part(Generic[LotT]):
    """So much of a lot; of none where it is owed."""

    lot: LotT | None
    amount: int


def has_expired(lot: Lot, today: date) -> bool:
    """Whether its last day is over."""
    return lot.expires_on is not None and lot.expires_on < today


def is_usable(lot: Lot, today: date) -> bool:
    """Whether it pays today: it has started, is not over, neither stopped nor at rest, and
    something is left.
    """
    return (
        lot.remaining > 0 and lot.starts_on <= today and not has_expired(lot, today)
        and lot.stopped_at is None and lot.taken_back_at is None
        and not rests_on(lot.rests, today)
    )  # fmt: skip


def status(lot: Lot, today: date) -> Status:
    """How it stands on a day."""
    if lot.taken_back_at is not None:
        return "taken_back"
    if has_expired(lot, today):
        return "expired"
    if lot.stopped_at is not None:
        return "stopped"
    if rests_on(lot.rests, today):
        return "frozen"
    if lot.starts_on > today:
        return "upcoming"
    return "active" if lot.remaining or lot.held else "used_up"


def in_order(lots: Iterable[LotT], today: date) -> list[LotT]:
    """Those that pay today, in the order in which they do: nearest expiry first, then the oldest;
    what never expires last.
    """
    return sorted((one for one in lots if is_usable(one, today)), key=_turn)


def usable(lots: Iterable[Lot], today: date) -> int:
    """How much can be used today."""
    return sum(one.remaining for one in lots if is_usable(one, today))


def spread(amount: int, ordered: Sequence[LotT]) -> list[Part[LotT]]:
    """What each of the lots, in their order, pays of an amount; what none does is of no lot."""
    parts, missing = list[Part[LotT]](), amount
    for lot in ordered:
        if not missing:
            break
        paid = min(missing, lot.remaining)
        parts.append(Part(lot, paid))
        missing -= paid
    return [*parts, Part(None, missing)] if missing else parts


def expires_soon(lot: Lot, today: date, days: int) -> bool:
    """Whether what can be used of it today is lost within so many days."""
    if lot.expires_on is None or not is_usable(lot, today):
        return False
    return lot.expires_on < today + timedelta(days=days)


def check_days(starts_on: date, expires_on: date | None, today: date) -> None:
    """The last day is neither before the first nor over; raises ExpiresTooSoon."""
    if expires_on is not None and expires_on < max(starts_on, today):
        raise ExpiresTooSoon(field="expires_on")


def _turn(lot: Lot) -> tuple[bool, date, datetime, UUID]:
    return lot.expires_on is None, lot.expires_on or date.max, lot.created_at, lot.id
