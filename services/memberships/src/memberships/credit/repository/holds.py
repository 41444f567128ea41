"""The SQL of what is held."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, bindparam, select, update

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.credit.repository.clauses import (
    amount,
    any_of,
    between,
    no_text,
    of_clients,
    whose,
    with_type,
)
from memberships.credit.repository.usages import parts_of
from memberships.credit.rules.failures import HoldNotFound
from memberships.credit.tables.moves import Hold, credit_holds
from refs.lag import AboutClients
from refs.visibility import about_visible_client, sight_of

_C: Final = credit_holds.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "credit_type_id", "status", "note", "source",
        "created_by",
    )},
    **whose(credit_holds), "amount": amount(_C.amount), "lots": parts_of(credit_holds),
}  # fmt: skip
_SOURCE: Final = with_type(credit_holds)
_OURS: Final = (_C.tenant_id == _TENANT, about_visible_client(_C.client_id))
_READ: Final = document(_SOURCE, _SHOWN, *_OURS, _C.id == bindparam("id", type_=Uuid))
LIST: Final = ListQuery(
    source=_SOURCE, columns=_SHOWN, where=_OURS,
    filters={
        "client_id": of_clients(credit_holds),
        **{name: any_of(_C[name], name) for name in ("credit_type_id", "source", "status")},
        **between("created", _C.created_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_CAUSED: Final = statement(
    select(*written_columns(credit_holds)).where(
        _C.tenant_id == _TENANT, _C.cause == bindparam("cause", type_=Text)
    )
)
_LOCKED: Final = statement(
    select(*written_columns(credit_holds))
    .where(_C.tenant_id == _TENANT, _C.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_FORGET: Final = statement(
    update(credit_holds)
    .where(_C.tenant_id == _TENANT, _C.client_id == bindparam("of_client", type_=Uuid))
    .values(note=no_text())
)  # fmt: skip


class HoldRepository(AboutClients[Hold]):
    """Holds of credit of clients that the caller sees."""

    table = credit_holds
    row = Hold
    scope = about_visible_client(_C.client_id)
    missing = HoldNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, hold_id: UUID) -> Document:
        """The hold as JSON; raises what is missing."""
        await self.check(hold_id)
        return await self.shown(hold_id)

    async def shown(self, hold_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": hold_id}))
        if found is None:
            raise self.missing()
        return found

    async def locked(self, hold_id: UUID) -> Hold:
        """One that something else is about, which the caller may change; raises what is missing."""
        if (found := await self.one(_LOCKED, id=hold_id)) is None:
            raise self.missing()
        return found

    async def caused(self, cause: str) -> Hold | None:
        """What a cause has held, whoever sees it."""
        row = await self.work.fetchrow(_CAUSED, tenant_id=self.work.tenant_id, cause=cause)
        return Hold(**row) if row else None

    async def forget(self, client_id: UUID) -> None:
        """What was written about holds of a client who is erased."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, of_client=client_id)
