"""All SQL of passkeys."""

from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, DateTime, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.passkeys.tables import Passkey, passkey_challenges, passkeys

_NOBODY: Final = UUID(int=0)
_OWN: Final = passkeys.c.user_id == bindparam("own_id", type_=Uuid)
_OURS: Final = passkeys.c.tenant_id == bindparam("tenant_id")
_CREDENTIALS: Final = statement(select(passkeys.c.credential_id).where(_OURS, _OWN))
_LOCK: Final = statement(
    select(*passkeys.c)
    .where(_OURS, _OWN, passkeys.c.credential_id == bindparam("credential_id"))
    .with_for_update()
)
# So that two devices added at once are counted one after the other.
_ALONE: Final = statement(select(func.pg_advisory_xact_lock(func.hashtextextended(
    func.concat("passkeys ", bindparam("own_id", type_=Uuid)), 0,
))))  # fmt: skip
# Neither an audit entry nor a version: it happens at every sign-in, which leaves its own.
_USED: Final = statement(
    update(passkeys)
    .where(_OURS, passkeys.c.id == bindparam("id"))
    .values(
        sign_count=bindparam("sign_count", type_=BigInteger),
        is_synced=bindparam("is_synced", type_=Boolean),
        last_used_at=bindparam("last_used_at", type_=DateTime(timezone=True)),
    )
)
_SPEND: Final = statement(
    insert(passkey_challenges)
    .values({c.name: bindparam(c.name, type_=c.type) for c in passkey_challenges.c})
    .on_conflict_do_nothing()
    .returning(passkey_challenges.c.id)
)
LIST: Final = ListQuery(
    source=passkeys,
    columns={
        name: passkeys.c[name]
        for name in ("id", "version", "created_at", "updated_at", "name", "is_synced",
                     "last_used_at")
    },
    where=(_OURS, _OWN), filters={},
    sorts={"created_at": passkeys.c.created_at}, default_sort="created_at", key=passkeys.c.id,
)  # fmt: skip


class PasskeyRepository(Repository[Passkey]):
    """Passkeys of one user: nobody reads or changes another's."""

    table = passkeys
    row = Passkey
    scope = _OWN

    def __init__(self, work: UnitOfWork, user_id: UUID) -> None:
        super().__init__(work)
        self._user_id = user_id

    @classmethod
    def own(cls, work: UnitOfWork) -> Self:
        """The caller's; an API key has none."""
        return cls(work, work.caller.user_id or _NOBODY)

    async def scope_values(self) -> dict[str, Any]:
        return {"own_id": self._user_id}

    async def locked(self, credential_id: bytes) -> Passkey | None:
        """The one with this id, if it is the user's."""
        return await self.one(_LOCK, credential_id=credential_id)

    async def alone(self) -> None:
        """Wait for whoever else adds a passkey of this user."""
        await self.work.execute(_ALONE, own_id=self._user_id)

    async def credentials(self) -> list[bytes]:
        """By which ids the user's authenticators know their passkeys."""
        rows = await self.work.fetch(
            _CREDENTIALS, tenant_id=self.work.tenant_id, own_id=self._user_id
        )
        return [row[0] for row in rows]

    async def note_use(self, passkey: Passkey, sign_count: int, is_synced: bool) -> None:
        """The counter as the authenticator gave it last."""
        await self.work.execute(
            _USED, tenant_id=self.work.tenant_id, id=passkey.id, sign_count=sign_count,
            is_synced=is_synced, last_used_at=self.work.now,
        )  # fmt: skip

    async def spend(self, challenge: UUID, expires_at: datetime) -> bool:
        """Whether the challenge is answered now for the first time."""
        now = self.work.now
        found = await self.work.fetchval(
            _SPEND, tenant_id=self.work.tenant_id, id=challenge, version=1, created_at=now,
            updated_at=now, expires_at=expires_at,
        )  # fmt: skip
        return found is not None
