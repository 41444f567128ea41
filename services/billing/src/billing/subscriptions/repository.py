"""All SQL of subscriptions."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)  # fmt: skip

from billing.documents.repository.clauses import (
    TODAY,
    about_whom,
    any_of,
    between,
    for_clients,
    names_client,
    of_clients,
)
from billing.documents.repository.records import RecordRepository
from billing.subscriptions.rules.periods import SubscriptionExternalIdTaken, SubscriptionNotFound
from billing.subscriptions.tables import Subscription, subscriptions
from chassis.amounts import amount
from chassis.documents import document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from refs.home import today
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client

_C: Final = subscriptions.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SCOPE: Final = about_visible_client(_C.client_id)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_CHUNK: Final = 500


def _called(status: str) -> ColumnElement[str]:
    return literal_column(f"'{status}'", Text)


_STATUS: Final = case(
    (_C.is_paused, _called("paused")),
    (_C.cancelled_on <= TODAY, _called("cancelled")),
    (and_(_C.next_on.is_(None), _C.cancelled_on.is_(None)), _called("ended")),
    else_=_called("active"),
)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "starts_on", "anchor_day",
        "first_period", "ends_on", "occurrences", "billed", "next_on", "cancelled_on", "due_days",
        "currency", "lines", "discount", "payment_terms", "salesperson_id", "notes", "terms",
        "branch_id", "work_cycle_id", "external_id", "problem", "created_by",
    )},
    "status": _STATUS, "client_id": _ABOUT, "for_client_id": about_whom(subscriptions),
    "auto_issue": _C.is_issued,
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "interval": func.json_build_object("unit", _C.unit, "count", _C.interval_count),
    "shipping": amount(_C.shipping_minor, _C.currency),
    "tax_total": amount(_C.tax_minor, _C.currency), "total": amount(_C.total_minor, _C.currency),
}  # fmt: skip

LIST: Final = ListQuery(
    source=subscriptions, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(subscriptions), "for_client_id": for_clients(subscriptions),
        "status": any_of(_STATUS, "status"),
        **{name: any_of(_C[name], name) for name in (
            "external_id", "branch_id", "salesperson_id", "work_cycle_id", "currency",
        )},
        "failing": _C.problem.is_not(None) == bindparam("failing", type_=Boolean),
        **between("starts_on", _C.starts_on), **between("ends_on", _C.ends_on),
        **between("cancelled_on", _C.cancelled_on),
        **between("next_on", _C.next_on), **between("created", _C.created_at),
        **between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at", "next_on")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_IS_DUE: Final = and_(_C.next_on <= TODAY, ~_C.is_paused)
_DUE: Final = statement(
    select(_C.id)
    .where(_OURS, _IS_DUE, _C.id > bindparam("after", type_=Uuid))
    .order_by(_C.id)
    .limit(_CHUNK)
)
_LOCKED: Final = statement(
    select(*written_columns(subscriptions))
    .where(_OURS, _C.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_END_ALL: Final = statement(
    update(subscriptions)
    .where(_OURS, names_client(subscriptions, "of_client"), _C.next_on.is_not(None))
    .values(next_on=None, is_paused=False, cancelled_on=bindparam("on", type_=Date),
            version=_C.version + 1)
    .returning(*written_columns(subscriptions))
)  # fmt: skip


class SubscriptionRepository(RecordRepository[Subscription]):
    """The subscriptions of the clients that the caller may see."""

    table = subscriptions
    row = Subscription
    scope = _SCOPE
    missing = SubscriptionNotFound
    reads = document(subscriptions, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
    keys = {"uq_subscriptions__external_id": (SubscriptionExternalIdTaken, "external_id")}

    async def locked(self, subscription_id: UUID) -> Subscription | None:
        """The one that is to be billed, if it is still there."""
        return await self.one(_LOCKED, id=subscription_id)

    async def due(self, after: UUID) -> Sequence[UUID]:
        """Some of those to be billed today or before, by id, beyond this one."""
        rows = await self.work.fetch(
            _DUE, tenant_id=self.work.tenant_id, today=await today(self.work), after=after
        )
        return [row["id"] for row in rows]

    async def end_all(self, client_id: UUID, on: date) -> list[Subscription]:
        """No bill for this client any more."""
        return await self.all(_END_ALL, of_client=client_id, on=on)
