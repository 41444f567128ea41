"""All SQL of second factors."""

from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, bindparam, select, update

from chassis.repository import Repository
from chassis.statements import statement
from edge.second_factors.tables import SecondFactor, second_factors

_THIS: Final = (
    second_factors.c.tenant_id == bindparam("tenant_id"),
    second_factors.c.id == bindparam("id"),
)
_LOCK: Final = statement(select(*second_factors.c).where(*_THIS).with_for_update())
# Neither an audit entry nor a version: it happens at every sign-in, which leaves its own.
_USED: Final = statement(
    update(second_factors)
    .where(*_THIS)
    .values(
        last_step=bindparam("last_step", type_=BigInteger),
        sealed_seed=bindparam("sealed_seed", type_=LargeBinary),
    )
)


class SecondFactorRepository(Repository[SecondFactor]):
    """Second factors of the tenant's users, by the user's id."""

    table = second_factors
    row = SecondFactor

    async def locked(self, user_id: UUID) -> SecondFactor | None:
        """A user's, so that no code of it is taken twice."""
        return await self.one(_LOCK, id=user_id)

    async def note_step(self, factor: SecondFactor, step: int, sealed_seed: bytes) -> None:
        """Codes up to this step are used."""
        await self.work.execute(
            _USED, tenant_id=self.work.tenant_id, id=factor.id, last_step=step,
            sealed_seed=sealed_seed,
        )  # fmt: skip
