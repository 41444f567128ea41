"""Whether all that a company keeps about credit fits."""

from typing import Any
from uuid import UUID

from chassis.work import Record, UnitOfWork
from memberships.credit.repository import proof
from memberships.credit.rules.ledger import START, Written, chained

Json = dict[str, Any]


async def first_fault(work: UnitOfWork) -> Json | None:
    """The first thing that does not fit: a figure, or an entry that is not as it was written.

    Told by `about`, `figure`, `expected`, `found` and `entry`.
    """
    if (row := await proof.first_fault(work)) is not None:
        return dict(row)
    return await _broken(work)


async def _broken(work: UnitOfWork) -> Json | None:
    account_id: UUID | None = None
    head, number = START, 0
    async for row in proof.chains(work):
        if row["account_id"] != account_id:
            account_id, head, number = row["account_id"], START, 0
        number += 1
        head = _hash_of(row, head)
        if row["number"] != number or row["hash"] != head:
            return _fault(row, f"entry {number}")
        if number == row["entry_count"] and row["head"] != head:
            return _fault(row, "its last entry")
    return None


def _hash_of(row: Record, before: bytes) -> bytes:
    return chained(before, Written(**{name: row[name] for name in (
        "transaction_id", "cause", "account", "lot_id", "amount", "number", "on_date", "at",
    )}))  # fmt: skip


def _fault(row: Record, figure: str) -> Json:
    return {
        "about": f"account {row['account_id']}", "figure": figure,
        "expected": "as it was written", "found": "something else", "entry": str(row["id"]),
    }  # fmt: skip
