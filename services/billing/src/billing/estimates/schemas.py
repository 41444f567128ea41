"""Shapes of estimates."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from billing.documents.schemas import (
    DocumentCreate,
    DocumentFilters,
    DocumentUpdate,
    DocumentView,
    Ids,
)
from billing.estimates.rules import Shown
from billing.invoices.schemas import InvoiceView
from billing.links.schemas import LinkedView, Sending
from chassis.links import Channel
from chassis.shapes import Day, Name, Shape, Text


class EstimateCreate(DocumentCreate):
    """A draft of an estimate; it can be accepted until the end of `expires_on`.

    In the client's currency, else the company's, unless it is named; dated today unless it says
    otherwise. `discount` and `shipping` are meant without tax, and are taxed as the lines are;
    `deposit` is the part of the total that is asked for first. `supply_date` and `due_date` are
    those of the invoice that it may become.
    """

    expires_on: Day | None = None


class EstimateUpdate(DocumentUpdate):
    """What may change of a draft; lines are replaced as a whole."""

    expires_on: Day | None = None


class EstimateFilters(DocumentFilters):
    """How the list may be narrowed."""

    status: Annotated[list[Shown] | None, Field(max_length=7)] = None
    estimate_status_id: Ids = None
    expires_on_from: date | None = None
    expires_on_to: date | None = None
    decided_from: AwareDatetime | None = None
    decided_to: AwareDatetime | None = None


class SendAsked(Sending):
    """How it goes out: by mail, or by a link that is shown once and works in both cases.

    Without a channel it is mailed if the client has an address and the caller may send messages;
    by mail to a client without an address it is the link alone. The link works for 90 days unless
    it says otherwise.
    """


class StatusChosen(Shape):
    """One of the company's own statuses, or none."""

    estimate_status_id: UUID | None


class AcceptedBy(Shape):
    """Who said yes, by their name."""

    name: Name | None = None


class DeclinedBy(Shape):
    """Who said no, by their name, and why."""

    name: Name | None = None
    reason: Text | None = None


class EstimateView(DocumentView, LinkedView):
    """An estimate. `expired` is one that was sent and not answered until the end of `expires_on`
    where the company is; `converted` one that an invoice was made of. Beside that it may have one
    of the company's own statuses.
    """

    status: Shown
    expires_on: date | None
    estimate_status_id: UUID | None
    decided_at: AwareDatetime | None
    decided_by: str | None
    decided_name: str | None
    decline_reason: str | None
    invoice_id: UUID | None


class SentView(EstimateView):
    """An estimate that was sent, how, and the link to it, which is shown this once."""

    channel: Channel
    share_url: str


class MadeInvoiceView(InvoiceView):
    """The invoice that an estimate became."""
