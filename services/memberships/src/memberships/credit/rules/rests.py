"""Days on which credit rests, as what it came with does: nothing of it is used on them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import Final

# From a day to another one, that one too, as they are written; and whether they are added.
Rest = Sequence[str | bool]
FOR_EVER: Final = date.max
_DAY: Final = timedelta(days=1)


def written(from_day: date, to_day: date, *, is_added: bool) -> Rest:
    """Days of rest as a lot has them; `FOR_EVER` where nobody knows their end yet."""
    return [from_day.isoformat(), to_day.isoformat(), is_added]


def rests_on(rests: Iterable[Rest], day: date) -> bool:
    """Whether a day is one of them."""
    told = day.isoformat()
    return any(str(since) <= told <= str(until) for since, until, _ in rests)


def number_of(starts_on: date, last: date, rests: Iterable[Rest]) -> int:
    """The how manyth day it is from the first one on, of those that are not added; of one that is,
    what the first one after it is.
    """
    number = (last - starts_on).days + 1
    for since, until in _added(starts_on, rests):
        number -= max((min(until, last - _DAY) - since).days + 1, 0)
    return number


def last_day(starts_on: date, number: int, rests: Iterable[Rest]) -> date | None:
    """So manyth a day, of those that are not added; none where nobody knows yet."""
    day = starts_on + timedelta(days=number - 1)
    for since, until in _added(starts_on, rests):
        if since > day:
            break
        if until == FOR_EVER:
            return None
        day += until - since + _DAY
    return day


def _added(starts_on: date, rests: Iterable[Rest]) -> Iterator[tuple[date, date]]:
    """Days that are added, from the first one on, none of them twice, in their order."""
    free = starts_on
    for since, until, _ in sorted(one for one in map(tuple, rests) if one[2]):
        first, last = max(date.fromisoformat(str(since)), free), date.fromisoformat(str(until))
        if first <= last:
            yield first, last
            if last == FOR_EVER:
                return
            free = last + _DAY
