"""Explanations: why an invoice asks for what it asks for."""

from dataclasses import asdict
from typing import Any, Final
from uuid import UUID

import orjson

from billing.explanations import repository
from billing.explanations.rules.steps import explained
from billing.invoices.repository.invoices import InvoiceRepository
from chassis.work import UnitOfWork
from refs.home import today

_MOST: Final = 500


async def explain_invoice(work: UnitOfWork, invoice_id: UUID) -> dict[str, Any]:
    """The chain of facts behind what is left to be paid of an invoice."""
    invoice = orjson.loads((await InvoiceRepository(work).read(invoice_id)).body)
    moved = await repository.movements(work, invoice_id, _MOST + 1)
    told = moved[:_MOST]
    others = {one[name] for one in told for name in ("payment_id", "credit_note_id")} - {None}
    causes = await repository.causes_of(work, {invoice_id, *others})
    steps = explained(invoice, told, causes, await today(work))
    named = ("client_id", "url", "number", "status", "currency", "total", "balance")
    return {
        "invoice_id": invoice_id, **{name: invoice[name] for name in named},
        "is_whole": len(moved) <= _MOST, "steps": [asdict(one) for one in steps],
    }  # fmt: skip
