"""What events of later services say of where a client stands: owed, expected, subscribed to.

Each names what it is about in its data, whole, as of its version: `invoice` (or `invoices`) with
`balance` and `currency`, `appointment` and `booking` with `starts_at`, `membership` and `credit`
with `package_id`, a credit with what is left of it as `balance`; all with `id` and `status`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from chassis.events import Event
from chassis.money import Money

INVOICE: Final = "invoice"
VISITS: Final = ("appointment", "booking")
_SERVICE: Final[Mapping[str, str]] = {
    INVOICE: "billing", "appointment": "scheduling", "booking": "scheduling",
    "membership": "memberships", "credit": "memberships",
}  # fmt: skip
# As long as it is in one of these, it counts. An invoice does by what is left to pay of it.
_LIVE: Final[Mapping[str, frozenset[str]]] = {
    INVOICE: frozenset({"issued", "sent", "viewed", "partially_paid", "overdue"}),
    "appointment": frozenset({"scheduled", "confirmed"}),
    "booking": frozenset({"held", "requested", "confirmed"}),
    "membership": frozenset({"active", "grace", "frozen"}),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """One invoice, appointment, membership or credit, as far as its client's record tells of it."""

    kind: str
    id: UUID
    client_id: UUID
    version: int
    is_live: bool
    amount_minor: int | None = None
    currency: str | None = None
    starts_at: datetime | None = None
    ends_on: date | None = None
    package_id: UUID | None = None


def standings(event: Event) -> list[Standing]:
    """All that an event tells; raises ValueError and KeyError where it cannot be read."""
    return [_standing(kind, one, event) for kind, one in _about_clients(event)]


def is_told(event: Event) -> bool:
    """Whether an event tells anything of that kind about a client."""
    return next(_about_clients(event), None) is not None


def newest(told: Iterable[Standing]) -> list[Standing]:
    """Of what is told more than once the newest."""
    found: dict[tuple[str, UUID], Standing] = {}
    for one in sorted(told, key=lambda standing: standing.version):
        found[one.kind, one.id] = one
    return list(found.values())


def balances(owed: Iterable[tuple[str, int]]) -> dict[str, str]:
    """What is left to pay, by currency, as it is written."""
    return {currency: Money(amount, currency).format() for currency, amount in owed}


def _about_clients(event: Event) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Walk-in sales are about nobody."""
    service = event.type.partition(".")[0]
    return (
        (kind, one)
        for kind in _SERVICE if _SERVICE[kind] == service
        for one in _all(event.data, kind) if one.get("client_id") or event.client_id
    )  # fmt: skip


def _all(data: Mapping[str, Any], kind: str) -> Iterator[Mapping[str, Any]]:
    if isinstance(one := data.get(kind), Mapping):
        yield one
    if isinstance(several := data.get(f"{kind}s"), list):
        yield from several


def _standing(kind: str, one: Mapping[str, Any], event: Event) -> Standing:
    owner = one.get("client_id") or event.client_id
    return Standing(
        kind=kind, id=UUID(str(one["id"])), client_id=UUID(str(owner)),
        version=int(one.get("version") or event.version), **_told(kind, one),
    )  # fmt: skip


def _told(kind: str, one: Mapping[str, Any]) -> dict[str, Any]:
    if kind == INVOICE:
        owed = Money.parse(one["balance"], one["currency"])
        is_open = one["status"] in _LIVE[kind] and owed.amount_minor != 0
        return {"is_live": is_open, "amount_minor": owed.amount_minor, "currency": owed.currency}
    if kind in VISITS:
        starts_at = datetime.fromisoformat(one["starts_at"])
        return {"is_live": one["status"] in _LIVE[kind], "starts_at": starts_at}
    package_id = UUID(one["package_id"]) if one.get("package_id") else None
    if kind == "membership":
        return {"is_live": one["status"] in _LIVE[kind], "package_id": package_id}
    ends_on = date.fromisoformat(one["expires_on"]) if one.get("expires_on") else None
    is_left = Decimal(one["balance"]) > 0
    return {"is_live": is_left, "package_id": package_id, "ends_on": ends_on}
