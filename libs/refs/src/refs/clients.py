"""The clients a service remembers: taken over, and looked up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.forgetting import hold
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.tables import client_refs
from refs.upsert import remember, upsert

_UPSERT = upsert(client_refs)
_UPSERT_ANSWER = upsert(client_refs, or_same=True)


@dataclass(frozen=True, slots=True)
class ClientRef:
    """What a service remembers of a client."""

    tenant_id: UUID
    id: UUID
    version: int
    name: str
    code: str
    folder_id: UUID
    staff_ids: list[UUID]
    editor_ids: list[UUID]
    tags: list[str]
    category_id: UUID | None
    language: str
    currency: str
    primary_email: str
    primary_phone: str
    parent_id: UUID | None
    archived: bool
    merged_into: UUID | None
    availability: dict[str, str] | None
    credit_limit: str
    credit_days: int | None
    bill_to_id: UUID | None


_BY_ID = statement(
    select(client_refs).where(
        client_refs.c.tenant_id == bindparam("tenant_id"), client_refs.c.id == bindparam("id")
    )
)
_KNOWN = statement(
    select(client_refs.c.id).where(
        client_refs.c.tenant_id == bindparam("tenant_id"),
        client_refs.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)
_PAYERS = statement(
    select(client_refs.c.bill_to_id)
    .distinct()
    .where(
        client_refs.c.tenant_id == bindparam("tenant_id"),
        client_refs.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
        client_refs.c.bill_to_id.is_not(None),
    )
)
_FORGET = statement(
    delete(client_refs).where(
        client_refs.c.tenant_id == bindparam("tenant_id"), client_refs.c.id == bindparam("id")
    )
)


async def client(work: UnitOfWork, client_id: UUID) -> ClientRef | None:
    """A client as last heard of, visible to the caller or not."""
    row = await work.fetchrow(_BY_ID, tenant_id=work.tenant_id, id=client_id)
    return ClientRef(**row) if row else None


async def known_clients(work: UnitOfWork, client_ids: Collection[UUID]) -> set[UUID]:
    """Those of the clients that were heard of."""
    rows = await work.fetch(_KNOWN, tenant_id=work.tenant_id, ids=list(client_ids))
    return {row["id"] for row in rows}


async def payers(work: UnitOfWork, client_ids: Collection[UUID]) -> set[UUID]:
    """Those who pay for some of the clients, as last heard of."""
    rows = await work.fetch(_PAYERS, tenant_id=work.tenant_id, ids=list(client_ids))
    return {row["bill_to_id"] for row in rows}


async def remember_clients(work: UnitOfWork, clients: Sequence[Mapping[str, Any]]) -> None:
    """Take over clients, as proto JSON; an older version than the one known is ignored."""
    await remember(work, _UPSERT, [client_row(one) for one in clients])


async def remember_answer(work: UnitOfWork, clients: Sequence[Mapping[str, Any]]) -> None:
    """Take over clients that were asked for: not those who were erased since.

    Also in the version that is known: an earlier release may have remembered less of it.
    """
    gone = await hold(work, *(UUID(one["id"]) for one in clients))
    rows = [client_row(one) for one in clients if UUID(one["id"]) not in gone]
    await remember(work, _UPSERT_ANSWER, rows)


async def forget_client(work: UnitOfWork, client_id: UUID) -> None:
    """Remember nothing of a client any more."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, id=client_id)


def client_row(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of `client_refs` from a client's proto JSON."""
    staff = data.get("staff", ())
    return {
        "id": data["id"], "version": data["version"], "name": data["name"],
        "code": data.get("code", ""), "folder_id": data["folder_id"],
        "staff_ids": [one["user_id"] for one in staff],
        "editor_ids": editors(staff),
        "tags": list(data.get("tags", ())), "category_id": data.get("category_id") or None,
        "language": data.get("language", ""), "currency": data.get("currency", ""),
        "primary_email": reachable(data.get("emails", ()), "address"),
        "primary_phone": reachable(data.get("phones", ()), "e164"),
        "parent_id": data.get("parent_id") or None, "archived": data.get("is_archived", False),
        "merged_into": data.get("merged_into") or None,
        "availability": data.get("availability") or None,
        "credit_limit": data.get("credit_limit", ""), "credit_days": data.get("credit_days"),
        "bill_to_id": data.get("bill_to_id") or None,
    }  # fmt: skip


def editors(staff: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those of a client's staff who may change it: watchers only look on."""
    return [one["user_id"] for one in staff if one["role"] in ("owner", "collaborator")]


def reachable(addresses: Sequence[Mapping[str, Any]], name: str) -> str:
    """The primary one of those not opted out, else the first; empty where there is none."""
    allowed = [one for one in addresses if not one.get("opt_out") and one.get(name)]
    chosen = next((one for one in allowed if one.get("primary")), allowed[0] if allowed else {})
    return str(chosen.get(name, ""))
