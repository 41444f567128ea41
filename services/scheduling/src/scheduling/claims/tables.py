"""When whom, and what, something takes."""

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid, func
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from scheduling.metadata import METADATA

_STARTS_AT = Column("starts_at", DateTime(timezone=True), nullable=False)
_ENDS_AT = Column("ends_at", DateTime(timezone=True), nullable=False)

# Rows stand as long as what holds them does: what is cancelled takes nobody.
claims = Table(
    "claims", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("holder_id", Uuid, primary_key=True),
    # A member of staff or a resource.
    Column("subject_id", Uuid, primary_key=True),
    Column("holder_kind", Text, nullable=False),
    _STARTS_AT,
    _ENDS_AT,
    ExcludeConstraint(
        ("tenant_id", "="), ("subject_id", "="), (func.tstzrange(_STARTS_AT, _ENDS_AT), "&&"),
        using="gist", name="ex_claims_subject",
    ),
    # For reading: under row-level security only what compares columns itself finds its index.
    Index("ix_claims_subject", "tenant_id", "subject_id", "starts_at"),
)  # fmt: skip
