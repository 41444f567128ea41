"""HTTP door of explanations."""

from uuid import UUID

from billing.explanations import use_cases
from billing.explanations.schemas import ExplanationView
from chassis.http.router import Context, Work, router
from refs.reading import ensure_tenant

of_invoices = router("/v1/invoices", "Invoices")


@of_invoices.get("/{invoice_id}/explain", permission="billing:read")
async def explain_invoice(work: Work, context: Context, invoice_id: UUID) -> ExplanationView:
    """Tell why an invoice asks for what it asks for: the chain of facts, in Arabic and English."""
    await ensure_tenant(context, work.tenant_id)
    return ExplanationView.model_validate(await use_cases.explain_invoice(work, invoice_id))
