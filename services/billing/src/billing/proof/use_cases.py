"""Whether all that a company keeps about money fits."""

from billing.einvoices import use_cases as einvoices
from billing.invoices.use_cases.chains import first_broken
from billing.proof.repository import first_fault, numbered
from billing.proof.rules import Fault
from chassis.work import UnitOfWork


async def prove_company(work: UnitOfWork) -> Fault | None:
    """The first thing that does not fit: a figure, a number, or what was issued."""
    if (fault := await first_fault(work)) is not None:
        return fault
    for series_id, document_type in await numbered(work):
        if document_type != "invoice":
            continue
        if (broken := await first_broken(work, series_id)) is not None:
            return Fault(
                about=f"invoice {broken.id}", figure=broken.reason, expected="as it was issued",
                found="something else",
            )  # fmt: skip
    async for document_id, reason in einvoices.broken(work):
        return Fault(
            about=f"e-invoice {document_id}", figure=reason, expected="as it was made",
            found="something else",
        )  # fmt: skip
    return None
