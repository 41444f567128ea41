"""Who comes to an appointment once somebody left."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from scheduling.claims.rules import Span, is_free, merged


class Due(Protocol):
    """What is looked at of an appointment."""

    @property
    def id(self) -> UUID: ...
    @property
    def staff_ids(self) -> list[UUID]: ...
    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...


def handed_over(
    some: Sequence[Due], leaver_id: UUID, heir_id: UUID, busy: Sequence[Span]
) -> dict[UUID, list[UUID]]:
    """Who comes to each of these, in the order in which they were named: the heir for who leaves,
    unless they are elsewhere then (`busy`), be it at another of these.
    """
    taken = merged(busy)
    found: dict[UUID, list[UUID]] = {}
    for one in some:
        others = [each for each in one.staff_ids if each != leaver_id]
        comes = heir_id not in others and is_free(taken, one.starts_at, one.ends_at)
        if comes:
            others = [heir_id if each == leaver_id else each for each in one.staff_ids]
            taken = merged([*taken, (one.starts_at, one.ends_at)])
        found[one.id] = others
    return found
