"""Free times: where a length fits into hours, beside what is taken and the buffers around it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scheduling.availability.rules.days import Staff, grid, open_spans
from scheduling.availability.rules.hours import Span

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: so many minutes, offered every `step` from the start of the hours on.

    It begins at `earliest` or after it and before `latest` (minutes since 1970); nothing else is
    so many minutes before and after it. Looked at are the hours from the day before `first` to the
    day after `last`, as they may go on after midnight.
    """

    minutes: int
    step: int
    earliest: int
    latest: int
    first: date
    last: date
    buffer_before: int = 0
    buffer_after: int = 0


def slots(
    staff: Staff, wanted: Wanted, busy: Sequence[Span] = (),
    holidays: frozenset[date] = frozenset(),
) -> list[int]:  # fmt: skip
    """The minutes at which it may begin, in order.

    `busy` is taken, in order of beginning, whether it overlaps or not.
    """
    spans = grid(staff, wanted.first - _DAY, wanted.last + _DAY, holidays)
    before = max(wanted.buffer_before, staff.buffer_before)
    after = max(wanted.buffer_after, staff.buffer_after)
    free = open_spans(staff, spans)
    windows = list(_windows(free, busy, wanted, before, wanted.minutes + after))
    return [minute for found in _on_grid(spans, windows, wanted.step) for minute in found]


def _windows(
    free: Sequence[Span], busy: Sequence[Span], wanted: Wanted, before: int, and_after: int
) -> Iterator[Span]:
    """From and until which minute, both included, it may begin."""
    place, count = 0, len(busy)
    for start, end in free:
        at = max(start, wanted.earliest)
        last = min(end - wanted.minutes, wanted.latest - 1)
        while place < count and busy[place][1] + before <= at:
            place += 1
        here = place
        while here < count and at <= last and busy[here][0] - and_after < last:
            if at <= busy[here][0] - and_after:
                yield at, busy[here][0] - and_after
            at = max(at, busy[here][1] + before)
            here += 1
        if at <= last:
            yield at, last


def _on_grid(spans: Sequence[Span], windows: Sequence[Span], step: int) -> Iterator[range]:
    place, count, done = 0, len(windows), -1
    for anchor, until in spans:
        while place < count and windows[place][1] < anchor:
            place += 1
        here = place
        while here < count and windows[here][0] < until:
            low = max(windows[here][0], anchor, done + 1)
            start = anchor - (anchor - low) // step * step
            found = range(start, min(windows[here][1], until - 1) + 1, step)
            yield found
            done = found[-1] if found else done
            here += 1
