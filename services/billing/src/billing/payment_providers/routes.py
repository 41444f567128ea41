"""HTTP door of payment providers."""

from uuid import UUID

from billing.payment_providers.repository import LIST, PaymentProviderRepository
from billing.payment_providers.schemas import (
    PaymentProviderCreate,
    PaymentProviderTested,
    PaymentProviderUpdate,
    PaymentProviderView,
)
from billing.payment_providers.use_cases import accounts
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/payment-providers", "Payments")

MANAGE = "billing:manage"


@routes.get("", permission=MANAGE, response_model=Page[PaymentProviderView])
async def list_payment_providers(work: Work, context: Context, pages: Pages) -> Json:
    """List by whom the company's clients pay online."""
    return Json(await LIST.page(work, pages, {}, public_url=_base(context)))


@routes.post(
    "", permission=MANAGE, status=201, response_model=PaymentProviderView,
    example={"name": "البطاقات", "kind": "stripe", "publishable_key": "pk_test_51Diwan",
             "secret_key": "sk_test_51Diwan", "webhook_secret": "whsec_51Diwan"},
)  # fmt: skip
async def create_payment_provider(
    work: Work, context: Context, body: PaymentProviderCreate
) -> Json:
    """Set an account at a payment provider up; its secrets are not shown again."""
    made = await accounts.create_provider(work, body.model_dump())
    shown = await PaymentProviderRepository(work).shown(made.id, _base(context))
    return Json(*shown, location=made.id)


@routes.get(
    "/{payment_provider_id}",
    permission=MANAGE,
    visible_to=MANAGE,
    response_model=PaymentProviderView,
)
async def get_payment_provider(work: Work, context: Context, payment_provider_id: UUID) -> Json:
    """Read a payment provider; its secrets are not shown."""
    return Json(*await PaymentProviderRepository(work).shown(payment_provider_id, _base(context)))


@routes.patch(
    "/{payment_provider_id}", permission=MANAGE, visible_to=MANAGE,
    response_model=PaymentProviderView,
    example={"name": "البطاقات ومحافظ الهاتف"},
)  # fmt: skip
async def update_payment_provider(
    work: Work, context: Context, payment_provider_id: UUID, body: PaymentProviderUpdate
) -> Json:
    """Change a payment provider; one that is switched off ends what was begun with it."""
    await accounts.update_provider(work, payment_provider_id, body.model_dump(exclude_unset=True))
    return Json(*await PaymentProviderRepository(work).shown(payment_provider_id, _base(context)))


@routes.delete("/{payment_provider_id}", permission=MANAGE, visible_to=MANAGE)
async def delete_payment_provider(work: Work, payment_provider_id: UUID) -> None:
    """Remove a payment provider with which nothing was begun."""
    await accounts.delete_provider(work, payment_provider_id)


@routes.post("/{payment_provider_id}/test", permission=MANAGE, visible_to=MANAGE)
async def test_payment_provider(
    work: Work, context: Context, payment_provider_id: UUID
) -> PaymentProviderTested:
    """Ask the provider whether it knows the keys."""
    problem = await accounts.test_provider(work, context, payment_provider_id)
    return PaymentProviderTested(works=problem is None, problem=problem)


def _base(context: Context) -> str:
    return context.chassis_settings.public_url.rstrip("/")
