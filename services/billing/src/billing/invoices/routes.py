"""HTTP door of invoices."""

from collections import Counter
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query
from pydantic import ValidationError
from starlette.requests import Request

from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.repository.shown import LIST
from billing.invoices.schemas import (
    InvoiceCreate,
    InvoiceFilters,
    InvoiceIssued,
    InvoiceLinkAsked,
    InvoiceLinkView,
    InvoiceOfMany,
    InvoicesCreate,
    InvoiceSendAsked,
    InvoiceSentView,
    InvoicesMade,
    InvoiceSums,
    InvoiceUpdate,
    InvoiceView,
)
from billing.invoices.use_cases import credit, drafts, issuing, linking, many, paying
from billing.invoices.use_cases.linking import LINKED
from billing.invoices.use_cases.naming import Wanted
from billing.links.use_cases import giving
from chassis.errors import Failure
from chassis.http import problems
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/invoices", "Invoices")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[InvoiceView])
async def list_invoices(
    work: Work, context: Context, pages: Pages, query: Annotated[InvoiceFilters, Query()]
) -> Json:
    """List the invoices of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await InvoiceRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.get("/sums", permission=READ)
async def sum_invoices(
    work: Work, context: Context, query: Annotated[InvoiceFilters, Query()]
) -> InvoiceSums:
    """What the invoices of a list come to, by status and currency."""
    await ensure_tenant(context, work.tenant_id)
    items = await InvoiceRepository(work).sums(query.given())
    return InvoiceSums.model_validate({"items": items})


@routes.post(
    "", permission=WRITE, status=201, response_model=InvoiceView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "currency": "SAR",
             "issue_date": "2026-03-01", "due_date": "2026-03-31", "payment_terms": "30 يومًا",
             "lines": [{"product_id": "01890a5d-ac96-774b-bcce-b302099a8071",
                        "description": "استشارة", "quantity": "2", "unit_price": "100.00",
                        "discount": {"type": "percent", "value": "10"},
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}],
             "discount": {"type": "amount", "value": "30.00"}, "shipping": "15.00",
             "notes": "شكرًا لتعاملكم معنا"},
)  # fmt: skip
async def create_invoice(work: Work, context: Context, body: InvoiceCreate) -> Json:
    """Write an invoice down; it is a draft until it is issued."""
    invoice = await drafts.create_invoice(work, context, body.values(), body.digest())
    return Json(*await InvoiceRepository(work).shown(invoice.id), location=invoice.id)


@routes.post(
    "/bulk", permission=WRITE, response_model=InvoicesMade,
    example={"issue": False, "invoices": [
        {"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "currency": "SAR",
         "lines": [{"description": "اشتراك شهر مارس", "quantity": "1", "unit_price": "300.00",
                    "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}]},
        {"currency": "SAR", "notes": "بيع نقدي",
         "lines": [{"description": "كتاب", "quantity": "2", "unit_price": "45.00"}]},
    ]},
)  # fmt: skip
async def create_invoices(
    work: Work, context: Context, request: Request, body: InvoicesCreate
) -> InvoicesMade:
    """Write up to 500 invoices down; what is wrong with one keeps no other from being made."""
    locale = locale_of(request, work.caller)
    wanted = [_wanted(one, body, locale) for one in body.invoices]
    made = await many.create_invoices(work, context, wanted)
    ids = {one.invoice.id for one in made if isinstance(one, many.Made)}
    told = await InvoiceRepository(work).told(ids)
    items = [_result(place, one, told, locale) for place, one in enumerate(made)]
    outcomes = Counter(one["outcome"] for one in items)
    return InvoicesMade.model_validate(
        {"items": items, **{name: outcomes[name] for name in ("created", "known", "refused")}}
    )


@routes.get("/{invoice_id}", permission=READ, response_model=InvoiceView)
async def get_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Read an invoice."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await InvoiceRepository(work).read(invoice_id))


@routes.patch(
    "/{invoice_id}", permission=WRITE, response_model=InvoiceView,
    example={"issue_date": "2026-03-15", "due_date": "2026-04-15", "notes": "بعد مكالمة العميل"},
)  # fmt: skip
async def update_invoice(
    work: Work, context: Context, invoice_id: UUID, body: InvoiceUpdate
) -> Json:
    """Change a draft; `lines` are replaced as a whole."""
    await drafts.update_invoice(work, context, invoice_id, body.changes())
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@routes.delete("/{invoice_id}", permission="billing:delete")
async def delete_invoice(work: Work, invoice_id: UUID) -> None:
    """Remove a draft."""
    await drafts.delete_invoice(work, invoice_id)


@routes.post("/{invoice_id}/issue", permission="billing:issue", response_model=InvoiceIssued)
async def issue_invoice(work: Work, context: Context, request: Request, invoice_id: UUID) -> Json:
    """Give a draft the next number of its series; it cannot be changed from then on."""
    await ensure_tenant(context, work.tenant_id)
    invoice = await issuing.issue_invoice(work, context, invoice_id)
    shown = await InvoiceRepository(work).shown(invoice_id)
    if (found := await credit.warning(work, invoice)) is None:
        return Json(*shown)
    warning = _warning(found, locale_of(request, work.caller))
    return Json(f'{shown.body[:-1]},"warnings":{orjson.dumps([warning]).decode()}}}', shown.version)


@routes.post("/{invoice_id}/void", permission="billing:issue", response_model=InvoiceView)
async def void_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Take an issued invoice back, of which nothing was paid; its number stays."""
    await ensure_tenant(context, work.tenant_id)
    await paying.void_invoice(work, invoice_id)
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@routes.post("/{invoice_id}/write-off", permission="billing:issue", response_model=InvoiceView)
async def write_off_invoice(work: Work, context: Context, invoice_id: UUID) -> Json:
    """Expect no more of what is left to be paid of an invoice."""
    await ensure_tenant(context, work.tenant_id)
    await paying.write_off(work, invoice_id)
    return Json(*await InvoiceRepository(work).shown(invoice_id))


