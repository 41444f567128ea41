"""Who is where: a member of staff or a resource is never in two places at once."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Final, Literal
from uuid import UUID

from chassis.errors import Conflict

HolderKind = Literal["appointment", "session"]
Span = tuple[datetime, datetime]
# What takes longer is several: so who looks for what is taken on a day need not look far back.
LONGEST: Final = timedelta(days=14)
NEAREST: Final = 5
# How far from the wanted time others are offered.
NEAR: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Claim:
    """Everybody and everything that one appointment or session takes, from when until when."""

    holder_kind: HolderKind
    holder_id: UUID
    subject_ids: tuple[UUID, ...]
    starts_at: datetime
    ends_at: datetime


class SlotTaken(Conflict):
    """Somebody, or something, is elsewhere then; `nearest` in the problem says when not."""

    code = "slot_taken"
    detail = "Somebody or something that is needed is taken at that time."

    @classmethod
    def offering(cls, taken: Span, nearest: Iterable[Span], *, field: str) -> "SlotTaken":
        """The same with when it was wanted, and the nearest times that are free."""
        told: dict[str, object] = {
            "taken": _told(taken),
            "nearest": [_told(one) for one in nearest],
        }
        return cls(field=field, extra=told)


def _told(span: Span) -> dict[str, str]:
    return {"starts_at": _written(span[0]), "ends_at": _written(span[1])}


def _written(moment: datetime) -> str:
    """As the times of appointments are answered, whatever zone it was asked for in."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same times, in order, without overlaps; what touches is one."""
    found: list[Span] = []
    for starts_at, ends_at in sorted(spans):
        if found and starts_at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends_at)
        else:
            found.append((starts_at, ends_at))
    return found


def is_free(taken: Sequence[Span], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether nothing of what is taken, merged, overlaps a time."""
    place = bisect_left(taken, (ends_at,)) - 1
    return place < 0 or taken[place][1] <= starts_at


def nearest(
    taken: Sequence[Span], wanted: Span, step: timedelta, *, not_before: datetime
) -> list[Span]:
    """Up to five free times as long as the wanted one, the nearest first, the earlier of two that
    are as near; each a whole number of steps from it, none before `not_before`.

    `taken` is merged, and reaches a week around what is wanted.
    """
    found: list[Span] = []
    starts_at, length = wanted[0], wanted[1] - wanted[0]
    for steps in range(1, NEAR // step + 1):
        for moved in (starts_at - steps * step, starts_at + steps * step):
            if moved >= not_before and is_free(taken, moved, moved + length):
                found.append((moved, moved + length))
        if len(found) >= NEAREST:
            break
    return found[:NEAREST]


def lock_keys(tenant_id: UUID, subject_ids: Iterable[UUID]) -> list[int]:
    """What is locked of whom something takes, in the order in which everybody takes it."""
    return sorted({
        int.from_bytes(
            blake2b(tenant_id.bytes + one.bytes, digest_size=8, key=b"claims").digest(),
            signed=True,
        )
        for one in subject_ids
    })  # fmt: skip
