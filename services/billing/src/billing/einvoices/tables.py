"""E-invoices as they were made: kept for good, as the law has it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    Uuid,
)  # fmt: skip

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

# Each under the id of its document.
e_invoices = tenant_table(
    "e_invoices", METADATA,
    Column("document_type", Text, nullable=False),
    Column("device_id", Uuid, nullable=False),
    Column("counter", BigInteger, nullable=False),
    Column("previous_hash", Text, nullable=False),
    Column("content_hash", Text, nullable=False),
    Column("is_simplified", Boolean, nullable=False),
    # As the device made it.
    Column("xml", LargeBinary, nullable=False),
    # As the authority gave it back, with its own stamp.
    Column("cleared_xml", LargeBinary),
    ForeignKeyConstraint(["tenant_id", "device_id"],
                         ["e_invoice_devices.tenant_id", "e_invoice_devices.id"],
                         name="fk_e_invoices_device"),
    Index("uq_e_invoices__counter", "tenant_id", "device_id", "counter", unique=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EInvoice(Row):
    """A document as its device made it."""

    document_type: str
    device_id: UUID
    counter: int
    previous_hash: str
    content_hash: str
    is_simplified: bool
    xml: bytes
    cleared_xml: bytes | None

    @property
    def given(self) -> bytes:
        """What everybody gets: what the authority stamped, where it did."""
        return self.cleared_xml or self.xml
