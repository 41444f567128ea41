"""A provider tells that something happened: it is told from whom, and asked what."""

from collections.abc import Mapping
from uuid import UUID

from billing.checkouts.repository import CheckoutRepository
from billing.checkouts.tables import Checkout
from billing.checkouts.use_cases import confirming
from billing.payment_providers.repository import tenant_of
from billing.payment_providers.rules.accounts import PaymentProviderNotFound
from billing.payment_providers.rules.port import Kind, Notice
from billing.payment_providers.use_cases import accounts
from billing.payment_providers.use_cases.accounts import Providers
from chassis.caller import system
from chassis.context import Context
from chassis.work import UnitOfWork
from refs.reading import ensure_tenant


async def take_notice(
    context: Context, kind: Kind, provider_id: UUID, headers: Mapping[str, str], body: bytes
) -> None:
    """Have what an event is about looked at by a job; raises NoticeRefused."""
    tenant_id = await tenant_of(context, provider_id)
    if tenant_id is None:
        raise PaymentProviderNotFound()
    await ensure_tenant(context, tenant_id)
    async with context.database.work(system(tenant_id, context.service)) as work:
        account = await accounts.account_of(work, provider_id)
        if account.kind != kind:
            raise PaymentProviderNotFound()
        notice = context.kept(Providers).opened(account).read_notice(headers, body, work.now)
        if notice is not None and (about := await _about(work, provider_id, notice)) is not None:
            named = {"intent_id": notice.intent_id, "dispute_id": notice.dispute_id}
            told = {name: text for name, text in named.items() if text}
            confirming.enqueue(work, about.id, **told)


async def _about(work: UnitOfWork, provider_id: UUID, notice: Notice) -> Checkout | None:
    checkouts = CheckoutRepository(work)
    found = await checkouts.find(notice.checkout_id) if notice.checkout_id else None
    if found is None and notice.intent_id:
        found = await checkouts.of_intent(provider_id, notice.intent_id)
    return found if found and found.payment_provider_id == provider_id else None
