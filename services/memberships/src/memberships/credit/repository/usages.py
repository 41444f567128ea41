"""The SQL of what was used."""

from collections.abc import Sequence
from datetime import UTC
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Table,
    Text,
    Uuid,
    bindparam,
    case,
    func,
    literal_column,
    or_,
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
    whose,
    with_type,
)
from memberships.credit.rules.failures import UsageNotFound
from memberships.credit.rules.ledger import OWNERS, Place
from memberships.credit.rules.lots import Part
from memberships.credit.schemas.moves import PartView, UsageView
from memberships.credit.tables.ledger import Lot, credit_lots, credit_parts
from memberships.credit.tables.moves import (
    Usage,
    credit_adjustments,
    credit_holds,
    credit_usages,
)
from memberships.credit_types.rules import CreditKind, written
from memberships.credit_types.tables import credit_types
from refs.lag import AboutClients
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = credit_usages.c
_P: Final = credit_parts.c
_L: Final = credit_lots.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
# What is told of a use as it stands in its row.
_OWN: Final = (
    "id", "version", "created_at", "updated_at", "client_id", "credit_type_id", "note", "source",
    "hold_id", "reversed_at", "created_by",
)  # fmt: skip
_KINDS: Final = {
    credit_usages: OWNERS[Place.USED], credit_holds: OWNERS[Place.HELD],
    credit_adjustments: OWNERS[Place.ADJUSTED],
}  # fmt: skip


def _of(table: Table) -> ColumnElement[bool]:
    kind = literal_column(f"'{_KINDS[table]}'", Text)
    return (
        (_P.tenant_id == table.c.tenant_id) & (_P.owner_kind == kind) & (_P.owner_id == table.c.id)
    )


def parts_of(table: Table) -> ColumnElement[Any]:
    """What was taken of which charges, as JSON; of none what is owed.

    Of a charge that another client shares its id is told to who sees them.
    """
    owner, named = client_refs.alias("lot_owner"), client_refs.alias("named_owner")
    is_own = _L.client_id == table.c.client_id
    of_owner = case((owner.c.merged_into.is_(None), _L.client_id), else_=owner.c.merged_into)
    of_named = case(
        (named.c.merged_into.is_(None), table.c.client_id), else_=named.c.merged_into
    )  # fmt: skip
    told = func.json_build_object(
        literal_column("'charge_id'"),
        case((or_(is_own, about_visible_client(_L.client_id)), _L.id)),
        literal_column("'amount'"), amount(_P.amount),
        literal_column("'shared'"),
        case((or_(_L.id.is_(None), is_own), literal_column("false")), else_=of_owner != of_named),
    )  # fmt: skip
    listed: Any = aggregate_order_by(told, _P.place, _P.id)
    lots = (_L.tenant_id == _P.tenant_id) & (_L.id == _P.lot_id)
    owners = (owner.c.tenant_id == _P.tenant_id) & (owner.c.id == _L.client_id)
    nameds = (named.c.tenant_id == _P.tenant_id) & (named.c.id == table.c.client_id)
    sources = credit_parts.outerjoin(credit_lots, lots)
    found = (
        select(func.json_agg(listed))
        .select_from(sources.outerjoin(owner, owners).outerjoin(named, nameds))
        .where(_of(table))
    )
    query = found.correlate(table, credit_types).scalar_subquery()
    return func.coalesce(query, literal_column("'[]'", JSON))


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "credit_type_id", "occurred_at", "note",
        "source", "hold_id", "reversed_at", "created_by",
    )},
    **whose(credit_usages), "amount": amount(_C.amount), "lots": parts_of(credit_usages),
}  # fmt: skip
_SOURCE: Final = with_type(credit_usages)
_OURS: Final = (_C.tenant_id == _TENANT, about_visible_client(_C.client_id))
_READ: Final = document(_SOURCE, _SHOWN, *_OURS, _C.id == bindparam("id", type_=Uuid))
_charge = (
    select(literal_column("1")).where(_of(credit_usages), any_of(_P.lot_id, "charge_id")).exists()
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
_LOCKED: Final = statement(
    select(*written_columns(credit_usages))
    .where(_C.tenant_id == _TENANT, _C.id == bindparam("id", type_=Uuid))
    .with_for_update()
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
        if (told := self.work.memo.get((self.table, usage_id))) is not None:
            return Document(*told)
        found = await read_document(self.work, _READ, **await self._bound({"id": usage_id}))
        if found is None:
            raise self.missing()
        return found

    def note(self, usage: Usage, kind: CreditKind, parts: Sequence[Part[Lot]]) -> None:
        """What `shown` answers of one that was just written, and that lots of the client's own
        paid: whoever may use them sees them.
        """
        paid = [
            PartView.model_construct(
                charge_id=one.lot.id if one.lot else None, shared=False,
                amount=written(one.amount, kind.decimals),
            )
            for one in parts
        ]  # fmt: skip
        told = UsageView.model_construct(
            **{name: getattr(usage, name) for name in _OWN},
            url=f"/v1/clients/{usage.client_id}", lots=paid,
            amount=written(usage.amount, kind.decimals),
            occurred_at=usage.occurred_at.astimezone(UTC),
        )  # fmt: skip
        self.work.memo[self.table, usage.id] = told.model_dump_json(), usage.version

    async def update(self, row: Usage, **changes: Any) -> Usage:
        self.work.memo.pop((self.table, row.id), None)
        return await super().update(row, **changes)

    async def locked(self, usage_id: UUID) -> Usage:
        """One that something else is about, which the caller may change; raises what is missing."""
        if (found := await self.one(_LOCKED, id=usage_id)) is None:
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
