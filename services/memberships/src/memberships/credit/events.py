"""What others hear of credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from diwan.memberships.v1 import events_pb2

from chassis.events import Event, event
from memberships.credit.rules.lots import status
from memberships.credit.tables.ledger import Account, Lot
from memberships.credit.tables.moves import Share
from memberships.credit_types.rules import CreditKind, written

Verb = Literal[
    "charged", "used", "reversed", "held", "released", "transferred", "adjusted", "refunded",
    "stopped", "resumed", "extended", "expired", "expiring_soon",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of a client's credit, in the smallest part of its type."""

    kind: CreditKind
    subject_id: UUID
    version: int
    client_id: UUID
    amount: int
    lots: Sequence[Lot]
    today: date
    balance: int
    source: str = ""
    usage_id: UUID | None = None
    hold_id: UUID | None = None
    transfer_id: UUID | None = None
    adjustment_id: UUID | None = None
    is_shared: bool = False


def credit_changed(verb: Verb, change: Change) -> Event:
    """memberships.credit.charged, used, reversed and so on."""
    kind = change.kind
    payload = events_pb2.CreditChanged(
        credits=[message(one, kind, change.today) for one in change.lots],
        credit_type_id=str(kind.id), amount=written(change.amount, kind.decimals),
        balance=written(change.balance, kind.decimals), source=change.source,
        usage_id=str(change.usage_id or ""), hold_id=str(change.hold_id or ""),
        transfer_id=str(change.transfer_id or ""),
        adjustment_id=str(change.adjustment_id or ""),
        is_shared=change.is_shared,
    )  # fmt: skip
    name = f"memberships.credit.{verb}"
    return event(name, payload, change.subject_id, change.version, client_id=change.client_id)


def message(lot: Lot, kind: CreditKind, today: date) -> events_pb2.Credit:
    """A charge as others are told of it."""
    return events_pb2.Credit(
        id=str(lot.id), version=lot.version, client_id=str(lot.client_id),
        credit_type_id=str(kind.id), package_id=str(lot.package_id or ""),
        amount=written(lot.amount, kind.decimals), balance=written(lot.remaining, kind.decimals),
        held=written(lot.held, kind.decimals), starts_on=lot.starts_on.isoformat(),
        expires_on=lot.expires_on.isoformat() if lot.expires_on else "",
        status=status(lot, today), source=lot.source,
    )  # fmt: skip


def credit_low(account: Account, owner_id: UUID, kind: CreditKind, balance: int) -> Event:
    """memberships.credit.low: about the type, as there is no other thing to look at."""
    payload = events_pb2.CreditLow(
        credit_type_id=str(kind.id), balance=written(balance, kind.decimals),
        low_balance=written(kind.low_balance or 0, kind.decimals),
    )  # fmt: skip
    return event(
        "memberships.credit.low", payload, kind.id, account.version, client_id=owner_id,
    )  # fmt: skip


ShareVerb = Literal["shared", "unshared"]


def share_changed(verb: ShareVerb, share: Share, client_id: UUID) -> Event:
    """memberships.credit.shared, memberships.credit.unshared: on the side of one of the two. It
    does not name the other: not all who see one see both.
    """
    payload = events_pb2.CreditShareChanged(
        share_id=str(share.id), credit_type_id=str(share.credit_type_id or ""),
        is_giving=client_id == share.client_id,
    )  # fmt: skip
    name = f"memberships.credit.{verb}"
    return event(name, payload, share.id, share.version, client_id=client_id)
