"""Many invoices at once: copies of what the product wrote as it sold, without their events."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import asyncpg

from tests.bench.bed import Bed
from tests.bench.copying import copy, known_clients, without_indexes
from tests.bench.rows import Connection
from tests.product import Json

OPEN: Final = 2_000
"""So many are left to be paid, however many there are."""
EACH: Final = 20
"""So many invoices has each client, however many they are."""
# Of who owes anything every fifth invoice is open, whenever it was issued.
_OWING: Final = OPEN * 5 // EACH
_DAYS: Final = 1_000
_SALES: Final = """
create temporary table copies (
    n int, is_open bool, client_id uuid, like_id uuid, invoice_id uuid, payment_id uuid,
    allocation_id uuid, at timestamptz
)
"""
_FILL: Final = """
insert into copies
select n, is_open, client_id, case when is_open then $3::uuid else $2::uuid end,
       uuidv7(-ago), uuidv7(-ago), uuidv7(-ago), now() - ago
  from (select n, ($4::uuid[])[1 + n % cardinality($4::uuid[])] as client_id,
               n % $5::int = 0 and n / cardinality($4::uuid[]) % 5 = 4 as is_open,
               interval '1 day' * ($6::float * (1 - n::float / $1::int)) as ago
          from generate_series(0, $1::int - 1) n) as numbered
"""
_AT: Final = dict.fromkeys(("created_at", "updated_at"), "s.at") | {"client_id": "s.client_id"}
_INVOICES: Final = _AT | {
    "id": "s.invoice_id", "number": "'S-' || s.n", "chain_place": "null", "external_id": "null",
    "link_hash": "null", "issued_at": "s.at", "issue_date": "s.at::date",
    "supply_date": "s.at::date", "due_date": "s.at::date + 30",
}  # fmt: skip
_PAYMENTS: Final = _AT | {
    "id": "s.payment_id", "receipt_number": "'S-' || s.n", "external_id": "null",
    "received_at": "s.at",
}  # fmt: skip
_ALLOCATIONS: Final = _AT | {
    "id": "s.allocation_id", "payment_id": "s.payment_id", "invoice_id": "s.invoice_id",
}  # fmt: skip
# The entries of one transaction have the same cause, and so the same id of it.
_ENTRIES: Final = _AT | {
    "id": "uuidv7(s.at - now())", "at": "s.at", "on_date": "s.at::date",
    "transaction_id": "md5(s.n || o.cause)::uuid",
    "document_id": "case o.document_type when 'invoice' then s.invoice_id else s.payment_id end",
    "cause": """split_part(o.cause, ':', 1) || ':' || case split_part(o.cause, ':', 1)
        when 'invoice' then s.invoice_id when 'payment' then s.payment_id
        else s.allocation_id end || ':' || split_part(o.cause, ':', 3)""",
}  # fmt: skip
_CAUSED: Final = "(select *, split_part(cause, ':', 2)::uuid as of_id from ledger_entries)"
_IS_LIKE: Final = "o.of_id = s.like_id or o.of_id in ($1, $2) and not s.is_open"


@dataclass(frozen=True, slots=True)
class Sold:
    """Of whom there are open invoices, each with as many as the others."""

    clients: list[str]


@dataclass(frozen=True, slots=True)
class _Sale:
    """One that the product made: paid by one payment; and one that nobody paid."""

    paid: str
    unpaid: str
    payment: str
    allocation: str


async def sell(bed: Bed, count: int) -> Sold:
    """So many invoices, all but a few of them paid, with their payments and their entries."""
    connection = await asyncpg.connect(bed.stack.database_url("billing", "superuser"))
    try:
        clients = await known_clients(bed, connection, count // EACH)
        step = max(1, len(clients) // _OWING)
        one = await _one(bed, str(clients[0]))
        await connection.execute("set session_replication_role = replica")
        await connection.execute("set maintenance_work_mem = '512MB'")
        await connection.execute(_SALES)
        await connection.execute(
            _FILL, count, UUID(one.paid), UUID(one.unpaid), clients, step, float(_DAYS)
        )
        await _copies(connection, one)
    finally:
        await connection.close()
    return Sold([str(one) for one in clients[::step]])


async def _one(bed: Bed, client_id: str) -> _Sale:
    owner, keys = bed.owner, []
    [vat] = (await owner.get("/v1/taxes"))["items"]
    for _ in range(2):
        made = await owner.post("/v1/invoices", draft(client_id, vat["id"]))
        await owner.post(f"/v1/invoices/{made['id']}/issue")
        keys.append(str(made["id"]))
    paid = {"invoice_id": keys[0], "amount": made["total"]}
    payment = await owner.post(
        "/v1/payments",
        {"client_id": client_id, "amount": made["total"], "currency": made["currency"],
         "method": "card", "allocations": [paid]}, **{"Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    return _Sale(keys[0], keys[1], payment["id"], payment["allocations"][0]["id"])


def draft(client_id: str, tax_id: str) -> Json:
    """An invoice of three lines."""
    lines = [
        {"description": f"استشارة {n}", "quantity": str(n), "unit_price": "120.00",
         "tax_id": tax_id} for n in (1, 2, 3)
    ]  # fmt: skip
    return {"client_id": client_id, "lines": lines, "due_date": "2999-01-01"}


async def _copies(connection: Connection, one: _Sale) -> None:
    payment, allocation = UUID(one.payment), UUID(one.allocation)
    is_paid = "o.id = $1 and not s.is_open"
    await _copy(connection, "invoices", _INVOICES, ("invoices", "o.id = s.like_id"))
    await _copy(connection, "payments", _PAYMENTS, ("payments", is_paid), payment)
    await _copy(connection, "payment_allocations", _ALLOCATIONS, ("payment_allocations", is_paid),
                allocation)  # fmt: skip
    await _copy(connection, "ledger_entries", _ENTRIES, (_CAUSED, _IS_LIKE), payment, allocation)


async def _copy(
    connection: Connection, table: str, other: dict[str, str], like: tuple[str, str], *ids: UUID
) -> None:
    async with without_indexes(connection, table):
        await copy(connection, table, other, like, *ids)
