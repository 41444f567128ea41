"""Double entry of credit: what moves between places, and that nothing comes or goes by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from uuid import UUID


class Place(StrEnum):
    """Where credit is. What a client has is above zero, where it came from below."""

    # What a client has left, by charge, and what of it is kept for something.
    AVAILABLE = "available"
    HELD = "held"
    # What was used beyond it, of types that allow that: below zero until a charge settles it.
    OVERDRAWN = "overdrawn"
    # Where charges come from, and where credit goes.
    ISSUED = "issued"
    USED = "used"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    ADJUSTED = "adjusted"
    TRANSFERRED = "transferred"


# What keeps credit where it is there: by this, and its id, its parts are known.
OWNERS: Final = {
    Place.HELD: "hold", Place.USED: "usage", Place.ADJUSTED: "adjustment",
}  # fmt: skip
OWN: Final = (Place.AVAILABLE, Place.HELD, Place.OVERDRAWN)
START: Final = b""


@dataclass(frozen=True, slots=True)
class Move:
    """So much of a lot from one place to another; of no lot what is owed."""

    lot_id: UUID | None
    out_of: Place
    into: Place
    amount: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One side of a move."""

    place: Place
    lot_id: UUID | None
    amount: int


def entries(moves: Iterable[Move]) -> list[Entry]:
    """Both sides of each move; nothing of what moves nothing."""
    return [
        one for move in moves if move.amount
        for one in (
            Entry(move.out_of, move.lot_id, -move.amount),
            Entry(move.into, move.lot_id, move.amount),
        )
    ]  # fmt: skip


def changes(posted: Sequence[Entry]) -> dict[tuple[Place, UUID | None], int]:
    """What each place of a client has more, by lot."""
    found: dict[tuple[Place, UUID | None], int] = {}
    for one in posted:
        found[one.place, one.lot_id] = found.get((one.place, one.lot_id), 0) + one.amount
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An entry as it is chained: what must never be something else."""

    transaction_id: UUID
    cause: str
    account: str
    lot_id: UUID | None
    amount: int
    number: int
    on_date: date
    at: datetime


def chained(before: bytes, one: Written) -> bytes:
    """The hash of an entry, which has that of the one before in it."""
    told = (
        str(one.transaction_id), one.cause, one.account, str(one.lot_id or ""), str(one.amount),
        str(one.number), one.on_date.isoformat(), str(round(one.at.timestamp() * 1_000_000)),
    )  # fmt: skip
    return sha256(before + "\0".join(told).encode()).digest()
