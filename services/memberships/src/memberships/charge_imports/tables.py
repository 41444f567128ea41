"""What credit that is taken over is counted in."""

from memberships.credit_types import tables

CreditType = tables.CreditType
