"""All SQL of package orders."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import IdTaken
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.package_orders.rules import (
    PackageOrderExternalIdTaken,
    PackageOrderNotFound,
    Status,
)
from memberships.package_orders.tables import PackageOrder, package_orders
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = package_orders.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = about_visible_client(_C.client_id)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "package_id", "discount", "note", "status",
        "invoice_id", "problem", "paid_at", "external_id", "created_by",
    )},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "package": _C.terms["name"], "credits": _C.terms["credits"],
    "price": _C.terms["price"].astext, "currency": _C.terms["currency"].astext,
}  # fmt: skip


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _any(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


LIST: Final = ListQuery(
    source=package_orders, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(
            client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        **{name: _any(_C[name], name)
           for name in ("package_id", "invoice_id", "status", "external_id")},
        "created_from": _C.created_at >= _moment("created_from"),
        "created_to": _C.created_at < _moment("created_to"),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(package_orders, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
_LOCKED: Final = statement(
    select(*written_columns(package_orders))
    .where(_OURS, _SCOPE, _C.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(_C.id)
    .with_for_update()
)
_SOME: Final = statement(
    select(*written_columns(package_orders))
    .where(_OURS, _C.id > bindparam("after", type_=Uuid))
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
)
_UNPAID: Final = (Status.PENDING.value, Status.INVOICED.value, Status.FAILED.value)
_FORGET: Final = statement(
    update(package_orders)
    .where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
    .values(note=None)
    .returning(*written_columns(package_orders))
)


class PackageOrderRepository(AboutClients[PackageOrder]):
    """The orders of the clients that the caller may see."""

    table = package_orders
    row = PackageOrder
    scope = _SCOPE
    missing = PackageOrderNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, order_id: UUID) -> Document:
        """One as JSON; raises PackageOrderNotFound."""
        await self.check(order_id)
        return await self.shown(order_id)

    async def shown(self, order_id: UUID) -> Document:
        """The same of one that was just written."""
        found = await read_document(self.work, _READ, **await self._bound({"id": order_id}))
        if found is None:
            raise PackageOrderNotFound()
        return found

    async def known(self, order_id: UUID | None, digest: bytes) -> PackageOrder | None:
        """The one made before by the same id and request; raises IdTaken for another request."""
        found = await self.find(order_id) if order_id else None
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        return found

    async def locked(self, ids: Collection[UUID]) -> dict[UUID, PackageOrder]:
        """Some, by id."""
        return {one.id: one for one in await self.all(_LOCKED, ids=list(ids))}

    async def some(self, after: UUID, most: int) -> list[PackageOrder]:
        """Some of the company's, by id, beyond this one."""
        return await self.all(_SOME, after=after, most=most)

    async def forget(self, client_id: UUID) -> list[PackageOrder]:
        """Keep nothing that somebody wrote about them; those that are not paid."""
        found = await self.all(_FORGET, client_id=client_id)
        return [one for one in found if one.status in _UNPAID]

    async def add(self, **values: Any) -> PackageOrder:
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "uq_package_orders__external_id":
                raise PackageOrderExternalIdTaken(field="external_id") from error
            if error.constraint_name == "pk_package_orders":
                raise IdTaken(field="id") from error
            raise
