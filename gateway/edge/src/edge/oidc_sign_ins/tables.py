"""Sign-ins at providers that were come back from, so that none is come back from twice."""

from sqlalchemy import Column, DateTime, Index

from chassis.tables import tenant_table
from edge.metadata import METADATA

# Only those that were genuine: nobody makes rows here by beginning to sign in.
oidc_sign_ins = tenant_table(
    "oidc_sign_ins", METADATA,
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Index("ix_oidc_sign_ins_expires_at", "expires_at"),
)  # fmt: skip
