"""All SQL of check-ins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import IdTaken
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from memberships.check_ins.rules import CheckInNotFound, Result
from memberships.check_ins.tables import CheckIn, check_ins
from memberships.memberships.tables import (
    Membership,
    MembershipFreeze,
    MembershipPeriod,
    membership_freezes,
    membership_periods,
    memberships,
)
from refs.lag import AboutClients
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = check_ins.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_SURVIVOR: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "membership_id", "membership_status",
        "occurred_at", "day", "result", "reason", "credit_usage_id", "undone_at", "created_by",
    )},
    "client_id": _SURVIVOR,
    "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
}  # fmt: skip
_READ: Final = document(check_ins, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))


def _asked(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


LIST: Final = ListQuery(
    source=check_ins, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(client_refs, _C.client_id, _asked("client_id")),
        "membership_id": _C.membership_id == any_(_asked("membership_id")),
        "result": _C.result == any_(bindparam("result", type_=ARRAY(Text))),
        "day_from": _C.day >= bindparam("day_from", type_=_C.day.type),
        "day_to": _C.day < bindparam("day_to", type_=_C.day.type),
        "updated_from": _C.updated_at >= bindparam("updated_from", type_=_C.updated_at.type),
        "updated_to": _C.updated_at < bindparam("updated_to", type_=_C.updated_at.type),
    },
    sorts={name: _C[name] for name in ("occurred_at", "updated_at", "created_at")},
    default_sort="-occurred_at", key=_C.id,
)  # fmt: skip
_HOLD: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_NEAR: Final = statement(
    select(_C.id)
    .where(
        _OURS, about_clients(client_refs, _C.client_id, _asked("client_ids")),
        _C.result == Result.RECORDED.value,
        _C.occurred_at > bindparam("after", type_=DateTime(timezone=True)),
        _C.occurred_at < bindparam("before", type_=DateTime(timezone=True)),
    )
    .limit(1)
)  # fmt: skip
_M: Final = memberships.c
_P: Final = membership_periods.c
_F: Final = membership_freezes.c
_IDS: Final = any_(_asked("ids"))
# A client's, and of those merged into them; of very many the newest.
_MEMBERSHIPS: Final = statement(
    select(*written_columns(memberships))
    .where(
        _M.tenant_id == bindparam("tenant_id", type_=Uuid),
        about_clients(client_refs, _M.client_id, _asked("client_ids")),
    )
    .order_by(_M.created_at.desc(), _M.id.desc())
    .limit(literal_column("200"))
)  # fmt: skip
_PERIODS: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id", type_=Uuid), _P.membership_id == _IDS,
           _P.granted_at.is_not(None))
)  # fmt: skip
_FREEZES: Final = statement(
    select(*written_columns(membership_freezes)).where(
        _F.tenant_id == bindparam("tenant_id", type_=Uuid), _F.membership_id == _IDS
    )
)
_FORGET: Final = statement(
    delete(check_ins).where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
)


@dataclass(frozen=True, slots=True)
class Held:
    """A membership that a client has, with what its status follows from."""

    membership: Membership
    periods: Sequence[MembershipPeriod]
    freezes: Sequence[MembershipFreeze]


async def held(work: UnitOfWork, client_id: UUID) -> list[Held]:
    """What a client has of memberships, the newest first."""
    ours: dict[str, Any] = {"tenant_id": work.tenant_id}
    rows = await work.fetch(_MEMBERSHIPS, **ours, client_ids=[client_id])
    found = [Membership(**row) for row in rows]
    if not found:
        return []
    ids = [one.id for one in found]
    periods = [MembershipPeriod(**one) for one in await work.fetch(_PERIODS, **ours, ids=ids)]
    freezes = [MembershipFreeze(**one) for one in await work.fetch(_FREEZES, **ours, ids=ids)]
    return [
        Held(
            one, [period for period in periods if period.membership_id == one.id],
            [freeze for freeze in freezes if freeze.membership_id == one.id],
        )
        for one in found
    ]  # fmt: skip


class CheckInRepository(AboutClients[CheckIn]):
    """The check-ins of the clients that the caller sees."""

    table = check_ins
    row = CheckIn
    scope = _SCOPE
    missing = CheckInNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, check_in_id: UUID) -> Document:
        """One as JSON; raises CheckInNotFound."""
        await self.check(check_in_id)
        return await self.shown(check_in_id)

    async def shown(self, check_in_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": check_in_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found

    async def known(self, check_in_id: UUID | None, digest: bytes) -> CheckIn | None:
        """The one made before by the same id and request; raises IdTaken for another request."""
        found = await self.find(check_in_id) if check_in_id else None
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        return found

    async def add(self, **values: Any) -> CheckIn:
        """A new one; raises IdTaken."""
        if (made := await self.add_unless_taken(**values)) is None:
            raise IdTaken(field="id")
        return made

    async def hold(self, client_id: UUID) -> None:
        """Until the work ends nobody else decides whether this client comes in."""
        await self.work.execute(_HOLD, key=f"check-in:{self.work.tenant_id}:{client_id}")

    async def is_near(self, client_id: UUID, at: datetime, within: timedelta) -> bool:
        """Whether the client came in less than so long before or after."""
        found = await self.work.fetchval(
            _NEAR, tenant_id=self.work.tenant_id, client_ids=[client_id], after=at - within,
            before=at + within,
        )  # fmt: skip
        return found is not None

    async def forget(self, client_id: UUID) -> None:
        """Keep nothing of when a client came."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, client_id=client_id)
