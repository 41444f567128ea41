"""HTTP door of estimates for staff."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from billing.estimates.repository import LIST, EstimateRepository
from billing.estimates.schemas import (
    AcceptedBy,
    DeclinedBy,
    EstimateCreate,
    EstimateFilters,
    EstimateUpdate,
    EstimateView,
    MadeInvoiceView,
    SendAsked,
    SentView,
    StatusChosen,
)
from billing.estimates.use_cases import answering, drafts
from billing.estimates.use_cases.linked import LINKED
from billing.invoices.repository.invoices import InvoiceRepository
from billing.links.use_cases import giving
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/estimates", "Estimates")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[EstimateView])
async def list_estimates(
    work: Work, context: Context, pages: Pages, query: Annotated[EstimateFilters, Query()]
) -> Json:
    """List the estimates of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await EstimateRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=EstimateView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "currency": "SAR",
             "issue_date": "2026-03-01", "expires_on": "2026-03-31",
             "lines": [{"product_id": "01890a5d-ac96-774b-bcce-b302099a8071",
                        "description": "استشارة", "quantity": "2", "unit_price": "100.00",
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}],
             "notes": "العرض سارٍ حتى نهاية الشهر"},
)  # fmt: skip
async def create_estimate(work: Work, context: Context, body: EstimateCreate) -> Json:
    """Write an estimate down; it is a draft until it is sent."""
    estimate = await drafts.create_estimate(work, context, body.values(), body.digest())
    return Json(*await EstimateRepository(work).shown(estimate.id), location=estimate.id)


@routes.get("/{estimate_id}", permission=READ, response_model=EstimateView)
async def get_estimate(work: Work, context: Context, estimate_id: UUID) -> Json:
    """Read an estimate."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await EstimateRepository(work).read(estimate_id))


@routes.patch(
    "/{estimate_id}", permission=WRITE, response_model=EstimateView,
    example={"issue_date": "2026-03-15", "expires_on": "2026-04-15", "notes": "بعد مكالمة العميل"},
)  # fmt: skip
async def update_estimate(
    work: Work, context: Context, estimate_id: UUID, body: EstimateUpdate
) -> Json:
    """Change a draft; `lines` are replaced as a whole."""
    await drafts.update_estimate(work, context, estimate_id, body.changes())
    return Json(*await EstimateRepository(work).shown(estimate_id))


@routes.delete("/{estimate_id}", permission="billing:delete")
async def delete_estimate(work: Work, estimate_id: UUID) -> None:
    """Remove a draft that was never sent."""
    await drafts.delete_estimate(work, estimate_id)


@routes.post("/{estimate_id}/send", permission=WRITE, secrets=("share_url",),
             example={"channel": "link"})  # fmt: skip
async def send_estimate(
    work: Work, context: Context, estimate_id: UUID, body: SendAsked | None = None
) -> SentView:
    """Give an estimate its number and a link for its client, mailed and shown this once."""
    await ensure_tenant(context, work.tenant_id)
    asked = body or SendAsked()
    token, channel = await answering.send_estimate(
        work, estimate_id, asked.channel, asked.link_expires_at
    )
    sent = orjson.loads((await EstimateRepository(work).shown(estimate_id)).body)
    link = {"channel": channel, "share_url": LINKED.url(context, token)}
    return SentView.model_validate(sent | link)


@routes.delete("/{estimate_id}/link", permission=WRITE)
async def revoke_estimate_link(work: Work, estimate_id: UUID) -> None:
    """Let the link to an estimate lead nowhere any more."""
    await giving.revoke(work, LINKED, estimate_id)


@routes.post("/{estimate_id}/status", permission=WRITE, response_model=EstimateView,
             example={"estimate_status_id": "01890a5d-ac96-774b-bcce-b302099a8072"})  # fmt: skip
async def choose_estimate_status(
    work: Work, context: Context, estimate_id: UUID, body: StatusChosen
) -> Json:
    """Give an estimate one of the company's own statuses, or none."""
    await ensure_tenant(context, work.tenant_id)
    await drafts.choose_status(work, estimate_id, body.estimate_status_id)
    return Json(*await EstimateRepository(work).shown(estimate_id))


@routes.post("/{estimate_id}/accept", permission=WRITE, response_model=EstimateView,
             example={"name": "سارة القحطاني"})  # fmt: skip
async def accept_estimate(
    work: Work, context: Context, estimate_id: UUID, body: AcceptedBy | None = None
) -> Json:
    """Note that the client wants it."""
    await ensure_tenant(context, work.tenant_id)
    estimate = await EstimateRepository(work).get_for_update(estimate_id)
    await answering.accept_estimate(work, estimate, (body or AcceptedBy()).name)
    return Json(*await EstimateRepository(work).shown(estimate_id))


@routes.post("/{estimate_id}/decline", permission=WRITE, response_model=EstimateView,
             example={"reason": "وجد عرضًا أقل"})  # fmt: skip
async def decline_estimate(
    work: Work, context: Context, estimate_id: UUID, body: DeclinedBy | None = None
) -> Json:
    """Note that the client does not want it, and why."""
    await ensure_tenant(context, work.tenant_id)
    said = body or DeclinedBy()
    estimate = await EstimateRepository(work).get_for_update(estimate_id)
    await answering.decline_estimate(work, estimate, said.reason, said.name)
    return Json(*await EstimateRepository(work).shown(estimate_id))


@routes.post("/{estimate_id}/reopen", permission=WRITE, response_model=EstimateView)
async def reopen_estimate(work: Work, context: Context, estimate_id: UUID) -> Json:
    """Make a draft of it again, to be changed and sent once more; its number stays."""
    await ensure_tenant(context, work.tenant_id)
    await answering.reopen_estimate(work, estimate_id)
    return Json(*await EstimateRepository(work).shown(estimate_id))


@routes.post(
    "/{estimate_id}/convert", permission=WRITE, status=201, response_model=MadeInvoiceView
)  # fmt: skip
async def convert_estimate(work: Work, context: Context, estimate_id: UUID) -> Json:
    """Make the draft of an invoice of it, once; repeated it is the same one."""
    await ensure_tenant(context, work.tenant_id)
    invoice_id = await answering.convert_estimate(work, estimate_id)
    shown = await InvoiceRepository(work).shown(invoice_id)
    return Json(*shown, location=f"/v1/invoices/{invoice_id}")


@routes.post(
    "/{estimate_id}/duplicate", permission=WRITE, status=201, response_model=EstimateView
)  # fmt: skip
async def duplicate_estimate(work: Work, context: Context, estimate_id: UUID) -> Json:
    """Write a new draft like it, of today."""
    await ensure_tenant(context, work.tenant_id)
    made = await drafts.duplicate_estimate(work, estimate_id)
    return Json(*await EstimateRepository(work).shown(made.id), location=f"/v1/estimates/{made.id}")
