"""All SQL of policies."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Date, Text, and_, any_, bindparam, case, literal_column, not_, null, select

from chassis.amounts import amount
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.clients.repository.rows import about_visible_client, of_clients, survivor_of
from clients.insurance.repository.shown import (
    client_columns,
    ids,
    shown_of,
    shown_values,
    still_there,
)
from clients.insurance.rules import PolicyInUse, PolicyNotFound
from clients.insurance.tables import Policy, insurance_policies

_C: Final = insurance_policies.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = shown_of(_C.client_id)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "provider_id", "number", "policy_class",
    "starts_on", "ends_on", "coverage_percent", "co_pay_percent", "currency", "note",
)  # fmt: skip
_self, _linked = (literal_column(f"'{one}'", Text) for one in ("self", "linked_client"))
# Not all who see a client see those linked to it.
_holder: Final = case(
    (and_(_C.holder_id.is_not(None), about_visible_client(_C.holder_id)),
     survivor_of(_C.holder_id)),
    else_=null(),
)  # fmt: skip
_COLUMNS: Final = {
    **{name: _C[name] for name in _SHOWN}, **client_columns(insurance_policies),
    "holder": case((_C.holder_id.is_(None), _self), else_=_linked), "holder_id": _holder,
    "co_pay_limit": amount(_C.co_pay_limit_minor, _C.currency),
    "annual_limit": amount(_C.annual_limit_minor, _C.currency),
    "file_ids": still_there(insurance_policies),
}  # fmt: skip
_READ: Final = document(insurance_policies, _COLUMNS, _OURS, _SCOPE, _C.id == bindparam("id"))
_day: Final = bindparam("in_force_on", type_=Date)
LIST: Final = ListQuery(
    source=insurance_policies, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(_C.client_id, ids("client_id")),
        "provider_id": _C.provider_id == any_(ids("provider_id")),
        "number": _C.number == bindparam("number", type_=Text),
        "in_force_on": (_C.starts_on <= _day) & (_C.ends_on.is_(None) | (_C.ends_on >= _day)),
        "ends_on_from": _C.ends_on >= bindparam("ends_on_from", type_=Date),
        "ends_on_to": _C.ends_on < bindparam("ends_on_to", type_=Date),
    },
    sorts={n: _C[n] for n in ("created_at", "updated_at", "starts_on")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
# Of others, some at a time.
_HELD: Final = statement(
    select(*_C)
    .where(_OURS, _C.holder_id == any_(ids("ids")), not_(_C.client_id == any_(ids("ids"))))
    .order_by(_C.id).limit(500).with_for_update()
)  # fmt: skip


class PolicyRepository(Repository[Policy]):
    """Policies of the clients that the caller sees, where their folder shows insurance."""

    table = insurance_policies
    row = Policy
    scope = _SCOPE
    missing = PolicyNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await shown_values(self.work)

    async def read(self, policy_id: UUID) -> Document:
        """The policy as JSON; raises PolicyNotFound."""
        found = await read_document(self.work, _READ, **await self._bound({"id": policy_id}))
        if found is None:
            raise self.missing()
        return found

    async def held_by(self, client_ids: Sequence[UUID]) -> list[Policy]:
        """Some of the policies of others that these clients hold, locked, whoever asks."""
        rows = await self.work.fetch(
            _HELD, tenant_id=self.work.tenant_id, ids=list(client_ids)
        )  # fmt: skip
        return [Policy(**row) for row in rows]

    async def delete(self, row: Policy) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise PolicyInUse() from error
