"""Invoices: drafts, and what was issued."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, DateTime

from billing.documents.tables import DocumentRow, document_table

invoices = document_table("invoices", Column("issued_at", DateTime(timezone=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice(DocumentRow):
    """What a client is to pay, and for what."""

    issued_at: datetime | None
