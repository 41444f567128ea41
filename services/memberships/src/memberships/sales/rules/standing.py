"""Which periods count: those that are paid, and whose days nobody took back who pays for them."""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID


class Sold(Protocol):
    """As far as it matters here."""

    @property
    def id(self) -> UUID: ...
    @property
    def number(self) -> int: ...
    @property
    def replaces_id(self) -> UUID | None: ...
    @property
    def paid_at(self) -> Any: ...


SoldT = TypeVar("SoldT", bound=Sold)


def standing(periods: Iterable[Sold]) -> set[UUID]:
    """Those that are paid, and replace none or one that stands: its days pay for them too."""
    found: set[UUID] = set()
    for one in sorted(periods, key=lambda each: each.number):
        if one.paid_at is not None and (one.replaces_id is None or one.replaces_id in found):
            found.add(one.id)
    return found


def entitled(periods: Sequence[Sold]) -> set[UUID]:
    """Those of them whose credit their client has: what was replaced gives none any more."""
    found = standing(periods)
    return found - {one.replaces_id for one in periods if one.id in found and one.replaces_id}


def chain(periods: Sequence[SoldT], last: SoldT) -> list[SoldT]:
    """A period, the one that it replaces, and so on: all whose payments are in it."""
    known = {one.id: one for one in periods}
    found = [last]
    while (replaced := found[-1].replaces_id) is not None:
        found.append(known[replaced])
    return found
