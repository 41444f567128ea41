"""The SQL of credit that linked clients share."""

from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Text, Uuid, bindparam, func, or_, select, update

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.credit.repository.clauses import any_of, of_clients, whose
from memberships.credit.repository.two import AboutTwoClients
from memberships.credit.rules.failures import AlreadyShared, ShareNotFound
from memberships.credit.tables.moves import EndedLink, Share, credit_ended_links, credit_shares
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_C: Final = credit_shares.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = (
    _C.ended_at.is_(None) & about_visible_client(_C.client_id)
    & about_visible_client(_C.with_client_id)
)  # fmt: skip
_SHOWN: Final = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "credit_type_id", "created_by",
    )},
    **whose(credit_shares), "with_client_id": survivor_of(client_refs, _C.with_client_id),
}  # fmt: skip
LIST: Final = ListQuery(
    source=credit_shares, columns=_SHOWN, where=(_C.tenant_id == _TENANT, _SCOPE),
    filters={
        "client_id": or_(
            of_clients(credit_shares),
            of_clients(credit_shares, "with_client_id", asked="client_id"),
        ),
        "credit_type_id": any_of(_C.credit_type_id, "credit_type_id"),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip


def _running(*where: Any) -> Any:
    query = select(*written_columns(credit_shares))
    return statement(query.where(_C.tenant_id == _TENANT, _C.ended_at.is_(None), *where))


_OF_LINK: Final = _running(_C.link_id == bindparam("link_id", type_=Uuid))
_ONE: Final = statement(
    select(*written_columns(credit_shares))
    .where(_C.tenant_id == _TENANT, _C.ended_at.is_(None), _C.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
# Whoever shares by a link, and whoever hears that it is no more, wait for each other.
_HOLD: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_E: Final = credit_ended_links.c
_ENDED: Final = statement(
    select(_E.id).where(_E.tenant_id == _TENANT, _E.id == bindparam("link_id", type_=Uuid))
)
_OF_CLIENT: Final = _running(
    or_(_C.client_id == bindparam("of_client", type_=Uuid),
        _C.with_client_id == bindparam("of_client", type_=Uuid))
)  # fmt: skip
_END: Final = statement(
    update(credit_shares)
    .where(_C.tenant_id == _TENANT, any_of(_C.id, "ids"))
    .values(ended_at=bindparam("at", type_=DateTime(timezone=True)),
            updated_at=bindparam("at", type_=DateTime(timezone=True)), version=_C.version + 1)
    .returning(*written_columns(credit_shares))
)  # fmt: skip


class _EndedLinks(Repository[EndedLink]):
    """Links that are no more; of the service's own, for nobody to read."""

    table = credit_ended_links
    row = EndedLink


class ShareRepository(AboutTwoClients[Share]):
    """What clients share who are both seen by the caller."""

    table = credit_shares
    row = Share
    scope = _SCOPE
    missing = ShareNotFound
    other = _C.with_client_id

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def add(self, **values: Any) -> Share:
        """A sharing; raises AlreadyShared."""
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "uq_credit_shares__one":
                raise AlreadyShared() from error
            raise

    async def hold_link(self, link_id: UUID) -> None:
        """Until the work ends nobody else shares by a link, nor hears that it is no more."""
        await self.work.execute(_HOLD, key=f"link:{self.work.tenant_id}:{link_id}")

    async def end_link(self, link_id: UUID) -> None:
        """Remember that a link is no more."""
        await _EndedLinks(self.work).add_unless_taken(id=link_id)

    async def has_ended(self, link_id: UUID) -> bool:
        """Whether a link is no more."""
        query = {"tenant_id": self.work.tenant_id, "link_id": link_id}
        return await self.work.fetchval(_ENDED, **query) is not None

    async def running(self, share_id: UUID) -> Share | None:
        """One that a job is about, locked, unless it has ended."""
        return await self.one(_ONE, id=share_id)

    async def of_link(self, link_id: UUID) -> list[Share]:
        """What stands on a link."""
        rows = await self.work.fetch(_OF_LINK, tenant_id=self.work.tenant_id, link_id=link_id)
        return [Share(**row) for row in rows]

    async def of_client(self, client_id: UUID) -> list[Share]:
        """What a client gives or is given."""
        rows = await self.work.fetch(_OF_CLIENT, tenant_id=self.work.tenant_id, of_client=client_id)
        return [Share(**row) for row in rows]

    async def end(self, shares: list[Share]) -> list[Share]:
        """They are no more."""
        ids = [one.id for one in shares]
        rows = await self.work.fetch(_END, tenant_id=self.work.tenant_id, ids=ids, at=self.work.now)
        return [Share(**row) for row in rows]
