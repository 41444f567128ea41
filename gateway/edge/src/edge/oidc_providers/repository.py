"""All SQL of sign-in providers."""

from typing import Any, Final

from sqlalchemy import ColumnElement, Text, bindparam, func, literal, select

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from edge.oidc_providers import rules
from edge.oidc_providers.tables import OidcProvider, oidc_providers

_C: Final = oidc_providers.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_REQUIRED: Final = statement(
    select(func.count()).select_from(oidc_providers).where(_OURS, _C.is_enabled, _C.is_required)
)


def _url(end: str) -> ColumnElement[Any]:
    start = bindparam("public_url", type_=Text)
    return func.concat(start, literal(f"{rules.PATH}/"), _C.id, literal(end))


LIST: Final = ListQuery(
    source=oidc_providers,
    columns={
        "id": _C.id, "version": _C.version, "created_at": _C.created_at,
        "updated_at": _C.updated_at, "name": _C.name, "issuer": _C.issuer,
        "oidc_client_id": _C.oidc_client_id, "enabled": _C.is_enabled,
        "required": _C.is_required, "redirect_uri": _url(f"/{rules.CALLBACK}"),
        "sign_in_url": _url(""),
    },
    where=(_OURS,), filters={}, sorts={"created_at": _C.created_at, "name": _C.name},
    default_sort="created_at", key=_C.id,
)  # fmt: skip


class OidcProviderRepository(Repository[OidcProvider]):
    """Sign-in providers of the tenant."""

    table = oidc_providers
    row = OidcProvider

    async def is_required(self) -> bool:
        """Whether passwords and passkeys are for owners only."""
        return bool(await self.work.fetchval(_REQUIRED, tenant_id=self.work.tenant_id))
