"""Who asks: the identity and rights a request, an RPC or a job acts with."""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

Visibility = Literal["all", "team", "folders", "assigned"]
EVERYTHING: frozenset[str] = frozenset({"*"})


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal inside one tenant, with the rights it has now."""

    tenant_id: UUID
    principal: str
    permissions: frozenset[str] = frozenset()
    visibility: Visibility = "assigned"
    user_id: UUID | None = None
    role_id: UUID | None = None
    is_owner: bool = False
    team_ids: tuple[UUID, ...] = ()
    session_id: UUID | None = None
    locale: str | None = None
    folder_ids: tuple[UUID, ...] | None = None
    # Who made an API key: what is hidden from them, by name, role or team, is hidden from it.
    made_by: UUID | None = None

    def may(self, permission: str) -> bool:
        """Whether the caller holds the permission; `*` stands for all of them."""
        return permission in self.permissions or "*" in self.permissions

    def acting_as(self, principal: str) -> "Caller":
        """The same rights under another name: a flow acts with its last editor's."""
        return replace(self, principal=principal)


def system(tenant_id: UUID, name: str) -> Caller:
    """The service itself, for consumers and jobs that maintain its own data."""
    return Caller(tenant_id, f"service:{name}", EVERYTHING, "all", is_owner=True)
