"""What comes next, in which order, and how long a day is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from chassis.errors import NotFound
from chassis.i18n import translate
from scheduling.follow_ups.rules.due import TITLE
from scheduling.recurrence.rules.expanding import instant

Kind = Literal["appointment", "booking", "task", "follow_up", "checklist"]
# Of what is at one time, or at none.
_ORDER: Final[tuple[Kind, ...]] = get_args(Kind)
MOST_CLIENTS: Final = 200
MOST_STEPS: Final = 20
USUAL_STEPS: Final = 5
MOST_OF_DAY: Final = 50


class ClientsNotFound(NotFound):
    """None of them is there, or seen by the caller."""

    code = "client_not_found"
    detail = "There is no such client."


class UserNotFound(NotFound):
    """Nobody of that id works here."""

    code = "user_not_found"
    detail = "There is no such active user."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that is to be: what it is, when, and how it stands."""

    type: Kind
    id: UUID
    at: datetime | None
    ends_at: datetime | None = None
    title: str | None = None
    name: dict[str, str] | None = None
    client_id: UUID | None
    status: str
    priority: str | None = None
    kind: str | None = None
    item_id: str | None = None
    is_required: bool = False

    @property
    def titled(self) -> dict[str, str]:
        """What it is called in each language; a title of its own is so in both."""
        if self.title:
            return {"ar": self.title, "en": self.title}
        return self.name or _unnamed(self.type)


def _unnamed(kind: Kind) -> dict[str, str]:
    """What is called nothing by itself; statuses that a follow-up gives a folder may hide."""
    if kind != "follow_up":
        return {}
    return {locale: translate(TITLE, locale) for locale in ("ar", "en")}


@dataclass(frozen=True, slots=True)
class Day:
    """A day where the company is, from its midnight until the next one."""

    on: date
    timezone: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Of many the first, and how many there are."""

    count: int
    entries: Sequence[Entry]


def day_of(on: date, timezone: str) -> Day:
    """A day of a zone, of as many hours as it has there."""
    midnights = (datetime.combine(one, time()) for one in (on, on + timedelta(days=1)))
    return Day(on, timezone, *(instant(one, timezone) for one in midnights))


def steps_of(checklist: Entry, items: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """Each step of a checklist that is not done, in their order."""
    return [
        replace(checklist, name=one["name"], item_id=one["id"], is_required=one["required"])
        for one in items if not one["done_at"]
    ]  # fmt: skip


def next_ones(entries: Iterable[Entry], most: int) -> list[Entry]:
    """Some of each type, the soonest first and those without a time last."""
    left: dict[str, int] = {}
    found = []
    for one in sorted(entries, key=_when):
        left[one.type] = left.get(one.type, most) - 1
        if left[one.type] >= 0:
            found.append(one)
    return found


def _when(one: Entry) -> tuple[bool, float, int]:
    return one.at is None, one.at.timestamp() if one.at else 0.0, _ORDER.index(one.type)
