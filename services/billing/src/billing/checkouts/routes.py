"""HTTP door of checkouts: for staff, for the client who holds an invoice's link, for providers."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Path, Query
from starlette.requests import Request

from billing.checkouts.repository import LIST, CheckoutRepository
from billing.checkouts.schemas import (
    CheckoutCreate,
    CheckoutFilters,
    CheckoutStarted,
    CheckoutView,
    NoticeTaken,
    PublicCheckoutCreate,
    PublicCheckoutStarted,
    PublicCheckoutView,
)
from billing.checkouts.use_cases import ending, noticing, visiting
from billing.checkouts.use_cases.starting import Wanted, start
from billing.documents.rules import NOBODY
from chassis.http.door import PUBLIC
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/checkouts", "Payments")
of_invoices = router("/v1/invoices", "Payments")
in_public = router("/v1/public/invoices", "Payments")
notices = router("/v1/public/payments", "Payments")

READ, WRITE = "billing:read", "billing:write"
Token = Annotated[str, Path(max_length=200)]


@of_invoices.post(
    "/{invoice_id}/checkout", permission=WRITE, status=201, secrets=("client_secret",),
    example={"amount": "50.00"},
)  # fmt: skip
async def start_checkout(
    work: Work, context: Context, invoice_id: UUID, body: CheckoutCreate | None = None
) -> CheckoutStarted:
    """Begin to pay an issued invoice online; repeated for the same amount it is the same one."""
    await ensure_tenant(context, work.tenant_id)
    asked = body or CheckoutCreate()
    started = await start(work, context, Wanted(
        invoice_id=invoice_id, amount=asked.amount, by_staff=True,
        payment_provider_id=asked.payment_provider_id,
    ))  # fmt: skip
    if not started.is_new:
        work.status = 200
    shown = orjson.loads((await CheckoutRepository(work).shown(started.id)).body)
    return CheckoutStarted.model_validate(shown | started.secrets)


@routes.get("", permission=READ, response_model=Page[CheckoutView])
async def list_checkouts(
    work: Work, pages: Pages, query: Annotated[CheckoutFilters, Query()]
) -> Json:
    """List what was begun to be paid online of the clients you see."""
    values = await CheckoutRepository(work).scope_values()
    return Json(await LIST.page(work, pages, _filters(query), **values))


@routes.get("/{checkout_id}", permission=READ, response_model=CheckoutView)
async def get_checkout(work: Work, checkout_id: UUID) -> Json:
    """Read a checkout."""
    return Json(*await CheckoutRepository(work).read(checkout_id))


@routes.post("/{checkout_id}/refresh", permission=WRITE, response_model=CheckoutView)
async def refresh_checkout(work: Work, context: Context, checkout_id: UUID) -> Json:
    """Ask the provider what became of a checkout, without waiting until they tell."""
    await ending.refresh_checkout(work, context, checkout_id)
    return Json(*await CheckoutRepository(work).shown(checkout_id))


@routes.post("/{checkout_id}/cancel", permission=WRITE, response_model=CheckoutView)
async def cancel_checkout(work: Work, checkout_id: UUID) -> Json:
    """Let nobody pay by a checkout any more; what was paid meanwhile is received nevertheless."""
    await ending.cancel_checkout(work, checkout_id)
    return Json(*await CheckoutRepository(work).shown(checkout_id))


@in_public.post(
    "/{invoice_token}/checkout", permission=PUBLIC, guessed=True, example={"amount": None}
)  # fmt: skip
async def pay_by_link(
    context: Context, invoice_token: Token, body: PublicCheckoutCreate | None = None
) -> PublicCheckoutStarted:
    """Begin to pay an invoice by its link, or go on with what was begun."""
    amount = (body or PublicCheckoutCreate()).amount
    found = await visiting.pay(context, invoice_token, amount)
    return PublicCheckoutStarted.model_validate(found)


@in_public.post("/{invoice_token}/checkout/refresh", permission=PUBLIC, guessed=True)
async def come_back_by_link(context: Context, invoice_token: Token) -> PublicCheckoutView:
    """See what became of paying an invoice by its link."""
    return PublicCheckoutView.model_validate(await visiting.refresh(context, invoice_token))


@notices.post("/stripe/{payment_provider_id}", permission=PUBLIC)
async def take_stripe_event(
    context: Context, request: Request, payment_provider_id: UUID
) -> NoticeTaken:
    """Take a signed event of Stripe's; what it says is asked for there."""
    body = await request.body()
    await noticing.take_notice(context, "stripe", payment_provider_id, request.headers, body)
    return NoticeTaken(received=True)


def _filters(query: CheckoutFilters) -> dict[str, Any]:
    given = query.model_dump(exclude_none=True)
    if "client_id" in given:
        given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
    return given
