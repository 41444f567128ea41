"""The days on which credit rests that came with a membership."""

from collections.abc import Iterable
from datetime import date, timedelta

from memberships.credit.rules import rests
from memberships.memberships.rules.coverage import Rest


def rests_of(known: Iterable[Rest], cancelled_on: date | None) -> list[rests.Rest]:
    """The days of its freezes and suspensions, in their order. A suspension that nobody ended has
    ended with the membership: what credit is left of it is the client's.
    """
    found = []
    for one in sorted(known, key=lambda each: (each.from_day, each.kind)):
        last = one.to_day
        if last is None:
            last = rests.FOR_EVER if cancelled_on is None else cancelled_on - timedelta(days=1)
        if one.from_day <= last:
            found.append(rests.written(one.from_day, last, is_added=one.skips))
    return found
