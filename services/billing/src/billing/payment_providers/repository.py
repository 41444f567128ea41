"""All SQL of payment providers."""

from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import ColumnElement, Text, bindparam, cast, func, literal, select

from billing.payment_providers.rules.accounts import PaymentProviderNotFound, PaymentProviderUsed
from billing.payment_providers.tables import ProviderRow, payment_providers
from chassis.context import Context
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns

_C: Final = payment_providers.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "name", "kind", "publishable_key",
    )},
    "has_webhook_secret": _C.sealed_webhook_secret.is_not(None), "enabled": _C.is_enabled,
    "test_mode": func.split_part(_C.publishable_key, literal("_", Text), 2)
    == literal("test", Text),
    "webhook_url": func.concat(
        bindparam("public_url", type_=Text), literal("/v1/public/payments/", Text), _C.kind,
        literal("/", Text), cast(_C.id, Text),
    ),
}  # fmt: skip
_READ: Final = document(payment_providers, _SHOWN, _OURS, _C.id == bindparam("id"))
LIST: Final = ListQuery(
    source=payment_providers, columns=_SHOWN, where=(_OURS,), filters={},
    sorts={"created_at": _C.created_at, "name": _C.name}, default_sort="created_at", key=_C.id,
)  # fmt: skip
_ENABLED: Final = statement(
    select(*written_columns(payment_providers)).where(_OURS, _C.is_enabled)
    .order_by(_C.created_at, _C.id).limit(20)
)  # fmt: skip


class PaymentProviderRepository(Repository[ProviderRow]):
    """The company's accounts."""

    table = payment_providers
    row = ProviderRow
    missing = PaymentProviderNotFound

    async def shown(self, provider_id: UUID, public_url: str) -> Document:
        """An account as JSON; raises PaymentProviderNotFound."""
        values = await self._bound({"id": provider_id, "public_url": public_url})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found

    async def enabled(self) -> list[ProviderRow]:
        """Those by which clients pay, the first one first."""
        return await self.all(_ENABLED)

    async def delete(self, row: ProviderRow) -> None:
        """Remove it; raises PaymentProviderUsed."""
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise PaymentProviderUsed() from error


async def tenant_of(context: Context, provider_id: UUID) -> UUID | None:
    """Whose account an event is about."""
    rows = await context.system.look_up("tenant_of_payment_provider", provider_id)
    return rows[0]["tenant_id"] if rows else None
