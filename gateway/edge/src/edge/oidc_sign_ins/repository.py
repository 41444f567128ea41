"""All SQL of sign-ins at providers."""

from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.oidc_sign_ins.tables import oidc_sign_ins

_SPEND: Final = statement(
    insert(oidc_sign_ins)
    .values({c.name: bindparam(c.name, type_=c.type) for c in oidc_sign_ins.c})
    .on_conflict_do_nothing()
    .returning(oidc_sign_ins.c.id)
)


async def spend(work: UnitOfWork, step_id: UUID, expires_at: datetime) -> bool:
    """Whether this step of a sign-in is taken now for the first time."""
    now = work.now
    found = await work.fetchval(
        _SPEND, tenant_id=work.tenant_id, id=step_id, version=1, created_at=now,
        updated_at=now, expires_at=expires_at,
    )  # fmt: skip
    return found is not None
