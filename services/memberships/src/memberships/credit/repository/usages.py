"""The SQL of what was used."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Table,
    Text,
    Uuid,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by

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
    of_type,
    whose,
    with_type,
)
from memberships.credit.rules.failures import UsageNotFound
from memberships.credit.tables.ledger import credit_parts
from memberships.credit.tables.moves import Usage, credit_usages
from refs.lag import AboutClients
from refs.visibility import about_visible_client, sight_of

_C: Final = credit_usages.c
_P: Final = credit_parts.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)


def parts_of(table: Table) -> ColumnElement[Any]:
    """What a use or a hold took of which charges, as JSON; of none what is owed."""
    told = func.json_build_object(
        literal_column("'charge_id'"), _P.lot_id, literal_column("'amount'"), amount(_P.amount)
    )
    listed: Any = aggregate_order_by(told, _P.place, _P.id)
    found = select(func.json_agg(listed)).where(
        _P.tenant_id == table.c.tenant_id, _P.owner_id == table.c.id
    )
    query = found.correlate_except(credit_parts).scalar_subquery()
    return func.coalesce(query, literal_column("'[]'", JSON))


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "credit_type_id", "occurred_at", "note",
        "source", "hold_id", "reversed_at", "created_by",
    )},
    **whose(credit_usages), "amount": amount(_C.amount), "lots": parts_of(credit_usages),
}  # fmt: skip
_SOURCE: Final = with_type(credit_usages)
_OURS: Final = (of_type(credit_usages), _C.tenant_id == _TENANT, about_visible_client(_C.client_id))
_READ: Final = document(_SOURCE, _SHOWN, *_OURS, _C.id == bindparam("id", type_=Uuid))
_charge = (
    select(literal_column("1"))
    .where(_P.tenant_id == _C.tenant_id, _P.owner_id == _C.id, any_of(_P.lot_id, "charge_id"))
    .exists()
)
LIST: Final = ListQuery(
    source=_SOURCE, columns=_SHOWN, where=_OURS,
    filters={
        "client_id": of_clients(credit_usages), "charge_id": _charge,
        **{name: any_of(_C[name], name) for name in ("credit_type_id", "source", "hold_id")},
        "reversed": _C.reversed_at.is_not(None) == bindparam("reversed", type_=Boolean),
        **between("occurred", _C.occurred_at), **between("created", _C.created_at),
    },
    sorts={name: _C[name] for name in ("occurred_at", "created_at", "updated_at")},
    default_sort="-occurred_at", key=_C.id,
)  # fmt: skip
_CAUSED: Final = statement(
    select(*written_columns(credit_usages)).where(
        _C.tenant_id == _TENANT, _C.cause == bindparam("cause", type_=Text)
    )
)
_OF_HOLD: Final = statement(
    select(*written_columns(credit_usages)).where(
        _C.tenant_id == _TENANT, _C.hold_id == bindparam("hold_id", type_=Uuid)
    )
)
_FORGET: Final = statement(
    update(credit_usages)
    .where(_C.tenant_id == _TENANT, _C.client_id == bindparam("of_client", type_=Uuid))
    .values(note=no_text())
)  # fmt: skip


class UsageRepository(AboutClients[Usage]):
    """Uses of credit by clients that the caller sees."""

    table = credit_usages
    row = Usage
    scope = about_visible_client(_C.client_id)
    missing = UsageNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, usage_id: UUID) -> Document:
        """The use as JSON; raises what is missing."""
        await self.check(usage_id)
        return await self.shown(usage_id)

    async def shown(self, usage_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": usage_id}))
        if found is None:
            raise self.missing()
        return found

    async def caused(self, cause: str) -> Usage | None:
        """What a cause has used, whoever sees it."""
        row = await self.work.fetchrow(_CAUSED, tenant_id=self.work.tenant_id, cause=cause)
        return Usage(**row) if row else None

    async def of_hold(self, hold_id: UUID) -> Usage:
        """What was used of a hold that is consumed."""
        row = await self.work.fetchrow(_OF_HOLD, tenant_id=self.work.tenant_id, hold_id=hold_id)
        if row is None:
            raise self.missing()
        return Usage(**row)

    async def forget(self, client_id: UUID) -> None:
        """What was written about uses by a client who is erased."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, of_client=client_id)
