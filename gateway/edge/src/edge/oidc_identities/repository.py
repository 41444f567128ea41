"""All SQL of linked accounts."""

from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import DateTime, Uuid, bindparam, delete, select, update

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.oidc_identities.tables import OidcIdentity, oidc_identities

_NOBODY: Final = UUID(int=0)
_C: Final = oidc_identities.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_OWN: Final = _C.user_id == bindparam("own_id", type_=Uuid)
_BY_SUBJECT: Final = statement(
    select(*_C).where(
        _OURS, _C.issuer == bindparam("issuer"), _C.subject == bindparam("subject")
    )
)  # fmt: skip
# Neither an audit entry nor a version: it happens at every sign-in, which leaves its own.
_USED: Final = statement(
    update(oidc_identities)
    .where(_OURS, _C.id == bindparam("id"))
    .values(last_used_at=bindparam("last_used_at", type_=DateTime(timezone=True)))
)
_FORGET: Final = statement(
    delete(oidc_identities).where(_OURS, _C.issuer == bindparam("issuer"))
)  # fmt: skip
LIST: Final = ListQuery(
    source=oidc_identities,
    columns={
        name: _C[name]
        for name in ("id", "version", "created_at", "updated_at", "issuer", "email",
                     "last_used_at")
    },
    where=(_OURS, _OWN), filters={},
    sorts={"created_at": _C.created_at}, default_sort="created_at", key=_C.id,
)  # fmt: skip


class OidcIdentityRepository(Repository[OidcIdentity]):
    """Accounts that users of the tenant sign in by."""

    table = oidc_identities
    row = OidcIdentity

    async def of(self, issuer: str, subject: str) -> OidcIdentity | None:
        """The one that the provider knows by this subject."""
        return await self.one(_BY_SUBJECT, issuer=issuer, subject=subject)

    async def note_use(self, identity: OidcIdentity) -> None:
        """Signed in by just now."""
        values = {"id": identity.id, "last_used_at": self.work.now}
        await self.work.execute(_USED, tenant_id=self.work.tenant_id, **values)

    async def forget_issuer(self, issuer: str) -> None:
        """Remove all accounts at a provider."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, issuer=issuer)


class OwnOidcIdentityRepository(OidcIdentityRepository):
    """Those of one user: nobody reads or removes another's."""

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
