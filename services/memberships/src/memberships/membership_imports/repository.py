"""All SQL of imports of memberships."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, delete, exists, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from memberships.check_ins.tables import check_ins
from memberships.imports.repository import rows_told
from memberships.imports.rules import Known, known
from memberships.memberships.tables import membership_freezes, membership_periods, memberships
from memberships.packages.tables import Package, packages
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs

ROWS: Final = rows_told("membership_id")
_M: Final = memberships.c
_P: Final = membership_periods.c
_F: Final = membership_freezes.c
_C: Final = check_ins.c
_K: Final = packages.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_ID: Final = bindparam("membership_id", type_=Uuid)
_PACKAGES: Final = statement(
    select(*written_columns(packages)).where(
        _K.tenant_id == _TENANT, _K.kind == bindparam("kind", type_=Text)
    )
)
_STANDING: Final = statement(
    select(
        survivor_of(client_refs, _M.client_id).label("client_id"), _M.package_id, _M.start_date
    ).where(
        _M.tenant_id == _TENANT,
        about_clients(client_refs, _M.client_id, bindparam("client_ids", type_=ARRAY(Uuid))),
    )
)
_TAKEN: Final = statement(
    select(_M.external_id).where(
        _M.tenant_id == _TENANT,
        _M.external_id == any_(bindparam("external_ids", type_=ARRAY(Text))),
    )
)
# Anything but the one period that was granted without an invoice.
_MORE: Final = statement(
    select(or_(
        exists().where(_P.tenant_id == _TENANT, _P.membership_id == _ID,
                       or_(_P.number > 1, _P.invoice_id.is_not(None), _P.granted_at.is_(None))),
        exists().where(_F.tenant_id == _TENANT, _F.membership_id == _ID),
        exists().where(_C.tenant_id == _TENANT, _C.membership_id == _ID),
    ))
)  # fmt: skip
_WITHOUT_PERIODS: Final = statement(
    delete(membership_periods).where(_P.tenant_id == _TENANT, _P.membership_id == _ID)
)


async def sold(work: UnitOfWork) -> tuple[dict[UUID, Package], Known]:
    """The membership packages, put away or not, and what rows may call them."""
    rows = await work.fetch(_PACKAGES, tenant_id=work.tenant_id, kind="membership")
    found = {row["id"]: Package(**row) for row in rows}
    return found, known((one.id, one.name, one.external_id) for one in found.values())


async def standing(
    work: UnitOfWork, client_ids: Collection[UUID]
) -> set[tuple[UUID, UUID, date]]:  # fmt: skip
    """What these clients have, and who was merged into them: whose, the package, and since when."""
    rows = await work.fetch(_STANDING, tenant_id=work.tenant_id, client_ids=list(client_ids))
    return {(row["client_id"], row["package_id"], row["start_date"]) for row in rows}


async def taken(work: UnitOfWork, external_ids: Collection[str]) -> set[str]:
    """Those of them that memberships have."""
    rows = await work.fetch(_TAKEN, tenant_id=work.tenant_id, external_ids=list(external_ids))
    return {row["external_id"] for row in rows}


async def is_followed(work: UnitOfWork, membership_id: UUID) -> bool:
    """Whether something came of a membership that was taken over."""
    found: bool = await work.fetchval(_MORE, tenant_id=work.tenant_id, membership_id=membership_id)
    return found


async def remove_periods(work: UnitOfWork, membership_id: UUID) -> None:
    """Let a membership go that nothing came of."""
    await work.execute(_WITHOUT_PERIODS, tenant_id=work.tenant_id, membership_id=membership_id)
