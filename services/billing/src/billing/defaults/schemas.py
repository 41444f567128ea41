"""Shapes of a company's billing settings."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from billing.defaults.rules import CreditLimitMode
from billing.products.schemas import Description
from chassis.shapes import Bilingual, NameView, Shape

DueDays = Annotated[int, Field(ge=0, le=3_650, strict=True)]


class BillingSettingsUpdate(Shape):
    """What invoices take where they say nothing: texts in the language of their client, and the
    days after their date on which they are due, unless the client has `credit_days`.

    `credit_limit_mode` is what becomes of an invoice by which a client would owe more than their
    `credit_limit`: issued without a word, issued with a warning, or refused.

    `e_invoicing`: what is issued is checked by the rules of the Saudi authority before it takes a
    number, and is chained, signed and sent by a device; it is not voided any more.
    """

    due_days: DueDays = 0
    payment_terms: Bilingual | None = None
    notes: Description | None = None
    terms: Description | None = None
    credit_limit_mode: CreditLimitMode = CreditLimitMode.OFF
    e_invoicing: Annotated[bool, Field(strict=True)] = False


class BillingSettingsView(BaseModel):
    """What invoices take where they say nothing; `version` is 0 until something was said."""

    version: int
    updated_at: datetime | None
    due_days: int
    payment_terms: NameView | None
    notes: NameView | None
    terms: NameView | None
    credit_limit_mode: CreditLimitMode
    e_invoicing: bool
