"""HTTP door of payments."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from billing.documents.rules import NOBODY
from billing.payments.repository.parts import REFUNDS, RefundRepository
from billing.payments.repository.payments import LIST, PaymentRepository
from billing.payments.schemas import (
    AllocationsCreate,
    PaymentCreate,
    PaymentFilters,
    PaymentView,
    RefundCreate,
    RefundView,
)
from billing.payments.use_cases import allocating, cheques, receiving, refunding
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/payments", "Payments")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[PaymentView])
async def list_payments(
    work: Work, pages: Pages, query: Annotated[PaymentFilters, Query()]
) -> Json:
    """List the payments of the clients you see."""
    values = await PaymentRepository(work).scope_values()
    return Json(await LIST.page(work, pages, _filters(query), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=PaymentView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "amount": "230.00",
             "currency": "SAR", "method": "bank_transfer", "received_at": "2026-03-15T09:30:00Z",
             "reference": "TRF-20260315-77", "auto_allocate": False,
             "allocations": [{"invoice_id": "01890a5d-ac96-774b-bcce-b302099a8090",
                              "amount": "230.00"}]},
)  # fmt: skip
async def record_payment(work: Work, context: Context, body: PaymentCreate) -> Json:
    """Write down what came in, or use a client's credit, and what it pays."""
    payment = await receiving.record_payment(work, context, body.model_dump(), body.digest())
    return Json(*await PaymentRepository(work).shown(payment.id), location=payment.id)


@routes.get("/{payment_id}", permission=READ, response_model=PaymentView)
async def get_payment(work: Work, payment_id: UUID) -> Json:
    """Read a payment."""
    return Json(*await PaymentRepository(work).read(payment_id))


@routes.post(
    "/{payment_id}/allocations", permission=WRITE, response_model=PaymentView,
    example={"allocations": [{"invoice_id": "01890a5d-ac96-774b-bcce-b302099a8090",
                              "amount": "100.00"}]},
)  # fmt: skip
async def allocate_payment(
    work: Work, context: Context, payment_id: UUID, body: AllocationsCreate
) -> Json:
    """Let a payment pay more, of what is left of it."""
    await ensure_tenant(context, work.tenant_id)
    wanted = body.model_dump()["allocations"]
    await allocating.allocate(work, payment_id, wanted, is_automatic=body.auto_allocate)
    return Json(*await PaymentRepository(work).shown(payment_id))


@routes.delete("/{payment_id}/allocations/{allocation_id}", permission=WRITE)
async def undo_allocation(
    work: Work, context: Context, payment_id: UUID, allocation_id: UUID
) -> None:
    """Take an allocation back: the invoice is owed again, and the money is left."""
    await ensure_tenant(context, work.tenant_id)
    await allocating.undo_allocation(work, payment_id, allocation_id)


@routes.get("/{payment_id}/refunds", permission=READ, response_model=Page[RefundView])
async def list_refunds(work: Work, pages: Pages, payment_id: UUID) -> Json:
    """List what went back of a payment, oldest first."""
    await PaymentRepository(work).get(payment_id)
    return Json(await REFUNDS.page(work, pages, {}, payment_id=payment_id))


@routes.post(
    "/{payment_id}/refunds", permission="billing:refund", status=201, response_model=RefundView,
    example={"amount": "10.00", "reason": "أُلغي الموعد"},
)  # fmt: skip
async def refund_payment(
    work: Work, context: Context, payment_id: UUID, body: RefundCreate
) -> Json:
    """Give some of a payment back: first what is left, then what was allocated last."""
    await ensure_tenant(context, work.tenant_id)
    made = await refunding.refund(work, payment_id, body.model_dump())
    return Json(*await RefundRepository(work).shown(payment_id, made.id), location=made.id)


@routes.get("/{payment_id}/refunds/{refund_id}", permission=READ, response_model=RefundView)
async def get_refund(work: Work, payment_id: UUID, refund_id: UUID) -> Json:
    """Read what went back of a payment."""
    await PaymentRepository(work).get(payment_id)
    return Json(*await RefundRepository(work).shown(payment_id, refund_id))


@routes.post("/{payment_id}/deposit", permission=WRITE, response_model=PaymentView)
async def deposit_cheque(work: Work, payment_id: UUID) -> Json:
    """A cheque was brought to the bank."""
    await cheques.deposit_cheque(work, payment_id)
    return Json(*await PaymentRepository(work).shown(payment_id))


@routes.post("/{payment_id}/clear", permission=WRITE, response_model=PaymentView)
async def clear_cheque(work: Work, context: Context, payment_id: UUID) -> Json:
    """The bank has paid a deposited cheque."""
    await ensure_tenant(context, work.tenant_id)
    await cheques.clear_cheque(work, payment_id)
    return Json(*await PaymentRepository(work).shown(payment_id))


@routes.post("/{payment_id}/bounce", permission=WRITE, response_model=PaymentView)
async def bounce_cheque(work: Work, context: Context, payment_id: UUID) -> Json:
    """The bank has not paid a deposited cheque: what it paid is owed again."""
    await ensure_tenant(context, work.tenant_id)
    await cheques.bounce_cheque(work, payment_id)
    return Json(*await PaymentRepository(work).shown(payment_id))


def _filters(query: PaymentFilters) -> dict[str, Any]:
    given = query.model_dump(exclude_none=True)
    if "client_id" in given:
        given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
    return given
