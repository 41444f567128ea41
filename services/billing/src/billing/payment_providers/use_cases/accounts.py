"""What can be done with payment providers, and how one is asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from billing.payment_providers.repository import PaymentProviderRepository
from billing.payment_providers.rules import accounts
from billing.payment_providers.rules.port import PaymentProvider, ProviderUnavailable
from billing.payment_providers.tables import ProviderRow
from billing.payment_providers.use_cases.stripe import Places, Stripe
from chassis.context import Context
from chassis.errors import Failure
from chassis.outbound import Outbound
from chassis.repository import IdTaken
from chassis.work import UnitOfWork

Json = dict[str, Any]
_PLACES: Final = {
    "secret_key": "billing.payment_provider_key", "webhook_secret": "billing.payment_notices",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Account:
    """An account with its secrets open: in memory only."""

    kind: str
    secret_key: str
    webhook_secret: str | None


Opener = Callable[[Account], PaymentProvider]


class Providers:
    """How accounts are asked, by their kind; tests have their own."""

    def __init__(self, openers: dict[str, Opener]) -> None:
        self.openers = openers

    def opened(self, account: Account) -> PaymentProvider:
        """Whom to ask."""
        return self.openers[account.kind](account)


async def open_providers(context: Context) -> None:
    """A start hook."""
    outbound = Outbound(allow_private=context.settings.payment_private_addresses)
    at = Places(context.settings.stripe_url, context.settings.stripe_script_url)
    context.keep(Providers({
        "stripe": lambda one: Stripe(outbound, at, one.secret_key, one.webhook_secret),
    }))  # fmt: skip


async def create_provider(work: UnitOfWork, values: Json) -> ProviderRow:
    """Set an account up; it is first asked when somebody pays, or tests it."""
    secret, signing = values.pop("secret_key"), values.pop("webhook_secret")
    accounts.check_keys(values["publishable_key"], secret, signing)
    values["is_enabled"] = values.pop("enabled")
    providers = PaymentProviderRepository(work)
    known = await providers.find(values["id"]) if values["id"] else None
    if known is None:
        sealed = _sealed(work, secret_key=secret, webhook_secret=signing)
        return await providers.add(**values, **{"sealed_webhook_secret": None, **sealed})
    # Sealed anew a secret is never the same, so it is opened to be compared.
    is_same = all(getattr(known, name) == value for name, value in values.items())
    if not is_same or _opened(work, known) != Account(known.kind, secret, signing):
        raise IdTaken(field="id")
    work.status = 200
    return known


async def update_provider(work: UnitOfWork, provider_id: UUID, changes: Json) -> ProviderRow:
    """Change an account; a secret that is not given stays."""
    providers = PaymentProviderRepository(work)
    provider = await providers.get_for_update(provider_id)
    known = _opened(work, provider)
    secret = changes.pop("secret_key", known.secret_key)
    signing = changes.pop("webhook_secret", known.webhook_secret)
    accounts.check_keys(changes.get("publishable_key", provider.publishable_key), secret, signing)
    if "enabled" in changes:
        changes["is_enabled"] = changes.pop("enabled")
    if secret != known.secret_key:
        changes |= _sealed(work, secret_key=secret)
    if signing != known.webhook_secret:
        changes |= {"sealed_webhook_secret": None, **_sealed(work, webhook_secret=signing)}
    return await providers.update(provider, **changes)


async def delete_provider(work: UnitOfWork, provider_id: UUID) -> None:
    """Remove an account with which no payment was begun; raises PaymentProviderUsed."""
    providers = PaymentProviderRepository(work)
    await providers.delete(await providers.get_for_update(provider_id))


async def test_provider(work: UnitOfWork, context: Context, provider_id: UUID) -> str | None:
    """Why the provider does not know the keys; None if it does. Asked with no transaction open."""
    async with work.database.work(work.caller) as own:
        account = _opened(own, await PaymentProviderRepository(own).get(provider_id))
    work.authorize()
    try:
        await context.kept(Providers).opened(account).test()
    except Failure as failure:
        return failure.code if isinstance(failure, ProviderUnavailable) else _reason(failure)
    return None


async def account_of(work: UnitOfWork, provider_id: UUID) -> Account:
    """One of the company's accounts, switched on or not: what was begun is ended."""
    return _opened(work, await PaymentProviderRepository(work).get(provider_id))


async def chosen(work: UnitOfWork, provider_id: UUID | None) -> ProviderRow:
    """The account that is asked for, else the first one that is switched on.

    Raises PaymentProviderNotFound and NoPaymentProvider.
    """
    enabled = await PaymentProviderRepository(work).enabled()
    for one in enabled:
        if provider_id in (None, one.id):
            return one
    if provider_id is not None and enabled:
        raise accounts.PaymentProviderNotFound()
    raise accounts.NoPaymentProvider()


async def pay_methods(work: UnitOfWork) -> list[Json]:
    """By whom clients can pay online."""
    return [
        {"kind": one.kind, "publishable_key": one.publishable_key,
         "test_mode": accounts.is_test(one.publishable_key)}
        for one in await PaymentProviderRepository(work).enabled()
    ]  # fmt: skip


def _reason(failure: Failure) -> str:
    return str(failure.params.get("reason", failure.code))


def _opened(work: UnitOfWork, row: ProviderRow) -> Account:
    secret, signing = (
        work.crypto.open(work.tenant_id, sealed, _PLACES[name]).decode() if sealed else None
        for name, sealed in (
            ("secret_key", row.sealed_secret_key), ("webhook_secret", row.sealed_webhook_secret),
        )
    )  # fmt: skip
    return Account(row.kind, secret or "", signing)


def _sealed(work: UnitOfWork, **secrets: str | None) -> Json:
    return {
        f"sealed_{name}": work.crypto.seal(work.tenant_id, secret.encode(), _PLACES[name])
        for name, secret in secrets.items() if secret is not None
    }  # fmt: skip
