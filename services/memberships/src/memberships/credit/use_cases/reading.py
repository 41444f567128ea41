"""What clients have of credit, why, and how it came to be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.errors import NotFound
from chassis.work import UnitOfWork
from memberships.credit.repository import balances, entries
from memberships.credit.rules import explaining
from memberships.credit.rules import lots as rules
from memberships.credit.rules.explaining import Fact, Standing
from memberships.credit.tables.ledger import Lot
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import (
    CreditKind,
    CreditTypeNotFound,
    UnknownCreditType,
    written,
)
from refs.about import UnknownClient, seen_clients
from refs.home import today
from refs.writing import Access

MOST_FACTS: Final = 200
MOST_LINES: Final = 1_000
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Balance:
    """What a client has of a type now."""

    kind: CreditKind
    lots: Sequence[Lot]
    overdrawn: int
    held: int
    shared: int
    today: date

    @property
    def usable(self) -> int:
        """What can be used of one's own; below zero where it is owed."""
        return rules.usable(self.lots, self.today) - self.overdrawn

    @property
    def own(self) -> int:
        """All of it, what cannot be used today too, and what is kept, be it of no charge."""
        return sum(one.remaining for one in self.lots) + self.held - self.overdrawn

    @property
    def expiring_soon(self) -> int:
        """What can be used and is lost within the days of its type."""
        days = self.kind.expiring_soon_days
        soon = (one for one in self.lots if rules.expires_soon(one, self.today, days))
        return sum(one.remaining for one in soon)


async def seen_client(work: UnitOfWork, client_id: UUID, said: Access) -> UUID:
    """Who answers for a client that the caller sees; raises NotFound."""
    found = (await seen_clients(work, {client_id: said}))[client_id]
    if isinstance(found, UnknownClient):
        raise NotFound()
    return found.id


async def balances_of(
    work: UnitOfWork, client_id: UUID, credit_type_ids: list[UUID] | None = None
) -> list[Balance]:
    """What a client has, and what others share with them, by credit type."""
    own = await balances.accounts(work, [client_id], credit_type_ids)
    found = {row["id"]: row["credit_type_id"] for row in own}
    # Of clients who became one what one of them shared with the other is their own.
    shared = {
        one: kind for one, kind in (await balances.shared(work, client_id)).items()
        if one not in found and (credit_type_ids is None or kind in credit_type_ids)
    }  # fmt: skip
    lots = await balances.lots(work, [*found, *shared]) if found or shared else []
    kinds = await credit_types.kinds(work, {*found.values(), *shared.values()})
    day = await today(work)
    return [
        Balance(
            kind, [one for one in lots if found.get(one.account_id) == kind.id],
            sum(row["overdrawn"] for row in own if row["credit_type_id"] == kind.id),
            sum(row["held"] for row in own if row["credit_type_id"] == kind.id),
            rules.usable((one for one in lots if shared.get(one.account_id) == kind.id), day), day,
        )
        for kind in sorted(kinds.values(), key=lambda one: (one.created_at, one.id))
    ]  # fmt: skip


def shown(client_id: UUID, balances: Sequence[Balance]) -> list[Json]:
    """Balances as they are written."""
    return [
        {"client_id": client_id, "url": f"/v1/clients/{client_id}", "credit_type_id": one.kind.id,
         **{name: written(getattr(one, name), one.kind.decimals)
            for name in ("held", "expiring_soon", "shared", "overdrawn")},
         "balance": written(one.usable, one.kind.decimals),
         "lots": [_lot(lot, one) for lot in one.lots]}
        for one in balances
    ]  # fmt: skip


def _lot(lot: Lot, of: Balance) -> Json:
    decimals = of.kind.decimals
    return {
        "charge_id": lot.id, "status": rules.status(lot, of.today), "starts_on": lot.starts_on,
        "expires_on": lot.expires_on, "remaining": written(lot.remaining, decimals),
        "held": written(lot.held, decimals),
    }  # fmt: skip


async def explain(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> Json:
    """The chain of facts behind what a client can use today; raises CreditTypeNotFound."""
    try:
        kind = (await credit_types.kinds(work, {credit_type_id}))[credit_type_id]
    except UnknownCreditType as error:
        raise CreditTypeNotFound() from error
    found = await balances_of(work, client_id, [credit_type_id])
    now = found[0] if found else Balance(kind, [], 0, 0, 0, await today(work))
    rows = await entries.newest(work, client_id, credit_type_id, MOST_FACTS)
    before = now.own - sum(row["own"] for row in rows)
    ordered = [*rules.in_order(now.lots, now.today),
               *(one for one in now.lots if not rules.is_usable(one, now.today))]  # fmt: skip
    facts = [
        *explaining.earlier(before, kind.decimals), *explaining.moved(rows, before, kind.decimals),
        *explaining.standing(
            Standing(ordered, now.overdrawn, now.held, now.shared, now.usable, kind.decimals),
            now.today),
    ]  # fmt: skip
    return {
        "client_id": client_id, "url": f"/v1/clients/{client_id}", "credit_type_id": kind.id,
        "balance": written(now.usable, kind.decimals), "steps": facts,
    }  # fmt: skip


async def state(
    work: UnitOfWork, client_id: UUID, credit_type_ids: list[UUID] | None,
    days: tuple[date, date], most: int | None = None,
) -> Json:  # fmt: skip
    """What a client had, what came and went in some days, and what they had then, by type."""
    most = most or MOST_LINES
    rows = await balances.accounts(work, [client_id], credit_type_ids)
    ids = list({row["credit_type_id"] for row in rows})
    kinds = await credit_types.kinds(work, ids)
    openings = await entries.openings(work, client_id, ids, days[0])
    sums = await entries.sums(work, client_id, ids, days)
    posted = await entries.lines(work, client_id, ids, days, most + 1)
    listed = posted[:most]
    return {
        "client_id": client_id, "url": f"/v1/clients/{client_id}", "date_from": days[0],
        "date_to": days[1], "is_whole": len(posted) <= most,
        "credit_types": [
            _statement(one, openings.get(one.id, 0), sums.get(one.id, {}),
                       [row for row in listed if row["credit_type_id"] == one.id])
            for one in sorted(kinds.values(), key=lambda one: (one.created_at, one.id))
        ],
    }  # fmt: skip


def _statement(
    kind: CreditKind, opening: int, moved: Mapping[str, int], rows: Sequence[Mapping[str, Any]]
) -> Json:
    """All that was `moved`, listed or not."""
    facts: list[Fact] = explaining.moved(rows, opening, kind.decimals)
    closing = opening + moved.get("own", 0)
    sums = {
        name: written(sign * moved.get(name, 0), kind.decimals)
        for name, sign in (
            ("issued", -1), ("used", 1), ("expired", 1), ("refunded", 1), ("adjusted", -1),
            ("transferred", -1),
        )
    }  # fmt: skip
    return {
        "credit_type_id": kind.id, "opening": written(opening, kind.decimals),
        "closing": written(closing, kind.decimals), **sums, "lines": facts,
    }  # fmt: skip