@routes.post(
    "/{invoice_id}/send", permission=WRITE, secrets=("share_url",),
    example={"channel": "link", "message": "نشكر لكم زيارتكم اليوم."},
)  # fmt: skip
async def send_invoice(
    work: Work, context: Context, invoice_id: UUID, body: InvoiceSendAsked | None = None
) -> InvoiceSentView:
    """Send an issued invoice to its client by a link, mailed and shown this once."""
    await ensure_tenant(context, work.tenant_id)
    asked = body or InvoiceSendAsked()
    given = await linking.send_invoice(
        work, invoice_id, asked.channel, asked.link_expires_at, asked.message
    )
    shown = orjson.loads((await InvoiceRepository(work).shown(invoice_id)).body)
    link = {"channel": given.channel, "share_url": LINKED.url(context, given.token)}
    return InvoiceSentView.model_validate(shown | link)


@routes.post(
    "/{invoice_id}/link", permission=WRITE, secrets=("share_url",),
    example={"link_expires_at": None},
)  # fmt: skip
async def make_invoice_link(
    work: Work, context: Context, invoice_id: UUID, body: InvoiceLinkAsked | None = None
) -> InvoiceLinkView:
    """Make a link to an issued invoice, shown this once; the one before leads nowhere then."""
    await ensure_tenant(context, work.tenant_id)
    given = await linking.make_link(work, invoice_id, (body or InvoiceLinkAsked()).link_expires_at)
    shown = orjson.loads((await InvoiceRepository(work).shown(invoice_id)).body)
    return InvoiceLinkView.model_validate(shown | {"share_url": LINKED.url(context, given.token)})


@routes.delete("/{invoice_id}/link", permission=WRITE)
async def revoke_invoice_link(work: Work, invoice_id: UUID) -> None:
    """Let the link to an invoice lead nowhere any more."""
    await giving.revoke(work, LINKED, invoice_id)


def _wanted(
    one: InvoiceOfMany | ValidationError, body: InvoicesCreate, locale: str
) -> Wanted | Failure:  # fmt: skip
    if isinstance(one, ValidationError):
        return problems.of_shape(one, locale)
    return Wanted(one.values(), one.digest(), is_issued=one.issue or body.issue)


def _result(
    place: int, made: many.Made | Failure, told: Mapping[UUID, Any], locale: str
) -> dict[str, Any]:  # fmt: skip
    if isinstance(made, Failure):
        problem = problems.of_part(made, f"invoices.{place}", locale)
        return {"index": place, "outcome": "refused", "problem": problem}
    warnings = [_warning(made.warning, locale)] if made.warning else []
    outcome = "created" if made.is_new else "known"
    return {"index": place, "outcome": outcome, "warnings": warnings, **told[made.invoice.id]}


def _warning(found: Failure, locale: str) -> dict[str, str]:
    return {"code": found.code, "message": found.message(locale)}
