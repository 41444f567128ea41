"""All SQL of sensitive values."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    LargeBinary,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    select,
    tuple_,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.secrets.tables import client_secrets

_C: Final = client_secrets.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_NAMED: Final = _C.name == any_(bindparam("names", type_=ARRAY(Text)))
_OF_CLIENT: Final = (_C.tenant_id == _TENANT) & (_C.client_id == _CLIENT) & _NAMED
PIECE: Final = 200

_READ: Final = statement(select(_C.name, _C.sealed, _C.fingerprint).where(_OF_CLIENT))
_PRINTS: Final = statement(
    select(_C.client_id, _C.name, _C.fingerprint).where(
        _C.tenant_id == _TENANT, _C.client_id == any_(bindparam("client_ids", type_=ARRAY(Uuid)))
    )
)
_REMOVE: Final = statement(delete(client_secrets).where(_OF_CLIENT))
_HOLDERS: Final = statement(
    select(_C.client_id)
    .distinct()
    .where(
        _C.tenant_id == _TENANT,
        _NAMED,
        _C.fingerprint == any_(bindparam("prints", type_=ARRAY(LargeBinary))),
    )
    .limit(PIECE)
)
_AFTER: Final = statement(
    select(_C.client_id, _C.name, _C.sealed)
    .where(_C.tenant_id == _TENANT,
           tuple_(_C.client_id, _C.name) > tuple_(
               bindparam("after_client", type_=Uuid), bindparam("after_name", type_=Text)))
    .order_by(_C.client_id, _C.name).limit(PIECE).with_for_update()
)  # fmt: skip


def _written() -> Any:
    given = (
        func.unnest(*(
            bindparam(name, type_=ARRAY(kind))
            for name, kind in (("names", Text), ("sealed", LargeBinary),
                               ("fingerprints", LargeBinary))
        ))
        .table_valued(column("name", Text), column("sealed", LargeBinary),
                      column("fingerprint", LargeBinary))
        .render_derived()
    )  # fmt: skip
    put = insert(client_secrets).from_select(
        ["tenant_id", "client_id", "name", "sealed", "fingerprint"],
        select(_TENANT, _CLIENT, given.c.name, given.c.sealed, given.c.fingerprint),
    )
    return put.on_conflict_do_update(
        index_elements=["tenant_id", "client_id", "name"],
        set_={"sealed": put.excluded.sealed, "fingerprint": put.excluded.fingerprint},
    )


_WRITE: Final = statement(_written())


class SecretRepository:
    """Sensitive values of the tenant's clients."""

    def __init__(self, work: UnitOfWork) -> None:
        self.work = work

    async def read(self, client_id: UUID, names: Sequence[str]) -> dict[str, tuple[bytes, bytes]]:
        """Token and fingerprint of those values that the client has."""
        rows = await self.work.fetch(
            _READ, tenant_id=self.work.tenant_id, client_id=client_id, names=list(names)
        )
        return {row["name"]: (row["sealed"], row["fingerprint"]) for row in rows}

    async def fingerprints(self, client_ids: Collection[UUID]) -> dict[UUID, dict[str, bytes]]:
        """What all values of some clients are found by: client → name → fingerprint."""
        rows = await self.work.fetch(
            _PRINTS, tenant_id=self.work.tenant_id, client_ids=list(client_ids)
        )
        found: dict[UUID, dict[str, bytes]] = {}
        for row in rows:
            found.setdefault(row["client_id"], {})[row["name"]] = row["fingerprint"]
        return found

    async def write(self, client_id: UUID, values: Mapping[str, tuple[bytes, bytes]]) -> None:
        """Token and fingerprint of each value, in the place of those before."""
        await self.work.execute(
            _WRITE, tenant_id=self.work.tenant_id, client_id=client_id, names=list(values),
            sealed=[token for token, _ in values.values()],
            fingerprints=[mark for _, mark in values.values()],
        )  # fmt: skip

    async def remove(self, client_id: UUID, names: Sequence[str]) -> None:
        """Forget these values."""
        await self.work.execute(
            _REMOVE, tenant_id=self.work.tenant_id, client_id=client_id, names=list(names)
        )

    async def holders(self, names: Sequence[str], prints: Sequence[bytes]) -> tuple[UUID, ...]:
        """The clients who have a value with one of these fingerprints."""
        rows = await self.work.fetch(
            _HOLDERS, tenant_id=self.work.tenant_id, names=list(names), prints=list(prints)
        )
        return tuple(row["client_id"] for row in rows)

    async def after(self, client_id: UUID, name: str) -> list[tuple[UUID, str, bytes]]:
        """Some of all clients' values, locked: client, name, token."""
        rows = await self.work.fetch(
            _AFTER, tenant_id=self.work.tenant_id, after_client=client_id, after_name=name
        )
        return [(row["client_id"], row["name"], row["sealed"]) for row in rows]


def secret_clause(
    clients: FromClause, name: ColumnElement[str], prints: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Clients with a whole value, by its fingerprints under every key."""
    ours = (_C.tenant_id == clients.c.tenant_id) & (_C.tenant_id == _TENANT)
    found = select(_C.client_id).where(
        ours, _C.client_id == clients.c.id, _C.name == name, _C.fingerprint == any_(prints)
    )
    return exists(found.correlate(clients))
