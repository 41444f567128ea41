"""Shapes of explanations."""

from datetime import datetime
from uuid import UUID

from billing.invoices.rules import Shown
from chassis.shapes import View


class SaidView(View):
    """In words."""

    ar: str
    en: str


class SourceView(View):
    """The document that a step comes from: `estimate`, `payment` and so on."""

    type: str
    id: UUID
    url: str


class StepView(View):
    """One reason: what it adds to what is asked for, or takes off (`amount`), and from issuing on
    what was left to be paid after it (`balance`). `by` is who did it, `causes` what other systems
    called their requests for it.
    """

    kind: str
    text: SaidView
    amount: str | None
    balance: str | None
    at: datetime | None
    by: str | None
    causes: list[str]
    source: SourceView | None


class ExplanationView(View):
    """Why an invoice asks for what it asks for: where it comes from, the figures that its total is
    made of, what was posted since, oldest first, and how it stands today. `is_whole` is false of
    one with more than 500 movements, of which the first 500 are told.
    """

    invoice_id: UUID
    client_id: UUID | None
    url: str | None
    number: str | None
    status: Shown
    currency: str
    total: str
    balance: str
    is_whole: bool
    steps: list[StepView]
