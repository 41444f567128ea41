"""Why somebody can use what they can use today: what was posted, and how each charge stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from memberships.credit.rules.lots import Lot, status
from memberships.credit.rules.words import Said, said
from memberships.credit_types.rules import written

_BY_ENDING: Final = {
    "reversed", "consumed", "released", "expired", "restored", "refunded", "taken_back",
}  # fmt: skip
_BY_BEGINNING: Final = {
    "charge": "charged", "usage": "used", "hold": "held", "transfer": "transferred",
    "adjustment": "adjusted", "settled": "settled",
}  # fmt: skip
_PATHS: Final = {
    "charge": "credit-charges", "usage": "credit-usages", "hold": "credit-holds",
    "transfer": "credit-transfers", "adjustment": "credit-adjustments",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact: what it adds (`amount`), and what the client has after it, kept or not."""

    kind: str
    text: Said
    amount: str | None = None
    balance: str | None = None
    at: datetime | None = None
    by: str | None = None
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a client has of a type now, in its smallest part."""

    lots: Iterable[Lot]
    overdrawn: int
    held: int
    shared: int
    usable: int
    decimals: int


def kind_of(cause: str) -> str:
    """What a transaction was, by the cause it was posted by."""
    beginning, *parts = cause.split(":")
    if len(parts) > 1 and parts[1] in _BY_ENDING:
        return parts[1]
    return _BY_BEGINNING.get(beginning, "moved")


def source_of(cause: str) -> Mapping[str, Any] | None:
    """The document that a transaction followed from."""
    beginning, *parts = cause.split(":")
    if (path := _PATHS.get(beginning)) is None:
        return None
    kind, found = f"credit_{beginning}", UUID(parts[0])
    return {"type": kind, "id": found, "url": f"/v1/{path}/{found}"}


def moved(rows: Iterable[Mapping[str, Any]], before: int, decimals: int) -> list[Fact]:
    """What was posted, oldest first, and what the client had after each."""
    found, balance = list[Fact](), before
    for row in rows:
        balance += row["own"]
        kind = kind_of(row["cause"])
        amount = row["usable"] if kind in {"held", "released"} else row["own"]
        found.append(Fact(
            kind=kind, text=said(kind), amount=written(amount, decimals),
            balance=written(balance, decimals), at=row["at"], by=row["created_by"],
            source=source_of(row["cause"]),
        ))  # fmt: skip
    return found


def earlier(before: int, decimals: int) -> list[Fact]:
    """What there was before the first of them."""
    if not before:
        return []
    return [Fact(kind="earlier", text=said("earlier"), balance=written(before, decimals))]


def standing(now: Standing, today: date) -> list[Fact]:
    """Of what the client has which part can be used today, and why not the rest."""
    facts = [_lot(one, now.decimals, today) for one in now.lots if one.remaining]
    for kind, amount in (("kept", now.held), ("owed", now.overdrawn), ("shared", now.shared)):
        if amount:
            facts.append(_of(kind, amount, now.decimals))
    return [*facts, _of("balance", now.usable, now.decimals)]


def _lot(lot: Lot, decimals: int, today: date) -> Fact:
    stands = status(lot, today)
    source = source_of(f"charge:{lot.id}")
    if stands == "active":
        day = lot.expires_on.isoformat() if lot.expires_on else ""
        return _of("lot_until" if day else "lot_forever", lot.remaining, decimals, day, source)
    if stands == "frozen":
        return _of("lot_frozen", lot.remaining, decimals, source=source)
    day = (lot.starts_on if stands == "upcoming" else lot.expires_on or today).isoformat()
    return _of(f"lot_{stands}", lot.remaining, decimals, day, source)


def _of(
    kind: str, amount: int, decimals: int, day: str = "", source: Mapping[str, Any] | None = None
) -> Fact:
    told = written(amount, decimals)
    return Fact(kind=kind, text=said(kind, amount=told, day=day), amount=told, source=source)
